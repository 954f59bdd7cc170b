import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'

test('T21: the same key and request get the first answer again, and make one object', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'A' }
  const first = await call('POST', '/v1/customers', { name: 'Once' }, key)
  const second = await call('POST', '/v1/customers', { name: 'Once' }, key)
  expect(second).toMatchObject({ status: 200, text: first.text })
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect((await call('GET', '/v1/customers')).body.data).toHaveLength(1)
})

test('T21: the same key with another request is a conflict', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'A' }
  await call('POST', '/v1/customers', { name: 'One' }, key)
  for (const body of [{ name: 'Two' }]) {
    const answer = await call('POST', '/v1/customers', body, key)
    expect(answer).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('Idempotency-Key') },
    })
    expect(answer.headers.get('x-should-retry')).toBe('false')
  }
})

test('T21: a request that failed validation leaves its key free', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'B' }
  expect((await call('POST', '/v1/customers', { name: 1 }, key)).status).toBe(400)
  expect((await call('POST', '/v1/customers', { name: 'Right' }, key)).status).toBe(200)
})

test('ID-2: errors are replayed as well', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'C' }
  await call('POST', '/v1/customers', { name: 'Holder', ingest_aliases: ['x'] })
  const body = { name: 'Late', ingest_aliases: ['x'] }
  const refused = await call('POST', '/v1/customers', body, key)
  const holder = (await call('GET', '/v1/customers')).body.data[0].id
  await call('POST', `/v1/customers/${holder}/setIngestAliases`, { ingest_aliases: [] })
  expect(await call('POST', '/v1/customers', body, key)).toMatchObject({
    status: 409,
    text: refused.text,
  })
})

test('Q28: of concurrent requests with one key only one runs', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'D' }
  const requests = Array.from({ length: 5 }, () =>
    call('POST', '/v1/customers', { name: 'N' }, key),
  )
  const statuses = (await Promise.all(requests)).map(({ status }) => status)
  expect(statuses).toContain(200)
  expect(statuses.every((status) => status === 200 || status === 409)).toBe(true)
  expect((await call('GET', '/v1/customers')).body.data).toHaveLength(1)
})

test("a key is its token's own: other environments may use it too", async () => {
  const key = { 'idempotency-key': 'E' }
  const [a, b] = [await createTestApi(), await createTestApi()]
  const first = await a.call('POST', '/v1/customers', { name: 'A' }, key)
  const second = await b.call('POST', '/v1/customers', { name: 'B' }, key)
  expect(second.status).toBe(200)
  expect(second.body.data.id).not.toBe(first.body.data.id)
})

test('a key of no sensible length is refused', async () => {
  const { call } = await createTestApi()
  const headers = { 'idempotency-key': 'x'.repeat(256) }
  expect((await call('POST', '/v1/customers', { name: 'A' }, headers)).status).toBe(400)
})

test('reading needs no key: the question is asked anew', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'F' }
  const list = () => call('POST', '/v1/contract-pricing/products/list', {}, key)
  expect((await list()).headers.get('idempotency-replayed')).toBeNull()
  expect((await list()).headers.get('idempotency-replayed')).toBeNull()
})

test('T21: a request that broke a rule leaves its key free for the corrected one', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'G' }
  const metric = { name: 'GB', aggregation_type: 'SUM', aggregation_key: 'gb' }
  const path = '/v1/billable-metrics/create'
  expect((await call('POST', path, metric, key)).status).toBe(400)
  const corrected = { ...metric, property_filters: [{ name: 'gb', exists: true }] }
  expect((await call('POST', path, corrected, key)).status).toBe(200)
})
