import { asBoolean, asNumeric, asText, asTimestamp, unify, type Operand } from './coerce.ts'
import { bindComparison } from './bind-comparison.ts'
import { refuseAggregateParts, refuseFunction } from './function-kind.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression, TimeUnit } from '../plan.ts'
import type { CallTree, ExpressionTree } from '../tree.ts'

interface ScalarFunction {
  least: number
  most: number
  /** The places of arguments that are literals and shape the operator; the others are values. */
  literals?: number[]
  bind(values: Operand[], call: CallTree): Expression
}

const ARGUMENTS_MAX = 20

const UNITS: readonly string[] = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']
const DIFF_UNITS: readonly string[] = ['millisecond', 'second', ...UNITS]

/** Every function of one row (section 4.4); what is not here is refused. */
const FUNCTIONS = new Map<string, ScalarFunction>([
  ['ABS', { least: 1, most: 1, bind: (values) => numeric('absolute', values) }],
  ['MOD', { least: 2, most: 2, bind: (values) => numeric('modulo', values) }],
  ['CEIL', round('up', { most: 1 })],
  ['CEILING', round('up', { most: 1 })],
  ['FLOOR', round('down', { most: 1 })],
  ['ROUND', round('half', { most: 2 })],
  ['TRUNC', round('truncate', { most: 2 })],
  ['LEAST', choice('least')],
  ['GREATEST', choice('greatest')],
  ['COALESCE', choice('coalesce')],
  ['NULLIF', { least: 2, most: 2, bind: bindNullIf }],
  ['IF', { least: 3, most: 3, bind: bindIf }],
  ['IFF', { least: 3, most: 3, bind: bindIf }],
  ['DATE_TRUNC', { least: 2, most: 2, literals: [0], bind: bindDateTrunc }],
  ['DATE_DIFF', { least: 3, most: 3, literals: [0], bind: bindDateDiff }],
  ['YEAR', extract('year')],
  ['MONTH', extract('month')],
  ['DAY', extract('day')],
  ['HOUR', extract('hour')],
  ['MINUTE', extract('minute')],
  ['EPOCH', extract('epoch')],
  ['LOWER', text('lower')],
  ['UPPER', text('upper')],
  ['TRIM', text('trim')],
  ['LENGTH', { least: 1, most: 1, bind: (values) => length(values) }],
  ['CONCAT', { least: 1, most: ARGUMENTS_MAX, bind: (values) => concat(values) }],
  ['SUBSTR', { least: 2, most: 3, literals: [1, 2], bind: bindSubstring }],
  ['SUBSTRING', { least: 2, most: 3, literals: [1, 2], bind: bindSubstring }],
  ['REPLACE', { least: 3, most: 3, literals: [1, 2], bind: bindReplace }],
  ['STARTS_WITH', { least: 2, most: 2, literals: [1], bind: bindStartsWith }],
])

/** Whether there is a function of one row of this name. */
export function isScalar(name: string): boolean {
  return FUNCTIONS.has(name)
}

/**
 * The arguments of a call that are to be bound as values, once the call as such is possible.
 * @throws SqlError `unknown_function` or `bad_args`
 */
export function valuesOf(call: CallTree): ExpressionTree[] {
  const { least, most, literals } = functionOf(call)
  refuseAggregateParts(call)
  const count = call.arguments.length
  if (count < least || count > most) {
    const number = least === most ? String(least) : `${least} to ${most}`
    const message = `${call.name} takes ${number} argument${most === 1 ? '' : 's'}`
    throw new SqlError('bad_args', message, call)
  }
  return call.arguments.filter((_, i) => !literals?.includes(i))
}

/** @param values those of `valuesOf`, bound */
export function bindFunction(call: CallTree, values: Operand[]): Expression {
  return functionOf(call).bind(values, call)
}

function functionOf(call: CallTree): ScalarFunction {
  return FUNCTIONS.get(call.name) ?? refuseFunction(call, FUNCTIONS.keys())
}

function numeric(op: 'absolute' | 'modulo', values: Operand[]): Expression {
  return { op, type: 'numeric', args: values.map(asNumeric) }
}

function round(
  mode: 'half' | 'up' | 'down' | 'truncate',
  { most }: { most: number },
): ScalarFunction {
  const bind = (values: Operand[], call: CallTree): Expression => {
    const digits = call.arguments[1] === undefined ? 0 : integerOf(call.arguments[1], call)
    return { op: 'round', type: 'numeric', digits, mode, args: values.map(asNumeric) }
  }
  return { least: 1, most, literals: [1], bind }
}

