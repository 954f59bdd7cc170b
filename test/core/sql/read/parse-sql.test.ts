import { expect, test } from 'vitest'
import { parseSql } from '../../../../src/core/sql/read/parse-sql.ts'
import { GOLDEN_QUERIES } from '../golden-queries.ts'
import { printed } from '../printed.ts'
import { refusalOf } from '../refusal-of.ts'
import { REJECTED_TEXTS } from '../rejected-texts.ts'

test('every query of the accept list is read', () => {
  expect(GOLDEN_QUERIES.map(({ sql }) => refusalOf(sql)).filter((refusal) => refusal)).toEqual([])
  expect(GOLDEN_QUERIES.length).toBeGreaterThan(30)
})

test('a query has its clauses, each with its place in the text', () => {
  const tree = parseSql('SELECT a AS value FROM events e WHERE b')
  expect(tree).toEqual({
    kind: 'query',
    ctes: [],
    orderBy: [],
    limit: null,
    start: 0,
    end: 39,
    body: {
      kind: 'select',
      isDistinct: false,
      items: [
        {
          expression: {
            kind: 'column',
            path: [{ text: 'a', isQuoted: false, start: 7, end: 8 }],
            start: 7,
            end: 8,
          },
          alias: { text: 'value', isQuoted: false, start: 12, end: 17 },
          start: 7,
          end: 17,
        },
      ],
      from: {
        kind: 'table',
        name: { text: 'events', isQuoted: false, start: 23, end: 29 },
        alias: { text: 'e', isQuoted: false, start: 30, end: 31 },
        start: 23,
        end: 31,
      },
      where: {
        kind: 'column',
        path: [{ text: 'b', isQuoted: false, start: 38, end: 39 }],
        start: 38,
        end: 39,
      },
      groupBy: [],
      having: null,
      qualify: null,
      start: 0,
      end: 39,
    },
  })
})

test('all clauses come in their order', () => {
  expect(
    printed(
      'SELECT DISTINCT a, b c FROM events WHERE d GROUP BY e, 2 HAVING f QUALIFY g ORDER BY h DESC, i NULLS FIRST LIMIT 5;',
    ),
  ).toBe(
    '(query (select-distinct (items a (as b c)) (from events) (where d) (group e 2) (having f) (qualify g)) (order (desc h nulls-first) (asc i nulls-first)) (limit 5))',
  )
  expect(refusalOf('SELECT a FROM events GROUP BY a WHERE b')).toBe(
    "syntax 1:33 — unexpected 'WHERE' (hint: clauses come in this order: SELECT, FROM, JOIN, WHERE, GROUP BY, HAVING, QUALIFY, UNION ALL, ORDER BY, LIMIT)",
  )
})

test('named queries may hold named queries, and unions lean to the left', () => {
  expect(
    printed(
      'WITH a AS (WITH b AS (SELECT 1 x FROM events) SELECT x FROM b) SELECT x FROM a UNION ALL SELECT 2 FROM a UNION ALL (SELECT 3 FROM a ORDER BY 1 LIMIT 1)',
    ),
  ).toBe(
    '(query (with (a (query (with (b (select (items (as 1 x)) (from events)))) (select (items x) (from b))))) (union (union (select (items x) (from a)) (select (items 2) (from a))) (query (select (items 3) (from a)) (order (asc 1 nulls-last)) (limit 1))))',
  )
})

test('a keyword is an alias after AS, but not without', () => {
  expect(printed('SELECT a AS order FROM events')).toBe(
    '(select (items (as a order)) (from events))',
  )
  expect(refusalOf('SELECT a order FROM events')).toBe(
    "syntax 1:10 — expected FROM but found 'order'",
  )
  expect(refusalOf('SELECT a AS FROM events')).toBe(
    'syntax 1:13 — expected an alias but found \'FROM\' (hint: FROM is a keyword; write "FROM" if it is a name)',
  )
})

test('what is no query is refused where it begins', () => {
  const refusals = {
    '': 'syntax 1:1 — query is empty (hint: write SELECT … FROM events)',
    ' -- nothing': 'syntax 1:12 — query is empty (hint: write SELECT … FROM events)',
    SELECT: 'syntax 1:7 — expected an expression but found end of query',
    'SELECT * FROM events': 'unsupported 1:8 — SELECT * is not supported; list the columns',
    'SELECT 1 FROM events; DROP TABLE events': 'forbidden 1:23 — only one statement is allowed',
    'DROP TABLE events': 'forbidden 1:1 — only a single SELECT is allowed; DROP is not',
    'PRAGMA table_list': 'forbidden 1:1 — only a single SELECT is allowed; PRAGMA is not',
    'WITH a AS (DELETE FROM events) SELECT 1 FROM a':
      'forbidden 1:12 — only SELECT is allowed; DELETE is not',
    'EXPLAIN SELECT 1 FROM events':
      'forbidden 1:1 — only a single SELECT is allowed; EXPLAIN is not',
    'WITH RECURSIVE r AS (SELECT 1 AS n FROM events) SELECT n FROM r':
      'unsupported 1:6 — recursive queries are not supported',
    'WITH r (n) AS (SELECT 1 FROM events) SELECT n FROM r':
      'unsupported 1:8 — a list of column names is not supported (hint: name the columns by AS in the query)',
    'SELECT 1 FROM events UNION SELECT 2 FROM events':
      'unsupported 1:22 — UNION without ALL is not supported (hint: use UNION ALL)',
    'SELECT 1 FROM events EXCEPT SELECT 2 FROM events':
      'unsupported 1:22 — EXCEPT is not supported (hint: use UNION ALL)',
    'SELECT DISTINCT ON (a) a FROM events': 'unsupported 1:17 — DISTINCT ON is not supported',
    'SELECT 1': 'syntax 1:9 — expected FROM but found end of query',
    'SELECT a FROM events GROUP BY ROLLUP (a)':
      'unsupported 1:31 — GROUP BY ROLLUP is not supported',
    'SELECT a FROM events WINDOW w AS (ORDER BY a)':
      'unsupported 1:22 — WINDOW is not supported (hint: write the window in OVER (…))',
    'SELECT a FROM events ORDER BY 1 OFFSET 3': 'unsupported 1:33 — OFFSET is not supported',
    'SELECT a FROM events LIMIT 3':
      'unsupported 1:22 — LIMIT needs ORDER BY, otherwise the result is not deterministic',
    'SELECT a FROM events ORDER BY 1 LIMIT 1.5':
      "syntax 1:39 — expected a whole number below 10,000,000 but found '1.5'",
    'SELECT a FROM events ORDER BY 1 NULLS':
      'syntax 1:38 — expected FIRST or LAST but found end of query',
    'SELECT a FROM events // WHERE 1': "syntax 1:22 — unexpected '/'",
  }
  for (const [sql, refusal] of Object.entries(refusals)) expect(refusalOf(sql)).toBe(refusal)
})

test('every text of the reject list is refused by its code and at its place', () => {
  const refusals = REJECTED_TEXTS.map(([, sql]) => refusalOf(sql)?.split(' ').slice(0, 2).join(' '))
  expect(refusals).toEqual(REJECTED_TEXTS.map(([refusal]) => refusal))
})
