import type { Invoice } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Amount } from '../../components/amount.tsx'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Form } from '../../components/form.tsx'
import { TextAreaField } from '../../components/inputs.tsx'

interface Release {
  customer_id: string
  invoice_id: string
  expected_total: Invoice['total']
  reason: string
}

interface Props {
  /** The draft as it is seen: at another total than its own, it is not made final. */
  invoice: Invoice
  onClose: () => void
}

/** Asks why an invoice is to be final that could not be proven. */
export function ReleaseHeld({ invoice, onClose }: Props) {
  const { id, customer_id, total, credit_type } = invoice
  const release = useAction<Release>({
    path: '/v1/invoices/held/release',
    done: 'The invoice is final',
    onSuccess: onClose,
  })
  return (
    <Dialog title="Make it final without a proof?" onClose={onClose}>
      <Form
        error={release.error}
        onSubmit={(textOf) =>
          release.mutate({
            customer_id,
            invoice_id: id,
            expected_total: total,
            reason: textOf('reason'),
          })
        }
      >
        <p>
          It becomes final at <Amount value={total} unit={credit_type} />, as its draft stands, and
          says for good that it was not proven, by whom it was released, and why. This cannot be
          taken back; the invoice can be voided later.
        </p>
        <TextAreaField
          name="reason"
          label="Reason"
          autoFocus
          hint="Kept on the invoice, for whoever audits it."
        />
        <footer className="dialog-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="danger" isBusy={release.isPending}>
            Make it final
          </Button>
        </footer>
      </Form>
    </Dialog>
  )
}
