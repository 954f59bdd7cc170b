import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal } from '../../../src/core/decimal.ts'
import { compileExpression } from '../../../src/core/sql/compile-expression.ts'
import { Diagnostics } from '../../../src/core/sql/diagnostics.ts'
import { evaluate } from '../../../src/core/sql/naive/naive-expression.ts'
import { instantOf } from '../../../src/core/sql/naive/naive-instant.ts'
import { plainValue } from '../../../src/core/sql/naive/naive-value.ts'
import { Numeric, numericText, parseNumeric } from '../../../src/core/sql/numeric.ts'
import type { Expression, SqlType, SqlValue } from '../../../src/core/sql/plan.ts'
import { SqlLimitError } from '../../../src/core/sql/sql-error.ts'
import { timestampText } from '../../../src/core/sql/timestamps.ts'
import { COLUMN_TYPES, EXPRESSIONS, MICROS, NUMBERS, TEXTS } from './random-expressions.ts'

/** A row as plain data: numbers as text, instants as microseconds. */
const ROWS = fc.tuple(
  fc.option(TEXTS),
  fc.option(TEXTS),
  fc.option(NUMBERS),
  fc.option(MICROS),
  fc.option(fc.boolean()),
)

type Row = (string | number | boolean | null)[]

function compiledValue(expression: Expression, row: Row) {
  const columns = row.map((cell, i): SqlValue[] => [
    COLUMN_TYPES[i] === 'numeric' && cell !== null ? parseNumeric(String(cell)) : cell,
  ])
  const value = compileExpression(expression, { columns }, new Diagnostics())(0)
  return plainSqlValue(value, expression.type)
}

function plainSqlValue(value: SqlValue, type: SqlType) {
  if (value instanceof Numeric) return numericText(value)
  return type === 'timestamp' && value !== null ? timestampText(value as number) : value
}

function naiveValue(expression: Expression, row: Row) {
  const values = row.map((cell, i) => {
    if (COLUMN_TYPES[i] === 'numeric' && cell !== null) return new Decimal(String(cell))
    return typeof cell === 'number' ? instantOf(0, cell) : cell
  })
  return plainValue(evaluate(expression, values))
}

/** What comes out, or which limit is exceeded. */
function outcomeOf(compute: () => unknown): unknown {
  try {
    return compute()
  } catch (error) {
    if (error instanceof SqlLimitError) return { limit: error.limit }
    throw error
  }
}

test('an expression gives the same compiled and naively', () => {
  fc.assert(
    fc.property(EXPRESSIONS, fc.array(ROWS, { minLength: 1, maxLength: 5 }), (expression, rows) => {
      for (const row of rows) {
        const compiled = outcomeOf(() => compiledValue(expression, row))
        expect(compiled).toEqual(outcomeOf(() => naiveValue(expression, row)))
      }
    }),
    { numRuns: 1_500 },
  )
})
