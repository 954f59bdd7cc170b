import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { addRate, createdId, createMetric, createProduct, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
const worker = (exports as unknown as { default: Fetcher }).default
// A test asks more often than a client may by default.
const settings = { searchesPerSecond: null }

async function signUp(api: TestApi, starting_at = '2026-03-01T00:00:00Z') {
  const offering = await createOffering(api)
  const { customerId, rateCardId } = offering
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at,
  })
  const preview = (body: unknown) =>
    api.call('POST', `/v1/customers/${customerId}/previewEvents`, body)
  const drafts = async () =>
    (await api.call('GET', `/v1/customers/${customerId}/invoices?status=DRAFT`)).body.data
  return { ...offering, contractId, preview, drafts }
}

/** An event of a preview, without transaction id. */
function use(timestamp?: string, properties: Record<string, unknown> = {}) {
  return {
    event_type: 'completion',
    ...(timestamp === undefined ? {} : { timestamp }),
    properties: { tokens: 1, model: 'm1', team: 'red', ...properties },
  }
}

function totals(answer: { body: { data: { total: number }[] } }): number[] {
  return answer.body.data.map(({ total }) => total)
}

test('the answer is the draft, line by line, as these events alone would make it', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const { preview, drafts, contractId, customerId, productId } = await signUp(api)
  const [draft] = await drafts()
  const usd = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }
  const line = {
    name: 'Completions',
    type: 'usage',
    credit_type: usd,
    product_id: productId,
    product_type: 'UsageProductListItem',
    product_tags: [],
    product_custom_fields: {},
    starting_at: '2026-03-01T00:00:00+00:00',
    ending_before: '2026-04-01T00:00:00+00:00',
  }
  const answer = await preview({
    events: [
      use('2026-03-02T00:00:00Z', { tokens: '10.5' }),
      use(undefined, { tokens: 4, model: 'm2', team: 'blue' }),
      // Of another period, of no rate, and of no metric.
      use('2026-02-28T23:59:59Z'),
      use('2026-03-02T00:00:00Z', { model: 'm3' }),
      { event_type: 'login' },
    ],
  })
  expect(answer).toMatchObject({ status: 200 })
  expect(answer.body).toEqual({
    data: [
      {
        id: draft.id,
        customer_id: customerId,
        contract_id: contractId,
        type: 'USAGE',
        status: 'DRAFT',
        start_timestamp: '2026-03-01T00:00:00+00:00',
        end_timestamp: '2026-04-01T00:00:00+00:00',
        issued_at: '2026-04-02T00:00:00+00:00',
        credit_type: usd,
        total: 33,
        line_items: [
          {
            ...line,
            quantity: 4,
            unit_price: 3,
            total: 12,
            pricing_group_values: { model: 'm2' },
            presentation_group_values: { team: 'blue' },
          },
          {
            ...line,
            quantity: 10.5,
            unit_price: 2,
            total: 21,
            pricing_group_values: { model: 'm1' },
            presentation_group_values: { team: 'red' },
          },
        ],
        external_invoice: null,
        custom_fields: {},
        contract_custom_fields: {},
        customer_custom_fields: {},
      },
    ],
  })
  // Nothing is kept (PE-5).
  expect(await drafts()).toEqual([draft])
})

test('TV-25: merge adds to the usage of the period, replace forgets it; nothing is kept', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const { preview, drafts } = await signUp(api)
  await api.call(
    'POST',
    '/v1/ingest',
    Array.from({ length: 99 }, (_, i) => completion(`t${i}`, '2026-03-10T00:00:00Z')),
  )
  const events = Array.from({ length: 5 }, () => use())
  const [before] = await drafts()
  expect(before.total).toBe(198)
  expect(totals(await preview({ events }))).toEqual([10])
  for (const mode of ['merge', 'MERGE', 'Merge']) {
    expect(totals(await preview({ events, mode }))).toEqual([208])
  }
  expect(totals(await preview({ events, mode: 'replace' }))).toEqual([10])
  expect(await drafts()).toEqual([before])
})

