import { CheckField, TextField } from '../../components/inputs.tsx'
import { OffsetField } from '../../components/offset-field.tsx'
import { Card } from '../../components/page.tsx'
import { Segments } from '../../components/tabs.tsx'
import { TokensField } from '../../components/tokens-field.tsx'
import { RateCardPicker } from '../offering/pickers.tsx'
import { PrioritizationField, StatementFields } from '../offering/statement-fields.tsx'
import type { PackageDraft } from './package-draft.ts'

export interface PackageStepProps {
  draft: PackageDraft
  onChange: (changes: Partial<PackageDraft>) => void
}

const SOURCES = [
  { value: 'card', label: 'A rate card' },
  { value: 'alias', label: 'By alias' },
] as const

/** What it is called, and where its prices come from. */
export function NameStep({ draft, onChange }: PackageStepProps) {
  return (
    <Card className="wizard-card">
      <div className="term-grid">
        <TextField
          name="name"
          label="Name"
          value={draft.name}
          onChange={({ target }) => onChange({ name: target.value })}
          autoFocus
        />
        <TokensField
          name="aliases"
          label="Aliases"
          isOptional
          hint="Names by which programs find it. Another package that has one loses it."
          values={draft.aliases}
          onChange={(aliases) => onChange({ aliases })}
        />
      </div>
      <Segments
        label="Where prices come from"
        value={draft.source}
        choices={SOURCES}
        onChange={(source) => onChange({ source })}
      />
      {draft.source === 'card' ? (
        <RateCardPicker
          name="rate_card_id"
          label="Rate card"
          hint="Its rates price the usage of every contract; overrides among the terms change them."
          value={draft.rateCardId}
          onChange={(rateCardId) => onChange({ rateCardId })}
        />
      ) : (
        <TextField
          name="rate_card_alias"
          label="Alias of the rate card"
          hint="Each contract is on the card that has the alias when it starts."
          value={draft.rateCardAlias}
          onChange={({ target }) => onChange({ rateCardAlias: target.value })}
        />
      )}
    </Card>
  )
}

const DAYS = [
  { value: 'FIRST_OF_MONTH', label: 'The first of the month' },
  { value: 'CONTRACT_START', label: 'The day on which the contract starts' },
]

/** How long contracts last, and how they are invoiced. */
export function PackageBillingStep({ draft, onChange }: PackageStepProps) {
  return (
    <Card className="wizard-card">
      <div className="term-grid">
        <OffsetField
          name="duration"
          label="Contracts last"
          isOptional
          hint="From their start; empty: without end."
          value={draft.length}
          onChange={(length) => onChange({ length })}
        />
        <TextField
          name="contract_name"
          label="Contracts are called"
          isOptional
          value={draft.contractName}
          onChange={({ target }) => onChange({ contractName: target.value })}
        />
      </div>
      <div className="term-grid">
        <StatementFields draft={draft} days={DAYS} onChange={onChange} />
      </div>
      <details className="fold">
        <summary>More</summary>
        <MoreBilling draft={draft} onChange={onChange} />
      </details>
    </Card>
  )
}

function MoreBilling({ draft, onChange }: PackageStepProps) {
  return (
    <div className="stack">
      <div className="term-grid">
        <OffsetField
          name="usage_statement_schedule.invoice_generation_starting_at_offset"
          label="Nothing is invoiced for the first"
          isOptional
          hint="Such as a trial, from the contract's start."
          value={draft.wait}
          onChange={(wait) => onChange({ wait })}
        />
        <PrioritizationField
          value={draft.prioritization}
          onChange={(prioritization) => onChange({ prioritization })}
        />
        <TextField
          name="uniqueness_key"
          label="Uniqueness key"
          isOptional
          hint="A second package with the same key is refused, for good."
          value={draft.uniquenessKey}
          onChange={({ target }) => onChange({ uniquenessKey: target.value })}
        />
      </div>
      <CheckField
        label="Scheduled charges are put on the usage invoice of their period"
        checked={draft.isOnUsageInvoices}
        onChange={({ target }) => onChange({ isOnUsageInvoices: target.checked })}
      />
    </div>
  )
}
