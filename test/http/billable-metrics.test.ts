import { expect, test } from 'vitest'
import { createTestApi, TEST_NOW, withScope } from '../support/api.ts'
import {
  addFieldKeys,
  addRate,
  createMetric,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'
import { openDatabase } from '../../src/db/database.ts'
import { contracts } from '../../src/db/schema.ts'
import { env } from 'cloudflare:workers'
import type { Env } from '../../src/env.ts'

const CREATE = '/v1/billable-metrics/create'
const FULL = {
  name: 'Tokens',
  aggregation_type: 'Sum',
  aggregation_key: 'tokens',
  event_type_filter: { in_values: ['chat'], not_in_values: ['test'] },
  property_filters: [
    { name: 'tokens', exists: true },
    { name: 'model', exists: null, in_values: ['a', 'b'] },
    { name: 'region', exists: true, not_in_values: ['moon'] },
  ],
  group_keys: [['model'], ['model', 'region']],
  custom_fields: { team: 'ai' },
}
const FULL_BODY = {
  name: 'Tokens',
  aggregation_type: 'SUM',
  aggregation_key: 'tokens',
  event_type_filter: { in_values: ['chat'], not_in_values: ['test'] },
  property_filters: [
    { name: 'tokens', exists: true },
    { name: 'model', in_values: ['a', 'b'] },
    { name: 'region', exists: true, not_in_values: ['moon'] },
  ],
  group_keys: [['model'], ['model', 'region']],
  custom_fields: { team: 'ai' },
}

async function versionOf(environmentId: string): Promise<number | null> {
  const query = (env as unknown as Env).DB.prepare(
    'SELECT config_version FROM environments WHERE id = ?',
  )
  return query.bind(environmentId).first('config_version')
}

const idsIn = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)

test('a metric is created, read, renamed and archived (BM-1 … BM-11)', async () => {
  const { call } = await createTestApi()
  await addFieldKeys({ call }, 'billable_metric', ['team'])
  const created = await call('POST', CREATE, FULL)
  expect(created).toMatchObject({ status: 200, body: { data: { id: expect.any(String) } } })
  expect(Object.keys(created.body.data)).toEqual(['id'])
  const { id } = created.body.data
  const path = `/v1/billable-metrics/${id}`
  expect((await call('GET', path)).body).toEqual({ data: { id, ...FULL_BODY } })
  expect(await call('PUT', path, { name: 'All tokens' })).toMatchObject({
    status: 200,
    body: { data: { id } },
  })
  expect((await call('GET', path)).body).toEqual({ data: { id, ...FULL_BODY, name: 'All tokens' } })
  expect(await call('POST', '/v1/billable-metrics/archive', { id })).toMatchObject({
    status: 200,
    body: { data: { id } },
  })
  expect((await call('GET', path)).body).toEqual({
    data: { id, ...FULL_BODY, name: 'All tokens', archived_at: '2026-03-10T12:00:00.000Z' },
  })
})

test('a metric needs no more than a name and an aggregation type', async () => {
  const { call } = await createTestApi()
  const { body } = await call('POST', CREATE, { name: 'Events', aggregation_type: 'count' })
  expect((await call('GET', `/v1/billable-metrics/${body.data.id}`)).body.data).toEqual({
    id: body.data.id,
    name: 'Events',
    aggregation_type: 'COUNT',
    property_filters: [],
    group_keys: [],
    custom_fields: {},
  })
})

test('TV-15: definitions that break the rules are refused', async () => {
  const { call } = await createTestApi()
  const refused = async (members: object) => {
    const { status, body } = await call('POST', CREATE, { name: 'm', ...members })
    return `${status} ${body.message}`
  }
  expect(await refused({ aggregation_type: 'SUM', aggregation_key: 'gb' })).toContain(
    '400 The specified aggregation key must be one of the property filter names',
  )
  expect(await refused({ aggregation_type: 'COUNT', group_keys: [['zone']] })).toBe(
    "400 Group key 'zone' does not match one of the property filter names.",
  )
  expect(
    await refused({ sql: 'SELECT count() AS value FROM events', aggregation_type: 'SUM' }),
  ).toBe('400 sql: cannot be combined with aggregation_type')
  expect(await refused({ sql: 'SELECT count() AS value' })).toBe(
    '400 1:24 — expected FROM but found end of query',
  )
  expect(await refused({})).toBe('400 aggregation_type: required for a metric without sql')
})

