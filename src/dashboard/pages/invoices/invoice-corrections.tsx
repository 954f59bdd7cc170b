import type { Correction, Invoice } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Amount } from '../../components/amount.tsx'
import { decimalText, isZero } from '../../format/decimal-text.ts'

/** Says what usage that came too late for a final invoice would change about it. */
export function InvoiceCorrections({ invoice }: { invoice: Invoice }) {
  const { id, customer_id, credit_type: unit, status } = invoice
  const correction = useAnswer<Correction>({
    path: `/v1/customers/${customer_id}/invoices/${id}/corrections`,
    query: { limit: 1 },
    enabled: status === 'FINALIZED',
  }).data
  if (correction === undefined || isZero(decimalText(correction.difference))) return null
  return (
    <div className="callout callout-warn" role="note">
      <strong>Usage came late.</strong> With it, the charges of this period would differ by{' '}
      <Amount value={correction.difference} unit={unit} />. The invoice stays as it is, unless it is
      voided and regenerated
      {correction.regenerated_total !== null && (
        <>
          {' '}
          to <Amount value={correction.regenerated_total} unit={unit} />
        </>
      )}
      .
    </div>
  )
}
