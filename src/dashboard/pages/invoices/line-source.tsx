import { Link } from 'wouter'
import type { Explanation, Invoice, LineItem } from '../../api/answers.ts'
import { Amount, Quantity } from '../../components/amount.tsx'
import { Period, Time } from '../../components/time.tsx'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'
import { invoiceHref } from './invoice-names.ts'
import { Step } from './line-step.tsx'

interface Props {
  explanation: Explanation
  invoice: Invoice
}

/** What a line is there for, where that is not usage: the term, the period, the spend or the unit. */
export function LineSource({ explanation, invoice }: Props) {
  const { line_item: line, subscription, spend, converted_credit_type: converted } = explanation
  return (
    <>
      {line.origin !== undefined && <OriginStep origin={line.origin} />}
      <TermStep line={line} invoice={invoice} />
      <PeriodStep subscription={subscription} />
      {spend !== undefined && <SpendStep explanation={explanation} invoice={invoice} />}
      {converted !== undefined && (
        <Step title="Converted">
          <Amount value={line.quantity ?? 0} unit={converted} /> that other lines leave to be paid
        </Step>
      )}
    </>
  )
}

function OriginStep({ origin }: { origin: NonNullable<LineItem['origin']> }) {
  const href = invoiceHref({ id: origin.invoice_id, customerId: origin.customer_id })
  return (
    <Step title="Copied from">
      a line of <Link href={href}>another invoice</Link> that this one joins
    </Step>
  )
}

function TermStep({ line, invoice }: { line: LineItem; invoice: Invoice }) {
  const term = termOf(line)
  if (term === null) return null
  const { customer_id: customer, contract_id: contract } = invoice
  const href =
    line.commit_id === undefined
      ? `/customers/${customer}/contracts/${contract}`
      : `/customers/${customer}/balances`
  return (
    <Step title="For">
      <Link href={href}>{term.name}</Link>
      {term.about !== '' && <p className="muted">{term.about}</p>}
    </Step>
  )
}

/** The term of the contract that a line of a fixed amount comes from. */
function termOf(line: LineItem): { name: string; about: string } | null {
  if (line.type === 'applied_commit_or_credit') return null
  if (line.scheduled_charge_id !== undefined) {
    return { name: 'a scheduled charge', about: 'An amount of its schedule, on its date.' }
  }
  if (line.discount_id !== undefined) {
    return { name: 'a discount', about: 'An amount of its schedule that is taken off.' }
  }
  if (line.professional_service_id !== undefined) {
    return { name: 'a professional service', about: line.metadata ?? '' }
  }
  if (line.postpaid_commit !== undefined) {
    const about = 'What was agreed on and not used: the commit is trued up.'
    return { name: 'a postpaid commit', about }
  }
  if (line.type !== 'commit_purchase') return null
  return { name: 'a prepaid commit', about: 'What is paid for it, on a date of its schedule.' }
}

const DAY_MS = 86_400_000

function PeriodStep({ subscription }: Pick<Explanation, 'subscription'>) {
  if (subscription === undefined) return null
  const { starting_at: start, ending_before: end, priced_at: pricedAt } = subscription
  return (
    <Step title="Period">
      <Period start={start} end={end} />, at the price of <Time at={pricedAt} />
    </Step>
  )
}

/** What a part of a subscription's period costs, of the price of the whole. */
export function ProratedStep({ explanation }: { explanation: Explanation }) {
  const { subscription, rate, price, line_item: line } = explanation
  if (subscription === undefined || line.is_prorated !== true) return null
  const { starting_at: start, ending_before: end, proration_rounding: rounding } = subscription
  const full = (price ?? rate)?.price
  return (
    <Step title="Prorated">
      {daysOf(line.starting_at, line.ending_before)} of {daysOf(start, end)} days
      {full !== undefined && line.unit_price !== undefined && (
        <>
          {' '}
          of <Amount value={full} unit={line.credit_type} /> ={' '}
          <Amount value={line.unit_price} unit={line.credit_type} />
        </>
      )}
      {rounding !== undefined && (
        <span className="muted">
          , rounded {rounding.rounding_method.replaceAll('_', ' ').toLowerCase()} to{' '}
          {rounding.decimal_places} decimals
        </span>
      )}
    </Step>
  )
}

/** Subscriptions are prorated by the time that is left, which is mostly whole days. */
function daysOf(start: string | undefined, end: string | undefined): string {
  const days = (Date.parse(end ?? '') - Date.parse(start ?? '')) / DAY_MS
  return Number.isInteger(days) ? String(days) : days.toFixed(3)
}

function SpendStep({ explanation, invoice }: Props) {
  const { spend, line_item: line } = explanation
  if (spend === undefined) return null
  const { base, shares, position, minimum, contracts_left_out: leftOut } = spend
  const names = new Map(invoice.line_items.map((each) => [each.product_id, each.name]))
  return (
    <Step title="Spend">
      <table className="small-table" aria-label="Spend that the line is a part of">
        <tbody>
          {shares.map((share) => (
            <tr key={`${share.contract_id} ${share.product_id} ${share.credit_type.id}`}>
              <td>
                <Link href={`/offering/products/${share.product_id}`}>
                  {names.get(share.product_id) ?? 'A product'}
                </Link>
                {share.contract_id !== undefined && ' of another contract'}
              </td>
              <td className="align-right">
                <Amount value={share.amount} unit={share.credit_type} />
              </td>
              <td className="align-right">
                <Amount value={share.converted} unit={line.credit_type} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        In all <Amount value={base} unit={line.credit_type} />
        {position !== undefined && (
          <>
            , after <Amount value={position} unit={line.credit_type} /> of the period before
          </>
        )}
        {minimum !== undefined && (
          <>
            ; at least <Amount value={minimum} unit={line.credit_type} /> is charged
          </>
        )}
      </p>
      {leftOut.length > 0 && (
        <p className="muted">
          <Quantity value={leftOut.length} /> contracts spend in another currency and are left out.
        </p>
      )}
    </Step>
  )
}

/** What a line that pays takes off, from what was there to what is left. */
export function AppliedText({ explanation }: { explanation: Explanation }) {
  const { payment, line_item: line, arithmetic } = explanation
  if (payment === undefined) return <code>{arithmetic}</code>
  const { balance_before: before, balance_after: after } = payment
  const taken = addDecimals([decimalText(before), `-${decimalText(after)}`.replace('--', '')])
  return (
    <>
      <Amount value={before} unit={line.credit_type} /> −{' '}
      <strong>
        <Amount value={taken} unit={line.credit_type} />
      </strong>{' '}
      = <Amount value={after} unit={line.credit_type} /> left
    </>
  )
}
