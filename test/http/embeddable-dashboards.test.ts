import Metronome from '@metronome/sdk'
import { env, exports } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createTestApi, TEST_NOW, withScope, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const bindings = env as unknown as Env
const worker = (exports as unknown as { default: Fetcher }).default
const HOUR_MS = 3_600_000

const embed = (api: TestApi, body: Record<string, unknown>) =>
  api.call('POST', '/v1/dashboards/getEmbeddableUrl', body)

async function tokenOf(api: TestApi, body: Record<string, unknown>): Promise<string> {
  const { url } = (await embed(api, body)).body.data
  return url.split('/embed/')[1]
}

async function createCustomer(api: TestApi) {
  const offering = await createOffering(api)
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: offering.customerId,
    rate_card_id: offering.rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const event = completion('t1', '2026-03-05T00:00:00Z', { tokens: 10, model: 'm1', team: 'a' })
  expect((await api.call('POST', '/v1/ingest', [event])).status).toBe(200)
  return { ...offering, contractId }
}

test('T25: the URL of an embedded page needs no token of the API, and shows in any frame', async () => {
  const api = await createTestApi()
  const { customerId } = await createCustomer(api)
  const sdk = new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (input, init) => worker.fetch(new Request(input, init)),
  })
  const { data } = await sdk.v1.dashboards.getEmbeddableURL({
    customer_id: customerId,
    dashboard: 'invoices',
    dashboard_options: [{ key: 'invoice_status_filter', value: 'FINALIZED' }],
  })
  expect(data.url).toMatch(/^https:\/\/tactus\.test\/embed\/tactus_embed_[\w-]+\.[\w-]{43}$/)
  const page = await worker.fetch(new Request(data.url!))
  expect(page.status).toBe(200)
  expect(page.headers.get('content-type')).toContain('text/html')
  expect(page.headers.get('content-security-policy')).toContain('frame-ancestors *')
  expect(page.headers.get('set-cookie')).toBe(null)
  expect(page.headers.get('referrer-policy')).toBe('no-referrer')
  expect(await page.text()).toContain('<script type="module"')
  const refused = await embed(api, { customer_id: customerId, dashboard: 'foo' })
  expect(refused).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('dashboard: expected one of invoices') },
  })
})

/** Calls by the token of each of a customer's three pages. */
async function openPages(api: TestApi, customer_id: string) {
  const open = async (dashboard: string, dashboard_options: object[] = []) => {
    const token = await tokenOf(api, { customer_id, dashboard, dashboard_options })
    return (method: 'GET' | 'POST', path: string, body?: unknown) =>
      api.call(method, path, body, { authorization: `Bearer ${token}` })
  }
  const [invoices, usage, balances] = await Promise.all(
    ['invoices', 'usage', 'commits_and_credits'].map((dashboard) => open(dashboard)),
  )
  return { open, invoices: invoices!, usage: usage!, balances: balances! }
}

const PERIOD = {
  window_size: 'DAY',
  starting_on: '2026-03-05T00:00:00Z',
  ending_before: '2026-03-06T00:00:00Z',
}
const BALANCES = '/v1/contracts/customerBalances/list'

