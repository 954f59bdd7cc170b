import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { completion } from '../support/offering.ts'

const event = (id: string) => completion(id, '2026-03-10T11:00:00Z')

test("EV-36: events beyond the environment's rate are answered 429, and none of them is taken", async () => {
  const api = await createTestApi({ settings: { ingestEventsPerSecond: 0.01 } })
  const ingest = (...ids: string[]) => api.call('POST', '/v1/ingest', ids.map(event))
  // A batch larger than the rate passes once, and leaves a debt.
  expect((await ingest('a', 'b', 'c')).status).toBe(200)
  const refused = await ingest('d')
  expect({ status: refused.status, body: refused.body }).toEqual({
    status: 429,
    body: {
      message:
        'Too many events: this environment allows 0.01 a second (ingest_events_per_second). Try again later.',
    },
  })
  expect(refused.headers.get('x-metronome-rate-limit-type')).toBe('client')
  // Two events too many, and the next one: 300 seconds, less what has passed since.
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(290)
  expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(300)
  const { body } = await api.call('POST', '/v1/events/search', { transactionIds: ['c', 'd'] })
  expect(body).toMatchObject([{ transaction_id: 'c' }])
  const other = await createTestApi({ settings: { ingestEventsPerSecond: 0.01 } })
  expect((await other.call('POST', '/v1/ingest', [event('d')])).status).toBe(200)
})

test('ingest has no rate unless one is set', async () => {
  const { call } = await createTestApi()
  const batch = Array.from({ length: 100 }, (_, i) => event(`t${i}`))
  const answers = await Promise.all(
    Array.from({ length: 60 }, () => call('POST', '/v1/ingest', batch)),
  )
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
})

test("ES-8: searches beyond the environment's rate are answered 429", async () => {
  const { call } = await createTestApi({ settings: { searchesPerSecond: 0.01 } })
  const search = () => call('POST', '/v1/events/search', { transactionIds: ['a'] })
  expect((await search()).status).toBe(200)
  const refused = await search()
  expect(refused).toMatchObject({
    status: 429,
    body: { message: expect.stringContaining('0.01 a second (searches_per_second)') },
  })
  expect(refused.headers.get('x-metronome-rate-limit-type')).toBe('client')
  expect(refused.headers.get('retry-after')).toBe('100')
  expect((await call('GET', '/v1/events/quarantine')).status).toBe(200)
})

test('8 searches a second are allowed by default; null allows any number', async () => {
  const searchOften = async (api: Awaited<ReturnType<typeof createTestApi>>) => {
    const body = { transactionIds: ['a'] }
    const calls = Array.from({ length: 30 }, () => api.call('POST', '/v1/events/search', body))
    return (await Promise.all(calls)).filter(({ status }) => status === 200).length
  }
  const allowed = await searchOften(await createTestApi())
  expect(allowed).toBeGreaterThanOrEqual(8)
  expect(allowed).toBeLessThan(30)
  expect(await searchOften(await createTestApi({ settings: { searchesPerSecond: null } }))).toBe(30)
})
