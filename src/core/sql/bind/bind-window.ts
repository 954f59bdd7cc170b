import { bindExtreme } from './bind-aggregate.ts'
import { bindCondition, bindExpression, type Binding } from './bind-expression.ts'
import { isScalar } from './bind-function.ts'
import { asNumeric, unify, type Operand } from './coerce.ts'
import { AGGREGATE_NAMES, WINDOW_NAMES, refuseFunction } from './function-kind.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression, SortKey, WindowFunction } from '../plan.ts'
import type { CallTree, ExpressionTree, OrderTree, OverTree } from '../tree.ts'

const WINDOWED_AGGREGATES = new Set(['SUM', 'AVG', 'MIN', 'MAX', 'COUNT'])

/**
 * A call with OVER: windows see rows after grouping, so that their arguments may be aggregates.
 * @param binding for all within it; it refuses further windows
 * @throws SqlError `bad_window`, `bad_args`, `unsupported` …
 */
export function bindWindow(call: CallTree & { over: OverTree }, binding: Binding): WindowFunction {
  refuseImpossible(call)
  const operands = call.arguments.map((tree) => ({
    expression: bindExpression(tree, binding),
    tree,
  }))
  const filter = call.filter === null ? null : bindCondition(call.filter, binding)
  const over = {
    partitionBy: call.over.partitionBy.map((tree) => bindExpression(tree, binding)),
    orderBy: call.over.orderBy.map((order) => bindSortKey(order, binding)),
    frame: call.over.frame,
  }
  switch (call.name) {
    case 'ROW_NUMBER':
      return { ...over, type: 'numeric', fn: 'row-number' }
    case 'RANK':
      return { ...over, type: 'numeric', fn: 'rank' }
    case 'DENSE_RANK':
      return { ...over, type: 'numeric', fn: 'dense-rank' }
    case 'LAG':
    case 'LEAD':
      return { ...over, fn: call.name === 'LAG' ? 'lag' : 'lead', ...bindShift(operands) }
    case 'FIRST_VALUE':
    case 'LAST_VALUE': {
      const arg = operands[0]!.expression
      return {
        ...over,
        type: arg.type,
        fn: call.name === 'FIRST_VALUE' ? 'first-value' : 'last-value',
        arg,
      }
    }
    case 'COUNT':
      return { ...over, type: 'numeric', fn: 'count', arg: operands[0]?.expression ?? null, filter }
    default:
      return { ...over, ...bindTotal(call, operands[0]!), filter }
  }
}

export function bindSortKey(order: OrderTree, binding: Binding): SortKey {
  const { isDescending, nullsFirst } = order
  return { by: bindExpression(order.expression, binding), isDescending, nullsFirst }
}

function bindTotal(
  { name }: CallTree,
  operand: Operand,
): { type: Expression['type']; fn: 'sum' | 'avg' | 'min' | 'max'; arg: Expression } {
  if (name === 'SUM' || name === 'AVG') {
    return { type: 'numeric', fn: name === 'SUM' ? 'sum' : 'avg', arg: asNumeric(operand) }
  }
  const arg = bindExtreme(operand, name)
  return { type: arg.type, fn: name === 'MIN' ? 'min' : 'max', arg }
}

/** LAG and LEAD: a value, so many rows away, and what it is where there is no such row. */
function bindShift([value, offset, otherwise]: Operand[]): {
  type: Expression['type']
  arg: Expression
  offset: number
  otherwise: Expression | null
} {
  const rows = offset === undefined ? 1 : offsetOf(offset.tree)
  const given = otherwise === undefined ? [value!] : [value!, otherwise]
  const { type, args } = unify(given)
  return { type, arg: args[0]!, offset: rows, otherwise: args[1] ?? null }
}

function offsetOf(tree: ExpressionTree): number {
  if (tree.kind === 'number' && /^\d{1,3}$/.test(tree.text)) return Number(tree.text)
  throw new SqlError('bad_args', 'the offset must be a literal integer', tree)
}

/** What may be said of the call before anything within it is bound. */
function refuseImpossible(call: CallTree & { over: OverTree }): void {
  const { name, over } = call
  const isWindow = WINDOW_NAMES.has(name)
  if (!isWindow && !AGGREGATE_NAMES.has(name) && !isScalar(name)) refuseFunction(call, [])
  if (!isWindow && !WINDOWED_AGGREGATES.has(name)) {
    throw new SqlError('bad_window', `${name} is not a window function`, call)
  }
  if (call.isDistinct) {
    throw new SqlError('unsupported', 'DISTINCT is not supported in window functions', call)
  }
  if (call.within !== null || (isWindow && call.filter !== null)) {
    const part = call.within === null ? 'FILTER' : 'WITHIN GROUP'
    throw new SqlError('bad_args', `${name} takes no ${part}`, call)
  }
  if (isWindow && over.orderBy.length === 0) {
    throw new SqlError('bad_window', `${name} needs ORDER BY in its window`, call)
  }
  refuseNumberOfArguments(call)
}

function refuseNumberOfArguments({ name, isStar, arguments: args, ...span }: CallTree): void {
  const isRank = name === 'ROW_NUMBER' || name === 'RANK' || name === 'DENSE_RANK'
  const isShift = name === 'LAG' || name === 'LEAD'
  const least = isRank || name === 'COUNT' ? 0 : 1
  const most = isRank ? 0 : isShift ? 3 : 1
  const isPossible = args.length >= least && args.length <= most
  if (isPossible && (!isStar || name === 'COUNT')) return
  const form = isRank
    ? 'no arguments'
    : isShift
      ? '(value, offset, default)'
      : 'exactly one argument'
  throw new SqlError('bad_args', `${name} takes ${form}`, span)
}
