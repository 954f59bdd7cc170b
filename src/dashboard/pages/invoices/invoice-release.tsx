import type { Invoice } from '../../api/answers.ts'
import { Time } from '../../components/time.tsx'
import { Differences } from './verify-invoice.tsx'

/** Says for good that an invoice was made final by hand, by whom and why. */
export function InvoiceRelease({ release }: { release: NonNullable<Invoice['release']> }) {
  const { released_at: at, released_by: by, reason, finding } = release
  return (
    <div className="callout callout-warn" role="note">
      <p>
        <strong>Made final by hand</strong> on <Time at={at} />, by {by}: “{reason}”
      </p>
      <p className="muted">It was held back: {finding.message}</p>
      <Differences differences={finding.differences} />
    </div>
  )
}
