import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { ingestEvents } from '../../src/actions/ingest-events.ts'
import { advanceClock } from '../../src/actions/advance-clock.ts'
import type { QueuedBatch } from '../../src/actions/queue-events.ts'
import { refuse } from '../../src/core/result.ts'
import { openDatabase } from '../../src/db/database.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import type { Env } from '../../src/env.ts'
import worker from '../../src/index.ts'
import { retryDelaySeconds } from '../../src/jobs/ingest-queue.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const bindings = env as unknown as Env
const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

/** The Worker's bindings while every meter is behind; `sent` collects what goes into the queue. */
function overloaded(overflow: Env['INGEST_OVERFLOW'] = 'queue') {
  const sent: QueuedBatch[] = []
  const refused = async () => refuse('overloaded', 'behind')
  const stub = { ingest: refused, ingestBody: refused }
  const send = async (body: QueuedBatch) => void sent.push(body)
  const behind = {
    ...bindings,
    METER: { getByName: () => stub },
    INGEST_QUEUE: { send },
    INGEST_OVERFLOW: overflow,
  }
  return { env: behind as unknown as Env, sent }
}

async function ingest(api: TestApi, on: Env, events: unknown[], wantsReceipts = false) {
  const environment = await findEnvironment(openDatabase(bindings.DB), api.environmentId)
  const request = { text: JSON.stringify(events), isStrict: false, wantsReceipts }
  return ingestEvents(on, environment!, request, MARCH_20)
}

async function deliver(bodies: QueuedBatch[], on: Env = bindings) {
  const messages = bodies.map((body, i) => ({
    id: `message-${i}`,
    timestamp: new Date(),
    attempts: 1,
    body,
  }))
  const batch = createMessageBatch<QueuedBatch>('tactus-ingest', messages)
  const context = createExecutionContext()
  await worker.queue(batch, on)
  return getQueueResult(batch, context)
}

async function readTotal({ call }: TestApi): Promise<number | null> {
  const { body } = await call('POST', '/v1/usage', {
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  return body.data[0].value
}

test('while a meter is behind, events wait in the queue and are counted once when delivered', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  await createOffering(api)
  const { env: behind, sent } = overloaded()
  const events = [completion('a', '2026-03-03T10:00:00Z'), completion('b', '2026-03-03T11:00:00Z')]
  expect(await ingest(api, behind, events)).toMatchObject({
    ok: true,
    value: { accepted: 0, queued: 2 },
  })
  expect(await readTotal(api)).toBeNull()
  expect(sent).toMatchObject([{ environmentId: api.environmentId, acceptedAtMs: MARCH_20 }])
  const delivered = await deliver(sent)
  expect(delivered.explicitAcks).toEqual(['message-0'])
  expect(await readTotal(api)).toBe(2)
  // Queues deliver at least once: the second time these are duplicates.
  await deliver(sent)
  expect(await readTotal(api)).toBe(2)
})

test('a message that cannot be delivered is tried again, later each time', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { env: behind, sent } = overloaded()
  await ingest(api, behind, [completion('a', '2026-03-03T10:00:00Z')])
  const result = await deliver(sent, behind)
  expect(result.explicitAcks).toEqual([])
  expect(result.retryMessages).toMatchObject([{ msgId: 'message-0' }])
  expect([1, 2, 5, 12, 99].map(retryDelaySeconds)).toEqual([2, 4, 32, 3_600, 3_600])
})

test('finalization waits for events of its period that are in the queue', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, rateCardId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const { env: behind, sent } = overloaded()
  await ingest(api, behind, [completion('a', '2026-03-03T10:00:00Z', { tokens: 5 })])
  const april = Date.parse('2026-04-03T00:00:00Z')
  expect(await advanceClock(bindings, api.environmentId, april)).toMatchObject({
    value: {
      held: [
        { code: 'events_waiting', message: expect.stringContaining('wait in the ingest queue') },
      ],
    },
  })
  await deliver(sent)
  expect(await advanceClock(bindings, api.environmentId, april)).toMatchObject({ ok: true })
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?status=FINALIZED`)
  expect(body.data).toMatchObject([{ total: 10 }])
})

test('what must be answered at once, or is refused in part, does not go into the queue', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const good = completion('a', '2026-03-03T10:00:00Z')
  const refusal = { ok: false, error: { code: 'overloaded' } }
  expect(await ingest(api, overloaded().env, [good], true)).toMatchObject(refusal)
  expect(await ingest(api, overloaded().env, [good, {}])).toMatchObject(refusal)
  expect(await ingest(api, overloaded('refuse').env, [good])).toMatchObject(refusal)
})

test('when the queue fails, the sender is told, and nothing waits', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { env: behind } = overloaded()
  const failing = {
    ...behind,
    INGEST_QUEUE: { send: () => Promise.reject(new Error('no queue')) },
  } as unknown as Env
  await expect(ingest(api, failing, [completion('a', '2026-03-03T10:00:00Z')])).rejects.toThrow(
    'no queue',
  )
  const { n } = (await bindings.DB.prepare(
    'SELECT count(*) AS n FROM queued_batches WHERE environment_id = ?',
  )
    .bind(api.environmentId)
    .first<{ n: number }>())!
  expect(n).toBe(0)
})

test('events for very many meters go through the queue, unless somebody waits for receipts', async () => {
  const api = await createTestApi({ clockMs: MARCH_20, settings: { sharedMeters: 40 } })
  await createOffering(api)
  const many = Array.from({ length: 60 }, (_, i) => completion(`t${i}`, '2026-03-03T10:00:00Z'))
  const sent: QueuedBatch[] = []
  const INGEST_QUEUE = { send: async (body: QueuedBatch) => void sent.push(body) }
  const deployed = { ...bindings, INGEST_QUEUE, INGEST_OVERFLOW: 'queue' } as unknown as Env
  const value = { accepted: 0, queued: 60 }
  expect(await ingest(api, deployed, many)).toMatchObject({ ok: true, value })
  expect(await ingest(api, deployed, many.slice(0, 30), true)).toMatchObject({
    ok: true,
    value: { accepted: 30, queued: 0 },
  })
  expect(await ingest(api, deployed, many.slice(0, 10))).toMatchObject({
    ok: true,
    value: { accepted: 0, duplicates: 10, queued: 0 },
  })
  await deliver(sent)
  expect(await readTotal(api)).toBe(60)
})
