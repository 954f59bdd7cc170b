import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { VERIFIED_EVENTS_MAX } from '../../src/actions/verify-usage.ts'
import { quarantineMeterName } from '../../src/core/metering/place.ts'
import type { Env } from '../../src/env.ts'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { readSegmentRows } from '../../src/objects/meter-blocks.ts'
import { sealLog } from '../objects/meter-fixture.ts'
import { createdId, createMetric, UNKNOWN_ID } from '../support/catalog.ts'

const MARCH = { starting_on: '2026-03-01T00:00:00Z', ending_before: '2026-04-01T00:00:00Z' }
const bindings = env as unknown as Env

/** An environment with a customer that has two aliases, and one SUM metric by zone. */
async function createMetered() {
  const api = await createTestApi()
  const customerId = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme', 'acme 2'],
  })
  const sum = await createKeyed(api, 'SUM')
  return { api, customerId, sum }
}

function createKeyed(api: TestApi, aggregation_type: string): Promise<string> {
  return createMetric(api, {
    aggregation_type,
    aggregation_key: 'v',
    property_filters: [{ name: 'v' }, { name: 'zone', exists: true }],
    groupKeys: [['zone']],
  })
}

function usageEvent(transaction_id: string, properties: object = {}, customer_id = 'acme') {
  return {
    transaction_id,
    customer_id,
    event_type: 'call',
    timestamp: '2026-03-02T10:30:00Z',
    properties: { v: 1, zone: 'eu', ...properties },
  }
}

async function ingest(api: TestApi, ...events: object[]): Promise<void> {
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
}

/** A new stub each time: one that saw the object end stays broken. */
function meterOf(api: TestApi) {
  return bindings.METER.getByName(quarantineMeterName(api.environmentId))
}

/** Changes what a meter has stored, after its deltas have moved to the cells. */
async function tamper(api: TestApi, query: string, ...values: unknown[]): Promise<void> {
  await runDurableObjectAlarm(meterOf(api))
  await runInDurableObject(meterOf(api), (_, { storage }) => {
    storage.sql.exec(query, ...values)
  })
}

function verify(api: TestApi, customer_id: string, body: object = {}) {
  return api.call('POST', '/v1/usage/verify', { customer_id, ...MARCH, ...body })
}

async function verified(api: TestApi, customerId: string, body: object = {}) {
  const answer = await verify(api, customerId, { window_size: 'DAY', ...body })
  expect(answer).toMatchObject({ status: 200 })
  return answer.body.data
}

const CLEAN = { verified: true, differences: [], findings: [] }

test('usage verifies after ingest, of every aggregation and in every window size', async () => {
  const { api, customerId } = await createMetered()
  for (const type of ['MAX', 'LATEST', 'UNIQUE']) await createKeyed(api, type)
  await createMetric(api)
  await ingest(
    api,
    usageEvent('a', { v: '0.1' }),
    usageEvent('b', { v: 0.2, zone: 'us' }),
    usageEvent('a', { v: 99 }),
    usageEvent('c', { v: 'n/a', zone: true }),
    usageEvent('d', { v: null, zone: { x: 1 } }),
    usageEvent('e', { zone: null }),
    usageEvent('f', { v: '-1e300' }, customerId),
    usageEvent('g', {}, 'unknown'),
  )
  await ingest(api, usageEvent('b', {}, 'acme 2'), usageEvent('h', {}, 'acme 2'))
  const clean = { ...CLEAN, position: 2, events_read: 8 }
  for (const window_size of ['NONE', 'DAY', 'HOUR', undefined]) {
    expect(await verified(api, customerId, { window_size })).toEqual(clean)
  }
})

test('usage verifies while events come in', async () => {
  const { api, customerId } = await createMetered()
  await ingest(api, usageEvent('first'))
  const calls = Array.from({ length: 10 }, (_, i) => ingest(api, usageEvent(`t${i}`)))
  const [report] = await Promise.all([verified(api, customerId), ...calls])
  expect(report).toMatchObject(CLEAN)
  expect(await verified(api, customerId)).toMatchObject({ ...CLEAN, events_read: 11 })
})

test('usage verifies after eviction, checkpoints and metrics that see the past', async () => {
  const { api, customerId } = await createMetered()
  await ingest(api, usageEvent('a'), usageEvent('b', { zone: 'us' }))
  await evictDurableObject(meterOf(api))
  expect(await verified(api, customerId)).toMatchObject(CLEAN)
  await runDurableObjectAlarm(meterOf(api))
  await ingest(api, usageEvent('c'))
  await evictDurableObject(meterOf(api))
  await createKeyed(api, 'UNIQUE')
  expect(await verified(api, customerId)).toMatchObject({ ...CLEAN, events_read: 3, position: 2 })
})

