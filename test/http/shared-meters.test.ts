import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { purgeDeletedEnvironments } from '../../src/actions/sandboxes.ts'
import { meterNames } from '../../src/core/metering/place.ts'
import { openDatabase } from '../../src/db/database.ts'
import { markDeleted } from '../../src/db/sandboxes.ts'
import type { Env } from '../../src/env.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, createMetric } from '../support/catalog.ts'

const bindings = env as unknown as Env
const MARCH = { starting_on: '2026-03-01T00:00:00Z', ending_before: '2026-03-11T00:00:00Z' }
const TYPES = ['COUNT', 'SUM', 'MAX', 'LATEST', 'UNIQUE']

function event(transaction_id: string, customer_id: string, v: unknown = 1, hour = 10) {
  const timestamp = `2026-03-02T${String(hour).padStart(2, '0')}:00:00Z`
  return { transaction_id, customer_id, event_type: 'call', timestamp, properties: { v } }
}

function eventLines(from: number, to: number) {
  return Array.from({ length: to - from }, (_, i) =>
    JSON.stringify(event(`bulk ${from + i}`, 'acme')),
  ).join('\n')
}

/** How many events each of the environment's meters has. */
async function countByMeter({ environmentId }: TestApi, sharedMeters: number): Promise<number[]> {
  const names = meterNames({ id: environmentId, settings: { sharedMeters } })
  const ends = await Promise.all(
    names.map((name) => bindings.METER.getByName(name).readLogEnd({ environmentId })),
  )
  return ends.map(({ acceptedEvents }) => acceptedEvents)
}

async function createSpread(sharedMeters: number) {
  const api = await createTestApi({ settings: { sharedMeters } })
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  const metricId = await createMetric(api, { aggregation_type: 'COUNT' })
  const readTotal = async (): Promise<number | null> => {
    const { body } = await api.call('POST', '/v1/usage', { ...MARCH, window_size: 'NONE' })
    return body.data[0].value
  }
  return { api, customerId, metricId, readTotal }
}

test('a batch is spread over the meters, told of by its own places, and counted once', async () => {
  const { api, readTotal } = await createSpread(3)
  const batch = Array.from({ length: 30 }, (_, i) => event(`t${i}`, 'acme'))
  const bad = { ...event('bad', 'acme'), timestamp: 'never' }
  const first = await api.call('POST', '/v1/ingest', [...batch.slice(0, 20), bad])
  expect(first.body.data).toMatchObject({ accepted: 20, duplicates: 0, errors: [{ index: 20 }] })
  const receipts = await api.call('POST', '/v1/ingest', [bad, ...batch], {
    prefer: 'return=representation',
  })
  expect(receipts.body.data).toMatchObject({ accepted: 10, duplicates: 20 })
  expect(receipts.body.data.receipts.map(({ status }: { status: string }) => status)).toEqual([
    'rejected',
    ...Array.from({ length: 20 }, () => 'duplicate'),
    ...Array.from({ length: 10 }, () => 'accepted'),
  ])
  expect(await readTotal()).toBe(30)
  const counts = await countByMeter(api, 3)
  expect(counts.reduce((a, b) => a + b)).toBe(30)
  expect(Math.min(...counts)).toBeGreaterThan(0)
})

test('bulk ingest, search, quarantine and its replay know all meters', async () => {
  const { api, readTotal } = await createSpread(3)
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const bulk = await api.call('POST', '/v1/ingest/bulk', `${eventLines(0, 500)}\nnonsense`, ndjson)
  expect(bulk.body.data).toMatchObject({ accepted: 500, duplicates: 0, rejected: 1 })
  const again = await api.call('POST', '/v1/ingest/bulk', eventLines(490, 510), ndjson)
  expect(again.body.data).toMatchObject({ accepted: 10, duplicates: 10 })
  const transactionIds = ['bulk 1', 'bulk 2', 'bulk 3', 'bulk 495', 'bulk 509']
  const found = await api.call('POST', '/v1/events/search', { transactionIds })
  expect(
    found.body
      .map((item: { transaction_id: string; is_duplicate: boolean }) => [
        item.transaction_id,
        item.is_duplicate,
      ])
      .sort(),
  ).toEqual([
    ['bulk 1', false],
    ['bulk 2', false],
    ['bulk 3', false],
    ['bulk 495', false],
    ['bulk 495', true],
    ['bulk 509', false],
  ])
  const quarantine = await api.call('GET', '/v1/events/quarantine')
  expect(quarantine.body.data).toHaveLength(1)
  const { id } = quarantine.body.data[0]
  const replayed = await api.call('POST', '/v1/events/quarantine/replay', {
    events: [{ id, event: event('mended', 'acme') }],
  })
  expect(replayed.body.data).toEqual([{ id, status: 'accepted' }])
  expect((await api.call('GET', '/v1/events/quarantine')).body.data).toEqual([])
  expect(await readTotal()).toBe(511)
})

