import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileExpression } from '../../../src/core/sql/expressions/compile-expression.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { readNumber } from '../../../src/core/sql/naive/naive-arithmetic.ts'
import { evaluate as evaluateNaively } from '../../../src/core/sql/naive/naive-expression.ts'
import { instantOf } from '../../../src/core/sql/naive/naive-instant.ts'
import { type NaiveValue, plainValue } from '../../../src/core/sql/naive/naive-value.ts'
import { numericText, parseNumeric } from '../../../src/core/sql/values/numeric.ts'
import type { Expression, SqlType, SqlValue } from '../../../src/core/sql/plan.ts'
import { SqlLimitError } from '../../../src/core/sql/sql-error.ts'
import { timestampText } from '../../../src/core/sql/values/timestamps.ts'
import { COLUMN_TYPES, diceOf, randomCell, randomExpression } from './random-expression.ts'

test('compiled expressions give what the naive evaluation gives', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const dice = diceOf(seed)
      const expression = randomExpression(dice, 4)
      const cells = COLUMN_TYPES.map((type) => [0, 1, 2].map(() => randomCell(type, dice)))
      const frame = {
        columns: cells.map((column, i) => column.map((cell) => sqlValue(COLUMN_TYPES[i]!, cell))),
      }
      const compiled = attempt(() => compileExpression(expression, frame, new Diagnostics()))
      for (const row of [0, 1, 2]) {
        const values = cells.map((column, i) => naiveValue(COLUMN_TYPES[i]!, column[row] ?? null))
        const naive = attempt(() => plainValue(evaluateNaively(expression, values)))
        const given =
          typeof compiled === 'function'
            ? attempt(() => written(expression, compiled(row)))
            : compiled
        expect({ expression, values: values.map(plainValue), given }).toEqual({
          expression,
          values: values.map(plainValue),
          given: naive,
        })
      }
    }),
    { numRuns: 1_000 },
  )
})

function sqlValue(type: SqlType, cell: string | null): SqlValue {
  if (cell === null) return null
  if (type === 'numeric') return parseNumeric(cell)
  if (type === 'boolean') return cell === 'true'
  return type === 'timestamp' ? Number(cell) : cell
}

function naiveValue(type: SqlType, cell: string | null): NaiveValue {
  if (cell === null) return null
  if (type === 'numeric') return readNumber(cell)
  if (type === 'boolean') return cell === 'true'
  return type === 'timestamp' ? instantOf(0, Number(cell)) : cell
}

function written({ type }: Expression, value: SqlValue): string | boolean | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  expect(typeof value).toBe(type === 'timestamp' ? 'number' : 'object')
  return typeof value === 'number' ? timestampText(value) : numericText(value)
}

/** What it gives, or which limit it exceeds. */
function attempt<T>(compute: () => T): T | string {
  try {
    return compute()
  } catch (error) {
    if (error instanceof SqlLimitError) return `limit of ${error.limit}`
    throw error
  }
}
