import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createMetric, createRateCard } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
/** A test asks more often than a client may by default. */
const settings = { searchesPerSecond: null }

/** A contract on calls by region at 5 × 100, then 50, and on stored bytes in SQL; only of org a or b. */
async function signUp() {
  const api = await createTestApi({ clockMs: MARCH_20, settings })
  const metricId = await createMetric(api, { groupKeys: [['region'], ['region', 'org']] })
  const callsId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Calls',
    type: 'USAGE',
    billable_metric_id: metricId,
    pricing_group_key: ['region'],
  })
  const bytesId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Bytes',
    type: 'USAGE',
    billable_metric_id: await createdId(api, '/v1/billable-metrics/create', {
      name: 'Bytes',
      sql: 'SELECT MAX(properties.bytes) AS value FROM events',
    }),
    quantity_conversion: { conversion_factor: 1024, operation: 'DIVIDE' },
    quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0 },
  })
  const rateCardId = await createRateCard(api)
  const tiers = [{ size: 5, price: 100 }, { price: 50 }]
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: callsId,
    rate_type: 'TIERED',
    tiers,
    pricing_group_values: { region: 'eu' },
  })
  await addRate(api, { rate_card_id: rateCardId, product_id: bytesId, price: 10 })
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
    usage_filter: { group_key: 'org', group_values: ['a', 'b'] },
    overrides: [
      {
        starting_at: '2026-03-01T00:00:00Z',
        product_id: callsId,
        type: 'MULTIPLIER',
        multiplier: 0.9,
      },
      {
        starting_at: '2026-03-10T00:00:00Z',
        product_id: callsId,
        type: 'MULTIPLIER',
        multiplier: 0.5,
      },
    ],
  })
  return { api, customerId, callsId, bytesId }
}

async function use(api: TestApi, day: string, count: number, properties: object): Promise<void> {
  const events = Array.from({ length: count }, () => ({
    transaction_id: crypto.randomUUID(),
    customer_id: 'acme',
    event_type: 'call',
    timestamp: `${day}T10:00:00Z`,
    properties: { region: 'eu', ...properties },
  }))
  const sent = await api.call('POST', '/v1/ingest', events)
  expect(sent.status).toBe(200)
}

test('an invoice is explained line by line, up to the events', async () => {
  const { api, customerId } = await signUp()
  await use(api, '2026-03-02', 4, { org: 'a', bytes: 1536 })
  await use(api, '2026-03-02', 3, { org: 'c', bytes: 9999 })
  await use(api, '2026-03-12', 3, { org: 'b' })
  const path = `/v1/customers/${customerId}/invoices`
  const [draft] = (await api.call('GET', path)).body.data
  const lines = draft.line_items.map((line: Record<string, never>) => [
    line['name'],
    line['quantity'],
    line['unit_price'],
    line['total'],
    line['tier'],
  ])
  expect(lines).toEqual([
    ['Calls', 4, 90, 360, { level: 1, starting_at: '0', size: '5' }],
    ['Bytes', 2, 10, 20, undefined],
    ['Calls', 1, 50, 50, { level: 1, starting_at: '0', size: '5' }],
    ['Calls', 2, 25, 50, { level: 2, starting_at: '5', size: null }],
  ])
  expect(draft.total).toBe(480)
  const explained = await api.call('GET', `${path}/${draft.id}/explain`)
  expect(explained.status).toBe(200)
  const { data, next_page } = explained.body
  expect(next_page).toBeNull()
  expect(data.map((each: { line_item: object }) => each.line_item)).toEqual(draft.line_items)
  expect(data[3]).toMatchObject({
    billable_metric: { name: 'Calls' },
    usage: {
      group_key: ['region'],
      usage_filters: [{ group_key: 'org', group_values: ['a', 'b'] }],
      windows: [
        { starting_at: '2026-03-10T00:00:00+00:00', metered: 3, converted: 3, quantity: 3 },
      ],
      quantity: 3,
    },
    rate: { rate_type: 'TIERED', tiers: [{ size: 5, price: 100 }, { price: 50 }] },
    override: { type: 'MULTIPLIER', multiplier: 0.5 },
    overrides_lost: [{ reason: 'higher_multiplier' }],
    price: { rate_type: 'TIERED', tiers: [{ size: 5, price: 50 }, { price: 25 }] },
    ladder: {
      position: 4,
      steps: [
        { level: 1, quantity: 1, unit_price: 50, total: 50 },
        { level: 2, quantity: 2, unit_price: 25, total: 50 },
      ],
    },
    arithmetic: '2 × 25 = 50',
    events: { count: 3 },
  })
  expect(data[1]).toMatchObject({
    usage: { windows: [{ metered: 1536, converted: 1.5, quantity: 2 }], quantity: 2 },
    quantity_conversion: { conversion_factor: 1024, operation: 'DIVIDE' },
    quantity_rounding: { rounding_method: 'ROUND_UP', decimal_places: 0 },
    override: null,
    // All that the query may have looked at: those of org a and b.
    events: { count: 7 },
  })
  const [search] = data[3].events.searches
  expect(search.group_values).toEqual({ region: ['eu'], org: ['a', 'b'] })
  const found = await api.call(search.method, search.path, search.body)
  expect(found.body.data.length).toBe(3)
})

test('an explanation comes in pages, and without counts where they are not wanted', async () => {
  const { api, customerId } = await signUp()
  await use(api, '2026-03-02', 7, { org: 'a' })
  const path = `/v1/customers/${customerId}/invoices`
  const [draft] = (await api.call('GET', path)).body.data
  const explain = (query: string) => api.call('GET', `${path}/${draft.id}/explain?${query}`)
  const all = await explain('skip_event_counts=true')
  expect(all.body.data.map((each: { arithmetic: string }) => each.arithmetic)).toEqual([
    '5 × 90 = 450',
    '2 × 45 = 90',
    '0 × 10 = 0',
  ])
  expect(all.body.data[0].events.count).toBeUndefined()
  const first = await explain('skip_event_counts=true&limit=2')
  expect(first.body.data).toEqual(all.body.data.slice(0, 2))
  const rest = await explain(`skip_event_counts=true&limit=2&next_page=${first.body.next_page}`)
  expect(rest.body).toEqual({ data: all.body.data.slice(2), next_page: null })
  expect(await explain('limit=26')).toMatchObject({ status: 400 })
  expect(await api.call('GET', `${path}/${customerId}/explain`)).toMatchObject({ status: 404 })
})
