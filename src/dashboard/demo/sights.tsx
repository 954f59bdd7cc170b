import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Customer, Invoice } from '../api/answers.ts'
import { get } from '../api/request.ts'
import { useEnvironment } from '../api/session.ts'
import { readAll } from '../api/use-pages.ts'
import { Amount } from '../components/amount.tsx'
import { Card } from '../components/page.tsx'
import { Answered } from '../components/states.tsx'
import { PdfButton } from '../pages/invoices/invoice-actions.tsx'
import { invoiceHref, lineHref } from '../pages/invoices/invoice-names.ts'
import { MISTYPED_ID } from './demo-events.ts'

interface Story {
  northwind: string
  draft: Invoice | undefined
  explained: Invoice | undefined
}

/** What there is to look at in the demo company, each with the page where it is. */
export function Sights() {
  const { id } = useEnvironment()
  const story = useQuery({
    queryKey: [id, 'demo story'],
    queryFn: ({ signal }) => readStory(signal),
    refetchInterval: 4_000,
  })
  return (
    <>
      <h2>Things to look at</h2>
      <Answered query={story}>{(read) => <List story={read} />}</Answered>
    </>
  )
}

async function readStory(signal: AbortSignal): Promise<Story> {
  const [northwind, juniper, helios] = await Promise.all([
    findCustomer('northwind', signal),
    findCustomer('juniper', signal),
    findCustomer('helios', signal),
  ])
  const [draft, explained] = await Promise.all([
    findInvoice(juniper, 'DRAFT', signal),
    findInvoice(helios, 'FINALIZED', signal),
  ])
  return { northwind, draft, explained }
}

async function findCustomer(alias: string, signal: AbortSignal): Promise<string> {
  const { data } = await get<{ data: Customer[] }>('/v1/customers', { ingest_alias: alias }, signal)
  if (data[0] === undefined) throw new Error(`There is no customer "${alias}" any more.`)
  return data[0].id
}

async function findInvoice(customerId: string, status: string, signal: AbortSignal) {
  const path = `/v1/customers/${customerId}/invoices`
  const query = { status, type: 'USAGE', sort: 'date_desc' }
  const [invoice] = await readAll<Invoice>({ path, query, limit: 1 }, { signal, pagesMax: 1 })
  return invoice
}

function List({ story: { northwind, draft, explained } }: { story: Story }) {
  return (
    <ol className="sights">
      <Sight href="/events" title="Events that arrive while you look">
        While a page of this sandbox is open, each customer sends one every four seconds.
      </Sight>
      {draft !== undefined && (
        <Sight
          href={invoiceHref({ id: draft.id, customerId: draft.customer_id })}
          title="A draft that moves"
          aside={
            <span className="sight-figure">
              <Amount value={draft.total} unit={draft.credit_type} />
            </span>
          }
        >
          What Juniper Studio would pay if no more usage came this month.
        </Sight>
      )}
      <Sight href={`/events/${MISTYPED_ID}`} title="One mistyped event">
        Helios Health wrote a model without its dash: the event is counted, and no price fits it.
        Its page says which rate is nearest.
      </Sight>
      {explained !== undefined && (
        <Sight
          href={lineHref(
            { id: explained.id, customerId: explained.customer_id },
            discountedLineOf(explained),
          )}
          title="One invoice, explained"
          aside={<PdfButton invoice={explained} />}
        >
          Why the tokens of Helios Health cost what they do, from the events to the discount. And
          the invoice in print.
        </Sight>
      )}
      <Sight href={`/customers/${northwind}/balances`} title="A commit that is used up">
        What Northwind Robotics paid in advance, and every entry of its ledger.
      </Sight>
    </ol>
  )
}

/** The discount is on what is priced by model. */
function discountedLineOf({ line_items: lines }: Invoice): number {
  const index = lines.findIndex(({ pricing_group_values: values }) => values !== undefined)
  return Math.max(index, 0)
}

interface SightProps {
  href: string
  title: string
  children: ReactNode
  /** On the right side. */
  aside?: ReactNode
}

function Sight({ href, title, children, aside }: SightProps) {
  return (
    <li>
      <Card className="sight">
        <div>
          <Link href={href}>{title}</Link>
          <p className="muted">{children}</p>
        </div>
        {aside}
      </Card>
    </li>
  )
}