test('a deleted sandbox leaves nothing behind in any meter', async () => {
  const { api } = await createSpread(3)
  await api.call(
    'POST',
    '/v1/ingest',
    Array.from({ length: 30 }, (_, i) => event(`t${i}`, 'acme')),
  )
  await markDeleted(openDatabase(bindings.DB), api.environmentId, Date.now())
  await purgeDeletedEnvironments(bindings)
  for (const name of meterNames({ id: api.environmentId, settings: { sharedMeters: 3 } })) {
    const kept = await runInDurableObject(bindings.METER.getByName(name), (_, { storage }) => [
      ...storage.kv.list(),
    ])
    expect(kept).toEqual([['deleted', true]])
  }
})

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('ingest' as const),
      events: fc.array(
        fc.record({
          id: fc.constantFrom('a', 'b', 'c'),
          transaction: fc.nat(12),
          v: fc.constantFrom('1', '2.5', '-3', 'x', '10'),
          hour: fc.nat(3),
        }),
        { minLength: 1, maxLength: 12 },
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('alias' as const),
      customer: fc.nat(1),
      aliases: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What an environment answers to these steps, and to questions about usage at their end. */
async function play(sharedMeters: number, steps: Step[]): Promise<unknown[]> {
  const api = await createTestApi({ settings: { sharedMeters } })
  const customers: string[] = []
  for (const name of ['One', 'Two']) customers.push(await createdId(api, '/v1/customers', { name }))
  const metrics: string[] = []
  for (const type of TYPES) {
    const metric = { name: type, aggregation_type: type, group_keys: [['v']] }
    const key = type === 'COUNT' ? {} : { aggregation_key: 'v' }
    const property_filters = [{ name: 'v', exists: true }]
    metrics.push(await createMetric(api, { ...metric, ...key, property_filters }))
  }
  const answers: unknown[] = []
  for (const { kind, ...rest } of steps) {
    if (kind === 'ingest' && 'events' in rest) {
      const batch = rest.events.map(({ id, transaction, v, hour }) =>
        event(`t${transaction}`, id, v, hour),
      )
      answers.push((await api.call('POST', '/v1/ingest', batch)).body)
    } else if ('aliases' in rest) {
      const path = `/v1/customers/${customers[rest.customer]}/setIngestAliases`
      const { status } = await api.call('POST', path, { ingest_aliases: rest.aliases })
      answers.push(status)
    }
  }
  for (const [i, customer_id] of customers.entries()) {
    for (const [m, id] of metrics.entries()) {
      const question = { customer_ids: [customer_id], ...MARCH, window_size: 'DAY' }
      const asked = [{ id, group_by: { key: 'v', values: ['1', '2.5', '-3', 'x', '10'] } }]
      const { body } = await api.call('POST', '/v1/usage', { ...question, billable_metrics: asked })
      for (const { start_timestamp, value, groups } of body.data) {
        if (value !== null) answers.push([i, TYPES[m], start_timestamp, value, groups])
      }
    }
    const verify = { customer_id, ...MARCH, billable_metric_ids: metrics }
    const { body } = await api.call('POST', '/v1/usage/verify', verify)
    answers.push([body.data.verified, body.data.events_read])
  }
  return answers
}

test('over any number of meters, the same requests are answered alike', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps) => {
      const alone = await play(1, steps)
      expect(await play(3, steps)).toEqual(alone)
    }),
    { numRuns: 12 },
  )
}, 120_000)
