import { expect, test } from 'vitest'
import { printed } from '../printed.ts'
import { refusalOf } from '../refusal-of.ts'

const from = (source: string) =>
  printed(`SELECT 1 FROM ${source}`).slice('(select (items 1) (from '.length, -2)
const refusal = (source: string) => refusalOf(`SELECT 1 FROM ${source}`)

test('tables and subqueries have an alias or none', () => {
  expect(from('events')).toBe('events')
  expect(from('events AS e')).toBe('(as events e)')
  expect(from('"events" e')).toBe('(as events e)')
  expect(from('(SELECT 2 FROM events)')).toBe('(select (items 2) (from events))')
  expect(from('((SELECT 2 FROM events)) t')).toBe('(as (select (items 2) (from events)) t)')
})

test('joins lean to the left and reach over all that is joined', () => {
  expect(from('a JOIN b ON a.x = b.x LEFT OUTER JOIN c AS d ON a.y = d.y AND b.z = d.z')).toBe(
    '(left-join (inner-join a b (= a.x b.x)) (as c d) (and (= a.y d.y) (= b.z d.z)))',
  )
  expect(from('a INNER JOIN b ON TRUE')).toBe(from('a JOIN b ON TRUE'))
})

test('what cannot be read from is refused', () => {
  const refusals = {
    'events, events': 'unsupported 1:21 — comma joins are not supported (hint: use JOIN ... ON)',
    'main.events':
      "unknown_table 1:15 — tables with a schema are not supported (hint: the only table is 'events')",
    'generate_series(1, 9)':
      "unsupported 1:15 — table function 'generate_series' is not supported (hint: the only table is 'events')",
    'events TABLESAMPLE BERNOULLI (10)': 'unsupported 1:22 — TABLESAMPLE is not supported',
    'a CROSS JOIN b':
      'unsupported 1:17 — CROSS JOIN is not supported (hint: use JOIN or LEFT JOIN)',
    'a JOIN b USING (x)': 'unsupported 1:24 — USING is not supported (hint: use ON a.x = b.x)',
    'a JOIN LATERAL (SELECT 1 FROM b) c ON TRUE': 'unsupported 1:22 — LATERAL is not supported',
    'a JOIN b': 'syntax 1:23 — expected ON but found end of query',
    'events AS e (x)':
      'unsupported 1:27 — a list of column names is not supported (hint: name the columns by AS in the query)',
    'WHERE a':
      'syntax 1:15 — expected a table or a subquery but found \'WHERE\' (hint: WHERE is a keyword; write "WHERE" if it is a name)',
    "'events'": "syntax 1:15 — expected a table or a subquery but found ''events''",
  }
  for (const [source, expected] of Object.entries(refusals)) expect(refusal(source)).toBe(expected)
})
