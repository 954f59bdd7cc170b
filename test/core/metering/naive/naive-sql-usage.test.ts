import { expect, test } from 'vitest'
import { toText } from '../../../../src/core/decimal.ts'
import { readElements, readNaiveEvent } from '../../../../src/core/metering/naive/naive-event.ts'
import { NaiveSqlUsage } from '../../../../src/core/metering/naive/naive-sql-usage.ts'
import { sqlMetric } from '../../../support/sql-metric.ts'
import { at } from '../builders.ts'

const BOUNDARIES = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'].map(at)

function groupsOf(sql: string, groupKey: string[] | null, events: [day: number, json: string][]) {
  const usage = new NaiveSqlUsage(sqlMetric(sql).plan, { groupKey, boundaries: BOUNDARIES })
  for (const [i, [day, properties]] of events.entries()) {
    const text = `[{"transaction_id":"t${i}","customer_id":"acme","event_type":"use","timestamp":"2026-03-0${day}T05:00:00.0004Z","properties":${properties}}]`
    const event = readNaiveEvent(readElements(text)![0]!)
    if (typeof event === 'string') throw new Error(event)
    usage.add(event)
  }
  return usage.groups().map(({ group, values, increments }) => ({
    group,
    values: values.map((value) => value && toText(value)),
    increments: increments.map(toText),
  }))
}

test('values are of each window alone, increments of all windows so far', () => {
  const sql = 'SELECT AVG(properties.n) AS value FROM events'
  expect(
    groupsOf(sql, null, [
      [1, '{"n":4}'],
      [2, '{"n":6.0}'],
      [3, '{"n":100}'],
    ]),
  ).toEqual([{ group: [], values: ['4', '6'], increments: ['4', '1'] }])
})

test('a window of which no event passes the WHERE has no value', () => {
  const sql = "SELECT COUNT(*) AS value FROM events WHERE properties.kind = 'a'"
  const events: [number, string][] = [
    [1, '{"kind":"b"}'],
    [2, '{"kind":"a"}'],
  ]
  expect(groupsOf(sql, null, events)).toEqual([
    { group: [], values: [null, '1'], increments: ['0', '1'] },
  ])
})

test('groups have a NULL where the property is missing', () => {
  const sql = 'SELECT SUM(properties.n) AS value, properties.zone FROM events GROUP BY zone'
  const events: [number, string][] = [
    [1, '{"n":"1","zone":"eu"}'],
    [1, '{"n":2,"zone":null}'],
  ]
  expect(
    groupsOf(sql, ['zone'], events).toSorted((a, b) => (a.values[0]! < b.values[0]! ? -1 : 1)),
  ).toEqual([
    { group: ['eu'], values: ['1', null], increments: ['1', '0'] },
    { group: [null], values: ['2', null], increments: ['2', '0'] },
  ])
})
