import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { DAY_MS } from '../../src/core/time.ts'
import { MeterFixture } from './meter-fixture.ts'

const rejected = (reason: string, ingestId: string | null) => {
  return { reason, ingestId, transactionId: null, raw: '1' }
}
const many = (from: number, to: number, ingestId: string | null) =>
  Array.from({ length: to - from + 1 }, (_, i) => rejected(`${ingestId} ${from + i}`, ingestId))

/** How many events of each ingest id are kept, and the reason of the oldest. */
async function kept(meter: MeterFixture): Promise<Record<string, [count: number, oldest: string]>> {
  return runInDurableObject(meter.stub, (_, { storage }) => {
    const rows = storage.sql.exec<{ ingest_id: string | null; n: number; reason: string }>(
      'SELECT ingest_id, count(*) AS n, reason, min(id) FROM quarantine GROUP BY ingest_id',
    )
    return Object.fromEntries([...rows].map((row) => [String(row.ingest_id), [row.n, row.reason]]))
  })
}

test('of each ingest id the newest thousand are kept, so that none pushes out the others', async () => {
  const meter = new MeterFixture()
  await meter.ingestResult('[]', { rejected: many(1, 3, 'quiet') })
  for (let from = 1; from <= 12_001; from += 4_000) {
    await meter.ingestResult('[]', { rejected: many(from, from + 3_999, 'broken') })
  }
  await meter.ingestResult('[]', { rejected: [...many(1, 1_001, null), ...many(1, 2, 'other')] })
  expect(await kept(meter)).toEqual({
    quiet: [3, 'quiet 1'],
    broken: [1_000, 'broken 15001'],
    null: [1_000, 'null 2'],
    other: [2, 'other 1'],
  })
})

test('settling removes events, changes the reasons of others, and says what it removed', async () => {
  const meter = new MeterFixture()
  const { environmentId } = meter
  await meter.ingestResult('[]', { rejected: many(1, 4, 'acme') })
  const list = async () =>
    (await meter.stub.listQuarantine({ environmentId, nowMs: meter.now, limit: 10 })).map(
      ({ id, reason }) => [id, reason],
    )
  const settlement = {
    environmentId,
    removed: [2, 3, 77],
    reasons: [
      { id: 4, reason: 'another' },
      { id: 99, reason: 'of nothing' },
    ],
  }
  expect((await meter.stub.settleQuarantine(settlement)).toSorted()).toEqual([2, 3])
  expect(await list()).toEqual([
    [4, 'another'],
    [1, 'acme 1'],
  ])
  expect(await meter.stub.settleQuarantine({ ...settlement, reasons: [] })).toEqual([])
  await meter.evict()
  expect(await list()).toHaveLength(2)
})

test('events are found by their ids as long as they are kept', async () => {
  const meter = new MeterFixture()
  const { environmentId } = meter
  await meter.ingestResult('[]', { rejected: many(1, 3, 'acme') })
  const find = async (nowMs: number) =>
    (await meter.stub.findQuarantined({ environmentId, ids: [3, 1, 8], nowMs }))
      .map(({ reason }) => reason)
      .toSorted()
  expect(await find(meter.now + 34 * DAY_MS)).toEqual(['acme 1', 'acme 3'])
  expect(await find(meter.now + 34 * DAY_MS + 1)).toEqual([])
})
