import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { StreamingMetric } from '../../src/core/metering/metric.ts'
import { SECOND_MS, DAY_MS } from '../../src/core/time.ts'
import { openMemory, writeCheckpoint } from '../../src/objects/meter-memory.ts'
import { sealBlock } from '../../src/objects/meter-seal.ts'
import { nextSealAt, SEAL_POLICY } from '../../src/objects/meter-seal-plan.ts'
import { doUpkeepSlice, isUpkeepDue } from '../../src/objects/meter-upkeep.ts'
import { MeterFixture, sent, TINY_BLOCKS } from './meter-fixture.ts'

const SUM: Partial<StreamingMetric> = {
  aggregationType: 'SUM',
  aggregationKey: 'v',
  propertyFilters: [{ name: 'v' }],
}

/** A meter with one event a chunk: `t1` of `a`, `t2` of `b`, and so on, of value 1, 2, 4 … */
async function createLogged(count: number, ids = ['a', 'b', 'c']) {
  const meter = new MeterFixture()
  for (const id of ids) await meter.bind(id, `customer ${id}`)
  await ingestMore(meter, { from: 0, to: count }, ids)
  return meter
}

async function ingestMore(
  meter: MeterFixture,
  { from, to }: { from: number; to: number },
  ids = ['a', 'b', 'c'],
) {
  for (let i = from; i < to; i++) {
    await meter.ingest(sent(`t${i + 1}`, ids[i % ids.length]!, { v: 2 ** i }))
  }
}

type BlockRow = { first_seq: number; last_seq: number; count: number }
const blocksOf = async (meter: MeterFixture) =>
  (
    await meter.query<BlockRow>('SELECT first_seq, last_seq, count FROM blocks ORDER BY last_seq')
  ).map(({ first_seq, last_seq, count }) => [first_seq, last_seq, count])
const chunksOf = async (meter: MeterFixture) =>
  (await meter.query<{ seq: number }>('SELECT seq FROM chunks ORDER BY seq')).map(({ seq }) => seq)

test('sealing takes chunks out of the log and changes no answer', async () => {
  const meter = await createLogged(12)
  const metric = await meter.addMetric(SUM)
  const answers = async () => [
    await meter.total('customer a', metric),
    await meter.total('customer b', metric),
    await meter.search('t1', 't8', 't12'),
    (await meter.ingest(sent('t3', 'c'), sent('t10', 'a'))).duplicates,
  ]
  const before = await answers()
  expect(before.slice(0, 2)).toEqual(['585', '1170'])
  expect(await meter.seal()).toBe(3)
  expect(await blocksOf(meter)).toEqual([
    [1, 5, 5],
    [6, 10, 5],
    [11, 12, 2],
  ])
  expect(await chunksOf(meter)).toEqual([])
  const after = await answers()
  expect([after[0], after[1], after[3]]).toEqual([before[0], before[1], before[3]])
  expect(after[2]).toMatchObject([
    { transactionId: 't1', properties: '{"v":1}' },
    { transactionId: 't8', properties: '{"v":128}' },
    { transactionId: 't12', properties: '{"v":2048}' },
    ...(before[2] as object[]).slice(3),
  ])
  expect((after[2] as { id: string }[]).map(({ id }) => id).slice(0, 3)).toEqual(
    (before[2] as { id: string }[]).map(({ id }) => id),
  )
})

test('the chunks after a block continue it, and the log goes on where it is all sealed', async () => {
  const meter = await createLogged(5)
  await meter.seal()
  await ingestMore(meter, { from: 5, to: 7 })
  expect(await chunksOf(meter)).toEqual([6, 7])
  expect(await meter.seal()).toBe(1)
  expect(await blocksOf(meter)).toEqual([
    [1, 5, 5],
    [6, 7, 2],
  ])
})

