import { useState } from 'react'
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
import { ReleaseHeld } from './release-held.tsx'
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
            <Held held={each} />
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Says of a draft that it is held back, and why. */
export function HeldNote({ invoice }: { invoice: Invoice }) {
  const { id, customer_id } = invoice
  const query = { customer_id }
  const { rows } = usePages<HeldInvoice>({ path: '/v1/invoices/held', query, limit: 100 })
  const held = rows.find(({ invoice_id }) => invoice_id === id)
  return held === undefined ? null : <Held held={held} invoice={invoice} />
}

interface HeldProps {
  held: HeldInvoice
  /** On its own page; elsewhere there is a link to it. */
  invoice?: Invoice
}

function Held({ held, invoice }: HeldProps) {
  const { scope } = useEnvironment()
  const [isReleasing, setIsReleasing] = useState(false)
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
        {invoice === undefined && (
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
      <div className="actions">
        <Button
          disabled={scope !== 'full'}
          isBusy={retry.isPending}
          onClick={() => retry.mutate({})}
        >
          Try again
        </Button>
        {invoice !== undefined && scope === 'full' && (
          <Button kind="danger" onClick={() => setIsReleasing(true)}>
            Make it final…
          </Button>
        )}
      </div>
      {isReleasing && invoice !== undefined && (
        <ReleaseHeld invoice={invoice} onClose={() => setIsReleasing(false)} />
      )}
    </div>
  )
}
