import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
const event = (id: string, timestamp = '2026-03-20T11:00:00Z') => completion(id, timestamp)

async function countQuarantined({ call }: TestApi): Promise<number> {
  return (await call('GET', '/v1/events/quarantine')).body.data.length
}

test('EV-32: the answer says what became of the events', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  expect((await call('POST', '/v1/ingest', [event('a'), event('b'), event('a')])).body).toEqual({
    data: { accepted: 2, duplicates: 1, errors: [] },
  })
  expect((await call('POST', '/v1/ingest', [event('b'), event('c')])).body).toEqual({
    data: { accepted: 1, duplicates: 1, errors: [] },
  })
})

test('TV-7: timestamps are accepted within 34 days back and 5 minutes ahead', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const ingest = (id: string, timestamp: string) =>
    api.call('POST', '/v1/ingest', [event(id, timestamp)])
  expect((await ingest('a', '2026-03-20T12:04:59Z')).status).toBe(200)
  expect((await ingest('b', '2026-03-20T12:05:01Z')).status).toBe(400)
  expect((await ingest('c', '2026-02-14T12:00:01Z')).status).toBe(200)
  expect((await ingest('d', '2026-02-14T11:59:59Z')).status).toBe(400)
  const mixed = [event('e'), event('f', '2026-02-14T11:59:59Z')]
  expect((await api.call('POST', '/v1/ingest', mixed)).body.data).toMatchObject({
    accepted: 1,
    errors: [{ index: 1, transaction_id: 'f', message: expect.stringContaining('34 days') }],
  })
  const strict = { prefer: 'handling=strict' }
  const failed = [event('g'), event('h', '2026-02-14T11:59:59Z')]
  expect((await api.call('POST', '/v1/ingest', failed, strict)).status).toBe(400)
  const { body } = await api.call('POST', '/v1/events/search', { transactionIds: ['e', 'g'] })
  expect(body.map((found: { transaction_id: string }) => found.transaction_id)).toEqual(['e'])
})

test('TV-9: a batch has 1 to 100 events', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  const many = (n: number) => Array.from({ length: n }, (_, i) => event(`t${i}`))
  for (const body of [[], many(101), {}, 'null', '"x"', event('x'), { usage: many(1) }]) {
    const answer = await call('POST', '/v1/ingest', body)
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('100') } })
  }
  expect((await call('POST', '/v1/ingest', many(100))).body.data.accepted).toBe(100)
})

test('EV-35: invalid events are reported with their reason and kept in quarantine', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const bad = { ...event('bad'), timestamp: 'yesterday' }
  const answer = await api.call('POST', '/v1/ingest', [bad, event('good'), 7])
  expect(answer.body.data).toEqual({
    accepted: 1,
    duplicates: 0,
    errors: [
      {
        index: 0,
        transaction_id: 'bad',
        message: expect.stringMatching(/^events\[0\]\.timestamp/),
      },
      { index: 2, transaction_id: null, message: expect.stringMatching(/^events\[2\]/) },
    ],
  })
  const { data } = (await api.call('GET', '/v1/events/quarantine')).body
  expect(data).toHaveLength(2)
  expect(data).toContainEqual({
    id: expect.any(String),
    message: answer.body.data.errors[0].message,
    customer_id: 'acme',
    transaction_id: 'bad',
    event: bad,
    received_at: '2026-03-20T12:00:00.000Z',
  })
  // The same id may come again once the event is right.
  expect((await api.call('POST', '/v1/ingest', [event('bad')])).body.data.accepted).toBe(1)
})

test('EV-35: when every event is invalid the answer is 400 and says why', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const answer = await api.call('POST', '/v1/ingest', [{ ...event('x'), customer_id: '' }])
  expect(answer).toMatchObject({
    status: 400,
    body: {
      message: expect.stringContaining('events[0].customer_id'),
      errors: [{ index: 0, transaction_id: 'x' }],
    },
  })
  expect(await countQuarantined(api)).toBe(1)
})

test('EV-35: an environment may be strict by itself', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings: { strictIngest: true } })
  const batch = [event('a'), { ...event('b'), event_type: '' }]
  expect((await api.call('POST', '/v1/ingest', batch)).status).toBe(400)
  expect((await api.call('POST', '/v1/ingest', [event('a')])).body.data.accepted).toBe(1)
  expect(await countQuarantined(api)).toBe(0)
})

