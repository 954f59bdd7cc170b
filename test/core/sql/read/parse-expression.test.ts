import { expect, test } from 'vitest'
import { printedExpression } from '../printed.ts'
import { refusalOfExpression } from '../refusal-of.ts'

test('AND binds tighter than OR, and NOT tighter than both', () => {
  expect(printedExpression('a OR b AND c')).toBe('(or a (and b c))')
  expect(printedExpression('a AND b OR c')).toBe('(or (and a b) c)')
  expect(printedExpression('NOT a AND b OR NOT c')).toBe('(or (and (not a) b) (not c))')
  expect(printedExpression('NOT (a OR b) AND c')).toBe('(and (not (or a b)) c)')
  expect(printedExpression('NOT a = b')).toBe('(not (= a b))')
  expect(printedExpression('NOT (a) > b')).toBe('(not (> a b))')
  expect(printedExpression('a OR b OR c')).toBe('(or (or a b) c)')
})

test('operators bind from comparison over ||, sum and product to sign and cast', () => {
  expect(printedExpression('a + b * c')).toBe('(+ a (* b c))')
  expect(printedExpression('a - b - c')).toBe('(- (- a b) c)')
  expect(printedExpression('a / b % c')).toBe('(% (/ a b) c)')
  expect(printedExpression('(a + b) * c')).toBe('(* (+ a b) c)')
  expect(printedExpression("a || b + c = 'x'")).toBe("(= (concat a (+ b c)) 'x')")
  expect(printedExpression('-a * b')).toBe('(* (negate a) b)')
  expect(printedExpression('-a::int')).toBe('(negate (cast a INT))')
  expect(printedExpression('- - + a')).toBe('(negate (negate a))')
  expect(printedExpression('a::decimal(10, 2)::text')).toBe('(cast (cast a DECIMAL(10,2)) TEXT)')
  expect(printedExpression('a < b + 1 AND c')).toBe('(and (< a (+ b 1)) c)')
})

test('a comparison is written in any of its spellings', () => {
  for (const operator of ['<>', '!=', '≠']) {
    expect(printedExpression(`a ${operator} b`)).toBe('(!= a b)')
  }
  expect(printedExpression('a ≥ b')).toBe('(>= a b)')
  expect(printedExpression('a≤b')).toBe('(<= a b)')
})

test('ranges, lists, patterns and tests may be negated', () => {
  expect(printedExpression("a NOT IN (1, 'b', NULL)")).toBe("(not-in a 1 'b' null)")
  expect(printedExpression('a IN (-1)')).toBe('(in a (negate 1))')
  expect(printedExpression('a BETWEEN 1 AND 2 AND b')).toBe('(and (between a 1 2) b)')
  expect(printedExpression('a NOT BETWEEN 1 AND 2 + 3')).toBe('(not-between a 1 (+ 2 3))')
  expect(printedExpression("a NOT LIKE 'x%'")).toBe("(not-like a 'x%')")
  expect(printedExpression('a IS NULL')).toBe('(is-null a)')
  expect(printedExpression('a IS NOT NULL OR b IS NOT TRUE')).toBe(
    '(or (not-is-null a) (not-is-true b))',
  )
  expect(printedExpression('a IS FALSE')).toBe('(is-false a)')
  expect(printedExpression('a IS DISTINCT FROM b')).toBe('(distinct a b)')
  expect(printedExpression('a IS NOT DISTINCT FROM b')).toBe('(same a b)')
})

test('comparisons do not chain unless parentheses say how', () => {
  const refusal = (column: number) =>
    `syntax 1:${column} — comparisons cannot be chained (hint: use parentheses, or AND between two comparisons)`
  expect(refusalOfExpression('a < b < c')).toBe(refusal(14))
  expect(refusalOfExpression('a = b IS NULL')).toBe(refusal(14))
  expect(refusalOfExpression('a IN (1) = TRUE')).toBe(refusal(17))
  expect(refusalOfExpression("a LIKE 'x' NOT IN (b)")).toBe(refusal(19))
  expect(printedExpression('(a = b) IS NULL')).toBe('(is-null (= a b))')
})

test('operators of other dialects are refused by name', () => {
  const refusals = {
    "a ILIKE 'x'": 'unsupported 1:10 — ILIKE is not supported (hint: use LIKE)',
    "a NOT SIMILAR TO 'x'": 'unsupported 1:14 — SIMILAR is not supported (hint: use LIKE)',
    'a ISNULL': 'unsupported 1:10 — ISNULL is not supported (hint: use IS NULL)',
    "a LIKE 'x' ESCAPE '!'": 'unsupported 1:19 — ESCAPE is not supported',
    'a LIKE b': 'syntax 1:15 — LIKE takes a literal pattern',
    'a = ANY (1)': 'unsupported 1:12 — ANY is not supported (hint: use IN)',
    'a == b': "syntax 1:11 — unexpected '=' (hint: use =)",
    "a -> 'b'":
      'unsupported 1:10 — -> is not supported (hint: name a property as in properties.user_id)',
    'a // b': "syntax 1:11 — unexpected '/' (hint: a comment begins by --)",
    'a IS b': "syntax 1:13 — expected NULL, TRUE, FALSE or DISTINCT FROM but found 'b'",
    'a BETWEEN 1 OR 2': "syntax 1:20 — expected AND but found 'OR'",
    'a IN 1': "syntax 1:13 — expected '(' but found '1'",
    'a IN ()': "syntax 1:14 — expected an expression but found ')'",
    'a IN (SELECT 1 FROM events)': 'unsupported 1:14 — subqueries in expressions are not supported',
    'a +': "syntax 1:12 — expected an expression but found 'AS'",
  }
  for (const [expression, refusal] of Object.entries(refusals)) {
    expect(refusalOfExpression(expression)).toBe(refusal)
  }
})

test('a list of 500 values is read, one of 501 is not', () => {
  const list = (count: number) => `a IN (${Array(count).fill('1').join(',')})`
  expect(refusalOfExpression(list(500))).toBeNull()
  expect(refusalOfExpression(list(501))).toBe('too_complex 1:1014 — IN takes at most 500 values')
})
