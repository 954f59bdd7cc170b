import { bindTimestamp } from './literal.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression, SqlType } from '../plan.ts'
import type { ExpressionTree, Span } from '../tree.ts'

/** A bound expression with what it was written as, to tell where it does not fit. */
export interface Operand {
  expression: Expression
  tree: ExpressionTree
}

const TYPE_NAMES: Record<SqlType, string> = {
  text: 'text',
  numeric: 'a number',
  boolean: 'a boolean',
  timestamp: 'a timestamp',
  property: 'a property',
  null: 'NULL',
}

export function typeName(type: SqlType): string {
  return TYPE_NAMES[type]
}

/** A value where a number is needed: a property is read as one. @throws SqlError `type` */
export function asNumeric({ expression, tree }: Operand): Expression {
  if (isConvertible(expression.type, 'numeric')) return convert(expression, 'numeric')
  const hint = expression.type === 'text' ? 'use CAST(... AS DECIMAL)' : undefined
  return refuseType(expression.type, 'numeric', tree, hint)
}

/** A value where text is needed: numbers are written out, as in `||`. @throws SqlError `type` */
export function asText({ expression, tree }: Operand): Expression {
  if (expression.type === 'numeric') return { op: 'numeric-text', type: 'text', args: [expression] }
  if (isConvertible(expression.type, 'text')) return convert(expression, 'text')
  return refuseType(expression.type, 'text', tree, 'use CAST(... AS VARCHAR)')
}

/** @throws SqlError `type` */
export function asBoolean({ expression, tree }: Operand): Expression {
  if (isConvertible(expression.type, 'boolean')) return convert(expression, 'boolean')
  const hint =
    expression.type === 'property'
      ? "compare it, as in properties.x = 'true', or use CAST(... AS BOOLEAN)"
      : undefined
  return refuseType(expression.type, 'boolean', tree, hint)
}

/** A value where a timestamp is needed; literal text is read as one. @throws SqlError `type`, `bad_literal` */
export function asTimestamp({ expression, tree }: Operand): Expression {
  if (expression.op === 'text') return bindTimestamp(expression.value, false, tree)
  if (isConvertible(expression.type, 'timestamp')) return convert(expression, 'timestamp')
  const hint = expression.type === 'property' ? 'use CAST(... AS TIMESTAMP)' : undefined
  return refuseType(expression.type, 'timestamp', tree, hint)
}

function refuseType(actual: SqlType, expected: SqlType, span: Span, hint?: string): never {
  const message = `expected ${typeName(expected)} but this is ${typeName(actual)}`
  throw new SqlError('type', message, span, hint)
}

/**
 * Brings values that stand for one another to one type: properties become what stands beside them,
 * and literal text beside a timestamp is one.
 * @param at where a mixture is told; without it, at the value that does not fit
 * @throws SqlError `type` where they do not fit together
 */
export function unify(operands: Operand[], at?: Span): { type: SqlType; args: Expression[] } {
  const hasTimestamp = operands.some(({ expression }) => expression.type === 'timestamp')
  const read = operands.map((operand) =>
    hasTimestamp && operand.expression.op === 'text' ? asTimestamp(operand) : operand.expression,
  )
  const type = read.reduce<SqlType>(
    (found, expression, i) => commonType(found, expression.type, at ?? operands[i]!.tree),
    'null',
  )
  return { type, args: read.map((expression) => convert(expression, type)) }
}

/** @throws SqlError `type` where no value is of both types */
export function commonType(a: SqlType, b: SqlType, at: Span): SqlType {
  if (isConvertible(a, b)) return b
  if (isConvertible(b, a)) return a
  const message = `cannot combine ${typeName(a)} and ${typeName(b)}`
  throw new SqlError('type', message, at, mixtureHint(a, b))
}

function mixtureHint(a: SqlType, b: SqlType): string | undefined {
  if (a !== 'property' && b !== 'property') return undefined
  if (a === 'boolean' || b === 'boolean') return "properties are text: compare with 'true'"
  return 'use CAST(properties.x AS TIMESTAMP)'
}

function isConvertible(from: SqlType, to: SqlType): boolean {
  if (from === to || from === 'null') return true
  return from === 'property' && (to === 'numeric' || to === 'text')
}

/** A value as one of a type that it converts to. Properties are text as they are. */
export function convert(expression: Expression, type: SqlType): Expression {
  if (expression.type === 'property' && type === 'numeric') {
    return { op: 'parse', type: 'numeric', args: [expression], isQuiet: false }
  }
  return expression.op === 'null' ? { op: 'null', type } : expression
}
