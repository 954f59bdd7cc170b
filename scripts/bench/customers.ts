import { chromium, type Page } from 'playwright-core'
import { findChromium } from '../../test/browser/find-chromium.ts'
import { aliasOf, fillCustomers, nameOf } from './fill-customers.ts'
import { TOKEN } from './ingest.ts'
import { percentile } from './percentile.ts'
import { startServer, type BenchServer } from './server.ts'
import { clientOf } from './set-up.ts'
import { idOf } from './shared-database.ts'

const REQUESTS = 100

export interface CustomerFigure {
  what: string
  p50Ms: number
  p99Ms: number
}

/** How long what the dashboard's pages ask, and the pages themselves, take among so many customers. */
export async function measureCustomers(
  count: number,
  onStep: (step: string) => void,
): Promise<CustomerFigure[]> {
  const first = await startServer()
  await signOne(first)
  await first.kill()
  onStep(`writing ${count} customers with contracts and invoices`)
  fillCustomers(first.state, count)
  const server = await startServer(first.state)
  try {
    const figures: CustomerFigure[] = []
    for (const [what, pathOf] of Object.entries(questionsOf(count))) {
      onStep(what)
      figures.push(await measureRequests(server, what, pathOf))
    }
    onStep('next pages')
    figures.push(await measureNextPages(server))
    return [...figures, ...(await measurePages(server, onStep))]
  } finally {
    await server.kill()
  }
}

/** A contract of a customer that has nothing else: those of the others are its copies. */
async function signOne(server: BenchServer): Promise<void> {
  const client = clientOf(server)
  const event_type_filter = { in_values: ['llm_call'] }
  const metric = await client.v1.billableMetrics.create({
    name: 'Calls',
    aggregation_type: 'COUNT',
    event_type_filter,
  })
  const product = await client.v1.contracts.products.create({
    name: 'Calls',
    type: 'USAGE',
    billable_metric_id: metric.data.id,
  })
  const card = await client.v1.contracts.rateCards.create({ name: 'List prices' })
  await client.v1.contracts.rateCards.rates.add({
    rate_card_id: card.data.id,
    product_id: product.data.id,
    rate_type: 'FLAT',
    price: 5,
    entitled: true,
    starting_at: '2020-01-01T00:00:00Z',
  })
  const customer = await client.v1.customers.create({ name: 'Signed' })
  await client.v1.contracts.create({
    customer_id: customer.data.id,
    rate_card_id: card.data.id,
    starting_at: new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000).toISOString(),
  })
}

type PathOf = (request: number) => string

/** The questions of the pages; none asks twice for the same, where an answer may be remembered. */
function questionsOf(count: number): Record<string, PathOf> {
  // Any of the customers, far from each other.
  const any = (request: number) => (request * 7919) % count
  const drafts = (request: number) =>
    `/v1/customers/${idOf(any(request), 2)}/invoices?status=DRAFT&type=USAGE&limit=10`
  const invoices = '/v1/invoices?limit=50&sort=date_desc'
  const from = '2020-06-01T00:00:00Z'
  return {
    'customers, first page': () => '/v1/customers?limit=25',
    'customers by a name of one': (i) =>
      `/v1/customers?limit=50&name=${encodeURIComponent(nameOf(any(i)))}`,
    'customers by a part of many names': () => '/v1/customers?limit=50&name=airlines',
    'customers by a name of none': (i) => `/v1/customers?limit=50&name=nobody-${i}`,
    'customers by alias': (i) => `/v1/customers?ingest_alias=${aliasOf(any(i))}`,
    'customers by id': (i) => `/v1/customers?customer_ids=${idOf(any(i), 2)}`,
    'one customer': (i) => `/v1/customers/${idOf(any(i), 2)}`,
    'spend this period, first time': drafts,
    'spend this period, again': drafts,
    'invoices, first page': () => invoices,
    'invoices of a customer': (i) => `${invoices}&customer_id=${idOf(any(i), 2)}`,
    'invoices by status and type': () => `${invoices}&status=FINALIZED&type=USAGE`,
    'invoices by status, none': () => `${invoices}&status=VOID`,
    'invoices by date': () => `${invoices}&issued_from=${from}&issued_before=2020-07-01T00:00:00Z`,
  }
}

async function measureRequests(
  server: BenchServer,
  what: string,
  pathOf: PathOf,
): Promise<CustomerFigure> {
  const times: number[] = []
  for (let i = 0; i < REQUESTS; i++) {
    const start = performance.now()
    await ask(server, pathOf(i))
    times.push(performance.now() - start)
  }
  return figureOf(what, times)
}

async function measureNextPages(server: BenchServer): Promise<CustomerFigure> {
  const times: number[] = []
  let next: string | null = ''
  while (next !== null && times.length < REQUESTS) {
    const start = performance.now()
    const page: { next_page: string | null } = await ask(
      server,
      `/v1/customers?limit=100&next_page=${encodeURIComponent(next)}`,
    )
    times.push(performance.now() - start)
    next = page.next_page
  }
  return figureOf('customers, next pages of 100', times)
}

async function ask(server: BenchServer, path: string): Promise<{ next_page: string | null }> {
  const answer = await fetch(server.url + path, { headers: { authorization: `Bearer ${TOKEN}` } })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as { next_page: string | null }
}

function figureOf(what: string, times: number[]): CustomerFigure {
  return { what, p50Ms: percentile(times, 50), p99Ms: percentile(times, 99) }
}

/** From the click to the first row, and to the last number. Nothing, where there is no browser. */
async function measurePages(
  server: BenchServer,
  onStep: (step: string) => void,
): Promise<CustomerFigure[]> {
  const executablePath = findChromium()
  if (executablePath === undefined) return []
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  })
  try {
    const page = await browser.newPage({ baseURL: server.url })
    await page.goto('/')
    await page.getByLabel('API token').fill(TOKEN)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    const figures: CustomerFigure[] = []
    for (const path of ['/customers', '/customers?search=airlines', '/invoices']) {
      onStep(`page ${path}`)
      figures.push(...(await measurePage(page, path)))
    }
    return figures
  } finally {
    await browser.close()
  }
}

const SHOWS = 20

async function measurePage(page: Page, path: string): Promise<CustomerFigure[]> {
  const times: { rows: number; all: number }[] = []
  for (let i = 0; i < SHOWS; i++) {
    await page.goto('/no-such-page')
    await page.getByRole('heading', { level: 1 }).waitFor()
    times.push((await page.evaluate(untilShown(path))) as { rows: number; all: number })
  }
  return [
    figureOf(
      `the page ${path}, first row`,
      times.map(({ rows }) => rows),
    ),
    figureOf(
      `the page ${path}, all of it`,
      times.map(({ all }) => all),
    ),
  ]
}

/** Goes to a page within the dashboard, and answers when it has rows and when nothing loads, in milliseconds. */
const untilShown = (path: string) => `new Promise((resolve) => {
  const start = performance.now()
  history.pushState(null, '', ${JSON.stringify(path)})
  let rows
  const look = () => {
    const isThere = document.querySelector('main tbody td:first-child:not(:has(.skeleton))') !== null
    if (isThere) rows ??= performance.now() - start
    if (isThere && document.querySelector('main :is(.skeleton, .spinner)') === null) {
      resolve({ rows, all: performance.now() - start })
    } else setTimeout(look, 2)
  }
  look()
})`
