import { useState } from 'react'
import type { Invoice, LineItem } from '../api/answers.ts'
import { decimalText, groupDigits, isZero } from '../format/decimal-text.ts'
import { formatDay, formatPeriod } from '../format/time-text.ts'
import { useContractNames } from './contract-names.tsx'
import { grant, keyName, presentMs, valueName } from './grant.ts'
import { savePdf, useRows } from './read.ts'
import { Money, Shown } from './shown.tsx'

const SHOWN_MS = 90 * 86_400_000
const NONE = 'There are no invoices yet.'

/** The customer's invoices of the last 90 days, each with its lines. Others the token does not read. */
export function Invoices() {
  const nameContract = useContractNames()
  const reading = useRows<Invoice>({
    path: `/v1/customers/${grant.customer_id}/invoices?sort=date_desc&limit=50`,
    isLast: (invoice) => !isRecent(invoice),
  })
  return (
    <Shown reading={reading} none={NONE}>
      {(invoices) => {
        const shown = invoices.filter(isRecent)
        if (shown.length === 0) return <p className="note">{NONE}</p>
        return (
          <ul className="cards">
            {shown.map((invoice) => (
              <InvoiceCard
                key={invoice.id}
                invoice={invoice}
                contract={nameContract(invoice.contract_id)}
              />
            ))}
          </ul>
        )
      }}
    </Shown>
  )
}

function isRecent(invoice: Invoice): boolean {
  if (invoice.status === 'DRAFT') return true
  return Date.parse(dateOf(invoice)) >= presentMs() - SHOWN_MS
}

function dateOf(invoice: Invoice): string {
  return invoice.end_timestamp ?? invoice.issued_at
}

interface InvoiceCardProps {
  invoice: Invoice
  contract: string | undefined
}

function InvoiceCard({ invoice, contract }: InvoiceCardProps) {
  const { status, total, credit_type } = invoice
  const showsZero = grant.options['show_zero_usage_line_items'] === 'true'
  const lines = invoice.line_items.filter((line) => showsZero || !isEmpty(line))
  return (
    <li className="card">
      <details>
        <summary>
          <span>
            {periodOf(invoice)}
            {contract !== undefined && <span className="group">{contract}</span>}
          </span>
          <span className={`status ${status.toLowerCase()}`}>{status.toLowerCase()}</span>
          <Money value={total} unit={credit_type} />
        </summary>
        {lines.length === 0 ? <p className="note">No lines yet.</p> : <Lines lines={lines} />}
        {status === 'FINALIZED' && <PdfButton invoiceId={invoice.id} />}
      </details>
    </li>
  )
}

function periodOf({ start_timestamp: start, end_timestamp: end, issued_at }: Invoice): string {
  if (start === undefined || end === undefined) return formatDay(new Date(issued_at))
  return formatPeriod(new Date(start), new Date(end))
}

function Lines({ lines }: { lines: LineItem[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col" className="end">
            Quantity
          </th>
          <th scope="col" className="end price">
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
  )
}

function PdfButton({ invoiceId }: { invoiceId: string }) {
  const [failure, setFailure] = useState('')
  const [isBusy, setIsBusy] = useState(false)
  const save = async () => {
    setIsBusy(true)
    const path = `/v1/customers/${grant.customer_id}/invoices/${invoiceId}/pdf`
    const failed = await savePdf(path, `invoice-${invoiceId}.pdf`).catch((error: Error) => error)
    setFailure(failed?.message ?? '')
    setIsBusy(false)
  }
  return (
    <div className="card-foot">
      <button type="button" disabled={isBusy} onClick={() => void save()}>
        {isBusy ? 'Making the PDF…' : 'Save as PDF'}
      </button>
      <span className="failed" role="alert">
        {failure}
      </span>
    </div>
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
      <td className="end price">
        {unit_price !== undefined && <Money value={unit_price} unit={credit_type} />}
      </td>
      <td className="end">
        <Money value={line.total} unit={credit_type} />
      </td>
    </tr>
  )
}