test('each embedded page reads what it shows of its customer', async () => {
  const api = await createTestApi()
  const { customerId, metricId, contractId } = await createCustomer(api)
  const { invoices, usage, balances } = await openPages(api, customerId)
  const path = `/v1/customers/${customerId}`
  const listed = await invoices('GET', `${path}/invoices`)
  expect(listed.body.data).toMatchObject([{ status: 'DRAFT', contract_id: contractId, total: 20 }])
  expect(listed.headers.get('cache-control')).toBe('no-store')
  const invoicePath = `${path}/invoices/${listed.body.data[0].id}`
  expect((await invoices('GET', invoicePath)).status).toBe(200)
  const groups = { billable_metric_id: metricId, group_key: ['model'], customer_id: customerId }
  const groupRows = await usage('POST', '/v1/usage/groups', { ...PERIOD, ...groups })
  expect(groupRows.body.data).toMatchObject([{ group_value: 'm1', value: 10 }])
  expect((await balances('POST', BALANCES, { customer_id: customerId })).body.data).toEqual([])
  await createdId(api, '/v1/billable-metrics/create', {
    name: 'Calls of Acme',
    aggregation_type: 'COUNT',
  })
  const metrics = await usage('GET', `${path}/billable-metrics`)
  expect(metrics.body.data).toMatchObject([
    { id: metricId, group_keys: [['model'], ['model', 'team']] },
  ])
  expect(metrics.text).not.toContain('completion')
  // What the pages of others show is not for one of them.
  for (const answer of [
    await usage('GET', `${path}/invoices`),
    await usage('GET', `${invoicePath}/pdf`),
    await balances('GET', invoicePath),
    await invoices('POST', BALANCES, { customer_id: customerId }),
    await usage('POST', '/v1/usage', { ...PERIOD, customer_ids: [customerId] }),
    await invoices('POST', '/v1/usage/groups', { ...PERIOD, ...groups }),
    await balances('GET', `${path}/billable-metrics`),
    await usage('GET', `${path}/contract-names`),
  ]) {
    expect([answer.status, answer.body.message]).toEqual([403, expect.any(String)])
  }
})

