import { expect, test } from 'vitest'
import type { Expression, Fragment } from '../../../../src/core/sql/plan.ts'
import { restrictFragment } from '../../../../src/core/sql/run/restrict-fragment.ts'
import { and, column, COUNT_ROWS, equals, text } from '../plan-builders.ts'

const FRAGMENT: Fragment = {
  columns: [{ kind: 'event_type' }, { kind: 'property', name: 'region' }],
  filter: null,
  keys: [],
  aggregates: [COUNT_ROWS],
}

function isIn(index: number, ...values: string[]): Expression {
  const args = [column(index, 'property'), ...values.map(text)]
  return { op: 'in', type: 'boolean', of: 'text', args }
}

test('without conditions a fragment stays what it is', () => {
  expect(restrictFragment(FRAGMENT, [])).toBe(FRAGMENT)
})

test('conditions are added after the query’s own filter, and need columns', () => {
  const own = equals(column(0, 'text'), text('call'))
  const conditions = [
    { property: 'region', values: ['eu', 'us'] },
    { property: 'event_type', values: ['x'] },
  ]
  const restricted = restrictFragment({ ...FRAGMENT, filter: own }, conditions)
  expect(restricted.columns).toEqual([
    ...FRAGMENT.columns,
    { kind: 'property', name: 'event_type' },
  ])
  expect(restricted.filter).toEqual(and(and(own, isIn(1, 'eu', 'us')), isIn(2, 'x')))
  expect(restrictFragment(FRAGMENT, conditions.slice(0, 1)).filter).toEqual(isIn(1, 'eu', 'us'))
})
