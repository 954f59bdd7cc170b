import type { ComponentType } from 'react'
import { useParams } from 'wouter'
import type { Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'
import { Badge } from '../../components/badge.tsx'
import { CopyableId } from '../../components/copy-button.tsx'
import { Page } from '../../components/page.tsx'
import { Answered } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import NotFound from '../not-found.tsx'
import { CustomerBalances } from './customer-balances.tsx'
import { CustomerInvoices } from './customer-invoices.tsx'
import { CustomerOverview } from './customer-overview.tsx'
import { CustomerSettings } from './customer-settings.tsx'
import { CustomerUsage } from './customer-usage.tsx'

const PARTS: Record<string, { label: string; part: ComponentType<{ customer: Customer }> }> = {
  '': { label: 'Overview', part: CustomerOverview },
  invoices: { label: 'Invoices', part: CustomerInvoices },
  balances: { label: 'Balances', part: CustomerBalances },
  usage: { label: 'Usage', part: CustomerUsage },
  settings: { label: 'Settings', part: CustomerSettings },
}

const CRUMBS = [{ label: 'Customers', href: '/customers' }]

export default function CustomerPage() {
  const { customerId, tab = '' } = useParams<{ customerId: string; tab?: string }>()
  const customer = useAnswer<Customer>({ path: `/v1/customers/${customerId}` })
  const Part = PARTS[tab]?.part
  if (Part === undefined) return <NotFound />
  if (customer.data === undefined) {
    return (
      <Page title="Customer" crumbs={CRUMBS}>
        <Answered query={customer}>{() => null}</Answered>
      </Page>
    )
  }
  const { name, id, archived_at } = customer.data
  return (
    <Page
      title={name}
      crumbs={CRUMBS}
      heading={
        <>
          {name} {archived_at !== null && <Badge>Archived</Badge>}
        </>
      }
      lead={<CopyableId id={id} />}
    >
      <Tabs
        label="Parts of the customer"
        tabs={Object.entries(PARTS).map(([key, { label }]) => ({
          label,
          href: key === '' ? `/customers/${id}` : `/customers/${id}/${key}`,
        }))}
      />
      <Part customer={customer.data} />
    </Page>
  )
}
