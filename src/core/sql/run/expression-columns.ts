import type { Aggregate, Expression } from '../plan.ts'

/** The columns that an expression names, each once, in the order of their first use. */
export function columnsOf(expressions: Iterable<Expression>): Set<number> {
  const columns = new Set<number>()
  const visit = (expression: Expression): void => {
    if (expression.op === 'column') columns.add(expression.index)
    else if ('args' in expression) expression.args.forEach(visit)
  }
  for (const expression of expressions) visit(expression)
  return columns
}

/** All expressions of an aggregate, in the order in which they are evaluated. */
export function partsOf(aggregate: Aggregate): Expression[] {
  const parts = aggregate.filter === null ? [] : [aggregate.filter]
  if (aggregate.fn === 'count-rows') return parts
  parts.push(aggregate.arg)
  if (aggregate.fn !== 'latest' && aggregate.fn !== 'earliest') return parts
  return aggregate.tie === null ? [...parts, aggregate.at] : [...parts, aggregate.at, aggregate.tie]
}

/** Conditions that all must be true for `condition` to be true. */
export function conjunctsOf(condition: Expression | null): Expression[] {
  if (condition === null) return []
  return condition.op === 'and' ? condition.args.flatMap(conjunctsOf) : [condition]
}
