import { expect, test } from 'vitest'
import { chainOf } from '../../../../src/core/sql/run/scan-chain.ts'
import type { Relation } from '../../../../src/core/sql/plan.ts'
import {
  and,
  arithmetic,
  column,
  COUNT_ROWS,
  equals,
  filter,
  group,
  more,
  number,
  parse,
  project,
  scan,
  text,
} from '../plan-builders.ts'

const { relation, columns } = scan('$event_type', 'v')
const [type, v] = [columns['$event_type']!, columns['v']!]

/** Doubles its one column again and again. */
function doubled(times: number): Relation {
  let chain = project(relation, [parse(v)])
  for (let i = 0; i < times; i++) chain = project(chain, [arithmetic('add', column(0), column(0))])
  return chain
}

test('filters and projections become one, over the columns of the scan', () => {
  const calls = filter(relation, equals(type, text('call')))
  const tripled = project(calls, [arithmetic('multiply', parse(v), number(3))])
  expect(chainOf(filter(tripled, more(column(0), number(5))))).toEqual({
    columns: [{ kind: 'event_type' }, { kind: 'property', name: 'v' }],
    types: ['text', 'property'],
    filter: and(
      equals(type, text('call')),
      more(arithmetic('multiply', parse(v), number(3)), number(5)),
    ),
    expressions: [arithmetic('multiply', parse(v), number(3))],
  })
})

test('what does not end in a scan is no chain', () => {
  expect(chainOf(group(relation, [], [COUNT_ROWS]))).toBeNull()
  expect(chainOf(filter(group(relation, [type], []), equals(type, text('x'))))).toBeNull()
})

test('a chain that multiplies beyond a bound is none, however often it doubles', () => {
  // Two nodes become 2 + 2ⁿ·3 − 1, where 2 + 3·n are written.
  expect(chainOf(doubled(6))).not.toBeNull()
  expect(chainOf(doubled(7))).toBeNull()
  expect(chainOf(doubled(100))).toBeNull()
  expect(chainOf(doubled(6), [column(0)])).not.toBeNull()
  expect(chainOf(doubled(6), [column(0), column(0)])).toBeNull()
  expect(chainOf(filter(doubled(6), more(column(0), column(0))))).toBeNull()
})

test('a chain that is long as it is written may be long', () => {
  const terms = Array.from({ length: 500 }, () => more(parse(v), number(3)))
  const long = filter(project(relation, [v]), and(...terms))
  expect(chainOf(long)).not.toBeNull()
})