test('the preview of a merge is the draft that there is once the events are ingested', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const { preview, drafts, rateCardId, productId } = await signUp(api)
  await createMaxAndLatest(api, rateCardId)
  // A price that changes inside the period splits the lines.
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    pricing_group_values: { model: 'm1' },
    price: 5,
    starting_at: '2026-03-15T00:00:00Z',
  })
  const ingested = [
    completion('a', '2026-03-14T23:59:59Z', { tokens: '0.1', level: 7 }),
    completion('b', '2026-03-15T00:00:00Z', { tokens: 3, level: 4 }),
  ]
  await api.call('POST', '/v1/ingest', ingested)
  const more = [
    completion('c', '2026-03-12T00:00:00Z', { tokens: '0.20000000000000000001', level: 9 }),
    completion('d', '2026-03-15T00:00:00Z', { tokens: 2, level: 5 }),
    completion('e', '2026-03-19T00:00:00Z', { model: 'm2', team: 'blue', level: 1 }),
  ]
  const events = more.map(({ transaction_id, event_type, timestamp, properties }) => ({
    transaction_id,
    event_type,
    timestamp,
    properties,
  }))
  const previewed = await preview({ events, mode: 'merge' })
  await api.call('POST', '/v1/ingest', more)
  expect(previewed.body.data).toEqual(await drafts())
  expect(previewed.text).toContain('0.30000000000000000001')
  // Now that they are ingested, they are left out (PE-6).
  expect((await preview({ events, mode: 'merge' })).body.data).toEqual(await drafts())
  const again = await preview({ events: [...events, use()], skip_zero_qty_line_items: true })
  expect(totals(again)).toEqual([5])
  expect(again.body.data[0].line_items).toHaveLength(1)
})

/** Products that bill the peak and the last reading of `level`. */
async function createMaxAndLatest(api: TestApi, rateCardId: string): Promise<void> {
  for (const aggregation_type of ['MAX', 'LATEST']) {
    const productId = await createProduct(api, {
      name: aggregation_type,
      billable_metric_id: await createMetric(api, {
        aggregation_type,
        aggregation_key: 'level',
        property_filters: [{ name: 'level', exists: true }],
      }),
    })
    await addRate(api, { rate_card_id: rateCardId, product_id: productId, price: 100 })
  }
}

test('PE-6: only what was ingested for this customer in the last 34 days is left out', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-01T00:00:00Z'), settings })
  const { preview } = await signUp(api)
  const other = await createdId(api, '/v1/customers', { name: 'B', ingest_aliases: ['other'] })
  const at = '2026-03-01T00:00:00Z'
  await api.call('POST', '/v1/ingest', [
    completion('alias', at),
    { ...completion('other', at), customer_id: other },
    { ...completion('nobody', at), customer_id: 'nobody' },
  ])
  const events = ['alias', 'other', 'nobody', 'new'].map((transaction_id) => ({
    ...use(),
    transaction_id,
  }))
  expect(totals(await preview({ events }))).toEqual([6])
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-03T23:59:59Z' })
  expect(totals(await preview({ events }))).toEqual([6])
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-04T00:00:01Z' })
  expect(totals(await preview({ events }))).toEqual([8])
})

test('there is a draft of each contract that is in force now, and of no other', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const { preview, contractId, customerId, rateCardId } = await signUp(api)
  const add = (members: Record<string, unknown>) =>
    createdId(api, '/v1/contracts/create', {
      customer_id: customerId,
      rate_card_id: rateCardId,
      ...members,
    })
  const second = await add({ starting_at: '2026-03-15T00:00:00Z' })
  await add({ starting_at: '2026-03-01T00:00:00Z', ending_before: '2026-03-20T12:00:00Z' })
  await add({ starting_at: '2026-03-20T13:00:00Z' })
  const bare = await add({ rate_card_id: undefined, starting_at: '2026-03-01T00:00:00Z' })
  const gone = await add({ starting_at: '2026-03-01T00:00:00Z' })
  await api.call('POST', '/v1/contracts/archive', {
    customer_id: customerId,
    contract_id: gone,
    void_invoices: false,
  })
  const { body } = await preview({ events: [use('2026-03-10T00:00:00Z'), use()] })
  const found = body.data.map((draft: Record<string, unknown>) => [
    draft['contract_id'],
    draft['total'],
  ])
  expect(found).toHaveLength(3)
  expect(found).toEqual(
    expect.arrayContaining([
      [contractId, 4],
      [second, 2],
      [bare, 0],
    ]),
  )
})

