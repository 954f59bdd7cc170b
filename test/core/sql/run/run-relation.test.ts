import { expect, test } from 'vitest'
import { bindQuery } from '../../../../src/core/sql/bind/bind-query.ts'
import { Budget, type SqlLimits } from '../../../../src/core/sql/run/budget.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { Relation } from '../../../../src/core/sql/plan.ts'
import { eventOf } from '../../metering/builders.ts'
import {
  column,
  COUNT_ROWS,
  group,
  number,
  project,
  query,
  rowsOf,
  scan,
} from '../plan-builders.ts'

const EVENTS = ['ann', 'bob', 'ann', undefined].map((user, i) =>
  eventOf({ transactionId: `t${i}`, properties: { user, v: String(i) } }),
)

function run(sql: string, limits: Partial<SqlLimits> = {}): (string | null)[][] {
  return rowsOf(bindQuery(parseSql(sql)), EVENTS, new Budget(limits))
}

test('rows that are the same are given as often as they occur', () => {
  expect(run('SELECT 1 AS value, properties.user FROM events')).toEqual([
    ['1', 'ann'],
    ['1', 'ann'],
    ['1', 'bob'],
    ['1', null],
  ])
})

test('an aggregation without keys has one row also of no rows', () => {
  expect(run("SELECT SUM(properties.v) AS value FROM events WHERE event_type = 'x'")).toEqual([
    [null],
  ])
  const none = "SELECT COUNT(*) AS n FROM events WHERE event_type = 'x' GROUP BY event_type"
  expect(run(`SELECT COUNT(*) AS value, SUM(n) AS s FROM (${none})`)).toEqual([['0', null]])
  expect(run(`SELECT n AS value FROM (${none})`)).toEqual([])
})

test('rows without columns are still rows', () => {
  const { relation } = scan('user')
  const empty = project(relation, [])
  const union: Relation = { op: 'union', types: [], left: empty, right: empty }
  expect(rowsOf(query(group(union, [], [COUNT_ROWS])), EVENTS)).toEqual([['8']])
  const one = project(group(relation, [], []), [number(5)])
  expect(rowsOf(query(one), [])).toEqual([['5']])
  expect(rowsOf(query(project(relation, [column(0, 'property')])), [])).toEqual([])
})

test('fragments that both sides of a union read are read once', () => {
  const perUser = 'SELECT COUNT(*) AS n, properties.user FROM events GROUP BY user'
  const union = `SELECT SUM(n) AS value FROM (${perUser} UNION ALL ${perUser})`
  expect(run(union, { rowsScanned: 4 })).toEqual([['8']])
})

test('sorted and joined rows are held, and results are limited', () => {
  const rows = 'SELECT properties.v AS v, properties.user AS u FROM events'
  const sorted = `SELECT CAST(v AS DECIMAL) AS value, u FROM (${rows}) ORDER BY v LIMIT 2`
  expect(run(sorted, { heldValues: 200 })).toEqual([
    ['0', 'ann'],
    ['1', 'bob'],
  ])
  expect(() => run(sorted, { heldValues: 20 })).toThrow('holds more than')
  const all = `SELECT CAST(v AS DECIMAL) AS value, u FROM (${rows})`
  expect(run(all, { resultRows: 4 })).toHaveLength(4)
  expect(() => run(all, { resultRows: 3 })).toThrow('gives more than 3 rows')
})

test('heavy expressions burn more, also behind the fragments', () => {
  const sql = (text: string) => `SELECT COUNT(${text}) AS value FROM (SELECT
    FIRST_VALUE(properties.user) OVER (ORDER BY timestamp) AS u FROM events)`
  const runsWith = (text: string, fuel: number) => {
    try {
      run(sql(text), { fuel })
      return true
    } catch {
      return false
    }
  }
  let fuel = 0
  while (!runsWith('u', fuel)) fuel++
  expect(runsWith('u', fuel)).toBe(true)
  expect(runsWith('UPPER(u)', fuel + 20)).toBe(false)
})

test('every step burns fuel', () => {
  const sql = `SELECT SUM(n) AS value FROM (SELECT COUNT(*) AS n, properties.user AS u FROM events
    GROUP BY u) WHERE n > 1`
  const runsWith = (fuel: number) => {
    try {
      run(sql, { fuel })
      return true
    } catch {
      return false
    }
  }
  let fuel = 0
  while (!runsWith(fuel)) fuel++
  const [scanned, grouped, found, filtered] = [4, 4 * 3, 3 * 3, 3]
  const [projected, summed, finished, result] = [3, 1 * 2, 1, 1]
  const read = scanned + grouped + found
  expect(fuel).toBe(read + projected + filtered + summed + finished + result)
})
