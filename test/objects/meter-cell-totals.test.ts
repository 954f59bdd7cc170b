import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emptyState, encodeState, mergeInto } from '../../src/core/metering/aggregate.ts'
import { CellDeltas, runMetric } from '../../src/core/metering/cell-deltas.ts'
import { storedEvent } from '../../src/core/metering/event.ts'
import { ExactSum } from '../../src/core/metering/exact-sum.ts'
import type { AggregationType } from '../../src/core/metering/metric.ts'
import type { CellRange } from '../../src/objects/meter-cell-range.ts'
import { readTotals } from '../../src/objects/meter-cell-totals.ts'
import { dropCells, mergeCells, readCells } from '../../src/objects/meter-cells.ts'
import { MeterFixture, sent } from './meter-fixture.ts'

interface StoredCell {
  hour: number
  group: string
  state: string
}

/** Runs on a meter whose tables hold these cells of metric 1, ingest id 1 and a family. */
function withCells<T>(
  type: AggregationType,
  cells: StoredCell[],
  work: (sql: SqlStorage) => T,
  family = 1,
): Promise<T> {
  const meter = new MeterFixture()
  return meter.search().then(() =>
    runInDurableObject(meter.stub, (_, { storage: { sql } }) => {
      const table = type === 'UNIQUE' ? 'cell_values' : 'cells'
      for (const { hour, group, state } of cells) {
        sql.exec(
          `INSERT OR REPLACE INTO ${table} VALUES (1, 1, ?, ?, ?, ?)`,
          family,
          hour,
          group,
          state,
        )
      }
      return work(sql)
    }),
  )
}

const RANGE: CellRange = { metricIndex: 1, idIndex: 1, family: 1, hourMin: 10, hourEnd: 20 }

type Reader = (visit: (group: string, state: ReturnType<typeof emptyState>) => void) => void

