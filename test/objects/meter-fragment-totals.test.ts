import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { CellDeltas, runMetric } from '../../src/core/metering/cell-deltas.ts'
import { storedEvent } from '../../src/core/metering/event.ts'
import { Budget } from '../../src/core/sql/run/budget.ts'
import type { FragmentGroups } from '../../src/core/sql/run/fragment-groups.ts'
import { encodeState } from '../../src/core/sql/run/aggregate-state.ts'
import { limitText, SqlLimitError } from '../../src/core/sql/sql-error.ts'
import { dropCells, hourOf, mergeCells } from '../../src/objects/meter-cells.ts'
import { readFragmentTotals } from '../../src/objects/meter-fragment-totals.ts'
import { sqlMetric } from '../support/sql-metric.ts'
import { at, MeterFixture, sent } from './meter-fixture.ts'

const METRIC = sqlMetric(
  'SELECT SUM(properties.n) + COUNT(DISTINCT properties.user) AS value, properties.zone FROM events GROUP BY zone',
)
const RUNNING = [runMetric(1, METRIC)]
const [FRAGMENT] = METRIC.plan.fragments
const START = hourOf(at('2026-03-02T00:00:00Z'))
const RANGE = { metricIndex: 1, idIndex: 1, family: 0, hourMin: START, hourEnd: START + 24 }

function cellsOf(...events: [hour: number, properties: Record<string, unknown>][]): CellDeltas {
  const deltas = new CellDeltas()
  for (const [i, [hour, properties]] of events.entries()) {
    const timestamp = new Date(at('2026-03-02T00:00:00Z') + hour * 3_600_000).toISOString()
    deltas.add(RUNNING, 1, storedEvent(sent(`t${i}`, 'acme', properties, { timestamp })))
  }
  return deltas
}

function withMeter<T>(work: (sql: SqlStorage) => T): Promise<T> {
  const meter = new MeterFixture()
  return meter
    .search()
    .then(() => runInDurableObject(meter.stub, (_, { storage: { sql } }) => work(sql)))
}

function textsOf(groups: FragmentGroups) {
  return [...groups.entries()].map(([group, states]) => [
    group,
    ...states.map((state) => encodeState(state)),
  ])
}

test('totals of a fragment are remembered until a cell of their ingest id changes', () =>
  withMeter((sql) => {
    const read = () => readFragmentTotals(sql, FRAGMENT!, RANGE, new Budget())
    mergeCells(sql, cellsOf([1, { zone: 'eu', n: 1, user: 'a' }], [2, { zone: 'eu', n: 2.5 }]))
    const first = read()
    expect(textsOf(first.groups)).toEqual([['["eu"]', ['35e-1', 2], ['a']]])
    expect(first.isShared).toBe(true)
    expect(read().groups).toBe(first.groups)
    mergeCells(sql, cellsOf([2, { zone: 'eu', n: 4, user: 'b' }], [30, { zone: 'eu', n: 9 }]))
    expect(textsOf(read().groups)).toEqual([['["eu"]', ['75e-1', 3], ['a', 'b']]])
    expect(textsOf(first.groups)).toEqual([['["eu"]', ['35e-1', 2], ['a']]])
    dropCells(sql, 1, { hourMin: START, hourMax: START + 23 })
    sql.exec('DELETE FROM cells')
    sql.exec('DELETE FROM cell_values')
    expect(textsOf(read().groups)).toEqual([])
  }))

test('totals of very many groups are read anew', () =>
  withMeter((sql) => {
    const zones = Array.from({ length: 600 }, (_, i): [number, Record<string, unknown>] => {
      return [1, { zone: `${i}-${'x'.repeat(2_000)}`, n: 1 }]
    })
    mergeCells(sql, cellsOf(...zones))
    const { groups, isShared } = readFragmentTotals(sql, FRAGMENT!, RANGE, new Budget())
    expect([groups.size, isShared]).toEqual([600, false])
    expect(readFragmentTotals(sql, FRAGMENT!, RANGE, new Budget()).groups).not.toBe(groups)
  }))

test('an event that exceeded a limit is told to whoever reads its hour', () =>
  withMeter((sql) => {
    mergeCells(sql, cellsOf([1, { zone: 'eu', n: 1 }]))
    const error = limitText(new SqlLimitError('text', 'a text is too long'))
    sql.exec('INSERT INTO cells VALUES (1, 1, 0, ?, ?, ?)', START + 5, error, '[["0e-0",0],[]]')
    expect(() => readFragmentTotals(sql, FRAGMENT!, RANGE, new Budget())).toThrow(
      'a text is too long',
    )
    const before = { ...RANGE, hourEnd: START + 5 }
    expect(readFragmentTotals(sql, FRAGMENT!, before, new Budget()).groups.size).toBe(1)
  }))
