import type { Aggregate, Expression } from '../plan.ts'

/** An expression with others in place of the columns that it names. */
export function substitute(expression: Expression, columns: readonly Expression[]): Expression {
  if (expression.op === 'column') return columns[expression.index]!
  if (!('args' in expression)) return expression
  return { ...expression, args: expression.args.map((arg) => substitute(arg, columns)) }
}

/** The same for all expressions of an aggregate. */
export function substituteAggregate(
  aggregate: Aggregate,
  columns: readonly Expression[],
): Aggregate {
  const replace = (expression: Expression) => substitute(expression, columns)
  const replaceAny = (expression: Expression | null) => expression && replace(expression)
  const filter = replaceAny(aggregate.filter)
  if (aggregate.fn === 'count-rows') return { ...aggregate, filter }
  if (aggregate.fn !== 'latest' && aggregate.fn !== 'earliest') {
    return { ...aggregate, filter, arg: replace(aggregate.arg) }
  }
  const { arg, at, tie } = aggregate
  return { ...aggregate, filter, arg: replace(arg), at: replace(at), tie: replaceAny(tie) }
}

/**
 * How many nodes an expression has once columns are replaced by expressions of these sizes.
 * Computed before it is built: nested substitutions can multiply.
 */
export function sizeOf(
  expression: Expression,
  columnSizes: readonly number[] | null = null,
): number {
  if (expression.op === 'column') return columnSizes?.[expression.index] ?? 1
  if (!('args' in expression)) return 1
  return expression.args.reduce((sum, arg) => sum + sizeOf(arg, columnSizes), 1)
}
