import { SelectField } from '../../components/inputs.tsx'
import { Card } from '../../components/page.tsx'
import { Segments } from '../../components/tabs.tsx'
import type { ContractDraft, Former } from './contract-draft.ts'
import type { TermContext } from './term.ts'
import { usePackages, useRateCards } from './use-offering.ts'

export interface StepProps {
  draft: ContractDraft
  context: TermContext
  onChange: (changes: Partial<ContractDraft>) => void
}

const SOURCES = [
  { value: 'rate_card', label: 'Rate card' },
  { value: 'package', label: 'Package' },
] as const

/** Which prices hold: those of a rate card, or a package, which says all terms. */
export function PricingStep({ draft, onChange, former }: StepProps & { former: Former | null }) {
  const cards = useRateCards()
  const packages = usePackages()
  const choose = (rows: readonly { id: string; name: string }[] | undefined) => [
    { value: '', label: rows?.length === 0 ? 'None there yet' : 'Choose…' },
    ...(rows ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <Card className="wizard-card">
      {former !== null && (
        <p className="callout">
          {former.type === 'RENEWAL'
            ? 'This contract renews the former one, which ends where it starts. What may roll over does.'
            : 'This contract takes the place of the former one, which ends where it starts.'}
        </p>
      )}
      {former !== null && (
        <SelectField
          name="transition.future_invoice_behavior.trueup"
          label="True-ups of the former contract’s postpaid commits"
          choices={[
            { value: '', label: 'Are invoiced as they were agreed on' },
            { value: 'REMOVE', label: 'Are dropped' },
          ]}
          value={draft.trueup}
          onChange={(trueup) => onChange({ trueup })}
        />
      )}
      <Segments
        label="What it is made from"
        value={draft.source}
        choices={SOURCES}
        onChange={(source) => onChange({ source })}
      />
      {draft.source === 'rate_card' ? (
        <SelectField
          name="rate_card_id"
          label="Rate card"
          choices={choose(cards.data)}
          value={draft.rateCardId}
          onChange={(rateCardId) => onChange({ rateCardId })}
          hint="Its rates price the usage, as they are at each time; overrides change them for this contract."
        />
      ) : (
        <SelectField
          name="package_id"
          label="Package"
          choices={choose(packages.data)}
          value={draft.packageId}
          onChange={(packageId) => onChange({ packageId })}
          hint="It says the rate card, the billing and all terms; only the start is left to choose."
        />
      )}
    </Card>
  )
}
