import { useParams } from 'wouter'
import type { Customer, Invoice } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Amount } from '../../components/amount.tsx'
import { InvoiceStatus } from '../../components/badge.tsx'
import { Card, Facts, Page, Section } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { useLiveInvoice } from './use-live-invoice.ts'
import { HeldNote } from './held-invoices.tsx'
import { InvoiceActions } from './invoice-actions.tsx'
import { InvoiceCorrections } from './invoice-corrections.tsx'
import { InvoiceDays } from './invoice-days.tsx'
import { InvoiceLines } from './invoice-lines.tsx'
import { factsOf } from './invoice-facts.tsx'
import { invoiceKind } from './invoice-names.ts'
import { InvoiceRelease } from './invoice-release.tsx'

export default function InvoicePage() {
  const { customerId, invoiceId } = useParams<{ customerId: string; invoiceId: string }>()
  const invoice = useLiveInvoice(customerId, invoiceId)
  const customer = useAnswer<Customer>({ path: `/v1/customers/${customerId}` })
  const name = customer.data?.name ?? 'Customer'
  const crumbs = [
    { label: 'Customers', href: '/customers' },
    { label: name, href: `/customers/${customerId}` },
    { label: 'Invoices', href: `/customers/${customerId}/invoices` },
  ]
  if (invoice.data === undefined) {
    return (
      <Page title="Invoice" crumbs={crumbs}>
        <Answered query={invoice}>{() => null}</Answered>
      </Page>
    )
  }
  return (
    <Shown invoice={invoice.data} customerName={name} crumbs={crumbs} isLive={invoice.isLive} />
  )
}

interface ShownProps {
  invoice: Invoice
  customerName: string
  crumbs: { label: string; href: string }[]
  isLive: boolean
}

function Shown({ invoice, customerName, crumbs, isLive }: ShownProps) {
  const isUsage = invoice.start_timestamp !== undefined
  return (
    <Page
      title={`${invoiceKind(invoice.type)} invoice of ${customerName}`}
      crumbs={crumbs}
      heading={
        <>
          {invoiceKind(invoice.type)} invoice <InvoiceStatus status={invoice.status} />
        </>
      }
      lead={leadOf(invoice, customerName)}
      actions={<InvoiceActions invoice={invoice} />}
    >
      <Card className="invoice-head">
        <div>
          <p className="muted">
            {invoice.status === 'DRAFT' ? 'Total so far' : 'Total'}
            {isLive && (
              <span className="live">
                <span className="live-dot" aria-hidden="true" /> Live
              </span>
            )}
          </p>
          <p className="invoice-total" aria-live="polite">
            <Amount value={invoice.total} unit={invoice.credit_type} />
          </p>
        </div>
        <Facts facts={factsOf(invoice)} />
      </Card>
      {invoice.release !== undefined && <InvoiceRelease release={invoice.release} />}
      {invoice.status === 'DRAFT' && <HeldNote invoice={invoice} />}
      {isUsage && invoice.status !== 'DRAFT' && <InvoiceCorrections invoice={invoice} />}
      <Section title="Lines">
        <InvoiceLines invoice={invoice} />
      </Section>
      {isUsage && invoice.status !== 'VOID' && <InvoiceDays invoice={invoice} />}
    </Page>
  )
}

function leadOf({ status }: Invoice, name: string): string {
  if (status === 'DRAFT') return `What ${name} would be charged if no more usage came.`
  if (status === 'VOID') return `Nothing of this is owed by ${name} any more.`
  return `Charged to ${name}. It does not change any more.`
}
