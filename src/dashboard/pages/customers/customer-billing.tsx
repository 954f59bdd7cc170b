import type { Customer } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { useNow } from '../../api/use-clock.ts'
import { Button } from '../../components/button.tsx'
import { Form } from '../../components/form.tsx'
import { InstantField, SelectField, toInstant } from '../../components/inputs.tsx'
import { Card, Section } from '../../components/page.tsx'

interface Status {
  customer_id: string
  billable_status: string
  effective_at: string | undefined
}

const CHOICES = [
  { value: 'billable', label: 'Billable' },
  { value: 'unbillable', label: 'Not billable' },
]

/** Whether the customer's invoices are to be billed, from a date on. */
export function CustomerBilling({ customer: { id } }: { customer: Customer }) {
  const now = useNow()
  const set = useAction<Status>({
    path: '/v1/customers/setBillableStatus',
    done: 'The status is set',
  })
  const today = now && `${now.toISOString().slice(0, 10)}T00:00`
  return (
    <Section
      title="Billing"
      lead="Invoices of a customer that is not billable are computed and say so: whoever collects leaves them out."
    >
      <Card>
        <Form
          error={set.error}
          onSubmit={(textOf) =>
            set.mutate({
              customer_id: id,
              billable_status: textOf('billable_status'),
              effective_at: toInstant(textOf('effective_at')),
            })
          }
        >
          <SelectField name="billable_status" label="Status" choices={CHOICES} />
          <InstantField
            key={today}
            name="effective_at"
            label="From"
            defaultValue={today}
            hint="In UTC. Usage invoices go by the start of their period, others by their date of issue."
          />
          <div className="actions">
            <Button type="submit" isBusy={set.isPending}>
              Set the status
            </Button>
          </div>
        </Form>
      </Card>
    </Section>
  )
}
