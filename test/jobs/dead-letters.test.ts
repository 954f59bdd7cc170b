import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { advanceClock } from '../../src/actions/advance-clock.ts'
import { queueEvents, type QueuedBatch } from '../../src/actions/queue-events.ts'
import type { Environment } from '../../src/core/environment.ts'
import { readEvents } from '../../src/core/metering/read-events.ts'
import { refuse } from '../../src/core/result.ts'
import { DAY_MS } from '../../src/core/time.ts'
import { openDatabase } from '../../src/db/database.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import type { Env } from '../../src/env.ts'
import worker from '../../src/index.ts'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const bindings = env as unknown as Env
const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
const LETTERS = '/v1/ingest/dead-letters'

/** Puts events into the queue, as ingest does while their meter is behind; gives the messages. */
async function enqueue(api: TestApi, ...events: object[]): Promise<QueuedBatch[]> {
  const sent: QueuedBatch[] = []
  const queue = { send: async (body: QueuedBatch) => void sent.push(body) }
  const environment = (await findEnvironment(openDatabase(bindings.DB), api.environmentId))!
  const window = { nowMs: MARCH_20, backdatingMaxMs: 34 * DAY_MS, futureMaxMs: 0 }
  const read = readEvents(events, window)
  if (!read.ok || read.value.rejected.length > 0) throw new Error('the events are not valid')
  const on = { ...bindings, INGEST_QUEUE: queue } as unknown as Env
  await queueEvents(on, environment, read.value.valid, MARCH_20)
  return sent
}

async function deliver(queue: string, bodies: unknown[], on = bindings, attempts = 1) {
  const messages = bodies.map((body, i) => ({
    id: `message-${i}`,
    timestamp: new Date(),
    attempts,
    body,
  }))
  const batch = createMessageBatch<QueuedBatch>(queue, messages as never)
  await worker.queue(batch, on)
  return getQueueResult(batch, createExecutionContext())
}

const bury = (bodies: unknown[], on?: Env) => deliver('tactus-ingest-dead', bodies, on)

async function readTotal({ call }: TestApi): Promise<number | null> {
  const { body } = await call('POST', '/v1/usage', {
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  return body.data[0].value
}

async function countWaiting({ environmentId }: Pick<Environment, never> & TestApi) {
  const count = (table: string) =>
    bindings.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE environment_id = ?`)
      .bind(environmentId)
      .first<number>('n')
  return [await count('queued_batches'), await count('dead_letters')]
}

const A = completion('a', '2026-03-03T10:00:00Z', { tokens: 5 })
const B = completion('b', '2026-03-02T10:00:00Z', { tokens: 7 })

test('a message that cannot be delivered is kept with its reason, once however often it comes', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const sent = await enqueue(api, A, B)
  const behind = { getByName: () => ({ ingest: async () => refuse('overloaded', 'behind') }) }
  const on = { ...bindings, METER: behind } as unknown as Env
  await deliver('tactus-ingest', sent, on)
  expect((await bury(sent)).explicitAcks).toEqual(['message-0'])
  await bury(sent)
  const { body } = await api.call('GET', LETTERS)
  expect(body).toEqual({
    data: [
      {
        id: sent[0]!.id,
        event_count: 2,
        earliest_timestamp: '2026-03-02T10:00:00.000Z',
        accepted_at: '2026-03-20T12:00:00.000Z',
        received_at: expect.any(String),
        reason: 'behind',
        events: [A, B],
      },
    ],
    next_page: null,
  })
})

test('replayed events are counted as of when they were accepted, and once', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  await createOffering(api)
  const sent = await enqueue(api, A, B)
  await bury(sent)
  expect(await countWaiting(api)).toEqual([1, 1])
  expect(await readTotal(api)).toBeNull()
  await api.call('POST', '/v1/ingest', [B])
  const ids = [sent[0]!.id]
  const replay = () => api.call('POST', `${LETTERS}/replay`, { ids })
  expect((await replay()).body.data).toEqual([
    { id: ids[0], status: 'replayed', accepted: 1, duplicates: 1 },
  ])
  expect(await readTotal(api)).toBe(12)
  expect(await countWaiting(api)).toEqual([0, 0])
  expect((await replay()).body.data).toEqual([
    { id: ids[0], status: 'not_found', accepted: 0, duplicates: 0 },
  ])
  const search = await api.call('POST', '/v1/events/search', { transactionIds: ['a'] })
  expect(search.body).toMatchObject([{ processed_at: '2026-03-20T12:00:00.000Z' }])
  // The letter comes once more, as after a crash between the two writes of a replay.
  await bury(sent)
  expect((await replay()).body.data).toEqual([
    { id: ids[0], status: 'replayed', accepted: 0, duplicates: 2 },
  ])
  expect(await readTotal(api)).toBe(12)
})

test('events that were sent again meanwhile are duplicates, however late the replay is', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  await createOffering(api)
  const sent = await enqueue(api, A, B)
  await bury(sent)
  await api.call('POST', '/v1/ingest', [A])
  // Longer than ids are remembered.
  const later = new Date(MARCH_20 + 80 * DAY_MS).toISOString()
  await api.call('POST', '/v1/sandboxes/clock', { now: later })
  const { body } = await api.call('POST', `${LETTERS}/replay`, { ids: [sent[0]!.id] })
  expect(body.data).toMatchObject([{ status: 'replayed', accepted: 1, duplicates: 1 }])
  expect(await readTotal(api)).toBe(12)
})

test('finalization waits for dead letters until they are replayed or deleted, and no release goes before them', async () => {
  for (const action of ['replay', 'delete']) {
    const api = await createTestApi({ clockMs: MARCH_20 })
    const { customerId, rateCardId } = await createOffering(api)
    await createdId(api, '/v1/contracts/create', {
      customer_id: customerId,
      rate_card_id: rateCardId,
      starting_at: '2026-03-01T00:00:00Z',
    })
    const sent = await enqueue(api, A)
    await bury(sent)
    // The queue's row stands for nothing after 15 days; the letter does.
    await bindings.DB.prepare('DELETE FROM queued_batches WHERE id = ?').bind(sent[0]!.id).run()
    const april = Date.parse('2026-04-03T00:00:00Z')
    expect(await advanceClock(bindings, api.environmentId, april)).toMatchObject({
      value: {
        held: [{ code: 'events_waiting', message: expect.stringContaining('dead letters') }],
      },
    })
    const held = await api.call('GET', '/v1/invoices/held')
    const { invoice_id } = held.body.data[0]
    const release = { customer_id: customerId, invoice_id, expected_total: 0, reason: 'now' }
    const released = await api.call('POST', '/v1/invoices/held/release', release)
    expect([released.status, released.body.message]).toEqual([
      409,
      expect.stringContaining('events of its period still wait'),
    ])
    await api.call('POST', `${LETTERS}/${action}`, { ids: [sent[0]!.id] })
    expect(await advanceClock(bindings, api.environmentId, april)).toMatchObject({ ok: true })
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?status=FINALIZED`)
    expect(body.data).toMatchObject([{ total: action === 'replay' ? 10 : 0 }])
  }
})

