import { expect, test } from 'vitest'
import { FragmentList } from '../../../../src/core/sql/run/fragment-list.ts'
import { chainOf } from '../../../../src/core/sql/run/scan-chain.ts'
import { column, COUNT_ROWS, equals, filter, scan, text } from '../plan-builders.ts'

const { relation, columns } = scan('unused', '$event_type', 'user')
const calls = filter(relation, equals(columns['$event_type']!, text('call')))

test('a fragment has only the columns it needs, in the order of their first use', () => {
  const list = new FragmentList()
  const leaf = list.add(chainOf(calls)!, { keys: [columns['user']!], aggregates: [COUNT_ROWS] })
  expect(leaf).toEqual({ op: 'fragment', types: ['property', 'numeric'], index: 0 })
  expect(list.all).toEqual([
    {
      columns: [{ kind: 'event_type' }, { kind: 'property', name: 'user' }],
      filter: equals(column(0, 'text'), text('call')),
      keys: [column(1, 'property')],
      aggregates: [COUNT_ROWS],
    },
  ])
})

test('equal fragments are one', () => {
  const list = new FragmentList()
  const chain = chainOf(calls)!
  const keys = [columns['user']!]
  const indexes = [
    list.add(chain, { keys, aggregates: null }),
    list.add(chain, { keys, aggregates: [] }),
    list.add(chainOf(calls)!, { keys: [...keys], aggregates: null }),
  ].map((leaf) => 'index' in leaf && leaf.index)
  expect(indexes).toEqual([0, 1, 0])
})