test('no embedded page reads anything of another customer, whatever names it', async () => {
  const api = await createTestApi()
  const own = await createCustomer(api)
  const otherId = await createdId(api, '/v1/customers', {
    name: 'Other',
    ingest_aliases: ['other-alias'],
  })
  for (const name of ['First', 'Second']) {
    await createdId(api, '/v1/contracts/create', {
      name,
      customer_id: otherId,
      rate_card_id: own.rateCardId,
      starting_at: '2026-03-01T00:00:00Z',
    })
  }
  const { invoices, usage, balances } = await openPages(api, own.customerId)
  const otherPath = `/v1/customers/${otherId}`
  const ownPath = `/v1/customers/${own.customerId}`
  const others = await api.call('GET', `${otherPath}/invoices?limit=1`)
  const { id: otherInvoice } = others.body.data[0]
  const names = await api.call('GET', `${otherPath}/contract-names?limit=1`)
  const groupsOf = (body: object) =>
    usage('POST', '/v1/usage/groups', { ...PERIOD, billable_metric_id: own.metricId, ...body })
  const usageOf = (body: object) => usage('POST', '/v1/usage', { ...PERIOD, ...body })
  const refused = {
    'the path': await invoices('GET', `${otherPath}/invoices`),
    'an invoice in its own path': await invoices('GET', `${otherPath}/invoices/${otherInvoice}`),
    'a PDF': await invoices('GET', `${otherPath}/invoices/${otherInvoice}/pdf`),
    'contract names': await invoices('GET', `${otherPath}/contract-names`),
    metrics: await usage('GET', `${otherPath}/billable-metrics`),
    'an array': await usageOf({ customer_ids: [otherId] }),
    'an array of both': await usageOf({ customer_ids: [own.customerId, otherId] }),
    'an array in an array': await usageOf({ customer_ids: [[otherId]] }),
    'an empty array': await usageOf({ customer_ids: [] }),
    nothing: await usageOf({}),
    'no array': await usageOf({ customer_ids: otherId }),
    'both members': await usageOf({ customer_id: own.customerId, customer_ids: [otherId] }),
    'an ingest alias': await groupsOf({ customer_id: 'other-alias' }),
    'a body': await groupsOf({ customer_id: otherId }),
    'a body with the own array': await groupsOf({
      customer_id: otherId,
      customer_ids: [own.customerId],
    }),
    'balances of another': await balances('POST', BALANCES, { customer_id: otherId }),
    'a query beside the body': await balances('POST', `${BALANCES}?customer_id=${own.customerId}`, {
      customer_id: otherId,
    }),
  }
  const unembeddable = [
    '/v1/customers',
    '/v1/invoices',
    '/v1/api-tokens',
    '/v1/environment',
    `${ownPath}/invoices/live`,
    `${ownPath}/invoices/breakdowns?starting_on=2026-03-01&ending_before=2026-04-01`,
    `${ownPath}/invoices/${otherInvoice}/explain`,
    `${ownPath}/invoices/${otherInvoice}/corrections`,
    ownPath,
  ]
  const written = {
    '/v1/customers': { name: 'x' },
    '/v1/ingest': [],
    '/v1/events/search': { transactionIds: ['t1'] },
    '/v1/spend/breakdowns/list': { customer_id: own.customerId },
    '/v2/contracts/list': { customer_id: own.customerId },
    '/v1/invoices/void': { id: otherInvoice },
    '/v1/dashboards/getEmbeddableUrl': { customer_id: otherId, dashboard: 'invoices' },
  }
  const statuses = Object.entries(refused).map(([by, answer]) => [by, answer.status])
  for (const call of [invoices, usage, balances]) {
    for (const path of unembeddable) statuses.push([path, (await call('GET', path)).status])
    for (const [path, body] of Object.entries(written)) {
      statuses.push([path, (await call('POST', path, body)).status])
    }
  }
  const bad = statuses.filter(([, status]) => ![401, 403, 404].includes(status as number))
  expect(bad).toEqual([])
  expect(Object.values(refused).map(({ status }) => status)).toEqual(
    Object.keys(refused).map(() => 403),
  )

  // Under its own path, what is another's is not there, nor is it behind another's cursor.
  for (const path of [`${otherInvoice}`, `${otherInvoice}/pdf`]) {
    expect((await invoices('GET', `${ownPath}/invoices/${path}`)).status).toBe(404)
  }
  const next = (page: { body: { next_page: string } }) => encodeURIComponent(page.body.next_page)
  const behind = [
    await invoices('GET', `${ownPath}/invoices?limit=1&next_page=${next(others)}`),
    await invoices('GET', `${ownPath}/contract-names?limit=1&next_page=${next(names)}`),
  ]
  expect(behind.map(({ status }) => status)).toEqual([400, 400])
  const balance = await balances('POST', BALANCES, {
    customer_id: own.customerId,
    id: otherInvoice,
  })
  expect(balance.body.data).toEqual([])

  const socket = await worker.fetch(
    new Request(`https://tactus.test${otherPath}/invoices/live`, {
      headers: {
        upgrade: 'websocket',
        'sec-websocket-protocol': `tactus, bearer.${await tokenOf(api, {
          customer_id: own.customerId,
          dashboard: 'invoices',
        })}`,
      },
    }),
  )
  expect(socket.status).toBe(403)
  const signedIn = await worker.fetch('https://tactus.test/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://tactus.test' },
    body: JSON.stringify({
      token: await tokenOf(api, { customer_id: own.customerId, dashboard: 'usage' }),
    }),
  })
  expect([signedIn.ok, signedIn.headers.get('set-cookie')]).toEqual([false, null])
})

test('options bind the token: invoices that a page is not to show, it cannot read', async () => {
  const api = await createTestApi()
  const { customerId, contractId, rateCardId } = await createCustomer(api)
  await api.call('POST', '/v2/contracts/edit', {
    customer_id: customerId,
    contract_id: contractId,
    update_contract_name: 'Main',
  })
  const secondId = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
    custom_fields: {},
  })
  const { open, invoices } = await openPages(api, customerId)
  const path = `/v1/customers/${customerId}`
  const idsOf = async (call: typeof invoices) =>
    (await call('GET', `${path}/invoices`)).body.data.map(
      (invoice: { contract_id: string }) => invoice.contract_id,
    )
  const all = (await invoices('GET', `${path}/invoices`)).body.data
  expect(new Set(await idsOf(invoices))).toEqual(new Set([contractId, secondId]))
  const ofSecond = await open('invoices', [{ key: 'contract_id', value: secondId }])
  expect(await idsOf(ofSecond)).toEqual([secondId])
  const final = await open('invoices', [{ key: 'invoice_status_filter', value: 'FINALIZED' }])
  expect(await idsOf(final)).toEqual([])
  const first = all.find((invoice: { contract_id: string }) => invoice.contract_id === contractId)
  for (const call of [ofSecond, final]) {
    for (const rest of ['', '/pdf']) {
      expect((await call('GET', `${path}/invoices/${first.id}${rest}`)).status).toBe(404)
    }
  }
  const namesOf = async (call: typeof invoices) =>
    (await call('GET', `${path}/contract-names`)).body.data.map(
      ({ id, name }: { id: string; name: string | null }) => [id, name],
    )
  expect(new Map(await namesOf(invoices))).toEqual(
    new Map([
      [contractId, 'Main'],
      [secondId, null],
    ]),
  )
  expect(await namesOf(ofSecond)).toEqual([[secondId, null]])
})

