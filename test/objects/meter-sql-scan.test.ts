import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { compileSql } from '../../src/core/sql/compile-sql.ts'
import { openMemory, writeCheckpoint } from '../../src/objects/meter-memory.ts'
import { sealBlock } from '../../src/objects/meter-seal.ts'
import { SEAL_POLICY } from '../../src/objects/meter-seal-plan.ts'
import { SqlScan } from '../../src/objects/meter-sql-scan.ts'
import { at, MeterFixture, sent } from './meter-fixture.ts'

const MARCH = [at('2026-03-01T00:00:00Z'), at('2026-04-01T00:00:00Z')]

/** Of this, a slice reads so many events. */
const HEAVY = `SELECT COUNT(*) AS value FROM events WHERE properties.k NOT LIKE '%${'_'.repeat(215)}x%'`
const SLICE = 112

function planOf(sql: string) {
  const compiled = compileSql(sql)
  if (!compiled.ok) throw new Error(compiled.error.message)
  return compiled.value.plan
}

test('a query that is heavy for each event reads parts of the log in several slices', async () => {
  const meter = new MeterFixture()
  await meter.bind('a', 'A')
  await meter.bind('b', 'B')
  const ofA = Array.from({ length: 300 }, (_, i) => sent(`a${i}`, 'a', { k: `${i}` }))
  const ofB = Array.from({ length: 50 }, (_, i) => sent(`b${i}`, 'b', { k: `${i}` }))
  await meter.ingest(...ofB, ...ofA)
  const stepsOf = (customerId: string | null) =>
    runInDurableObject(meter.stub, (_, { storage }) => {
      const scanned = { metricName: 'Metric', plan: planOf(HEAVY), boundaries: MARCH }
      const scan = new SqlScan(openMemory(storage, meter.environmentId), customerId, [scanned])
      let steps = 0
      for (; !scan.isComplete(); steps++) scan.step()
      return { steps, events: scan.events, states: scan.usageOf(0).map(({ state }) => state) }
    })
  await expect(stepsOf('A')).resolves.toEqual({ steps: 3, events: 300, states: ['[300]'] })
  await expect(stepsOf(null)).resolves.toEqual({ steps: 4, events: 350, states: ['[350]'] })
  await meter.seal({ ...SEAL_POLICY, blockEvents: 350, segmentEvents: 200 })
  await expect(stepsOf('A')).resolves.toMatchObject({ events: 300, states: ['[300]'] })
  await expect(stepsOf(null)).resolves.toMatchObject({ events: 350, states: ['[350]'] })
})

test('what was read of a chunk in part is stale once it is sealed', async () => {
  const meter = new MeterFixture()
  await meter.ingest(...Array.from({ length: 300 }, (_, i) => sent(`a${i}`, 'a', { k: `${i}` })))
  await runInDurableObject(meter.stub, async (_, { storage }) => {
    const memory = openMemory(storage, meter.environmentId)
    const scanned = { metricName: 'Metric', plan: planOf(HEAVY), boundaries: MARCH }
    const scan = new SqlScan(memory, null, [scanned])
    scan.step()
    expect([scan.isStale(memory), scan.isComplete(), scan.events]).toEqual([false, false, SLICE])
    writeCheckpoint(memory)
    memory.sealing.readAtMs = -Infinity
    await sealBlock(memory, () => true, { ...SEAL_POLICY, blockEvents: 300 })
    expect(scan.isStale(memory)).toBe(true)
  })
})

test('queries that differ in their groups only are read together, and answered each', async () => {
  const meter = new MeterFixture()
  await meter.bind('a', 'A')
  const metricId = await meter.addSqlMetric(
    'SELECT MEDIAN(properties.n) AS value, properties.g AS g FROM events GROUP BY g',
  )
  const other = await meter.addSqlMetric('SELECT MEDIAN(properties.n) AS value FROM events')
  await meter.ingest(sent('1', 'a', { g: 'x', n: 1 }), sent('2', 'a', { g: 'y', n: 4 }))
  const { usage } = await meter.stub.readUsage({
    environmentId: meter.environmentId,
    configVersion: meter.version,
    customerId: 'A',
    queries: [
      { metricId, groupKey: null, boundaries: MARCH, isFinal: true },
      { metricId: other, groupKey: null, boundaries: MARCH, isFinal: true },
      { metricId, groupKey: ['g'], boundaries: MARCH, isFinal: true },
    ],
  })
  expect(usage.map((rows) => rows.map(({ group, state }) => [group[1], state]))).toEqual([
    [['[]', '"5"']],
    [['[]', '"2.5"']],
    [
      ['["x"]', '"1"'],
      ['["y"]', '"4"'],
    ],
  ])
})

test('an answer that is too large for a call is refused by the name of its metric', async () => {
  const meter = new MeterFixture()
  await meter.bind('a', 'A')
  const keys = "properties.k AS k, properties.k || 'x' AS l, properties.k || 'y' AS m"
  const metricId = await meter.addSqlMetric(
    `SELECT MEDIAN(properties.n) AS value, ${keys} FROM events GROUP BY k, l, m`,
  )
  for (let batch = 0; batch < 30; batch++) {
    const ids = Array.from({ length: 100 }, (_, i) => batch * 100 + i)
    await meter.ingest(...ids.map((id) => sent(`${id}`, 'a', { k: `${id}${'k'.repeat(3_900)}` })))
  }
  const read = async () =>
    meter.stub.readUsage({
      environmentId: meter.environmentId,
      configVersion: meter.version,
      customerId: 'A',
      queries: [{ metricId, groupKey: null, boundaries: MARCH }],
    })
  await expect(read()).rejects.toThrow('The usage of "Metric" has too many windows and groups')
})
