import { TextField } from '../../components/inputs.tsx'
import { Card } from '../../components/page.tsx'
import { PrioritizationField, StatementFields } from '../offering/statement-fields.tsx'
import { CONTRACT_FIELDS } from './contract-fields.ts'
import { FieldList } from './field-list.tsx'
import type { StepProps } from './pricing-step.tsx'

const DAYS = [
  { value: 'FIRST_OF_MONTH', label: 'The first of the month' },
  { value: 'CONTRACT_START', label: 'The day on which it starts' },
  { value: 'CUSTOM_DATE', label: 'Another date' },
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
        <StatementFields draft={draft} days={DAYS} onChange={onChange}>
          {draft.day === 'CUSTOM_DATE' && (
            <TextField
              type="date"
              name="usage_statement_schedule.billing_anchor_date"
              label="The date"
              value={draft.anchor}
              onChange={(event) => onChange({ anchor: event.target.value })}
            />
          )}
        </StatementFields>
        <PrioritizationField
          value={draft.prioritization}
          onChange={(prioritization) => onChange({ prioritization })}
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