test('small blocks are taken into later ones, each into one of twice its size at least', async () => {
  const meter = await createLogged(0)
  const policy = { ...TINY_BLOCKS, blockEvents: 8 }
  const sizes: number[][] = []
  for (let i = 0; i < 9; i++) {
    await ingestMore(meter, { from: i, to: i + 1 })
    await meter.seal(policy)
    sizes.push((await blocksOf(meter)).map(([, , count]) => count!))
  }
  expect(sizes).toEqual([[1], [2], [2, 1], [4], [4, 1], [4, 2], [4, 2, 1], [8], [8, 1]])
  const metric = await meter.addMetric(SUM)
  expect(await meter.total('customer c', metric)).toBe('292')
})

test('what no checkpoint covers stays in chunks', async () => {
  const meter = await createLogged(3)
  const sealed = await runInDurableObject(meter.stub, (_, { storage }) =>
    sealBlock(openMemory(storage, meter.environmentId), () => true, TINY_BLOCKS),
  )
  expect([sealed, await chunksOf(meter)]).toEqual([false, [1, 2, 3]])
})

test('a metric that comes later sees sealed events, slice by slice and across crashes', async () => {
  const meter = await createLogged(14)
  await meter.seal()
  await ingestMore(meter, { from: 14, to: 16 })
  const first = await meter.addMetric(SUM)
  const slice = async () => {
    await runInDurableObject(meter.stub, (_, { storage }) => {
      const memory = openMemory(storage, meter.environmentId)
      if (isUpkeepDue(memory)) doUpkeepSlice(memory, {}, 1)
    })
    await evictDurableObject(meter.stub)
  }
  // Metrics are learnt by reads; this one waits for nobody's past.
  await meter.bind('x', 'nobody')
  await meter.ingest(sent('x', 'x', { v: 1 }))
  await slice()
  await slice()
  const second = await meter.addMetric({
    ...SUM,
    aggregationType: 'COUNT',
    aggregationKey: undefined,
  })
  await meter.ingest(sent('y', 'x', { v: 1 }))
  // In the middle of a block: nothing may be sealed that it would be moved by.
  await slice()
  const positions = await meter.query<{ backfilled_to: number }>(
    'SELECT backfilled_to FROM metrics',
  )
  expect(positions.some(({ backfilled_to }) => !Number.isInteger(backfilled_to))).toBe(true)
  expect(await meter.seal()).toBe(0)
  for (let i = 0; i < 3; i++) await slice()
  expect(await meter.total('customer a', first)).toBe(String(0b1001001001001001))
  expect(await meter.total('customer b', second)).toBe('5')
  expect(await meter.total('customer c', first)).toBe(String(0b0100100100100100))
  expect(await meter.total('nobody', second)).toBe('2')
})

test('an alias that moves makes duplicates of sealed events, and lifts them again', async () => {
  const meter = new MeterFixture()
  await meter.bind('a', 'C')
  await meter.bind('b', 'D')
  const metric = await meter.addMetric(SUM)
  await meter.ingest(sent('t', 'a', { v: 1 }), sent('u', 'a', { v: 2 }))
  await meter.ingest(sent('t', 'b', { v: 4 }), sent('w', 'b', { v: 8 }))
  await meter.ingest(sent('u', 'b', { v: 16 }), sent('z', 'other', { v: 32 }))
  await meter.seal()
  expect(await meter.total('C', metric)).toBe('3')
  await meter.bind('b', 'C')
  expect(await meter.total('C', metric)).toBe('11')
  expect(await meter.search('t')).toMatchObject([
    { ingestId: 'a', isDuplicate: false },
    { ingestId: 'b', isDuplicate: true },
  ])
  await ingestMore(meter, { from: 5, to: 6 })
  await meter.seal()
  await meter.bind('b', 'D')
  expect([await meter.total('C', metric), await meter.total('D', metric)]).toEqual(['3', '28'])
})

test('a crash before a block is stored leaves the chunks, and the next run seals them', async () => {
  const meter = await createLogged(6)
  const metric = await meter.addMetric(SUM)
  await runInDurableObject(meter.stub, async (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    writeCheckpoint(memory)
    expect(await sealBlock(memory, () => false, TINY_BLOCKS)).toBe(false)
  })
  await evictDurableObject(meter.stub)
  expect([await blocksOf(meter), await chunksOf(meter)]).toEqual([[], [1, 2, 3, 4, 5, 6]])
  expect(await meter.seal()).toBe(2)
  expect(await meter.total('customer a', metric)).toBe('9')
})

