import { expect, test } from 'vitest'
import { nameColumns } from '../../../../src/core/sql/bind/name-columns.ts'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import type { SqlType } from '../../../../src/core/sql/plan.ts'
import { bound, column, parsed, refusal, refusalText } from '../bound.ts'

const contract = (sql: string) => {
  const { value, keys } = bound(sql)
  return { value, keys: keys.map(({ name, column: place }) => `${name} ${place}`) }
}

test('the column named value is the quantity, without case; else the first is (SQ-10, SQ-11)', () => {
  expect(
    contract("SELECT event_type AS t, COUNT(*) AS VALUE, 'a' AS k FROM events GROUP BY 1"),
  ).toEqual({
    value: 1,
    keys: ['t 0', 'k 2'],
  })
  expect(contract('SELECT COUNT(*), properties.zone FROM events GROUP BY zone')).toEqual({
    value: 0,
    keys: ['zone 1'],
  })
  expect(contract('SELECT properties.value, properties.Key FROM events')).toEqual({
    value: 0,
    keys: ['Key 1'],
  })
})

test('a property as quantity is read as a number at last', () => {
  expect(
    bound('SELECT properties.x AS k, LATEST(properties.x) AS value FROM events GROUP BY 1')
      .relation,
  ).toMatchObject({
    op: 'project',
    expressions: [column(0, 'property'), parsed(column(1, 'property'))],
    types: ['property', 'numeric'],
  })
  expect(bound('SELECT DISTINCT properties.x AS value FROM events').relation).toMatchObject({
    op: 'project',
    expressions: [parsed(column(0, 'property'))],
    input: { op: 'distinct' },
  })
})

test('the quantity is a number', () => {
  expect(refusalText('SELECT event_type AS value FROM events')).toBe(
    "1:8 — the quantity column 'value' is text; it must be a number",
  )
  expect(refusal('SELECT 1 AS x, timestamp AS value FROM events')).toBe('bad_value 1:16')
  expect(refusal('SELECT NULL AS value FROM events')).toBe('bad_value 1:8')
  expect(refusal('SELECT TRUE FROM events')).toBe('bad_value 1:8')
  expect(refusal("SELECT 'a' AS value FROM events UNION ALL SELECT 'b' FROM events")).toBe(
    'bad_value 1:8',
  )
})

test('keys have names that differ, also without case', () => {
  expect(refusal('SELECT COUNT(*) AS value, UPPER(event_type) FROM events GROUP BY 2')).toBe(
    'bad_column 1:27',
  )
  expect(refusal('SELECT 1 AS value, 2 AS k, 3 AS K FROM events')).toBe('bad_column 1:28')
  expect(refusal('SELECT 1 AS value, 2 AS Value FROM events')).toBe('bad_column 1:20')
  expect(contract('SELECT 1 AS n, 2 AS m FROM events').keys).toEqual(['m 1'])
})

test('there are at most 20 keys', () => {
  const tree = parseSql('SELECT 1 AS value FROM events')
  const tableOf = (keys: number) => {
    const names = ['value', ...Array.from({ length: keys }, (_, i) => `k${i}`)]
    const types: SqlType[] = names.map(() => 'numeric')
    return {
      relation: { op: 'scan' as const, columns: [], types },
      columns: names.map((name) => ({ name, type: 'numeric' as const })),
    }
  }
  expect(nameColumns(tableOf(20), tree).keys).toHaveLength(20)
  expect(() => nameColumns(tableOf(21), tree)).toThrow(
    'query gives more than 20 columns beside the quantity',
  )
})