test('a replay that fails keeps the letter and says why', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const [message] = await enqueue(api, A)
  await bury([{ ...message!, events: '{' }])
  const { body } = await api.call('POST', `${LETTERS}/replay`, { ids: [message!.id] })
  expect(body.data).toEqual([
    {
      id: message!.id,
      status: 'failed',
      accepted: 0,
      duplicates: 0,
      message: 'The message is damaged: it can only be deleted.',
    },
  ])
  expect(await countWaiting(api)).toEqual([1, 1])
})

test('letters are listed in pages, and belong to their environment', async () => {
  const [api, other] = [await createTestApi(), await createTestApi()]
  const bodies = Array.from({ length: 5 }, (_, i) => ({
    id: `letter-${api.environmentId}-${i}`,
    environmentId: api.environmentId,
    events: '[]',
    acceptedAtMs: i,
  }))
  await bury(bodies)
  const ids: string[] = []
  let query = '?limit=2'
  for (let page = 0; page < 5 && query !== ''; page++) {
    const { body } = await api.call('GET', `${LETTERS}${query}`)
    expect(body.data.length).toBeLessThanOrEqual(2)
    ids.push(...body.data.map(({ id }: { id: string }) => id))
    query = body.next_page === null ? '' : `?limit=2&next_page=${body.next_page}`
  }
  expect(ids.sort()).toEqual(bodies.map(({ id }) => id))
  expect((await other.call('GET', LETTERS)).body.data).toEqual([])
  const stolen = { ids: ids.slice(0, 1) }
  expect((await other.call('POST', `${LETTERS}/delete`, stolen)).body).toEqual({
    data: { ids: [] },
  })
  expect((await other.call('POST', `${LETTERS}/replay`, stolen)).body.data).toMatchObject([
    { status: 'not_found' },
  ])
  expect((await api.call('POST', `${LETTERS}/delete`, stolen)).body).toEqual({ data: stolen })
  const reader = await withScope(api, 'read-only')
  expect((await reader.call('GET', LETTERS)).status).toBe(200)
  expect((await reader.call('POST', `${LETTERS}/delete`, stolen)).status).toBe(403)
  const ingester = await withScope(api, 'ingest-only')
  expect((await ingester.call('POST', `${LETTERS}/replay`, stolen)).status).toBe(403)
})

test('a letter that cannot be kept comes again; one of a deleted environment is let go', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const sent = await enqueue(api, A)
  const broken = {
    prepare: () => ({ bind: () => ({ run: () => Promise.reject(new Error('no')) }) }),
  }
  const result = await bury(sent, { ...bindings, DB: broken } as unknown as Env)
  expect(result.explicitAcks).toEqual([])
  expect(result.retryMessages).toMatchObject([{ msgId: 'message-0' }])
  const orphan = { ...sent[0]!, environmentId: crypto.randomUUID() }
  expect((await bury([orphan, 'nothing'])).explicitAcks).toEqual(['message-0', 'message-1'])
  const { results } = await bindings.DB.prepare('SELECT id FROM dead_letters WHERE id = ?')
    .bind(sent[0]!.id)
    .all()
  expect(results).toEqual([])
})