test('a damaged log is not sealed', async () => {
  const meter = await createLogged(3)
  await runInDurableObject(meter.stub, async (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    writeCheckpoint(memory)
    storage.sql.exec('UPDATE chunks SET accepted_at_max = 7 WHERE seq = 2')
    const sealing = sealBlock(memory, () => true, TINY_BLOCKS)
    await expect(sealing).rejects.toThrow('chunk 2 is missing or not as it was written')
    expect(nextSealAt(memory, Date.now())).toBe(Infinity)
  })
  expect(await chunksOf(meter)).toEqual([1, 2, 3])
})

test('sealing waits for quiet, for a large backlog or for a day', async () => {
  const meter = await createLogged(3)
  await runInDurableObject(meter.stub, (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    expect(nextSealAt(memory, 5)).toBe(Infinity)
    writeCheckpoint(memory)
    expect(nextSealAt(memory, 100)).toBe(100 + DAY_MS)
    expect(nextSealAt(memory, 200)).toBe(100 + DAY_MS)
    const many = { ...SEAL_POLICY, blockEvents: 3 }
    // It has just started, so nothing came for a while: it is due.
    expect(nextSealAt(memory, 300, many)).toBeLessThan(300)
    memory.sealing.readAtMs = 400
    expect(nextSealAt(memory, 500, many)).toBe(400 + 10 * SECOND_MS)
    expect(nextSealAt(memory, 600, { ...many, backlogEvents: 3 })).toBe(600)
    expect(nextSealAt(memory, 700, { ...many, backlogBytes: 100 })).toBe(700)
    memory.head = { ...memory.head, seq: 4 }
    expect(nextSealAt(memory, 800, many)).toBe(800 + 10 * SECOND_MS)
    // The mark outlives the memory.
    expect(nextSealAt(openMemory(storage, meter.environmentId), 900)).toBe(100 + DAY_MS)
  })
})

test('an alarm seals what has waited for a day', async () => {
  const meter = await createLogged(3)
  await runDurableObjectAlarm(meter.stub)
  expect(await chunksOf(meter)).toEqual([1, 2, 3])
  await meter.query(`UPDATE meta SET value = '[3,0]' WHERE key = 'seal_mark'`)
  await runDurableObjectAlarm(meter.stub)
  expect([await blocksOf(meter), await chunksOf(meter)]).toEqual([[[1, 3, 3]], []])
})

test('events that come while their log is sealed are all counted, and it stays a chain', async () => {
  const meter = await createLogged(0)
  const metric = await meter.addMetric({})
  const batch = (name: string) =>
    Array.from({ length: 20 }, (_, i) => sent(`${name}/${i}`, 'a', { v: 1, x: `${i}`.repeat(99) }))
  for (let i = 0; i < 150; i++) await meter.ingest(...batch(`before ${i}`))
  await runDurableObjectAlarm(meter.stub)
  await meter.query(`UPDATE meta SET value = '[150,0]' WHERE key = 'seal_mark'`)
  const during = Array.from({ length: 50 }, async (_, i) => {
    await scheduler.wait(i)
    return meter.ingest(...batch(`during ${i}`))
  })
  await Promise.all([runDurableObjectAlarm(meter.stub), ...during])
  const [block] = await blocksOf(meter)
  expect(block![1]).toBeGreaterThanOrEqual(150)
  expect((await chunksOf(meter))[0] ?? block![1]! + 1).toBe(block![1]! + 1)
  expect(await meter.total('customer a', metric)).toBe('4000')
  await meter.evict()
  expect(await meter.total('customer a', metric)).toBe('4000')
  expect((await meter.ingest(...batch('before 3'), ...batch('during 3'))).accepted).toBe(0)
})
