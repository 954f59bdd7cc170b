import { expect, test } from 'vitest'
import { numericText, parseNumeric } from '../../../../src/core/sql/values/numeric.ts'
import type { SqlPlan, SqlType, SqlValue } from '../../../../src/core/sql/plan.ts'
import { findKey, quantitiesOf } from '../../../../src/core/sql/run/quantities.ts'

const number = (text: string) => parseNumeric(text)!

function planOf(types: SqlType[], names: string[]): SqlPlan {
  const keys = names.map((name, i) => ({ name, column: i + 1 }))
  return {
    version: 1,
    fragments: [],
    relation: { op: 'fragment', types, index: 0 },
    value: 0,
    keys,
  }
}

const PLAN = planOf(['numeric', 'text', 'timestamp', 'boolean', 'numeric'], ['u', 't', 'b', 'n'])
const ROWS: SqlValue[][] = [
  [number('1.5'), 'ann', Date.UTC(2026, 2, 20, 12) * 1_000, true, number('2.50')],
  [number('2'), null, Date.UTC(2026, 2, 20, 12) * 1_000 + 123, false, number('2.5')],
  [null, 'ann', null, true, null],
  [number('0.25'), 'bob', null, null, number('1e3')],
]

function quantities(key: readonly string[] | null, rows = ROWS): unknown[] {
  return [...quantitiesOf(PLAN, rows, key).values()].map(({ group, quantity }) => {
    return [...group, quantity && numericText(quantity)]
  })
}

test('columns that are no keys are summed over, and NULL adds nothing (SQ-12, SQ-13, SQ-15)', () => {
  expect(quantities(['u'])).toEqual([
    ['ann', '1.5'],
    [null, '2'],
    ['bob', '0.25'],
  ])
  expect(quantities(null)).toEqual([['3.75']])
  expect(quantities([])).toEqual([['3.75']])
})

test('key values are texts (SQ-16)', () => {
  expect(quantities(['t', 'n', 'b'])).toEqual([
    ['2026-03-20T12:00:00.000Z', '2.5', 'true', '1.5'],
    ['2026-03-20T12:00:00.000123Z', '2.5', 'false', '2'],
    [null, null, 'true', null],
    [null, '1000', null, '0.25'],
  ])
})

test('groups are found by their JSON, and no rows have none', () => {
  expect([...quantitiesOf(PLAN, ROWS, ['b', 'u']).keys()]).toEqual([
    '["true","ann"]',
    '["false",null]',
    '[null,"bob"]',
  ])
  expect(quantities(null, [])).toEqual([])
})

test('a name means the column of exactly this name, else that in another case', () => {
  const plan = planOf(['numeric', 'text', 'text'], ['Region', 'region'])
  expect(findKey(plan, 'region')).toBe(2)
  expect(findKey(plan, 'Region')).toBe(1)
  expect(findKey(plan, 'REGION')).toBe(1)
  expect(findKey(plan, 'zone')).toBeNull()
  expect(() => quantitiesOf(plan, [], ['zone'])).toThrow('the result has a column zone')
})

test('quantities that go beyond 100 digits on the way add up all the same', () => {
  const large = number(`9${'0'.repeat(99)}`)
  const negative = number(`-9${'0'.repeat(99)}`)
  const rows = [large, large, negative].map((value): SqlValue[] => [value, 'a', null, null, null])
  expect(quantities(null, rows)).toEqual([[`9${'0'.repeat(99)}`]])
})