function choice(op: 'least' | 'greatest' | 'coalesce'): ScalarFunction {
  const bind = (values: Operand[]): Expression => {
    const { type, args } = unify(values)
    // Only numbers may be meant where two properties are ordered.
    const isOrdered = op !== 'coalesce' && type === 'property'
    if (isOrdered) return { op, type: 'numeric', args: values.map(asNumeric) }
    return { op, type, args }
  }
  return { least: 1, most: ARGUMENTS_MAX, bind }
}

function bindNullIf(values: Operand[], call: CallTree): Expression {
  const isSame = bindComparison('=', values, call)
  const [value] = values as [Operand, Operand]
  const { type } = value.expression
  return { op: 'case', type, args: [isSame, { op: 'null', type }, value.expression] }
}

function bindIf([condition, ...results]: Operand[]): Expression {
  const test = asBoolean(condition!)
  const { type, args } = unify(results)
  return { op: 'case', type, args: [test, ...args] }
}

function bindDateTrunc(values: Operand[], { arguments: [unitTree] }: CallTree): Expression {
  const unit = unitOf(unitTree!, 'DATE_TRUNC', UNITS) as TimeUnit
  return { op: 'truncate', type: 'timestamp', unit, args: values.map(asTimestamp) }
}

function bindDateDiff(values: Operand[], { arguments: [unitTree] }: CallTree): Expression {
  const unit = unitOf(unitTree!, 'DATE_DIFF', DIFF_UNITS) as TimeUnit | 'second' | 'millisecond'
  return { op: 'date-diff', type: 'numeric', unit, args: values.map(asTimestamp) }
}

function unitOf(tree: ExpressionTree, name: string, units: readonly string[]): string {
  const unit = tree.kind === 'string' ? tree.value.toLowerCase() : ''
  if (units.includes(unit)) return unit
  const list = units.map((one) => `'${one}'`).join(', ')
  throw new SqlError('bad_args', `${name} unit must be one of ${list}`, tree)
}

function extract(field: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'epoch'): ScalarFunction {
  const bind = (values: Operand[]): Expression => ({
    op: 'extract',
    type: 'numeric',
    field,
    args: values.map(asTimestamp),
  })
  return { least: 1, most: 1, bind }
}

function text(op: 'lower' | 'upper' | 'trim'): ScalarFunction {
  const bind = (values: Operand[]): Expression => ({ op, type: 'text', args: values.map(asText) })
  return { least: 1, most: 1, bind }
}

function length(values: Operand[]): Expression {
  return { op: 'length', type: 'numeric', args: values.map(asText) }
}

function concat(values: Operand[]): Expression {
  return { op: 'concat', type: 'text', args: values.map(asText) }
}

function bindSubstring(values: Operand[], call: CallTree): Expression {
  const [, fromTree, lengthTree] = call.arguments
  const from = integerOf(fromTree!, call)
  const count = lengthTree === undefined ? null : integerOf(lengthTree, call)
  if (count !== null && count < 0) {
    throw new SqlError('bad_args', 'the length cannot be negative', lengthTree!)
  }
  return { op: 'substring', type: 'text', from, length: count, args: values.map(asText) }
}

function bindReplace(values: Operand[], { arguments: [, from, to] }: CallTree): Expression {
  const parts = { from: stringOf(from!), to: stringOf(to!) }
  return { op: 'replace', type: 'text', ...parts, args: values.map(asText) }
}

function bindStartsWith(values: Operand[], { arguments: [, prefix] }: CallTree): Expression {
  const args = values.map(asText)
  return { op: 'starts-with', type: 'boolean', prefix: stringOf(prefix!), args }
}

/** A whole number as it may shape an operator. */
function integerOf(tree: ExpressionTree, call: CallTree): number {
  const isNegative = tree.kind === 'negate'
  const digits = isNegative ? tree.operand : tree
  const most = call.name.startsWith('SUBSTR') ? /^\d{1,4}$/ : /^\d{1,2}$/
  if (digits.kind === 'number' && most.test(digits.text)) {
    return isNegative ? 0 - Number(digits.text) : Number(digits.text)
  }
  throw new SqlError('bad_args', 'expected a literal integer', tree)
}

function stringOf(tree: ExpressionTree): string {
  if (tree.kind === 'string') return tree.value
  throw new SqlError('bad_args', 'expected a string literal', tree)
}
