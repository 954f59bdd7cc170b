import type { Page } from 'playwright-core'
import { beforeAll, inject } from 'vitest'
import { expectAccessible, expectAccessibleInBothThemes } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createDemo } from './demo.ts'
import { createSandbox, signIn, type Sandbox } from './sign-in.ts'

/** Pages of the environment as a whole, which there are from the first moment. */
const PAGES = [
  '/getting-started/rate-card',
  '/customers',
  '/invoices',
  '/events',
  '/offering/metrics',
  '/offering/metrics/new',
  '/offering/products',
  '/offering/products/new',
  '/offering/rate-cards',
  '/developer/api-tokens',
  '/developer/sandboxes',
  '/developer/environment',
  '/no-such-page',
]
/** Those that say so while they have nothing to show. */
const LISTS = ['/customers', '/invoices', '/events', '/offering/metrics', '/offering/rate-cards']

let demo: Sandbox

beforeAll(async () => {
  if (inject('chromium') !== '') demo = await createDemo()
})

test('lists without a row are accessible', async ({ openWindow }) => {
  const page = await openWindow()
  await signIn(page, (await createSandbox('Empty')).token)
  for (const path of LISTS) {
    await showPage(page, path)
    await expectAccessible(page)
  }
})

test('every page of a company that runs is accessible, light and dark', async ({ openWindow }) => {
  const page = await openWindow()
  await signIn(page, demo.token)
  for (const path of [...PAGES, ...(await pathsOfThings())]) {
    await showPage(page, path)
    await expectAccessibleInBothThemes(page)
  }
})

async function showPage(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText('Loading…').first().waitFor({ state: 'hidden' })
}

/** The pages of one customer, one contract, one invoice and so on. */
async function pathsOfThings(): Promise<string[]> {
  const { client } = demo
  const list = async (path: string, body?: object) => {
    const answer = body === undefined ? client.get(path) : client.post(path, body)
    return ((await answer) as { data: { id: string }[] }).data[0]?.id
  }
  const customer = await list('/v1/customers?ingest_alias=northwind')
  const invoices = `/v1/customers/${customer}/invoices`
  const contract = await list('/v2/contracts/list', { customer_id: customer })
  const card = await list('/v1/contract-pricing/rate-cards/list', {})
  const product = await list('/v1/contract-pricing/products/list', {})
  return [
    ...['', '/invoices', '/balances', '/usage', '/settings'].map(
      (tab) => `/customers/${customer}${tab}`,
    ),
    `/customers/${customer}/contracts/${contract}`,
    `/customers/${customer}/invoices/${await list(`${invoices}?status=DRAFT`)}`,
    `/customers/${customer}/invoices/${await list(`${invoices}?status=FINALIZED`)}`,
    '/events/helios-mistyped',
    `/offering/rate-cards/${card}`,
    `/offering/products/${product}`,
    `/offering/metrics/${await list('/v1/billable-metrics')}`,
  ]
}