test.for([
  [{ name: undefined }, 'name:'],
  [{ name: '' }, 'name:'],
  [{ name: 5 }, 'name:'],
  [
    { aggregation_type: 'MEDIAN' },
    'aggregation_type: expected one of COUNT, SUM, MAX, LATEST, UNIQUE',
  ],
  [{ aggregation_type: 1 }, 'aggregation_type:'],
  [{ aggregation_key: '' }, 'aggregation_key:'],
  [{ sql: 1 }, 'sql:'],
  [
    { event_type_filter: { in_values: [] } },
    'event_type_filter.in_values: expected at least one value',
  ],
  [{ event_type_filter: { not_in_values: [] } }, 'event_type_filter.not_in_values:'],
  [{ event_type_filter: { in_values: [1] } }, 'event_type_filter.in_values[0]:'],
  [{ property_filters: {} }, 'property_filters:'],
  [{ property_filters: [{}] }, 'property_filters[0].name:'],
  [{ property_filters: [{ name: 'a', in_values: [] }] }, 'property_filters[0].in_values:'],
  [{ property_filters: [{ name: 'a', not_in_values: [] }] }, 'property_filters[0].not_in_values:'],
  [{ property_filters: [{ name: 'a', exists: 'yes' }] }, 'property_filters[0].exists:'],
  [{ group_keys: ['zone'] }, 'group_keys[0]:'],
  [{ group_keys: [[]] }, 'group_keys[0]: expected at least one property'],
  [{ group_keys: [['zone', 'zone']] }, 'group_keys[0]: expected each property only once'],
  [{ group_keys: [['']] }, 'group_keys[0][0]:'],
  [{ custom_fields: { a: 1 } }, 'custom_fields.a:'],
  [{ custom_fields: { a: 'x'.repeat(201) } }, 'custom_fields.a:'],
] as const)('a malformed metric is refused by field: %j', async ([members, message]) => {
  const { call } = await createTestApi()
  const refused = await call('POST', CREATE, { ...FULL, ...members })
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
  expect((await call('GET', '/v1/billable-metrics')).body.data).toEqual([])
})

test('ids that are unknown, malformed or of another environment', async () => {
  const api = await createTestApi()
  const foreignId = await createMetric(await createTestApi())
  for (const id of [UNKNOWN_ID, foreignId]) {
    const path = `/v1/billable-metrics/${id}`
    const message = `billable_metric_id: no billable metric ${id}`
    expect(await api.call('GET', path)).toMatchObject({ status: 404, body: { message } })
    expect(await api.call('PUT', path, { name: 'x' })).toMatchObject({
      status: 404,
      body: { message },
    })
    expect(await api.call('POST', '/v1/billable-metrics/archive', { id })).toMatchObject({
      status: 404,
      body: { message: `id: no billable metric ${id}` },
    })
  }
  expect(await api.call('GET', '/v1/billable-metrics/7')).toMatchObject({
    status: 400,
    body: { message: 'billable_metric_id: expected a UUID' },
  })
  const metricId = await createMetric(api)
  expect(await api.call('PUT', `/v1/billable-metrics/${metricId}`, {})).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('name:') },
  })
  expect((await api.call('POST', '/v1/billable-metrics/archive', {})).body.message).toContain('id:')
})

test('metrics are listed by page in the order of their creation; archived ones on demand (BM-6)', async () => {
  const api = await createTestApi()
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push(await createMetric(api, { name: `m${i}` }))
  await api.call('POST', '/v1/billable-metrics/archive', { id: ids[1] })
  expect(idsIn((await api.call('GET', '/v1/billable-metrics')).body).sort()).toEqual(
    ids.filter((_, i) => i !== 1).sort(),
  )
  const seen: string[] = []
  let cursor = ''
  for (const size of [2, 2, 1]) {
    const path = `/v1/billable-metrics?limit=2&include_archived=true&next_page=${cursor}`
    const { status, body } = await api.call('GET', path)
    expect(status).toBe(200)
    expect(body.data).toHaveLength(size)
    seen.push(...idsIn(body))
    cursor = body.next_page === null ? '' : encodeURIComponent(body.next_page)
  }
  expect(cursor).toBe('')
  expect(seen.sort()).toEqual(ids.sort())
})

test('a cursor belongs to its question', async () => {
  const api = await createTestApi()
  for (let i = 0; i < 2; i++) await createMetric(api)
  const { body } = await api.call('GET', '/v1/billable-metrics?limit=1')
  const next = `next_page=${encodeURIComponent(body.next_page)}`
  for (const path of [
    `/v1/billable-metrics?include_archived=true&${next}`,
    '/v1/billable-metrics?next_page=nonsense',
    '/v1/billable-metrics?limit=0',
    '/v1/billable-metrics?include_archived=perhaps',
  ]) {
    expect((await api.call('GET', path)).status).toBe(400)
  }
})

test('archiving again changes nothing', async () => {
  const api = await createTestApi()
  const id = await createMetric(api)
  const archive = () => api.call('POST', '/v1/billable-metrics/archive', { id })
  await archive()
  const version = await versionOf(api.environmentId)
  expect(await archive()).toMatchObject({ status: 200, body: { data: { id } } })
  expect(await versionOf(api.environmentId)).toBe(version)
})

