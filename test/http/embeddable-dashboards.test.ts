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

test('an embedded page reads what is of its customer, and nothing else', async () => {
  const api = await createTestApi()
  const { customerId, metricId, contractId } = await createCustomer(api)
  const otherId = await createdId(api, '/v1/customers', { name: 'Other' })
  const token = await tokenOf(api, { customer_id: customerId, dashboard: 'usage' })
  const call = (method: 'GET' | 'POST', path: string, body?: unknown) =>
    api.call(method, path, body, { authorization: `Bearer ${token}` })
  const invoices = await call('GET', `/v1/customers/${customerId}/invoices`)
  expect(invoices.body.data).toMatchObject([
    { status: 'DRAFT', contract_id: contractId, total: 20 },
  ])
  const invoicePath = `/v1/customers/${customerId}/invoices/${invoices.body.data[0].id}`
  expect((await call('GET', invoicePath)).status).toBe(200)
  const period = {
    window_size: 'DAY',
    starting_on: '2026-03-05T00:00:00Z',
    ending_before: '2026-03-06T00:00:00Z',
  }
  const usage = (customer_ids?: string[]) => call('POST', '/v1/usage', { ...period, customer_ids })
  expect((await usage([customerId])).body.data).toMatchObject([{ value: 10 }])
  const groups = (customer_id: string) =>
    call('POST', '/v1/usage/groups', {
      ...period,
      customer_id,
      billable_metric_id: metricId,
      group_key: ['model'],
    })
  expect((await groups(customerId)).body.data).toMatchObject([{ group_value: 'm1', value: 10 }])
  const balances = (customer_id: string) =>
    call('POST', '/v1/contracts/customerBalances/list', { customer_id })
  expect((await balances(customerId)).body.data).toEqual([])
  const metrics = await call('GET', `/v1/customers/${customerId}/billable-metrics`)
  expect(metrics.body.data).toMatchObject([
    { id: metricId, group_keys: [['model'], ['model', 'team']] },
  ])
  expect(metrics.text).not.toContain('completion')

  for (const answer of [
    await call('GET', `/v1/customers/${otherId}/invoices`),
    await usage([otherId]),
    await usage([customerId, otherId]),
    await usage(),
    await groups(otherId),
    await balances(otherId),
    // Whichever of the two members a route reads.
    await call('POST', '/v1/contracts/customerBalances/list', {
      customer_id: otherId,
      customer_ids: [customerId],
    }),
    await call('POST', '/v1/usage', {
      ...period,
      customer_id: customerId,
      customer_ids: [otherId],
    }),
    await call('GET', '/v1/customers'),
    await call('GET', '/v1/api-tokens'),
    await call('POST', '/v1/customers', { name: 'x' }),
    await call('POST', '/v1/ingest', []),
    await call('POST', '/v1/invoices/void', { id: invoices.body.data[0].id }),
    await embed({ ...api, call } as TestApi, { customer_id: customerId, dashboard: 'usage' }),
  ]) {
    expect([answer.status, answer.body.message]).toEqual([403, expect.any(String)])
  }
  const foreign = await createTestApi()
  expect(
    (
      await foreign.call('GET', `/v1/customers/${otherId}/invoices`, undefined, {
        authorization: `Bearer ${token}`,
      })
    ).status,
  ).toBe(403)
})

test('a URL that was altered or has expired shows nothing', async () => {
  const api = await createTestApi({ settings: { embedLifetimeMs: 2 * HOUR_MS } })
  const { customerId } = await createCustomer(api)
  const token = await tokenOf(api, { customer_id: customerId, dashboard: 'invoices' })
  const statusOf = async (sent: string) => {
    const page = await worker.fetch(new Request(`https://tactus.test/embed/${sent}`))
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
    color_overrides: [{ name: 'Gray_dark', value: '#ff0000' }],
    bm_group_key_overrides: [
      { group_key_name: 'model', display_name: 'Model', value_display_names: { m1: 'One' } },
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
    group_keys: { model: { name: 'Model', values: { m1: 'One' } } },
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
