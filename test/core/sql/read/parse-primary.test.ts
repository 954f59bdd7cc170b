import { expect, test } from 'vitest'
import { printedExpression } from '../printed.ts'
import { refusalOfExpression } from '../refusal-of.ts'

test('literals are numbers, texts, booleans, NULL and times', () => {
  expect(printedExpression('007.50')).toBe('7.5')
  expect(printedExpression('.5e1')).toBe('5')
  expect(printedExpression("'it''s'")).toBe("'it''s'")
  expect(printedExpression("'a\\'")).toBe("'a\\'")
  expect(printedExpression('true')).toBe('true')
  expect(printedExpression('null')).toBe('null')
  expect(printedExpression("timestamp '2026-01-01'")).toBe("(timestamp '2026-01-01')")
  expect(printedExpression("DATE '2026-01-01'")).toBe("(date '2026-01-01')")
})

test('a column is a path, whose later names may be keywords or odd', () => {
  expect(printedExpression('timestamp')).toBe('timestamp')
  expect(printedExpression('date')).toBe('date')
  expect(printedExpression('properties.order')).toBe('properties.order')
  expect(printedExpression('e.properties.select')).toBe('e.properties.select')
  expect(printedExpression('properties."odd-name"')).toBe('properties."odd-name"')
  expect(printedExpression("properties['odd-name']")).toBe('properties."odd-name"')
  expect(printedExpression("e.properties['it''s']")).toBe('e.properties."it\'s"')
  expect(printedExpression('`select`')).toBe('select')
  expect(printedExpression('properties.__proto__')).toBe('properties.__proto__')
})

test('CASE compares a subject, or asks conditions', () => {
  expect(printedExpression('CASE WHEN a THEN 1 WHEN b THEN 2 ELSE 3 END')).toBe(
    '(case (when a 1) (when b 2) (else 3))',
  )
  expect(printedExpression("CASE a WHEN 'x' THEN 1 END")).toBe("(case (of a) (when 'x' 1))")
  expect(printedExpression('CASE WHEN a THEN.5 END')).toBe('(case (when a 0.5))')
})

test('CAST, TRY_CAST and EXTRACT have their own forms', () => {
  expect(printedExpression('CAST(a AS DECIMAL(20,2))')).toBe('(cast a DECIMAL(20,2))')
  expect(printedExpression('try_cast(a AS double precision)')).toBe('(try-cast a DOUBLE)')
  expect(printedExpression('EXTRACT(hour FROM timestamp)')).toBe('(extract HOUR timestamp)')
  expect(printedExpression('extract + cast')).toBe('(+ extract cast)')
})

test('what depends on the time or the session is not available', () => {
  for (const word of ['CURRENT_DATE', 'CURRENT_TIMESTAMP', 'LOCALTIMESTAMP', 'SESSION_USER']) {
    expect(refusalOfExpression(word.toLowerCase())).toBe(
      `unknown_function 1:8 — \`${word.toLowerCase()}\` is not available in billable metrics: results must depend on events only (hint: the billing period is applied by itself; write fixed times as TIMESTAMP literals)`,
    )
  }
  expect(printedExpression('properties.current_date')).toBe('properties.current_date')
})

test('what is no operand is refused, with what was expected', () => {
  const refusals = {
    '(SELECT 1 FROM events)':
      'unsupported 1:9 — subqueries in expressions are not supported (hint: use a subquery in FROM)',
    'EXISTS (SELECT 1 FROM events)': 'unsupported 1:8 — EXISTS is not supported',
    "INTERVAL '1 day'": 'unsupported 1:8 — INTERVAL is not supported',
    '(a, b)': 'unsupported 1:10 — a list of values here is not supported',
    '(a': "syntax 1:11 — expected ')' but found 'AS'",
    '1 + *': "syntax 1:12 — '*' is only allowed in COUNT(*)",
    'e.*': "unsupported 1:10 — '.*' is not supported (hint: list the columns)",
    'pg_catalog.now()': 'unsupported 1:8 — a function with a schema is not supported',
    'properties[0]':
      "syntax 1:19 — expected a quoted property name, as in properties['name'] but found '0'",
    'properties.5':
      'syntax 1:19 — expected a name but found \'5\' (hint: put an odd name in double quotes, as in properties."odd-name")',
    "properties['a\"b']": 'bad_name 1:19 — a name cannot hold ", \\ or control characters',
    "properties['']": 'bad_name 1:19 — a name cannot be empty',
    'CASE a ELSE 1 END': "syntax 1:15 — expected WHEN but found 'ELSE'",
    'CASE WHEN a THEN 1': "syntax 1:27 — expected WHEN, ELSE or END but found 'AS'",
    'CAST(a, INT)': "syntax 1:14 — expected AS but found ','",
    "CAST(a AS 'INT')": "syntax 1:18 — expected a type but found ''INT''",
    'CAST(a AS DECIMAL(x))': "syntax 1:26 — expected a whole number but found 'x'",
    'EXTRACT(HOUR, a)': "syntax 1:20 — expected FROM but found ','",
    LEFT: 'syntax 1:8 — expected an expression but found \'LEFT\' (hint: LEFT is a keyword; write "LEFT" if it is a name)',
  }
  for (const [expression, refusal] of Object.entries(refusals)) {
    expect(refusalOfExpression(expression)).toBe(refusal)
  }
})
