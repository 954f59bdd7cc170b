import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

interface Sent {
  id: string
  type: string
  at: string
  properties: Record<string, unknown>
}

type Login = { login: string }
type Receipt = { matched_billable_metrics: unknown }

async function setUp(events: Sent[]): Promise<{ api: TestApi; customerId: string }> {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  if (events.length > 0) await send(api, events)
  return { api, customerId }
}

async function send(api: TestApi, events: Sent[]): Promise<void> {
  const body = events.map(({ id, type, at, properties }) => ({
    transaction_id: id,
    customer_id: 'acme',
    event_type: type,
    timestamp: at,
    properties,
  }))
  expect(await api.call('POST', '/v1/ingest', body)).toMatchObject({ status: 200 })
}

async function groups(
  api: TestApi,
  customerId: string,
  metricId: string,
  question: object = {},
): Promise<unknown[]> {
  const answer = await api.call('POST', '/v1/usage/groups', {
    customer_id: customerId,
    billable_metric_id: metricId,
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
    ...question,
  })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.data.map(({ group_value, value }: { group_value: string; value: number }) => [
    group_value,
    value,
  ])
}

const SESSIONS = [
  ['us', 'a'],
  ['us', 'a'],
  ['us', 'b'],
  ['eu', 'a'],
].map(([zone, login], i) => ({
  id: `session-${i}`,
  type: 'session',
  at: `2026-03-0${i + 1}T10:00:00Z`,
  properties: { zone, login },
}))

test('TV-17: without keys the quantity is the sum of the rows, though only two logins exist', async () => {
  const { api, customerId } = await setUp(SESSIONS)
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Logins',
    sql: "SELECT count(DISTINCT properties.login) AS value, properties.zone FROM events WHERE event_type = 'session' GROUP BY properties.zone",
  })
  expect(await groups(api, customerId, metricId, { group_key: ['zone'] })).toEqual([
    ['eu', 1],
    ['us', 2],
  ])
  expect(await groups(api, customerId, metricId)).toEqual([[null, 3]])
})

test('a metric that cannot be added up gives the same by reading the events', async () => {
  const { api, customerId } = await setUp(
    [1, 2, 3, 4, 100].map((ms, i) => ({
      id: `call-${i}`,
      type: 'call',
      at: `2026-03-0${i + 1}T00:00:00Z`,
      properties: { ms: String(ms), path: i % 2 === 0 ? '/a' : null },
    })),
  )
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'p50',
    sql: 'SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY properties.ms) AS value, properties.path FROM events GROUP BY path',
  })
  const { body } = await api.call('GET', `/v1/billable-metrics/${metricId}`)
  expect(body.data).toMatchObject({ execution: 'scan', columns: ['path'] })
  expect(body.data.sql).toContain('percentile_disc')
  expect(body.data).not.toHaveProperty('aggregation_type')
  expect(await groups(api, customerId, metricId, { group_key: ['path'] })).toEqual([
    ['/a', 3],
    [null, 2],
  ])
})

test('TV-23: a SQL metric sees events that were sent before it was created', async () => {
  const { api, customerId } = await setUp([SESSIONS[1]!])
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Everything',
    sql: 'SELECT count() AS value FROM events',
  })
  await send(api, [SESSIONS[0]!])
  expect(await groups(api, customerId, metricId)).toEqual([[null, 2]])
  const days = await groups(api, customerId, metricId, {
    window_size: 'DAY',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-03-04T00:00:00Z',
  })
  expect(days).toEqual([
    [null, 1],
    [null, 1],
    [null, null],
  ])
})

test('what is wrong with a query is told with its place, and nothing is created', async () => {
  const { api } = await setUp([])
  const refused = await api.call('POST', '/v1/billable-metrics/create', {
    name: 'Users',
    sql: 'SELECT user_id, COUNT(*) AS value\nFROM events GROUP BY user_id',
  })
  expect(refused).toMatchObject({
    status: 400,
    body: { code: 'unknown_column', line: 1, column: 8, position: 7, offending: 'user_id' },
  })
  expect(refused.body.message).toMatch(/^1:8 — unknown column 'user_id' .*properties\.user_id/)
  const combined = await api.call('POST', '/v1/billable-metrics/create', {
    name: 'Both',
    sql: 'SELECT count() AS value FROM events',
    aggregation_type: 'COUNT',
  })
  expect(combined.status).toBe(400)
  expect((await api.call('GET', '/v1/billable-metrics')).body.data).toEqual([])
})