test("every change of a metric raises the environment's configuration version, and its row carries it", async () => {
  const api = await createTestApi()
  const db = (env as unknown as Env).DB
  const query = db.prepare('SELECT version FROM billable_metrics WHERE environment_id = ?')
  const versions = async () => [
    await versionOf(api.environmentId),
    await query.bind(api.environmentId).first('version'),
  ]
  const id = await createMetric(api)
  expect(await versions()).toEqual([1, 1])
  await api.call('PUT', `/v1/billable-metrics/${id}`, { name: 'x' })
  expect(await versions()).toEqual([2, 2])
  await api.call('POST', '/v1/billable-metrics/archive', { id })
  expect(await versions()).toEqual([3, 3])
})

test('a request that is repeated under its key makes one metric', async () => {
  const api = await createTestApi()
  const key = { 'idempotency-key': 'once' }
  await addFieldKeys(api, 'billable_metric', ['team'])
  const first = await api.call('POST', CREATE, FULL, key)
  const again = await api.call('POST', CREATE, FULL, key)
  expect(again.body).toEqual(first.body)
  expect((await api.call('GET', '/v1/billable-metrics')).body.data).toHaveLength(1)
})

test('a read-only token reads metrics and does not change them', async () => {
  const api = await createTestApi()
  const id = await createMetric(api)
  const { call } = await withScope(api, 'read-only')
  expect((await call('GET', `/v1/billable-metrics/${id}`)).status).toBe(200)
  expect((await call('POST', CREATE, FULL)).status).toBe(403)
  expect((await call('PUT', `/v1/billable-metrics/${id}`, { name: 'x' })).status).toBe(403)
})

test("a customer's metrics carry the deprecated fields too (BM-7)", async () => {
  const { call } = await createTestApi()
  const { body: customer } = await call('POST', '/v1/customers', { name: 'Acme' })
  await addFieldKeys({ call }, 'billable_metric', ['team'])
  const { body: metric } = await call('POST', CREATE, FULL)
  const path = `/v1/customers/${customer.data.id}/billable-metrics`
  expect((await call('GET', path)).body).toEqual({
    data: [
      {
        id: metric.data.id,
        ...FULL_BODY,
        group_by: ['model', 'region'],
        aggregate: 'sum',
        aggregate_keys: ['tokens'],
        filter: {
          type: 'object',
          required: ['event_type', 'properties'],
          properties: {
            event_type: { allOf: [{ enum: ['chat'] }, { not: { enum: ['test'] } }] },
            properties: {
              type: 'object',
              required: ['tokens', 'model', 'region'],
              properties: {
                tokens: {},
                model: { enum: ['a', 'b'] },
                region: { not: { enum: ['moon'] } },
              },
            },
          },
        },
      },
    ],
    next_page: null,
  })
  await call('POST', '/v1/billable-metrics/archive', { id: metric.data.id })
  expect((await call('GET', path)).body.data).toEqual([])
  expect((await call('GET', `${path}?include_archived=true`)).body.data).toHaveLength(1)
  const unknown = await call('GET', `/v1/customers/${UNKNOWN_ID}/billable-metrics`)
  expect(unknown).toMatchObject({
    status: 404,
    body: { message: `customer_id: no customer ${UNKNOWN_ID}` },
  })
})

test('on_current_plan leaves the metrics that running contracts bill by', async () => {
  const api = await createTestApi()
  const [billed, ended, loose] = [
    await createMetric(api, { name: 'billed' }),
    await createMetric(api, { name: 'ended' }),
    await createMetric(api, { name: 'loose' }),
  ]
  const { body: customer } = await api.call('POST', '/v1/customers', { name: 'Acme' })
  const customerId = customer.data.id
  const db = openDatabase((env as unknown as Env).DB)
  for (const [metricId, endingBefore] of [
    [billed, null],
    [ended, TEST_NOW],
  ] as const) {
    const product_id = await createProduct(api, { billable_metric_id: metricId })
    const rate_card_id = await createRateCard(api)
    await addRate(api, { rate_card_id, product_id, price: 1 })
    await db.insert(contracts).values({
      id: crypto.randomUUID(),
      environmentId: api.environmentId,
      customerId,
      rateCardId: rate_card_id,
      startingAt: TEST_NOW - 1,
      endingBefore,
      terms: { statementSchedule: { frequency: 'MONTHLY', anchorMs: 0 } },
      createdAt: TEST_NOW,
      createdBy: 'test',
    })
  }
  const path = `/v1/customers/${customerId}/billable-metrics`
  const idsAt = async (query: string) =>
    (await api.call('GET', path + query)).body.data.map(({ id }: { id: string }) => id).sort()
  expect(await idsAt('')).toEqual([billed, ended, loose].sort())
  expect(await idsAt('?on_current_plan=false')).toEqual([billed, ended, loose].sort())
  expect(await idsAt('?on_current_plan=true')).toEqual([billed])
})
