import type { Invoice, LineItem } from '../api/answers.ts'
import { decimalText, groupDigits, isZero } from '../format/decimal-text.ts'
import { formatDay, formatPeriod } from '../format/time-text.ts'
import { grant, keyName, presentMs, valueName } from './grant.ts'
import { savePdf, useRows } from './read.ts'
import { Money, Shown } from './shown.tsx'

const SHOWN_MS = 90 * 86_400_000
const STATUSES: Record<string, readonly string[]> = {
  VOID: ['VOID'],
  FINALIZED: ['FINALIZED'],
  DRAFT: ['DRAFT'],
  FINALIZED_AND_DRAFT: ['FINALIZED', 'DRAFT'],
}

/** The customer's invoices of the last 90 days, each with its lines. */
export function Invoices() {
  const { contract_id } = grant.options
  const contract = contract_id === undefined ? '' : `&contract_id=${contract_id}`
  const reading = useRows<Invoice>({
    path: `/v1/customers/${grant.customer_id}/invoices?sort=date_desc&limit=100${contract}`,
  })
  return (
    <Shown reading={reading} none="There are no invoices yet.">
      {(invoices) => {
        const shown = invoices.filter(isShown)
        if (shown.length === 0) return <p className="note">There are no invoices yet.</p>
        return (
          <ul className="cards">
            {shown.map((invoice) => (
              <InvoiceCard key={invoice.id} invoice={invoice} />
            ))}
          </ul>
        )
      }}
    </Shown>
  )
}

function isShown(invoice: Invoice): boolean {
  const { invoice_status_filter, hide_voided_invoices, invoice_type } = grant.options
  const statuses = STATUSES[invoice_status_filter ?? '']
  if (statuses !== undefined && !statuses.includes(invoice.status)) return false
  if (hide_voided_invoices === 'true' && invoice.status === 'VOID') return false
  const isUsage = invoice.type.startsWith('USAGE')
  if (invoice_type !== undefined && isUsage !== (invoice_type === 'USAGE')) return false
  const asked = grant.options['billable_status_filter'] ?? 'ALL'
  const status = (invoice.billable_status ?? 'billable').toUpperCase()
  if (asked !== 'ALL' && status !== asked) return false
  const end = invoice.status === 'DRAFT' ? presentMs() : Date.parse(dateOf(invoice))
  return end >= presentMs() - SHOWN_MS
}

function dateOf(invoice: Invoice): string {
  return invoice.end_timestamp ?? invoice.issued_at
}

function InvoiceCard({ invoice }: { invoice: Invoice }) {
  const { status, total, credit_type, start_timestamp, end_timestamp } = invoice
  const isPeriod = start_timestamp !== undefined && end_timestamp !== undefined
  const period = isPeriod
    ? formatPeriod(new Date(start_timestamp), new Date(end_timestamp))
    : formatDay(new Date(invoice.issued_at))
  const path = `/v1/customers/${grant.customer_id}/invoices/${invoice.id}/pdf`
  const showsZero = grant.options['show_zero_usage_line_items'] === 'true'
  const lines = invoice.line_items.filter((line) => showsZero || !isEmpty(line))
  return (
    <li className="card">
      <details>
        <summary>
          <span>{period}</span>
          <span className={`status ${status.toLowerCase()}`}>{status.toLowerCase()}</span>
          <Money value={total} unit={credit_type} />
        </summary>
        {lines.length === 0 && <p className="note">No lines yet.</p>}
        <table hidden={lines.length === 0}>
          <thead>
            <tr>
              <th scope="col">Item</th>
              <th scope="col" className="end">
                Quantity
              </th>
              <th scope="col" className="end">
                Unit price
              </th>
              <th scope="col" className="end">
                Total
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line, i) => (
              <Line key={i} line={line} />
            ))}
          </tbody>
        </table>
        {status === 'FINALIZED' && (
          <button type="button" onClick={() => void savePdf(path, `invoice-${invoice.id}.pdf`)}>
            Save as PDF
          </button>
        )}
      </details>
    </li>
  )
}

function isEmpty({ quantity, total }: LineItem): boolean {
  return quantity !== undefined && isZero(decimalText(quantity)) && isZero(decimalText(total))
}

function Line({ line }: { line: LineItem }) {
  const { quantity, unit_price, credit_type } = line
  const groups = { ...line.pricing_group_values, ...line.presentation_group_values }
  return (
    <tr>
      <td>
        {line.name}
        {Object.entries(groups).map(([key, value]) => (
          <span key={key} className="group">
            {keyName(key)}: {valueName(key, value)}
          </span>
        ))}
      </td>
      <td className="end number">{quantity !== undefined && groupDigits(decimalText(quantity))}</td>
      <td className="end">
        {unit_price !== undefined && <Money value={unit_price} unit={credit_type} />}
      </td>
      <td className="end">
        <Money value={line.total} unit={credit_type} />
      </td>
    </tr>
  )
}