test('usage verifies when aliases move, also where that makes duplicates of events', async () => {
  const { api, customerId, sum } = await createMetered()
  const other = await createdId(api, '/v1/customers', {
    name: 'Globex',
    ingest_aliases: ['globex'],
  })
  await ingest(
    api,
    usageEvent('a', { v: 1 }),
    usageEvent('a', { v: 10 }, 'globex'),
    usageEvent('b', { v: 100 }, 'globex'),
    usageEvent('a', { v: 1_000 }, 'late'),
  )
  const setAliases = (id: string, ingest_aliases: string[]) =>
    api.call('POST', `/v1/customers/${id}/setIngestAliases`, { ingest_aliases })
  const total = async (id: string) => {
    const query = { customer_ids: [id], billable_metrics: [{ id: sum }], window_size: 'NONE' }
    const { body } = await api.call('POST', '/v1/usage', { ...query, ...MARCH })
    return body.data[0].value
  }
  const check = async (expected: (number | null)[]) => {
    expect([await total(customerId), await total(other)]).toEqual(expected)
    for (const id of [customerId, other]) {
      expect(await verified(api, id)).toMatchObject({ ...CLEAN, events_read: 4 })
    }
  }
  await check([1, 110])
  await setAliases(other, [])
  await setAliases(customerId, ['acme', 'globex', 'late'])
  await check([101, null])
  await setAliases(customerId, ['late'])
  await setAliases(other, ['acme'])
  await check([1_000, 1])
})

test('a cell that was changed is a difference, in its window and group', async () => {
  const { api, customerId, sum } = await createMetered()
  await ingest(api, usageEvent('a', { v: 2 }), usageEvent('b', { v: 3, zone: 'us' }))
  await tamper(api, `UPDATE cells SET state = '7' WHERE group_text = '["us"]'`)
  const window = {
    billable_metric_id: sum,
    starting_on: '2026-03-02T00:00:00.000Z',
    ending_before: '2026-03-03T00:00:00.000Z',
  }
  expect(await verified(api, customerId)).toEqual({
    verified: false,
    position: 1,
    events_read: 2,
    differences: [{ ...window, group: { zone: 'us' }, fast: 7, naive: 3 }],
    findings: [],
  })
  await tamper(api, `DELETE FROM cells WHERE group_text = '[]'`)
  const { differences } = await verified(api, customerId)
  expect(differences[0]).toEqual({ ...window, group: null, fast: null, naive: 5 })
})

test('usage verifies over sealed events, and over those that came after', async () => {
  const { api, customerId, sum } = await createMetered()
  for (let i = 0; i < 12; i++) {
    await ingest(api, usageEvent(`t${i}`, { v: `${i}.50` }, i % 3 === 0 ? 'acme 2' : 'acme'))
  }
  await ingest(api, usageEvent('t3', { v: 9 }), usageEvent('g', {}, 'globex'))
  expect(await sealLog(meterOf(api), api.environmentId)).toBe(3)
  await ingest(api, usageEvent('t4'), usageEvent('late', { v: 1e3 }))
  expect(await verified(api, customerId)).toMatchObject({ ...CLEAN, events_read: 14, position: 14 })
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, {
    ingest_aliases: ['acme', 'globex'],
  })
  const late = await createKeyed(api, 'LATEST')
  expect(await verified(api, customerId)).toMatchObject({ ...CLEAN, events_read: 14 })
  expect(late).not.toBe(sum)
})

test('usage verifies over archived events, and an object that is lost is found', async () => {
  const { api, customerId } = await createMetered()
  for (let i = 0; i < 7; i++) await ingest(api, usageEvent(`t${i}`, { v: i }))
  await sealLog(meterOf(api), api.environmentId)
  await ingest(api, usageEvent('new'))
  // What an alarm does when an event is accepted so much later.
  const bucket = bindings.ARCHIVE
  await runInDurableObject(meterOf(api), async (_, { storage }) => {
    for (const lastSeq of [5, 7]) {
      const key = `${api.environmentId}/0/${lastSeq}`
      await bucket.put(key, readSegmentRows(storage.sql, lastSeq))
      storage.sql.exec('UPDATE blocks SET archive_key = ? WHERE last_seq = ?', key, lastSeq)
      storage.sql.exec('DELETE FROM segments WHERE last_seq = ?', lastSeq)
    }
  })
  expect(await verified(api, customerId)).toMatchObject({ ...CLEAN, events_read: 8, position: 8 })
  await bucket.delete(`${api.environmentId}/0/5`)
  const { findings } = await verified(api, customerId)
  expect(findings[0]).toEqual({ chunk: 5, problem: 'segment 0: it is not there, or not all of it' })
})

test('a sealed block that was changed is found', async () => {
  const { api, customerId } = await createMetered()
  for (const id of ['a', 'b', 'c']) await ingest(api, usageEvent(id))
  await sealLog(meterOf(api), api.environmentId)
  await ingest(api, usageEvent('d'))
  const found = async (query: string, ...values: unknown[]) => {
    await tamper(api, query, ...values)
    return (await verified(api, customerId)).findings.map(
      ({ chunk, problem }: { chunk: number; problem: string }) => `${chunk}: ${problem}`,
    )
  }
  const block = '3: the checksum is not that of the block and the one before it'
  expect(await found('UPDATE blocks SET count = 4')).toEqual([
    block,
    '3: the block has 3 events instead of 4',
    '4: the log has 5 events up to this chunk; 4 were accepted',
  ])
  expect(await found('UPDATE blocks SET count = 3, log_checksum = zeroblob(32)')).toEqual([
    block,
    `4: ${CHECKSUM}`,
  ])
  const lost = await found('DELETE FROM segments WHERE number = 0')
  expect(lost).toContainEqual(expect.stringContaining('3: segment 0:'))
  expect(await found('DELETE FROM blocks')).toContain('1: the chunks 1 to 3 are missing')
})