test('a preview runs an unsaved query and warns of what looks wrong', async () => {
  const { api, customerId } = await setUp([
    { id: '1', type: 'call', at: '2026-03-02T00:00:00Z', properties: { n: '1.5', user: 'a' } },
    { id: '2', type: 'call', at: '2026-03-03T00:00:00Z', properties: { n: 'many', user: 'b' } },
    { id: '3', type: 'call', at: '2026-03-04T00:00:00Z', properties: { n: '2', user: 'a' } },
  ])
  const sql =
    'SELECT SUM(properties.n) AS value, properties.user AS login FROM events WHERE properties.zone IS NULL GROUP BY login'
  const { status, body } = await api.call('POST', '/v1/billable-metrics/preview', {
    sql,
    customer_id: customerId,
  })
  expect(status).toBe(200)
  expect(body.data).toMatchObject({ execution: 'incremental', events_read: 3, row_count: 2 })
  expect(body.data.rows.toSorted((a: Login, b: Login) => (a.login < b.login ? -1 : 1))).toEqual([
    { login: 'a', value: 3.5 },
    { login: 'b', value: null },
  ])
  expect(body.data.warnings).toEqual([
    'No event that was read has the property "zone".',
    'Values that are no number where one is needed, and count as NULL: 1 ("many").',
  ])
  const part = await api.call('POST', '/v1/billable-metrics/preview', {
    sql,
    starting_on: '2026-03-04T00:00:00Z',
  })
  expect(part.body.data.rows).toEqual([{ login: 'a', value: 2 }])
  const empty = await api.call('POST', '/v1/billable-metrics/preview', { sql: '' })
  expect(empty).toMatchObject({ status: 400, body: { code: 'syntax', line: 1, column: 1 } })
  expect((await api.call('GET', '/v1/billable-metrics')).body.data).toEqual([])
})

test('receipts and search tell which events feed a SQL metric', async () => {
  const { api } = await setUp([])
  const id = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Errors',
    sql: 'SELECT count() AS value FROM events WHERE properties.status >= 500',
  })
  const events = ['200', '503'].map((status) => ({
    transaction_id: status,
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-20T11:00:00Z',
    properties: { status },
  }))
  const { body } = await api.call('POST', '/v1/ingest', events, {
    Prefer: 'return=representation',
  })
  expect(body.data.receipts.map((receipt: Receipt) => receipt.matched_billable_metrics)).toEqual([
    [],
    [{ id, name: 'Errors' }],
  ])
  const found = await api.call('POST', '/v1/events/search', { transactionIds: ['503'] })
  expect(found.body[0].matched_billable_metrics).toMatchObject([
    { id, aggregation_type: 'custom_sql' },
  ])
  const verified = await api.call('POST', '/v1/usage/verify', {
    customer_id: found.body[0].matched_customer.id,
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  expect(verified.body.data).toMatchObject({ verified: true, differences: [] })
})

test('a metric can be renamed; its query stays, and nobody is left to think otherwise', async () => {
  const { api } = await setUp([])
  const sql = 'SELECT count() AS value FROM events'
  const id = await createdId(api, '/v1/billable-metrics/create', { name: 'Everything', sql })
  const path = `/v1/billable-metrics/${id}`
  expect((await api.call('PUT', path, { name: 'All' })).status).toBe(200)
  const changed = { name: 'Half', sql: 'SELECT count() / 2 AS value FROM events' }
  expect(await api.call('PUT', path, changed)).toMatchObject({
    status: 400,
    body: {
      message:
        'sql: cannot be changed; create a metric and update the product to it from an hour on',
    },
  })
  expect((await api.call('GET', path)).body.data).toMatchObject({ name: 'All', sql })
})
