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
let frameUrl = ''
/** Another site: whatever is in `frameUrl` in a frame of its page. */
const site = createServer((_request, response) => {
  response.setHeader('content-type', 'text/html')
  response.end(
    `<!doctype html><html lang="en"><title>Portal</title><h1>Portal</h1><iframe title="Billing" width="900" height="700" src="${frameUrl}"></iframe>`,
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
    const { data: customers } = (await demo.client.get('/v1/customers?ingest_alias=northwind')) as {
      data: { id: string }[]
    }
    const asked = { customer_id: customers[0]?.id, dashboard }
    const { data } = (await demo.client.post('/v1/dashboards/getEmbeddableUrl', asked)) as {
      data: { url: string }
    }
    frameUrl = data.url
    const page = await openWindow({ mayComplain: /favicon/ })
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}/`)
    const frame = page.frameLocator('iframe')
    await frame.getByText(SHOWN[dashboard]).first().waitFor({ state: 'attached' })
    // The frame by itself, as the site's own page is not ours.
    await page.goto(frameUrl)
    await page.getByText(SHOWN[dashboard]).first().waitFor({ state: 'attached' })
    await expectAccessible(page)
    expect(await page.context().cookies()).toEqual([])
  })
}

/** What each page shows of this customer. */
const SHOWN = {
  invoices: 'Language models, 1M tokens',
  usage: 'Tokens',
  commits_and_credits: 'Commitment of the year',
} as const
