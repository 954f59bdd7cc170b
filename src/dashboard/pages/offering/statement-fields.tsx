import type { ReactNode } from 'react'
import { SelectField, TextField } from '../../components/inputs.tsx'

interface StatementDraft {
  frequency: string
  day: string
  netTerms: string
}

interface Props {
  draft: StatementDraft
  /** The days that periods may be counted from. */
  days: readonly { value: string; label: string }[]
  onChange: (changes: Partial<StatementDraft>) => void
  /** What a day asks for besides. */
  children?: ReactNode
}

const FREQUENCIES = [
  { value: 'MONTHLY', label: 'Every month' },
  { value: 'QUARTERLY', label: 'Every quarter' },
  { value: 'ANNUAL', label: 'Every year' },
  { value: 'WEEKLY', label: 'Every week' },
]

/** When usage is invoiced and to be paid, of a contract or of all that a package makes. */
export function StatementFields({ draft, days, onChange, children }: Props) {
  return (
    <>
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
        choices={days}
        value={draft.day}
        onChange={(day) => onChange({ day })}
      />
      {children}
      <TextField
        name="net_payment_terms_days"
        label="Payment terms, days"
        isOptional
        inputMode="numeric"
        value={draft.netTerms}
        onChange={({ target }) => onChange({ netTerms: target.value })}
        hint="0 is due at once."
      />
    </>
  )
}

const PRIORITIES = [
  { value: '', label: 'The lowest' },
  { value: 'EXPLICIT', label: 'By their priority' },
]

/** Which of several multipliers on a product holds. */
export function PrioritizationField({
  value,
  onChange,
}: {
  value: string
  onChange: (value: string) => void
}) {
  return (
    <SelectField
      name="multiplier_override_prioritization"
      label="Of several multipliers"
      choices={PRIORITIES}
      value={value}
      onChange={onChange}
      hint="Which override wins."
    />
  )
}
