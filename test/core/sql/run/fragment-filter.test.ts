import { expect, test } from 'vitest'
import { Diagnostics } from '../../../../src/core/sql/values/diagnostics.ts'
import { filterSteps } from '../../../../src/core/sql/run/fragment-filter.ts'
import type { Fragment } from '../../../../src/core/sql/plan.ts'
import { aggregate, and, column, equals, more, number, parse, text } from '../plan-builders.ts'

const [type, user, v] = [column(0, 'text'), column(1, 'property'), column(2, 'property')]

test('each condition comes with the columns that none before has needed', () => {
  const fragment: Fragment = {
    columns: [
      { kind: 'event_type' },
      { kind: 'property', name: 'user' },
      { kind: 'property', name: 'v' },
    ],
    filter: and(and(equals(type, text('call')), more(parse(v), number(3))), equals(type, user)),
    keys: [user],
    aggregates: [aggregate('sum', parse(v))],
  }
  const frame = { columns: [['call', 'call'], ['x'], ['4', '2']] }
  const { steps, columnsAfter } = filterSteps(fragment, frame, new Diagnostics())
  expect(steps.map(({ columns, equality }) => ({ columns, equality }))).toEqual([
    { columns: [0], equality: { column: 0, text: 'call' } },
    { columns: [2], equality: null },
    { columns: [1], equality: null },
  ])
  expect(steps.map(({ accepts }) => [accepts(0), accepts(1)])).toEqual([
    [true, true],
    [true, false],
    [false, null],
  ])
  expect(columnsAfter).toEqual([])
})

test('what only keys and aggregates need is read last', () => {
  const fragment: Fragment = {
    columns: [{ kind: 'event_type' }, { kind: 'property', name: 'user' }],
    filter: equals(type, text('call')),
    keys: [user, type],
    aggregates: null,
  }
  const { columnsAfter } = filterSteps(fragment, { columns: [] }, new Diagnostics())
  expect(columnsAfter).toEqual([1])
})
