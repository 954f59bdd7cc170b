import { bindCondition, bindExpression, type Binding } from './bind-expression.ts'
import { asNumeric, type Operand } from './coerce.ts'
import { bindNumber } from './literal.ts'
import { findColumn, mentionReading } from './scope.ts'
import { SqlError } from '../sql-error.ts'
import type { Aggregate, Expression } from '../plan.ts'
import type { CallTree, ExpressionTree } from '../tree.ts'

/**
 * An aggregate call over the rows that its group has (SQ-20, SQ-21, SQ-40, SQ-41).
 * @param binding for its arguments, which are of one row
 * @throws SqlError `bad_args`, `unsupported`, `type` …
 */
export function bindAggregate(call: CallTree, binding: Binding): Aggregate {
  const filter = call.filter === null ? null : bindCondition(call.filter, binding)
  switch (call.name) {
    case 'COUNT':
      refuseWithin(call)
      return { filter, ...bindCount(call, binding) }
    case 'SUM':
    case 'AVG': {
      refuseWithin(call)
      refuseDistinct(call)
      const fn = call.name === 'SUM' ? 'sum' : 'avg'
      return { filter, type: 'numeric', fn, arg: asNumeric(onlyArgument(call, binding)) }
    }
    case 'MIN':
    case 'MAX': {
      refuseWithin(call)
      const arg = bindExtreme(onlyArgument(call, binding), call.name)
      return { filter, type: arg.type, fn: call.name === 'MIN' ? 'min' : 'max', arg }
    }
    case 'LATEST':
    case 'EARLIEST':
      refuseWithin(call)
      refuseDistinct(call)
      return { filter, ...bindReading(call, binding) }
    default:
      refuseDistinct(call)
      return { filter, ...bindPercentile(call, binding) }
  }
}

/** The least or greatest: of a property, by number. Also for windows. */
export function bindExtreme(operand: Operand, name: string): Expression {
  const { expression, tree } = operand
  if (expression.type === 'boolean') {
    throw new SqlError('type', `${name} does not apply to a boolean`, tree)
  }
  const isNumber = expression.type === 'property' || expression.type === 'null'
  return isNumber ? asNumeric(operand) : expression
}

type WithoutFilter<T> = T extends unknown ? Omit<T, 'filter'> : never

function bindCount(call: CallTree, binding: Binding): WithoutFilter<Aggregate> {
  if (call.isStar || call.arguments.length === 0) {
    if (call.isDistinct) {
      throw new SqlError('bad_args', 'COUNT(DISTINCT) needs an argument', call)
    }
    return { type: 'numeric', fn: 'count-rows' }
  }
  const { expression } = onlyArgument(call, binding)
  return { type: 'numeric', fn: call.isDistinct ? 'count-distinct' : 'count', arg: expression }
}

function onlyArgument(call: CallTree, binding: Binding): Operand {
  const [tree, ...others] = call.arguments
  if (tree === undefined || others.length > 0 || call.isStar) {
    throw new SqlError('bad_args', `${call.name} takes exactly one argument`, call)
  }
  return operandOf(tree, binding)
}

function operandOf(tree: ExpressionTree, binding: Binding): Operand {
  return { expression: bindExpression(tree, binding), tree }
}

/** The rows are ordered by the column named `timestamp`; among raw events ties have an order too. */
function bindReading(call: CallTree, binding: Binding): WithoutFilter<Aggregate> {
  const { scope } = binding
  const arg = onlyArgument(call, binding).expression
  const name = { text: 'timestamp', isQuoted: false, start: call.start, end: call.end }
  const at = findColumn(scope, { path: [name], start: call.start, end: call.end })
  if (at?.type !== 'timestamp') {
    const message = `${call.name} needs a 'timestamp' column in its FROM clause`
    const hint = 'select timestamp (or date_trunc(...) AS timestamp) in the subquery'
    throw new SqlError('bad_args', message, call, hint)
  }
  const tie = scope.kind === 'events' ? mentionReading(scope, call) : null
  const fn = call.name === 'LATEST' ? 'latest' : 'earliest'
  return { type: arg.type, fn, arg, at, tie }
}

function bindPercentile(call: CallTree, binding: Binding): WithoutFilter<Aggregate> {
  const isContinuous = call.name.endsWith('CONT') || call.name === 'MEDIAN'
  const fn = isContinuous ? 'percentile-cont' : 'percentile-disc'
  if (call.name.startsWith('PERCENTILE')) {
    const [fraction, ...others] = call.arguments
    if (call.within === null || fraction === undefined || others.length > 0) {
      const form = `${call.name}(0.95) WITHIN GROUP (ORDER BY x)`
      throw new SqlError('bad_args', `${call.name} is written ${form}`, call)
    }
    const arg = asNumeric(operandOf(call.within.expression, binding))
    const { isDescending } = call.within
    return { type: 'numeric', fn, arg, fraction: fractionOf(fraction), isDescending }
  }
  refuseWithin(call)
  if (call.name === 'MEDIAN') {
    const arg = asNumeric(onlyArgument(call, binding))
    return { type: 'numeric', fn, arg, fraction: '0.5', isDescending: false }
  }
  const [value, fraction, ...others] = call.arguments
  if (value === undefined || fraction === undefined || others.length > 0) {
    const form = `${call.name}(x, 0.95)`
    throw new SqlError('bad_args', `${call.name} is written ${form}`, call)
  }
  const arg = asNumeric(operandOf(value, binding))
  return { type: 'numeric', fn, arg, fraction: fractionOf(fraction), isDescending: false }
}

function fractionOf(tree: ExpressionTree): string {
  if (tree.kind === 'number') {
    const { text } = bindNumber(tree.text, tree)
    // Plain decimals from 0 to 1 in canonical form; others begin with a greater digit or have two.
    if (/^(0(\.\d+)?|1)$/.test(text)) return text
  }
  throw new SqlError('bad_args', 'the fraction must be a literal between 0 and 1', tree)
}

function refuseWithin(call: CallTree): void {
  if (call.within !== null) {
    throw new SqlError('bad_args', `${call.name} takes no WITHIN GROUP`, call)
  }
}

/** The least of different values is the least of all; the sum is not. */
function refuseDistinct(call: CallTree): void {
  if (call.isDistinct) {
    const hint = 'group by the value in a subquery first'
    throw new SqlError('unsupported', `${call.name}(DISTINCT ...) is not supported`, call, hint)
  }
}
