import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createTestApi, withScope } from '../support/api.ts'
import { completion, createOffering } from '../support/offering.ts'

const AT = '2026-03-10T11:00:00Z'
const NDJSON = { 'content-type': 'application/x-ndjson' }
const GZIP = { ...NDJSON, 'content-encoding': 'gzip' }
const linesOf = (...events: unknown[]) =>
  events.map((event) => `${JSON.stringify(event)}\n`).join('')
const many = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => completion(`t${from + i}`, AT))

test('bulk ingest takes far more than a batch, and counts each event once', async () => {
  const api = await createTestApi()
  const { metricId, customerId } = await createOffering(api)
  const text = linesOf(...many(1, 2_500))
  expect((await api.call('POST', '/v1/ingest/bulk', text, NDJSON)).body).toEqual({
    data: { accepted: 2_500, duplicates: 0, rejected: 0, errors: [] },
  })
  const more = gzipSync(linesOf(...many(2_001, 3_000)))
  expect((await api.call('POST', '/v1/ingest/bulk', more, GZIP)).body).toEqual({
    data: { accepted: 500, duplicates: 500, rejected: 0, errors: [] },
  })
  const { body } = await api.call('POST', '/v1/usage', {
    starting_on: '2026-03-10T00:00:00Z',
    ending_before: '2026-03-11T00:00:00Z',
    window_size: 'day',
    customer_ids: [customerId],
    billable_metrics: [{ id: metricId }],
  })
  expect(body.data).toMatchObject([{ value: 3_000 }])
})

test('rejected lines are reported with their number, and kept in quarantine', async () => {
  const { call } = await createTestApi()
  const text = [
    '',
    JSON.stringify(completion('a', AT)),
    '{"transaction_id":',
    JSON.stringify({ ...completion('b', AT), timestamp: 'yesterday' }),
    '   ',
    JSON.stringify(completion('a', AT)),
  ].join('\r\n')
  const { status, body } = await call('POST', '/v1/ingest/bulk', text, NDJSON)
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      data: {
        accepted: 1,
        duplicates: 1,
        rejected: 2,
        errors: [
          {
            line: 3,
            transaction_id: null,
            message: expect.stringMatching(/^line 3 is not valid JSON: /),
          },
          {
            line: 4,
            transaction_id: 'b',
            message: expect.stringMatching(/^line 4: event\.timestamp must be an RFC 3339/),
          },
        ],
      },
    },
  })
  const { data } = (await call('GET', '/v1/events/quarantine')).body
  expect(data).toMatchObject([
    {
      transaction_id: 'b',
      message: body.data.errors[1].message,
      event: { timestamp: 'yesterday' },
    },
    { transaction_id: null, message: body.data.errors[0].message, event: '{"transaction_id":\r' },
  ])
})

test('a text without lines is nothing, and is accepted', async () => {
  const { call } = await createTestApi()
  expect((await call('POST', '/v1/ingest/bulk', '\n', NDJSON)).body).toEqual({
    data: { accepted: 0, duplicates: 0, rejected: 0, errors: [] },
  })
})

test('bulk ingest cannot be strict, and needs the scope to ingest', async () => {
  const api = await createTestApi()
  const text = linesOf(completion('a', AT))
  const strict = { ...NDJSON, prefer: 'handling=strict' }
  expect(await api.call('POST', '/v1/ingest/bulk', text, strict)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('cannot be strict') },
  })
  const inStrict = await createTestApi({ settings: { strictIngest: true } })
  expect((await inStrict.call('POST', '/v1/ingest/bulk', text, NDJSON)).status).toBe(400)
  const reader = await withScope(api, 'read-only')
  expect((await reader.call('POST', '/v1/ingest/bulk', text, NDJSON)).status).toBe(403)
  const ingester = await withScope(api, 'ingest-only')
  expect((await ingester.call('POST', '/v1/ingest/bulk', text, NDJSON)).status).toBe(200)
})

test('a compressed text that breaks off is taken in up to there, and may be sent again', async () => {
  const { call } = await createTestApi()
  const whole = gzipSync(linesOf(...many(1, 5_000)))
  const cut = whole.subarray(0, whole.length / 2)
  const stopped = await call('POST', '/v1/ingest/bulk', cut, GZIP)
  expect(stopped).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('not valid gzip'), data: { rejected: 0 } },
  })
  const { accepted } = stopped.body.data
  expect(accepted).toBeGreaterThan(0)
  expect(stopped.body.resume_from_line).toBe(accepted + 1)
  expect((await call('POST', '/v1/ingest/bulk', whole, GZIP)).body.data).toMatchObject({
    accepted: 5_000 - accepted,
    duplicates: accepted,
  })
})

test('beyond the rate, the answer says so, and from which line to go on', async () => {
  const { call } = await createTestApi({ settings: { ingestEventsPerSecond: 0.1 } })
  const text = linesOf(...many(1, 3))
  const stopped = await call('POST', '/v1/ingest/bulk', text, NDJSON)
  expect(stopped).toMatchObject({
    status: 429,
    body: {
      message: expect.stringMatching(/0\.1 a second .* from line 2 on/),
      data: { accepted: 1 },
      resume_from_line: 2,
    },
  })
  expect(stopped.headers.get('x-metronome-rate-limit-type')).toBe('client')
  expect(stopped.headers.get('retry-after')).toBe('10')
})
