import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Invoice } from '../../api/answers.ts'
import { CopyableId } from '../../components/copy-button.tsx'
import { Icon } from '../../components/icon.tsx'
import type { Fact } from '../../components/page.tsx'
import { Period, Time } from '../../components/time.tsx'
import { decimalText, groupDigits, shiftDecimal } from '../../format/decimal-text.ts'
import { invoiceHref } from './invoice-names.ts'

/** What the head of an invoice's page tells beside its total; what it has nothing of is left out. */
export function factsOf(invoice: Invoice): Fact[] {
  const {
    start_timestamp: start,
    end_timestamp: end,
    net_payment_terms_days: terms,
    regenerated_from_invoice_id: former,
    verification,
    payer,
    reseller_royalty: royalty,
    constituent_invoices: constituents = [],
  } = invoice
  const issued = invoice.status === 'DRAFT' ? 'Will be issued' : 'Issued'
  const facts: [string, ReactNode][] = [
    ['Period', start !== undefined && <Period start={start} end={end} />],
    [issued, <Time key="issued" at={invoice.issued_at} />],
    ['Contract', <ContractLink key="contract" invoice={invoice} />],
    ['Payment terms', terms !== undefined && `${terms} days`],
    ['Takes the place of', former !== undefined && <Former id={former} invoice={invoice} />],
    ['Joins', constituents.length > 0 && <Joined constituents={constituents} />],
    [
      'Paid by',
      payer !== undefined && <Link href={`/customers/${payer.customer_id}`}>another customer</Link>,
    ],
    ['Billed', invoice.billable_status === 'unbillable' && 'not, by its status'],
    [
      'Royalty',
      royalty !== undefined &&
        `${percentText(royalty.fraction)} to ${royalty.reseller_type.replaceAll('_', ' ')}`,
    ],
    ['Verified', verification !== undefined && <Verified count={verification.events_read} />],
    ['Id', <CopyableId key="id" id={invoice.id} isShort />],
  ]
  return facts.flatMap(([label, value]) => (value === false ? [] : [{ label, value }]))
}

function ContractLink({ invoice: { customer_id, contract_id } }: { invoice: Invoice }) {
  return <Link href={`/customers/${customer_id}/contracts/${contract_id}`}>Its terms</Link>
}

function Former({ id, invoice: { customer_id: customerId } }: { id: string; invoice: Invoice }) {
  return <Link href={invoiceHref({ id, customerId })}>a void invoice</Link>
}

function Joined({ constituents }: { constituents: NonNullable<Invoice['constituent_invoices']> }) {
  return constituents.map(({ invoice_id: id, customer_id: customerId }, i) => (
    <span key={id}>
      {i > 0 && ', '}
      <Link href={invoiceHref({ id, customerId })}>{id.slice(0, 8)}</Link>
    </span>
  ))
}

/** A fraction, exactly, in percent. */
function percentText(fraction: string): string {
  return `${groupDigits(shiftDecimal(decimalText(fraction), -2))}%`
}

function Verified({ count }: { count: number }) {
  return (
    <span className="verified" title="The stored events were read a second time">
      <Icon name="check" /> {count.toLocaleString('en')} events
    </span>
  )
}
