import { compileExpression } from '../../../src/core/sql/expressions/compile-expression.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { Numeric, numericText } from '../../../src/core/sql/values/numeric.ts'
import type { Expression, SqlType, SqlValue } from '../../../src/core/sql/plan.ts'

export const column = (index: number, type: SqlType): Expression => ({ op: 'column', type, index })
export const numeric = (text: string): Expression => ({ op: 'numeric', type: 'numeric', text })
export const text = (value: string): Expression => ({ op: 'text', type: 'text', value })
export const boolean = (value: boolean): Expression => ({ op: 'boolean', type: 'boolean', value })
export const timestamp = (iso: string): Expression => ({
  op: 'timestamp',
  type: 'timestamp',
  micros: Date.parse(iso) * 1_000,
})
export const nothing = (type: SqlType = 'null'): Expression => ({ op: 'null', type })
export const parse = (arg: Expression, isQuiet = false): Expression => ({
  op: 'parse',
  type: 'numeric',
  isQuiet,
  args: [arg],
})

/** The expression's value for a row of these columns; numbers as texts. */
export function evaluate(
  expression: Expression,
  row: (SqlValue | undefined)[] = [],
  diagnostics = new Diagnostics(),
): SqlValue {
  const frame = { columns: row.map((value) => [value]) }
  return shown(compileExpression(expression, frame, diagnostics)(0))
}

export function shown(value: SqlValue): SqlValue {
  return value instanceof Numeric ? numericText(value) : value
}