test('the quarantine is paged, newest first', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  for (const id of ['a', 'b', 'c', 'd', 'e']) {
    await api.call('POST', '/v1/ingest', [{ ...event(id), timestamp: 'no' }])
  }
  const seen: string[] = []
  let query = '?limit=2'
  while (query !== '') {
    const { body } = await api.call('GET', `/v1/events/quarantine${query}`)
    seen.push(...body.data.map((row: { transaction_id: string }) => row.transaction_id))
    query =
      body.next_page === null ? '' : `?limit=2&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'])
})

test('what is no JSON, or too large, is refused', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  expect((await call('POST', '/v1/ingest', '[{')).status).toBe(400)
  expect((await call('POST', '/v1/ingest', '')).status).toBe(400)
  const huge = JSON.stringify([{ ...event('x'), properties: { x: 'y'.repeat(11 * 1024 * 1024) } }])
  expect((await call('POST', '/v1/ingest', huge)).status).toBe(413)
  const deep = `[{"transaction_id":"d","customer_id":"c","event_type":"e","timestamp":"2026-03-20T11:00:00Z","properties":{"x":${'['.repeat(20_000)}${']'.repeat(20_000)}}}]`
  expect((await call('POST', '/v1/ingest', deep)).status).toBe(400)
})

test('Idempotency-Key means nothing to ingest: transaction ids do that job', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  const key = { 'idempotency-key': 'k' }
  await call('POST', '/v1/ingest', [event('a')], key)
  expect((await call('POST', '/v1/ingest', [event('b')], key)).body.data.accepted).toBe(1)
})

test('TV-3, ES-3: search shows an event with what it matched, and its duplicates', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, metricId } = await createOffering(api)
  await api.call('POST', '/v1/ingest', [
    completion('t1', '2026-03-20T10:00:00.25+01:00', { tokens: 5 }),
  ])
  await api.call('POST', '/v1/ingest', [completion('t1', '2026-03-20T10:00:00Z', { tokens: 7 })])
  const stranger = { ...event('t2'), customer_id: 'nobody', event_type: 'other' }
  await api.call('POST', '/v1/ingest', [stranger])
  const { body } = await api.call('POST', '/v1/events/search', {
    transactionIds: ['t1', 't2', 't3'],
  })
  const first = body.find((found: { is_duplicate: boolean }) => !found.is_duplicate)
  expect(first).toMatchObject({
    transaction_id: 't1',
    customer_id: 'acme',
    event_type: 'completion',
    timestamp: '2026-03-20T09:00:00.250Z',
    properties: { tokens: 5, model: 'm1', team: 'red' },
    processed_at: '2026-03-20T12:00:00.000Z',
    matched_customer: { id: customerId, name: 'Acme' },
    matched_billable_metrics: [{ id: metricId, name: 'Tokens', aggregation_type: 'SUM' }],
  })
  const duplicates = body.filter((found: { is_duplicate: boolean }) => found.is_duplicate)
  expect(duplicates).toMatchObject([{ transaction_id: 't1', properties: { tokens: 7 } }])
  const unmatched = body.find((found: { transaction_id: string }) => found.transaction_id === 't2')
  expect(unmatched.matched_billable_metrics).toEqual([])
  expect(unmatched.matched_customer).toBeUndefined()
  expect(body).toHaveLength(3)
  expect((await api.call('POST', '/v1/events/search', { transactionIds: [] })).status).toBe(400)
  expect((await api.call('POST', '/v1/events/search', { transactionIds: ['t3'] })).body).toEqual([])
})

test('numbers of any length come back from search with all their digits', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  const text = JSON.stringify([event('a')]).replace(
    '"tokens":1',
    '"tokens":0.12345678901234567890123',
  )
  await call('POST', '/v1/ingest', text)
  const found = await call('POST', '/v1/events/search', { transactionIds: ['a'] })
  expect(found.text).toContain('"tokens":0.12345678901234567890123')
})

test('a number of endless digits outside of the properties makes an event too large', async () => {
  const { call } = await createTestApi({ clockMs: MARCH_20 })
  const long = JSON.stringify([event('a')]).replace('{', `{"x":${'7'.repeat(600_000)},`)
  const answer = await call('POST', '/v1/ingest', long)
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('at most 102400 bytes') },
  })
  expect((await call('POST', '/v1/ingest', [event('b')])).body.data.accepted).toBe(1)
})
