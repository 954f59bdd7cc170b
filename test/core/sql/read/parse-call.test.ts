import { expect, test } from 'vitest'
import { printedExpression } from '../printed.ts'
import { refusalOfExpression } from '../refusal-of.ts'

test('calls have arguments, a star or nothing', () => {
  expect(printedExpression('count()')).toBe('(COUNT *)')
  expect(printedExpression('COUNT(*)')).toBe('(COUNT *)')
  expect(printedExpression('SUM(*)')).toBe('(SUM *)')
  expect(printedExpression('Round(a, 2)')).toBe('(ROUND a 2)')
  expect(printedExpression('COUNT(DISTINCT a || b)')).toBe('(COUNT distinct (concat a b))')
  expect(printedExpression('filter(a)')).toBe('(FILTER a)')
})

test('an aggregate may be within a group, filtered and over a window', () => {
  expect(printedExpression('PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY a DESC)')).toBe(
    '(PERCENTILE_CONT 0.95 (within (desc a nulls-first)))',
  )
  expect(printedExpression('SUM(a) FILTER (WHERE b OR c AND d)')).toBe(
    '(SUM a (filter (or b (and c d))))',
  )
  expect(
    printedExpression('SUM(a) FILTER (WHERE b) OVER (PARTITION BY c, d ORDER BY e DESC, f)'),
  ).toBe(
    '(SUM a (filter b) (over (partition c d) (order (desc e nulls-first) (asc f nulls-last)) range))',
  )
})

test('a window reaches as far as its frame says, and by default to the peers of the row', () => {
  const frame = (over: string) => printedExpression(`SUM(a) OVER (${over})`)
  const rest = 'BETWEEN UNBOUNDED PRECEDING AND'
  expect(frame('')).toBe('(SUM a (over all))')
  expect(frame('PARTITION BY b')).toBe('(SUM a (over (partition b) all))')
  expect(frame('ORDER BY b')).toBe('(SUM a (over (order (asc b nulls-last)) range))')
  expect(frame(`ROWS ${rest} CURRENT ROW`)).toBe('(SUM a (over rows))')
  expect(frame(`RANGE ${rest} CURRENT ROW`)).toBe('(SUM a (over range))')
  expect(frame(`ROWS ${rest} UNBOUNDED FOLLOWING`)).toBe('(SUM a (over all))')
})

test('other forms of calls are refused', () => {
  const frames =
    'only ROWS/RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW (or UNBOUNDED FOLLOWING) frames are supported'
  const refusals = {
    'SUM(a, )': "syntax 1:15 — expected an expression but found ')'",
    'SUM(DISTINCT)': "syntax 1:20 — expected an expression but found ')'",
    'SUM(SELECT 1 FROM events)':
      'unsupported 1:12 — subqueries in expressions are not supported (hint: use a subquery in FROM)',
    'ARRAY_AGG(a ORDER BY b)': 'unsupported 1:20 — ORDER BY inside a function is not supported',
    'LAG(a) IGNORE NULLS OVER (ORDER BY b)': 'unsupported 1:15 — IGNORE NULLS is not supported',
    'SUM(a) OVER w':
      'unsupported 1:20 — a named window is not supported (hint: write the window in OVER (…))',
    'SUM(a) OVER (ORDER BY b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)': `unsupported 1:32 — ${frames}`,
    'SUM(a) OVER (GROUPS UNBOUNDED PRECEDING)': `unsupported 1:21 — ${frames}`,
    'SUM(a) FILTER (b)': "syntax 1:23 — expected WHERE but found 'b'",
    'MODE() WITHIN GROUP (a)': "syntax 1:29 — expected ORDER BY but found 'a'",
  }
  for (const [expression, refusal] of Object.entries(refusals)) {
    expect(refusalOfExpression(expression)).toBe(refusal)
  }
})
