import { Decimal } from '../../../../src/core/decimal.ts'
import type { Expression, SortKey, SqlType } from '../../../../src/core/sql/plan.ts'
import { instantOf } from '../../../../src/core/sql/naive/naive-instant.ts'
import type { NaiveValue } from '../../../../src/core/sql/naive/naive-value.ts'

/** Short ways to write plans by hand. */
export function column(index: number, type: SqlType = 'numeric'): Expression {
  return { op: 'column', type, index }
}

export function numeric(text: string): Expression {
  return { op: 'numeric', type: 'numeric', text }
}

export function textual(value: string): Expression {
  return { op: 'text', type: 'text', value }
}

export const NULL: Expression = { op: 'null', type: 'null' }
export const TRUE: Expression = { op: 'boolean', type: 'boolean', value: true }
export const FALSE: Expression = { op: 'boolean', type: 'boolean', value: false }

/** A call, of which the plan's type says what else it has. */
export function call(
  op: Expression['op'],
  type: SqlType,
  args: Expression[],
  more: object = {},
): Expression {
  return { op, type, args, ...more } as unknown as Expression
}

export function parse(arg: Expression): Expression {
  return call('parse', 'numeric', [arg], { isQuiet: true })
}

export function ascending(by: Expression): SortKey {
  return { by, isDescending: false, nullsFirst: false }
}

export function descending(by: Expression): SortKey {
  return { by, isDescending: true, nullsFirst: true }
}

/** Rows of values: texts that read as numbers are numbers, and `T12:00` is an instant of a day. */
export function rows(...lines: (string | boolean | null)[][]): NaiveValue[][] {
  return lines.map((line) => line.map(valueOf))
}

function valueOf(cell: string | boolean | null): NaiveValue {
  if (typeof cell !== 'string') return cell
  if (/^T\d\d:\d\d$/.test(cell)) {
    return instantOf(Date.parse(`2026-03-20${cell}:00Z`))
  }
  return /^-?\d/.test(cell) ? new Decimal(cell) : cell
}
