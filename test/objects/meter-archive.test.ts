import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env as bindings } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { DAY_MS } from '../../src/core/time.ts'
import type { Env } from '../../src/env.ts'
import { ARCHIVE_AGE_MS, archiveBlock } from '../../src/objects/meter-archive.ts'
import { openMemory } from '../../src/objects/meter-memory.ts'
import { MeterFixture, sent } from './meter-fixture.ts'

const { ARCHIVE } = bindings as unknown as Env

const COUNT = { aggregationType: 'COUNT' } as const

/** Two sealed blocks of March, and an event so much later: `t1` of `a`, `t2` of `b`, `t3` of `a` … */
async function createOld(laterMs = ARCHIVE_AGE_MS + DAY_MS) {
  const meter = new MeterFixture()
  await meter.bind('a', 'A')
  await meter.bind('b', 'B')
  for (let i = 1; i <= 8; i++) await meter.ingest(sent(`t${i}`, i % 2 === 1 ? 'a' : 'b', { v: i }))
  await meter.seal()
  meter.now += laterMs
  const timestamp = new Date(meter.now).toISOString()
  await meter.ingest(sent('new', 'b', { v: 100 }, { timestamp }))
  return meter
}

const objectsOf = async ({ environmentId }: MeterFixture) =>
  (await ARCHIVE.list({ prefix: `${environmentId}/` })).objects
const segmentsOf = async (meter: MeterFixture) =>
  (await meter.query<{ n: number }>('SELECT count(*) AS n FROM segments'))[0]!.n

test('a block leaves when its events are too old to be corrected, and not before', async () => {
  const young = await createOld(ARCHIVE_AGE_MS)
  expect([await young.archive(), await segmentsOf(young)]).toEqual([0, 5])
  const meter = await createOld()
  expect([await meter.archive(), await segmentsOf(meter)]).toEqual([2, 0])
  const names = (await objectsOf(meter)).map(({ key }) => key.split('/').slice(1).join('/'))
  expect(names).toEqual([
    expect.stringMatching(/^0\/1-5-[0-9a-f]{16}$/),
    expect.stringMatching(/^0\/6-8-[0-9a-f]{16}$/),
  ])
})

test('an alarm archives by itself', async () => {
  const meter = await createOld()
  await runDurableObjectAlarm(meter.stub)
  expect([await segmentsOf(meter), (await objectsOf(meter)).length]).toEqual([0, 2])
})

test('archived events answer searches, and metrics that come later', async () => {
  const meter = await createOld()
  const early = await meter.addMetric(COUNT)
  expect(await meter.total('A', early)).toBe('4')
  await meter.archive()
  const late = await meter.addMetric({ aggregationType: 'SUM', aggregationKey: 'v' })
  expect([await meter.total('A', early), await meter.total('A', late)]).toEqual(['4', '16'])
  expect(await meter.total('B', late)).toBe('20')
  expect(await meter.search('t2', 't7', 'new')).toMatchObject([
    { transactionId: 't2', ingestId: 'b', properties: '{"v":2}' },
    { transactionId: 't7' },
    { transactionId: 'new' },
  ])
})

test('an alias that moves brings its archived events along, duplicates found', async () => {
  const meter = new MeterFixture()
  await meter.bind('a', 'A')
  const metric = await meter.addMetric({ aggregationType: 'SUM', aggregationKey: 'v' })
  await meter.ingest(sent('t', 'a', { v: 1 }), sent('u', 'b', { v: 2 }))
  await meter.ingest(sent('t', 'b', { v: 4 }), sent('w', 'c', { v: 8 }))
  await meter.seal()
  meter.now += ARCHIVE_AGE_MS + DAY_MS
  await meter.ingest(sent('x', 'c', { v: 16 }))
  expect(await meter.archive()).toBe(1)
  await meter.bind('b', 'A')
  expect(await meter.total('A', metric)).toBe('3')
  await meter.bind('c', 'A')
  expect(await meter.total('A', metric)).toBe('27')
  expect(await meter.search('t')).toMatchObject([{ isDuplicate: false }, { isDuplicate: true }])
  await meter.bind('a', null)
  expect(await meter.total('A', metric)).toBe('30')
})

test('small blocks are not taken into later ones once they are archived', async () => {
  const meter = await createOld()
  await meter.archive()
  await meter.seal()
  const blocks = await meter.query<{ first_seq: number }>('SELECT first_seq FROM blocks')
  expect(blocks.map(({ first_seq }) => first_seq)).toEqual([1, 6, 9])
})

test('a crash between the archive and the meter repeats the same object', async () => {
  const meter = await createOld()
  const failing = {
    put: async (...args: Parameters<R2Bucket['put']>) => {
      await ARCHIVE.put(...args)
      throw new Error('the meter ends here')
    },
  } as unknown as R2Bucket
  await runInDurableObject(meter.stub, async (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    await expect(archiveBlock(memory, failing, () => true)).rejects.toThrow('ends here')
  })
  expect([(await objectsOf(meter)).length, await segmentsOf(meter)]).toEqual([1, 5])
  expect(await meter.archive()).toBe(2)
  expect((await objectsOf(meter)).length).toBe(2)
  const metric = await meter.addMetric(COUNT)
  expect(await meter.total('A', metric)).toBe('4')
})

test('a meter that is emptied meanwhile leaves nothing in the archive', async () => {
  const meter = await createOld()
  await runInDurableObject(meter.stub, async (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    expect(await archiveBlock(memory, ARCHIVE, () => false)).toBe(false)
  })
  expect([(await objectsOf(meter)).length, await segmentsOf(meter)]).toEqual([0, 5])
})

test('an object that is lost or changed is no usage', async () => {
  const meter = await createOld()
  await meter.archive()
  const [{ key }] = (await objectsOf(meter)) as [R2Object]
  await ARCHIVE.put(key, 'something else')
  const metric = await meter.addMetric(COUNT)
  await expect(meter.total('A', metric)).rejects.toThrow('is as it was written')
  await ARCHIVE.delete(key)
  await expect(meter.total('A', metric)).rejects.toThrow('is as it was written')
})
