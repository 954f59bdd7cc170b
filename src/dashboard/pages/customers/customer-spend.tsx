import type { Invoice } from '../../api/answers.ts'
import { usePages } from '../../api/use-pages.ts'
import { Amount } from '../../components/amount.tsx'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'
import type { Unit } from '../../format/money.ts'

/** More open statements than this are told by a plus. */
const DRAFTS_SHOWN = 10

/** What a customer's open usage statements come to so far, in each currency. */
export function CustomerSpend({ customerId }: { customerId: string }) {
  const drafts = usePages<Invoice>({
    path: `/v1/customers/${customerId}/invoices`,
    query: { status: 'DRAFT', type: 'USAGE' },
    limit: DRAFTS_SHOWN,
  })
  if (drafts.isPending) return <span className="skeleton" />
  if (drafts.error) return <span className="muted">{drafts.error.message}</span>
  if (drafts.rows.length === 0) return <span className="muted">–</span>
  return (
    <>
      {sumsOf(drafts.rows).map(({ unit, total }, i) => (
        <span key={unit.name}>
          {i > 0 && ', '}
          <Amount value={total} unit={unit} />
        </span>
      ))}
      {drafts.rows.length >= DRAFTS_SHOWN && ' +'}
    </>
  )
}

function sumsOf(drafts: readonly Invoice[]): { unit: Unit; total: string }[] {
  const byUnit = Map.groupBy(drafts, ({ credit_type }) => credit_type.name)
  return [...byUnit.values()].map((own) => ({
    unit: own[0]!.credit_type,
    total: addDecimals(own.map(({ total }) => decimalText(total))),
  }))
}
