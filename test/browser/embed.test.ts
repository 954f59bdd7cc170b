import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, inject } from 'vitest'
import { expectAccessible } from './accessibility.ts'
import { test } from './browser-test.ts'
import { createDemo } from './demo.ts'
import type { Sandbox } from './sign-in.ts'

const DASHBOARDS = ['invoices', 'usage', 'commits_and_credits'] as const

let demo: Sandbox
let frameUrls: string[] = []
/** Another site: each of `frameUrls` in a frame of its page. */
const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  const frames = frameUrls.map(
    (url) => `<iframe title="Billing" width="900" height="300" src="${url}"></iframe>`,
  )
  response.end(
    `<!doctype html><html lang="en"><title>Portal</title><h1>Portal</h1>${frames.join('')}`,
  )
})

beforeAll(async () => {
  if (inject('chromium') === '') return
  demo = await createDemo()
  site.listen(0, '127.0.0.1')
  await once(site, 'listening')
})
afterAll(() => site.close())

for (const dashboard of DASHBOARDS) {
  test(`a customer sees its ${dashboard} in a frame of another site`, async ({ openWindow }) => {
    const url = await embedUrl('northwind', dashboard)
    frameUrls = [url]
    const page = await openWindow({ mayComplain: /favicon/ })
    await page.goto(siteUrl())
    const frame = page.frameLocator('iframe')
    await frame.getByText(SHOWN[dashboard]).first().waitFor({ state: 'attached' })
    // The frame by itself, as the site's own page is not ours.
    await page.goto(url)
    await page.getByText(SHOWN[dashboard]).first().waitFor({ state: 'attached' })
    await expectAccessible(page)
    expect(await page.context().cookies()).toEqual([])
    expect(await page.evaluate(KEPT)).toEqual([0, 0, 0, 0])
    await page.setViewportSize({ width: 320, height: 600 })
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320)
  })
}

test('pages of two customers in one page of another site do not mix', async ({ openWindow }) => {
  frameUrls = await Promise.all(['helios', 'kestrel'].map((alias) => embedUrl(alias, 'invoices')))
  const page = await openWindow({ mayComplain: /favicon/ })
  await page.goto(siteUrl())
  for (const [i, [own, others]] of ONLY_THEIRS.entries()) {
    const frame = page.frameLocator('iframe').nth(i)
    await frame.getByText(own).first().waitFor({ state: 'attached' })
    expect(await frame.getByText(others).count()).toBe(0)
  }
})

/** A line that only one of two customers has, and one that only the other has. */
const ONLY_THEIRS = [
  ['Welcome credit', 'Onboarding'],
  ['Onboarding', 'Welcome credit'],
] as const

/** How much the browser keeps for the page's origin. */
const KEPT = `(async () => [
  localStorage.length,
  sessionStorage.length,
  (await indexedDB.databases()).length,
  (await caches.keys()).length,
])()`

function siteUrl(): string {
  return `http://127.0.0.1:${(site.address() as AddressInfo).port}/`
}

async function embedUrl(alias: string, dashboard: string): Promise<string> {
  const { data: customers } = (await demo.client.get(`/v1/customers?ingest_alias=${alias}`)) as {
    data: { id: string }[]
  }
  const asked = { customer_id: customers[0]?.id, dashboard }
  const { data } = (await demo.client.post('/v1/dashboards/getEmbeddableUrl', asked)) as {
    data: { url: string }
  }
  return data.url
}

/** What each page shows of this customer. */
const SHOWN = {
  invoices: 'Language models, 1M tokens',
  usage: 'Tokens',
  commits_and_credits: 'Commitment of the year',
} as const