test("the operator's own notes are not among what an embedded page reads", async () => {
  const api = await createTestApi()
  const { customerId, creditProductId } = await createCustomerWithNotes(api)
  const { invoices, balances } = await openPages(api, customerId)
  const listed = await invoices('GET', `/v1/customers/${customerId}/invoices`)
  expect(listed.body.data).not.toEqual([])
  const credits = await balances('POST', BALANCES, {
    customer_id: customerId,
    include_balance: true,
  })
  expect(credits.body.data).toMatchObject([
    { product: { id: creditProductId }, balance: 80.5, custom_fields: {} },
  ])
  expect(listed.text + credits.text).not.toMatch(/SECRET/)
  // To the operator they are what they were.
  const own = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  expect(own.text).toMatch(/SECRET field/)
})

async function createCustomerWithNotes(api: TestApi) {
  const { customerId } = await createCustomer(api)
  for (const entity of ['customer', 'contract_credit']) {
    const key = { entity, key: 'note', enforce_uniqueness: false }
    await api.call('POST', '/v1/customFields/addKey', key)
  }
  await api.call('POST', '/v1/customFields/setValues', {
    entity: 'customer',
    entity_id: customerId,
    custom_fields: { note: 'SECRET field' },
  })
  const creditProductId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Credit',
    type: 'FIXED',
  })
  await createdId(api, '/v1/contracts/customerCredits/create', {
    customer_id: customerId,
    product_id: creditProductId,
    priority: 1,
    salesforce_opportunity_id: 'SECRET opportunity',
    custom_fields: { note: 'SECRET credit' },
    access_schedule: {
      schedule_items: [
        {
          amount: 100.5,
          starting_at: '2026-03-01T00:00:00Z',
          ending_before: '2027-03-01T00:00:00Z',
        },
      ],
    },
  })
  return { customerId, creditProductId }
}

test('a URL that was altered or has expired shows nothing', async () => {
  const api = await createTestApi({ settings: { embedLifetimeMs: 2 * HOUR_MS } })
  const { customerId } = await createCustomer(api)
  const token = await tokenOf(api, { customer_id: customerId, dashboard: 'invoices' })
  const statusOf = async (sent: string) => {
    const page = await worker.fetch(new Request(`https://tactus.test/embed/${sent}`))
    expect(page.headers.get('cache-control')).toBe('no-store')
    // Refused, the page has its look and says why, and runs nothing.
    const text = await page.text()
    expect(text.includes('<script')).toBe(page.status === 200)
    expect(/<p class="note">The URL of this page [^<]+<\/p>/.test(text)).toBe(page.status !== 200)
    const read = await api.call('GET', `/v1/customers/${customerId}/invoices`, undefined, {
      authorization: `Bearer ${sent}`,
    })
    return [page.status, read.status]
  }
  expect(await statusOf(token)).toEqual([200, 200])
  const [payload, signature] = token.slice('tactus_embed_'.length).split('.')
  const grant = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  const altered = Buffer.from(
    JSON.stringify({ ...grant, customer_id: crypto.randomUUID() }),
  ).toString('base64url')
  for (const sent of [
    `tactus_embed_${altered}.${signature}`,
    `tactus_embed_${payload}.${signature!.slice(0, -2)}AA`,
    `tactus_embed_${payload}.`,
    `tactus_embed_${payload}`,
    'tactus_embed_',
  ]) {
    expect([sent, await statusOf(sent)]).toEqual([sent, [401, 401]])
  }
  const start = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    vi.setSystemTime(start + 1.9 * HOUR_MS)
    expect(await statusOf(token)).toEqual([200, 200])
    vi.setSystemTime(start + 2.1 * HOUR_MS)
    expect(await statusOf(token)).toEqual([401, 401])
  } finally {
    vi.useRealTimers()
  }
  await bindings.DB.prepare('UPDATE environments SET deleted_at = 1 WHERE id = ?')
    .bind(api.environmentId)
    .run()
  expect(await statusOf(token)).toEqual([401, 401])
})

