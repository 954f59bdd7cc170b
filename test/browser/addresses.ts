import { join } from 'node:path'
import type { ApiClient } from '../server/api-client.ts'

/** Typed here: its pages are checked as code of a browser. */
const ROUTES_FILE = join(import.meta.dirname, '../../src/dashboard/routes.ts')

/** The things of the demo company whose ids are in addresses. */
interface Things {
  customer: string
  /** Another customer, one of whose invoices is void. */
  other: string
  contract: string
  draft: string
  finalized: string
  voided: string
  card: string
  metric: string
  product: string
  package: string
}

/** Where pages are that are about one thing. */
const EXAMPLES: Record<string, (things: Things) => string[]> = {
  '/customers/:customerId/invoices/:invoiceId': ({ customer, other, ...things }) => [
    `/customers/${customer}/invoices/${things.draft}`,
    `/customers/${customer}/invoices/${things.finalized}`,
    `/customers/${other}/invoices/${things.voided}`,
  ],
  '/customers/:customerId/contracts/new': ({ customer }) => [
    `/customers/${customer}/contracts/new`,
  ],
  '/customers/:customerId/contracts/:contractId/:part?': ({ customer, contract }) => [
    `/customers/${customer}/contracts/${contract}`,
  ],
  '/customers/:customerId/:tab?': ({ customer }) => [`/customers/${customer}`],
  '/offering/metrics/:metricId': ({ metric }) => [`/offering/metrics/${metric}`],
  '/offering/products/:productId': ({ product }) => [`/offering/products/${product}`],
  '/offering/rate-cards/:rateCardId/:tab?': ({ card }) => [`/offering/rate-cards/${card}`],
  '/offering/packages/:packageId': (things) => [`/offering/packages/${things.package}`],
  '/events/*': () => ['/events/helios-mistyped'],
}

/**
 * An address of every page of routes.ts; the tabs of a page are found on it. A page whose address
 * has parameters needs an example above, as nothing tells which thing it is to show.
 */
export async function addressesOfPages(client: ApiClient): Promise<string[]> {
  const things = await findThings(client)
  const { ROUTES } = (await import(/* @vite-ignore */ ROUTES_FILE)) as {
    ROUTES: readonly { path: string }[]
  }
  return ROUTES.flatMap(({ path }) => {
    const plain = path.replace(/\/:\w+\?$/, '')
    const example = EXAMPLES[path]
    if (example !== undefined) return example(things)
    if (!/[:*]/.test(plain)) return [plain]
    throw new Error(`test/browser/addresses.ts has no example of ${path}`)
  })
}

async function findThings(client: ApiClient): Promise<Things> {
  const first = async (path: string, body?: object) => {
    const answer = body === undefined ? client.get(path) : client.post(path, body)
    const { data } = (await answer) as { data: { id: string }[] }
    if (data[0] === undefined) throw new Error(`The demo company has nothing in ${path}`)
    return data[0].id
  }
  const create = async (path: string, body: object) =>
    ((await client.post(path, body)) as { data: { id: string } }).data.id
  const customer = await first('/v1/customers?ingest_alias=northwind')
  const other = await first('/v1/customers?ingest_alias=juniper')
  const voided = await first(`/v1/customers/${other}/invoices?status=FINALIZED`)
  await client.post('/v1/invoices/void', { id: voided })
  const card = await first('/v1/contract-pricing/rate-cards/list', {})
  return {
    customer,
    other,
    contract: await first('/v2/contracts/list', { customer_id: customer }),
    draft: await first(`/v1/customers/${customer}/invoices?status=DRAFT`),
    finalized: await first(`/v1/customers/${customer}/invoices?status=FINALIZED`),
    voided,
    card,
    metric: await first('/v1/billable-metrics'),
    product: await first('/v1/contract-pricing/products/list', {}),
    package: await create('/v1/packages/create', { name: 'Starter', rate_card_id: card }),
  }
}