const CHECKSUM = 'the checksum is not that of the chunk and the one before it'

/** A log of three chunks with a tampered one: what is found. */
async function findingsAfter(query: string, ...values: unknown[]) {
  const { api, customerId } = await createMetered()
  for (const id of ['a', 'b', 'c']) await ingest(api, usageEvent(id))
  expect(await verified(api, customerId)).toMatchObject(CLEAN)
  await tamper(api, query, ...values)
  const { verified: isVerified, findings, differences } = await verified(api, customerId)
  expect(isVerified).toBe(false)
  const pairs: { fast: number; naive: number }[] = differences
  return { findings, values: pairs.map(({ fast, naive }) => [fast, naive]) }
}

test('a body that was changed is found, and what it changes of usage', async () => {
  const body = await gzip(`[${JSON.stringify(usageEvent('b', { v: 5 }))}]`)
  expect(await findingsAfter('UPDATE chunks SET body = ? WHERE seq = 2', body)).toEqual({
    findings: [{ chunk: 2, problem: CHECKSUM }],
    values: [
      [3, 7],
      [3, 7],
    ],
  })
  const damaged = new Uint8Array([1, 2, 3])
  expect(
    (await findingsAfter('UPDATE chunks SET body = ? WHERE seq = 2', damaged)).findings,
  ).toEqual(expect.arrayContaining([{ chunk: 2, problem: 'the body cannot be decompressed' }]))
})

test('a hash, a checksum or an ingest id that was changed is found', async () => {
  const hash = await findingsAfter('UPDATE chunks SET hashes = zeroblob(16) WHERE seq = 3')
  expect(hash).toEqual({
    findings: [
      { chunk: 3, problem: CHECKSUM },
      { chunk: 3, problem: 'event 0: its hash is not that of its transaction_id' },
    ],
    values: [],
  })
  const checksum = await findingsAfter('UPDATE chunks SET checksum = zeroblob(32) WHERE seq = 1')
  expect(checksum.findings).toEqual([
    { chunk: 1, problem: CHECKSUM },
    { chunk: 2, problem: CHECKSUM },
  ])
  const name = await findingsAfter(`UPDATE ingest_ids SET ingest_id = 'x' WHERE ingest_id = 'acme'`)
  expect(name.findings).toHaveLength(3)
})

test('a chunk that is missing is found, also at the end of the log', async () => {
  const lost = 'the log has 2 events up to this chunk; 3 were accepted'
  expect(await findingsAfter('DELETE FROM chunks WHERE seq = 2')).toEqual({
    findings: [
      { chunk: 2, problem: 'the chunk is missing' },
      { chunk: 3, problem: CHECKSUM },
      { chunk: 3, problem: lost },
    ],
    values: [
      [3, 2],
      [3, 2],
    ],
  })
  const { api, customerId } = await createMetered()
  for (const id of ['a', 'b', 'c']) await ingest(api, usageEvent(id))
  await tamper(api, 'DELETE FROM chunks WHERE seq = 3')
  await evictDurableObject(meterOf(api))
  expect(await verified(api, customerId)).toMatchObject({
    verified: false,
    position: 2,
    findings: [{ chunk: 2, problem: lost }],
  })
})

test('only what exists, in windows that usage has, is verified', async () => {
  const { api, customerId, sum } = await createMetered()
  const refusal = async (id: string, body: object) => {
    const { status, body: answer } = await verify(api, id, body)
    return [status, answer.message]
  }
  expect(await refusal(UNKNOWN_ID, {})).toEqual([404, expect.stringContaining(UNKNOWN_ID)])
  expect(await refusal(customerId, { billable_metric_ids: [sum, UNKNOWN_ID] })).toEqual([
    404,
    `billable_metric_ids: no billable metric ${UNKNOWN_ID}`,
  ])
  expect(await refusal(customerId, { starting_on: '2026-03-01T01:00:00Z' })).toEqual([
    400,
    expect.stringContaining('starting_on'),
  ])
  expect(await verified(api, customerId)).toEqual({ ...CLEAN, position: 0, events_read: 0 })
  expect((await verify(await withScope(api, 'read-only'), customerId)).status).toBe(200)
  expect((await verify(await withScope(api, 'ingest-only'), customerId)).status).toBe(403)
})

test('a log that is too long for one request is refused', async () => {
  const { api, customerId } = await createMetered()
  await ingest(api, usageEvent('a'))
  await tamper(api, 'UPDATE ingest_ids SET accepted = ?', VERIFIED_EVENTS_MAX + 1)
  expect(await verify(api, customerId)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining(`at most ${VERIFIED_EVENTS_MAX} are read`) },
  })
})

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(stream).arrayBuffer()
}
