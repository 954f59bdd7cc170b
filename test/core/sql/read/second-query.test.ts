import { expect, test } from 'vitest'
import { printTree } from '../../../../src/core/sql/read/print-tree.ts'
import { UnreadableError } from '../../../../src/core/sql/read/second-node.ts'
import { convertQuery } from '../../../../src/core/sql/read/second-query.ts'

const number = (value: number) => ({ type: 'number', value })
const select = (value: number, more = {}) => ({
  with: null,
  type: 'select',
  distinct: { type: null },
  columns: [{ type: 'expr', expr: number(value), as: null }],
  into: { position: null },
  from: [{ db: null, table: 'events', as: null }],
  limit: { seperator: '', value: [] },
  ...more,
})
const order = [{ expr: number(1), type: null, nulls: null }]
const limit = { seperator: '', value: [number(5)] }
const printed = (node: object) => printTree(convertQuery(node))
const one = '(select (items 1) (from events))'
const two = '(select (items 2) (from events))'

test('a select may be wrapped in what lists its tables', () => {
  expect(printed({ ast: select(1), tableList: [], columnList: [], parentheses: true })).toBe(one)
})

test('the order of a union stands at its last arm', () => {
  const union = select(1, { set_op: 'union all', _next: select(2, { orderby: order, limit }) })
  expect(printed(union)).toBe(`(query (union ${one} ${two}) (order (asc 1 nulls-last)) (limit 5))`)
})

test('an arm in parentheses keeps its own order, and the whole has another', () => {
  const arm = (value: number) => select(value, { parentheses_symbol: true, orderby: order })
  const union = { ...arm(1), set_op: 'union all', _next: arm(2), _orderby: order, _limit: limit }
  const ordered = (body: string) => `(query ${body} (order (asc 1 nulls-last)))`
  expect(printed(union)).toBe(
    `(query (union ${ordered(one)} ${ordered(two)}) (order (asc 1 nulls-last)) (limit 5))`,
  )
})

test('joins lean to the left', () => {
  const join = (table: string, kind: string) => ({
    db: null,
    table,
    as: null,
    join: kind,
    on: { type: 'bool', value: true },
  })
  const from = [{ db: null, table: 'a', as: 'x' }, join('b', 'INNER JOIN'), join('c', 'LEFT JOIN')]
  expect(printed(select(1, { from }))).toBe(
    '(select (items 1) (from (left-join (inner-join (as a x) b true) c true)))',
  )
})

test('what has no place in our tree is unreadable', () => {
  const table = { db: null, table: 'events', as: null }
  const nodes = [
    { type: 'delete' },
    select(1, { columns: '*' }),
    select(1, { from: [] }),
    select(1, { from: [table, table] }),
    select(1, { from: [{ ...table, db: 'main' }] }),
    select(1, { into: { position: 'column' } }),
    select(1, { limit: { seperator: 'offset', value: [number(1), number(2)] } }),
    select(1, { set_op: 'union', _next: select(2) }),
    select(1, { orderby: order, set_op: 'union all', _next: select(2) }),
  ]
  for (const node of nodes) expect(() => convertQuery(node)).toThrow(UnreadableError)
})
