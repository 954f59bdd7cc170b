import { SelectField, TextField } from '../../components/inputs.tsx'
import { Card } from '../../components/page.tsx'
import { CONTRACT_FIELDS } from './contract-fields.ts'
import { FieldList } from './field-list.tsx'
import type { StepProps } from './pricing-step.tsx'

const FREQUENCIES = [
  { value: 'MONTHLY', label: 'Every month' },
  { value: 'QUARTERLY', label: 'Every quarter' },
  { value: 'ANNUAL', label: 'Every year' },
  { value: 'WEEKLY', label: 'Every week' },
]

const DAYS = [
  { value: 'FIRST_OF_MONTH', label: 'The first of the month' },
  { value: 'CONTRACT_START', label: 'The day on which it starts' },
  { value: 'CUSTOM_DATE', label: 'Another date' },
]

const PRIORITIES = [
  { value: '', label: 'The lowest' },
  { value: 'EXPLICIT', label: 'By their priority' },
]

/** From when until when, and how usage is invoiced. */
export function BillingStep({ draft, onChange, context }: StepProps) {
  const isPackage = draft.source === 'package'
  return (
    <Card className="wizard-card">
      <div className="term-grid">
        <TextField
          type="date"
          name="starting_at"
          label="Starts"
          value={draft.start}
          onChange={(event) => onChange({ start: event.target.value })}
          hint="At 00:00 UTC."
        />
        {!isPackage && (
          <TextField
            type="date"
            name="ending_before"
            label="Ends before"
            isOptional
            value={draft.end}
            onChange={(event) => onChange({ end: event.target.value })}
            hint="The first day that is not part of it."
          />
        )}
      </div>
      {isPackage ? (
        <p className="muted">The package says how it is billed.</p>
      ) : (
        <Billing draft={draft} onChange={onChange} context={context} />
      )}
    </Card>
  )
}

function Billing({ draft, onChange, context }: StepProps) {
  return (
    <>
      <TextField
        name="name"
        label="Name"
        isOptional
        value={draft.name}
        onChange={(event) => onChange({ name: event.target.value })}
      />
      <div className="term-grid">
        <SelectField
          name="usage_statement_schedule.frequency"
          label="Usage is invoiced"
          choices={FREQUENCIES}
          value={draft.frequency}
          onChange={(frequency) => onChange({ frequency })}
        />
        <SelectField
          name="usage_statement_schedule.day"
          label="Counted from"
          choices={DAYS}
          value={draft.day}
          onChange={(day) => onChange({ day })}
        />
        {draft.day === 'CUSTOM_DATE' && (
          <TextField
            type="date"
            name="usage_statement_schedule.billing_anchor_date"
            label="The date"
            value={draft.anchor}
            onChange={(event) => onChange({ anchor: event.target.value })}
          />
        )}
        <TextField
          name="net_payment_terms_days"
          label="Payment terms, days"
          isOptional
          inputMode="numeric"
          value={draft.netTerms}
          onChange={(event) => onChange({ netTerms: event.target.value })}
          hint="0 is due at once."
        />
        <SelectField
          name="multiplier_override_prioritization"
          label="Of several multipliers"
          choices={PRIORITIES}
          value={draft.prioritization}
          onChange={(prioritization) => onChange({ prioritization })}
          hint="Which override wins."
        />
      </div>
      <FieldList
        fields={CONTRACT_FIELDS}
        values={draft.more}
        context={context}
        place=""
        onChange={(more) => onChange({ more })}
      />
    </>
  )
}
