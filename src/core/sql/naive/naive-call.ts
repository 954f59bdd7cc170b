import { Decimal } from '../../decimal.ts'
import { unreachable } from '../../result.ts'
import type { Temporal } from '../../time.ts'
import type { Expression } from '../plan.ts'
import {
  divideNaively,
  limitNumber,
  moduloNaively,
  readNumber,
  rescaleNaively,
  roundNaively,
} from './naive-arithmetic.ts'
import { boundariesBetween, partOfInstant, readInstant, truncateInstant } from './naive-instant.ts'
import { isLike, limitText, partOf, replaceAll, trimSpaces } from './naive-text.ts'
import { plainValue, type NaiveValue } from './naive-value.ts'

const BOOLEAN_CHARACTERS_MAX = 100

/** The calls of an operator, and of those that share its description in the plan. */
export type CallOf<Op extends Expression['op']> = Sharing<Expression, Op>

type Sharing<Member, Op> = Member extends { op: infer Ops; args: Expression[] }
  ? [Extract<Ops, Op>] extends [never]
    ? never
    : Member
  : never

/** Whether a call is of one of these operators, and with that of any that share its description. */
export function isCallOf<Op extends Expression['op']>(
  call: Expression,
  operators: readonly Op[],
): call is CallOf<Op> {
  return operators.some((operator) => operator === call.op)
}

export const NUMBER_OPERATORS = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'modulo',
  'negate',
  'absolute',
  'round',
  'rescale',
] as const

export function applyToNumbers(
  call: CallOf<(typeof NUMBER_OPERATORS)[number]>,
  [a, b]: Decimal[],
): Decimal | null {
  if (a === undefined) throw new Error('a call without an argument')
  switch (call.op) {
    case 'add':
      return limitNumber(a.plus(b!))
    case 'subtract':
      return limitNumber(a.minus(b!))
    case 'multiply':
      return limitNumber(a.times(b!))
    case 'divide':
      return b!.isZero() ? null : divideNaively(a, b!)
    case 'modulo':
      return b!.isZero() ? null : moduloNaively(a, b!)
    case 'negate':
      return a.negated()
    case 'absolute':
      return a.abs()
    case 'round':
      return roundNaively(a, call.digits, call.mode)
    case 'rescale':
      return rescaleNaively(a, call.precision, call.scale)
    default:
      return unreachable(call)
  }
}

export const INSTANT_OPERATORS = ['truncate', 'extract', 'date-diff'] as const

export function applyToInstants(
  call: CallOf<(typeof INSTANT_OPERATORS)[number]>,
  [a, b]: Temporal.Instant[],
): NaiveValue {
  if (a === undefined) throw new Error('a call without an argument')
  switch (call.op) {
    case 'truncate':
      return truncateInstant(a, call.unit)
    case 'extract':
      return partOfInstant(a, call.field)
    case 'date-diff':
      return boundariesBetween(a, b!, call.unit)
    default:
      return unreachable(call)
  }
}

export const TEXT_OPERATORS = [
  'concat',
  'lower',
  'upper',
  'trim',
  'numeric-text',
  'timestamp-text',
  'boolean-text',
  'length',
  'like',
  'substring',
  'replace',
  'starts-with',
  'parse',
  'parse-timestamp',
  'parse-boolean',
] as const

/** Also what makes texts of other values. */
export function applyToTexts(
  call: CallOf<(typeof TEXT_OPERATORS)[number]>,
  values: NaiveValue[],
): NaiveValue {
  const texts = values.map((value) => String(plainValue(value)))
  const [text = ''] = texts
  switch (call.op) {
    case 'concat':
      return limitText(texts.join(''))
    case 'numeric-text':
    case 'timestamp-text':
    case 'boolean-text':
      return text
    case 'lower':
      return limitText(text.toLowerCase())
    case 'upper':
      return limitText(text.toUpperCase())
    case 'trim':
      return trimSpaces(text)
    case 'length':
      return new Decimal([...text].length)
    case 'like':
      return isLike(text, call.pattern)
    case 'substring':
      return partOf(text, call.from, call.length)
    case 'replace':
      return replaceAll(text, call.from, call.to)
    case 'starts-with':
      return text.slice(0, call.prefix.length) === call.prefix
    case 'parse':
      return readNumber(text)
    case 'parse-timestamp': {
      const instant = readInstant(text)
      return instant !== null && call.isDate ? truncateInstant(instant, 'day') : instant
    }
    case 'parse-boolean':
      return readBoolean(text)
    default:
      return unreachable(call)
  }
}

function readBoolean(text: string): boolean | null {
  if (text.length > BOOLEAN_CHARACTERS_MAX) return null
  const word = text.trim().toLowerCase()
  if (['true', 't', '1'].includes(word)) return true
  return ['false', 'f', '0'].includes(word) ? false : null
}
