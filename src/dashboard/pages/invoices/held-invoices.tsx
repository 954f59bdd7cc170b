import { Link } from 'wouter'
import type { HeldInvoice, Invoice } from '../../api/answers.ts'
import { useEnvironment } from '../../api/session.ts'
import { useAction } from '../../api/use-action.ts'
import { usePages } from '../../api/use-pages.ts'
import { Button } from '../../components/button.tsx'
import { Section } from '../../components/page.tsx'
import { Ago, Period } from '../../components/time.tsx'
import { useNow } from '../../api/use-clock.ts'
import { invoiceHref } from './invoice-names.ts'
import { Differences } from './verify-invoice.tsx'

const LIMIT = 20

/** Invoices that are due and do not become final, because something about them is not right. */
export function HeldInvoices() {
  const held = usePages<HeldInvoice>({ path: '/v1/invoices/held', limit: LIMIT })
  if (held.rows.length === 0) return null
  return (
    <Section
      title="Held back"
      lead="These are due, and stay drafts until the stored events, read a second time, make the same."
    >
      <ul className="stack">
        {held.rows.map((each) => (
          <li key={`${each.invoice_id} ${each.start_timestamp}`}>
            <Held held={each} isLinked />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Says of a draft that it is held back, and why. */
export function HeldNote({ invoice: { id, customer_id } }: { invoice: Invoice }) {
  const query = { customer_id }
  const { rows } = usePages<HeldInvoice>({ path: '/v1/invoices/held', query })
  const held = rows.find(({ invoice_id }) => invoice_id === id)
  return held === undefined ? null : <Held held={held} isLinked={false} />
}

function Held({ held, isLinked }: { held: HeldInvoice; isLinked: boolean }) {
  const { scope } = useEnvironment()
  const now = useNow()
  const retry = useAction<Record<string, never>, { data: { outcome: string } }>({
    path: `/v1/invoices/held/${held.invoice_id}/retry`,
    done: 'It was tried again',
  })
  const outcome = retry.data?.data.outcome
  return (
    <div className="callout callout-warn held">
      <div>
        <p>
          <strong>Held back</strong>{' '}
          {now !== undefined && <Ago at={held.since} now={now.toISOString()} />}: {held.message}
        </p>
        {isLinked && (
          <p>
            <Link href={invoiceHref({ id: held.invoice_id, customerId: held.customer_id })}>
              Draft of <Period start={held.start_timestamp} end={held.end_timestamp} />
            </Link>
          </p>
        )}
        <Differences differences={held.differences} />
        {(retry.error ?? outcome === 'HELD') && (
          <p role="alert">
            {retry.error?.message ?? 'It was tried again, and is still held back.'}
          </p>
        )}
      </div>
      <Button disabled={scope !== 'full'} isBusy={retry.isPending} onClick={() => retry.mutate({})}>
        Try again
      </Button>
    </div>
  )
}
