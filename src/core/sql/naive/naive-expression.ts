import { Decimal } from '../../decimal.ts'
import { unreachable } from '../../result.ts'
import type { Temporal } from '../../time.ts'
import type { Expression } from '../plan.ts'
import { instantOf } from './naive-instant.ts'
import {
  applyToInstants,
  applyToNumbers,
  applyToTexts,
  INSTANT_OPERATORS,
  isCallOf,
  NUMBER_OPERATORS,
  TEXT_OPERATORS,
  type CallOf,
} from './naive-call.ts'
import {
  compareNullable,
  compareValues,
  keyText,
  type NaiveValue,
  type NaiveValues,
} from './naive-value.ts'

/**
 * What an expression gives for one row, by walking its tree.
 * @throws SqlLimitError where a number or a text becomes too long
 */
export function evaluate(expression: Expression, row: NaiveValues): NaiveValue {
  if (!('args' in expression)) return evaluateLeaf(expression, row)
  if (isCallOf(expression, LENIENT_OPERATORS)) return evaluateLeniently(expression, row)
  const values: NaiveValue[] = []
  for (const arg of expression.args) {
    const value = evaluate(arg, row)
    if (value === null) return null
    values.push(value)
  }
  if (isCallOf(expression, NUMBER_OPERATORS)) return applyToNumbers(expression, values as Decimal[])
  if (isCallOf(expression, INSTANT_OPERATORS)) {
    return applyToInstants(expression, values as Temporal.Instant[])
  }
  if (isCallOf(expression, TEXT_OPERATORS)) return applyToTexts(expression, values)
  return isSo(expression, values)
}

/** True: neither false nor unknown. */
export function isTrue(condition: Expression | null, row: NaiveValues): boolean {
  return condition === null || evaluate(condition, row) === true
}

function evaluateLeaf(
  leaf: Exclude<Expression, { args: Expression[] }>,
  row: NaiveValues,
): NaiveValue {
  switch (leaf.op) {
    case 'column':
      return row[leaf.index] ?? null
    case 'numeric':
      return new Decimal(leaf.text)
    case 'text':
    case 'boolean':
      return leaf.value
    case 'timestamp':
      return instantOf(0, leaf.micros)
    case 'null':
      return null
    default:
      return unreachable(leaf)
  }
}

/** What may give a value though an argument is NULL. */
const LENIENT_OPERATORS = [
  'and',
  'or',
  'not',
  'case',
  'coalesce',
  'least',
  'greatest',
  'in',
  'distinct',
  'same',
  'is-null',
  'is-boolean',
] as const

function evaluateLeniently(
  call: CallOf<(typeof LENIENT_OPERATORS)[number]>,
  row: NaiveValues,
): NaiveValue {
  switch (call.op) {
    case 'and':
      return decide(call.args, row, false)
    case 'or':
      return decide(call.args, row, true)
    case 'not': {
      const value = evaluate(call.args[0]!, row)
      return value === null ? null : value === false
    }
    case 'case':
      return chooseCase(call.args, row)
    case 'coalesce':
      return firstPresent(call.args, row)
    case 'least':
      return extremeOf(call.args, row, -1)
    case 'greatest':
      return extremeOf(call.args, row, 1)
    case 'in':
      return isAmong(call.args, row)
    case 'distinct':
    case 'same': {
      const [left, right] = call.args.map((arg) => keyText([evaluate(arg, row)]))
      return (left === right) === (call.op === 'same')
    }
    case 'is-null':
      return evaluate(call.args[0]!, row) === null
    case 'is-boolean':
      return evaluate(call.args[0]!, row) === call.value
    default:
      return unreachable(call)
  }
}

function isSo({ op }: CallOf<'='>, [a, b]: NaiveValue[]): boolean {
  const order = compareNullable(a ?? null, b ?? null, false)
  switch (op) {
    case '=':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    default:
      return unreachable(op)
  }
}

/** AND and OR: one deciding value suffices, and what comes after it is not looked at. */
function decide(args: Expression[], row: NaiveValues, deciding: boolean): boolean | null {
  let isUnknown = false
  for (const arg of args) {
    const value = evaluate(arg, row)
    if (value === deciding) return deciding
    if (value === null) isUnknown = true
  }
  return isUnknown ? null : !deciding
}

function chooseCase(args: Expression[], row: NaiveValues): NaiveValue {
  for (let i = 0; i + 1 < args.length; i += 2) {
    if (evaluate(args[i]!, row) === true) return evaluate(args[i + 1]!, row)
  }
  return args.length % 2 === 1 ? evaluate(args.at(-1)!, row) : null
}

function firstPresent(args: Expression[], row: NaiveValues): NaiveValue {
  for (const arg of args) {
    const value = evaluate(arg, row)
    if (value !== null) return value
  }
  return null
}

function extremeOf(args: Expression[], row: NaiveValues, sign: 1 | -1): NaiveValue {
  const values = args.map((arg) => evaluate(arg, row)).filter((value) => value !== null)
  return values.toSorted((a, b) => sign * compareValues(b, a))[0] ?? null
}

function isAmong([subject, ...literals]: Expression[], row: NaiveValues): boolean | null {
  const value = evaluate(subject!, row)
  if (value === null) return null
  const values = literals.map((literal) => evaluate(literal, row))
  if (values.some((other) => other !== null && compareValues(value, other) === 0)) return true
  return values.includes(null) ? null : false
}