test('what a page shows and how is in its URL, and checked before', async () => {
  const api = await createTestApi()
  const { customerId, contractId } = await createCustomer(api)
  const reader = await withScope(api, 'read-only')
  const token = await tokenOf(reader, {
    customer_id: customerId,
    dashboard: 'invoices',
    dashboard_options: [{ key: 'contract_id', value: contractId }],
    color_overrides: [{ name: 'Gray_dark', value: 'ff0000' }, { name: 'White' }],
    bm_group_key_overrides: [
      { group_key_name: 'model', display_name: 'Model', value_display_names: { m1: 'One', m2: 2 } },
    ],
  })
  const grant = JSON.parse(
    Buffer.from(token.slice('tactus_embed_'.length).split('.')[0]!, 'base64url').toString(),
  )
  expect(grant).toEqual({
    environment_id: api.environmentId,
    customer_id: customerId,
    expires_at: expect.any(Number),
    frozen_at: TEST_NOW,
    dashboard: 'invoices',
    options: { contract_id: contractId },
    colors: { Gray_dark: '#ff0000' },
    group_keys: { model: { name: 'Model', values: { m1: 'One', m2: '2' } } },
  })
  const lifetime = grant.expires_at - Date.now()
  expect(lifetime > 23.9 * HOUR_MS && lifetime <= 24 * HOUR_MS).toBe(true)

  const base = { customer_id: customerId, dashboard: 'invoices' }
  const longNames = Object.fromEntries(
    Array.from({ length: 60 }, (_, i) => [`value ${i}`, 'x'.repeat(100)]),
  )
  for (const [change, status, message] of [
    [{ customer_id: crypto.randomUUID() }, 404, 'customer_id'],
    [{ customer_id: undefined }, 400, 'customer_id'],
    [{ dashboard_options: [{ key: 'nope', value: 'x' }] }, 400, 'dashboard_options[0].key'],
    [
      { dashboard_options: [{ key: 'invoice_type', value: 'x' }] },
      400,
      'dashboard_options[0].value',
    ],
    [
      { dashboard_options: [{ key: 'contract_id', value: crypto.randomUUID() }] },
      400,
      'contract_id: the customer has no contract',
    ],
    [{ color_overrides: [{ name: 'Pink', value: '#fff' }] }, 400, 'color_overrides[0].name'],
    [{ color_overrides: [{ name: 'White', value: 'url(x)' }] }, 400, 'color_overrides[0].value'],
    [
      { bm_group_key_overrides: [{ group_key_name: 'a', value_display_names: longNames }] },
      413,
      'bm_group_key_overrides',
    ],
  ] as const) {
    const answer = await embed(api, { ...base, ...change })
    expect([change, answer.status]).toEqual([change, status])
    expect(answer.body.message).toContain(message)
  }
  // The former name of a dashboard, with the option that it had.
  const former = await embed(api, {
    customer_id: customerId,
    dashboard: 'credits',
    dashboard_options: [{ key: 'hide_grant_name', value: 'true' }],
  })
  expect(former.status).toBe(200)
})
