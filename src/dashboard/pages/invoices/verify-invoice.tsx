import type { Invoice, InvoiceCheck, InvoiceDifference } from '../../api/answers.ts'
import { useAction } from '../../api/use-action.ts'
import { Button } from '../../components/button.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { Icon } from '../../components/icon.tsx'
import { groupDigits } from '../../format/decimal-text.ts'

/** Computes an invoice a second time, in another way, and tells what differs. */
export function VerifyDialog({ invoice, onClose }: { invoice: Invoice; onClose: () => void }) {
  const verify = useAction<Record<string, never>, { data: InvoiceCheck }>({
    path: `/v1/customers/${invoice.customer_id}/invoices/${invoice.id}/verify`,
    done: 'The invoice was computed again',
  })
  const check = verify.data?.data
  return (
    <Dialog title="Verify the invoice" onClose={onClose} size="medium">
      <div className="dialog-body">
        {check === undefined ? (
          <p>
            Every stored event of the customer is read again and added up by a second, plainer
            implementation. It must come to the same invoice, digit by digit.
          </p>
        ) : (
          <Outcome check={check} />
        )}
        {verify.error && (
          <p className="form-error" role="alert">
            {verify.error.message}
          </p>
        )}
      </div>
      <footer className="dialog-foot">
        <Button onClick={onClose}>Close</Button>
        {check === undefined && (
          <Button kind="primary" isBusy={verify.isPending} onClick={() => verify.mutate({})}>
            Verify now
          </Button>
        )}
      </footer>
    </Dialog>
  )
}

function Outcome({ check }: { check: InvoiceCheck }) {
  const isVerified = check.status === 'VERIFIED'
  const count = check.events_read.toLocaleString('en')
  return (
    <>
      <div className="verdicts">
        <div className={`verdict ${isVerified ? 'verdict-good' : 'verdict-bad'}`} role="status">
          <Icon name={isVerified ? 'check' : 'close'} />
          <div>
            <span className="verdict-title">{isVerified ? 'Verified' : 'Different'}</span>
            <p className="muted">
              {count} events were read.{' '}
              {isVerified
                ? 'Both ways come to the same invoice.'
                : `${check.differences.length} differences were found.`}
            </p>
          </div>
        </div>
      </div>
      <Differences differences={check.differences} />
      {check.findings.length > 0 && (
        <ul>
          {check.findings.map(({ meter, chunk, problem }) => (
            <li key={`${meter} ${chunk}`}>
              Chunk {chunk} of the event log: {problem}
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** What a second computation has otherwise, item by item. */
export function Differences({ differences }: { differences: readonly InvoiceDifference[] }) {
  if (differences.length === 0) return null
  return (
    <ul className="verdicts">
      {differences.map((difference) => (
        <li key={JSON.stringify(difference)} className="difference">
          <strong>{difference.name ?? difference.kind.replaceAll('_', ' ')}</strong>
          <span className="number">
            {shown(difference.found)} instead of {shown(difference.expected)}
          </span>
          <p className="muted">{difference.cause}</p>
        </li>
      ))}
    </ul>
  )
}

function shown(text: string | null): string {
  return text === null ? 'nothing' : groupDigits(text)
}