function merge(type: AggregationType, read: Reader): Record<string, string> {
  const groups = new Map<string, ReturnType<typeof emptyState>>()
  read((group, state) => {
    const merged = groups.get(group) ?? emptyState(type)
    mergeInto(merged, state)
    groups.set(group, merged)
  })
  const texts = [...groups].map(([group, state]) => [group, encodeState(state)] as const)
  return Object.fromEntries(texts.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function totals(type: AggregationType, cells: StoredCell[]) {
  return withCells(type, cells, (sql) =>
    merge(type, (visit) => readTotals(sql, type, RANGE, visit)),
  )
}

test('sums of any sign, size and number of decimals add up to the last digit', async () => {
  const states = [
    '0.1',
    '-0.25',
    '12',
    '99999999999.999999',
    '-7',
    '0.000000000000000001',
    '5.50001',
  ]
  const cells = states.map((state, i) => ({ hour: 10 + i, group: '["a"]', state }))
  expect(await totals('SUM', cells)).toEqual({ '["a"]': '100000000010.350009000000000001' })
  expect(await totals('SUM', [{ hour: 10, group: '["a"]', state: '-0.5' }])).toEqual({
    '["a"]': '-0.5',
  })
})

test('only the hours of the range count, its end excluded', async () => {
  const cells = [9, 10, 19, 20].map((hour) => ({ hour, group: '[]', state: String(2 ** hour) }))
  expect(await totals('COUNT', cells)).toEqual({ '[]': String(2 ** 10 + 2 ** 19) })
  expect(await totals('SUM', cells)).toEqual({ '[]': String(2 ** 10 + 2 ** 19) })
  expect(await totals('MAX', cells)).toEqual({ '[]': String(2 ** 19) })
})

test('the latest reading of a group is that of its last hour', async () => {
  const reading = (hour: number, group: string, value: string) => {
    return { hour, group, state: JSON.stringify([hour * 3_600_000, '', `t${value}`, 'i', value]) }
  }
  const cells = [reading(11, '["a"]', '5'), reading(12, '["b"]', '6'), reading(13, '["a"]', '4')]
  expect(await totals('LATEST', cells)).toEqual({
    '["a"]': '[46800000,"","t4","i","4"]',
    '["b"]': '[43200000,"","t6","i","6"]',
  })
})

test('values that come again in another hour are one value', async () => {
  const cells = ['"x"', '"y"', '"x"', '"\\ud800"'].map((state, i) => ({
    hour: 10 + i,
    group: '[]',
    state,
  }))
  expect(await totals('UNIQUE', cells)).toEqual({ '[]': '["x","y","\\ud800"]' })
})

const sumText = fc
  .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.nat(20), fc.boolean())
  .map(([digits, scale, isShort]) => {
    const sum = new ExactSum()
    sum.add(`${isShort ? digits % 100_000n : digits}e-${scale}`)
    return sum.toText()
  })
const stateOf = {
  COUNT: fc.nat().map(String),
  SUM: sumText,
  MAX: sumText,
  UNIQUE: fc.constantFrom('"a"', '"b"', '"\\ud800"', '"é"'),
}

test('SQLite adds up the hours to what the cells merge to', async () => {
  for (const type of ['COUNT', 'SUM', 'MAX', 'UNIQUE'] as const) {
    const cell = fc.record({
      hour: fc.integer({ min: 8, max: 22 }),
      group: fc.constantFrom('[]', '["a"]', '["é","__proto__"]'),
      state: stateOf[type],
    })
    const law = fc.asyncProperty(fc.array(cell, { maxLength: 40 }), async (cells) => {
      const [total, merged] = await withCells(type, cells, (sql) => [
        merge(type, (visit) => readTotals(sql, type, RANGE, visit)),
        merge(type, (visit) =>
          readCells(sql, type, RANGE, (_, group, state) => visit(group, state)),
        ),
      ])
      expect(total).toEqual(merged)
    })
    await fc.assert(law, { numRuns: 20 })
  }
})

test('the ungrouped family has a total where it has cells, and none elsewhere', async () => {
  const cells = [10, 11].map((hour) => ({ hour, group: '[]', state: '1.5' }))
  const read = (range: Partial<CellRange>) =>
    withCells(
      'SUM',
      cells,
      (sql) =>
        merge('SUM', (visit) => readTotals(sql, 'SUM', { ...RANGE, family: 0, ...range }, visit)),
      0,
    )
  expect(await read({})).toEqual({ '[]': '3' })
  expect(await read({ hourMin: 12 })).toEqual({})
})

/** The deltas of a COUNT metric with index 1, of events at these hours. */
function deltasOf(idIndex: number, hours: number[]): CellDeltas {
  const deltas = new CellDeltas()
  const metric = { id: 'm', name: 'm', aggregationType: 'COUNT' as const, propertyFilters: [] }
  const running = runMetric(1, { ...metric, groupKeys: [] })
  for (const [i, hour] of hours.entries()) {
    const timestamp = new Date(hour * 3_600_000).toISOString()
    deltas.add([running], idIndex, storedEvent(sent(`t${i}`, 'x', undefined, { timestamp })))
  }
  return deltas
}

test('totals that were read follow every change of cells, and survive one that fails', async () => {
  const meter = new MeterFixture()
  await meter.search()
  await runInDurableObject(meter.stub, (_, { storage }) => {
    const { sql } = storage
    const read = (idIndex: number) =>
      merge('COUNT', (visit) => readTotals(sql, 'COUNT', { ...RANGE, family: 0, idIndex }, visit))[
        '[]'
      ]
    sql.exec(`INSERT INTO metrics VALUES (1, 'm', '{"groupKeys":[]}', 0, 0)`)
    mergeCells(sql, deltasOf(1, [10, 11, 12]))
    mergeCells(sql, deltasOf(2, [13]))
    expect([read(1), read(2)]).toEqual(['3', '1'])
    mergeCells(sql, deltasOf(1, [12, 25]))
    expect([read(1), read(2)]).toEqual(['4', '1'])
    dropCells(sql, 1, { hourMin: 12, hourMax: 12 })
    expect([read(1), read(2)]).toEqual(['2', '1'])
    const fail = () =>
      storage.transactionSync(() => {
        mergeCells(sql, deltasOf(2, [14, 15]))
        throw new Error('no')
      })
    expect(fail).toThrow('no')
    expect([read(1), read(2)]).toEqual(['2', '1'])
  })
})