test('without an active contract there is nothing to preview', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await createOffering(api)
  const path = `/v1/customers/${customerId}/previewEvents`
  expect((await api.call('POST', path, { events: [use()] })).body).toEqual({ data: [] })
})

test('an archived metric that a product still uses is previewed', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { preview, metricId } = await signUp(api)
  await api.call('POST', '/v1/billable-metrics/archive', { id: metricId })
  expect(totals(await preview({ events: [use()], mode: 'merge' }))).toEqual([2])
})

test('malformed previews and unknown customers are refused, and the field is named', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const { preview } = await signUp(api)
  const events = [use()]
  const cases: [body: unknown, message: string][] = [
    [{}, 'events: '],
    [{ events: [] }, 'events: '],
    [{ events: Array.from({ length: 101 }, () => use()) }, 'events: '],
    [{ events, mode: 'add' }, 'mode: expected one of REPLACE, MERGE'],
    [{ events, skip_zero_qty_line_items: 'yes' }, 'skip_zero_qty_line_items: '],
    [{ events, persist: true }, '"persist"'],
    [{ events: [{ ...use(), customer_id: 'acme' }] }, 'events[0]: Unrecognized key: "customer_id"'],
    [{ events: [{ properties: {} }] }, 'events[0].event_type: '],
    [{ events: [...events, { event_type: '' }] }, 'events[1].event_type must be'],
    [{ events: [use('2026-03-20T12:05:01Z')] }, 'events[0].timestamp must not lie more than 5'],
    [{ events: [use('2026-02-14T11:59:59Z')] }, 'events[0].timestamp must not lie more than 34'],
    [{ events: [{ ...use(), properties: 1 }] }, 'events[0].properties must be a JSON object.'],
    [
      { events: [1, 2].map((tokens) => ({ ...use(undefined, { tokens }), transaction_id: 'a' })) },
      'events[1].transaction_id must be unique within the request; events[0] has the same.',
    ],
  ]
  for (const [body, message] of cases) {
    const answer = await preview(body)
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(message)])
  }
  const unknown = `/v1/customers/${UNKNOWN_ID}/previewEvents`
  expect(await api.call('POST', unknown, { events })).toMatchObject({
    status: 404,
    body: { message: `customer_id: no customer ${UNKNOWN_ID}` },
  })
  expect((await api.call('POST', '/v1/customers/x/previewEvents', { events })).status).toBe(400)
})

test('PE-8: previews are counted, and refused beyond what a second allows', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings: { searchesPerSecond: 1 } })
  const { customerId } = await createOffering(api)
  const path = `/v1/customers/${customerId}/previewEvents`
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => api.call('POST', path, { events: [use()] })),
  )
  const statuses = new Set(answers.map(({ status }) => status))
  expect(statuses).toEqual(new Set([200, 429]))
})

test('a preview takes a token that may read', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await createOffering(api)
  const path = `/v1/customers/${customerId}/previewEvents`
  const statuses = { 'read-only': 200, 'ingest-only': 403 } as const
  for (const scope of ['read-only', 'ingest-only'] as const) {
    const client = await withScope(api, scope)
    expect((await client.call('POST', path, { events: [use()] })).status).toBe(statuses[scope])
  }
})

test('the official SDK previews events', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId } = await signUp(api)
  const { v1 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await v1.customers.previewEvents({
    customer_id: customerId,
    mode: 'merge',
    skip_zero_qty_line_items: true,
    events: [{ ...use('2026-03-02T00:00:00Z', { tokens: 3 }), transaction_id: 'a' }],
  })
  expect(data).toMatchObject([{ contract_id: contractId, status: 'DRAFT', total: 6 }])
})
