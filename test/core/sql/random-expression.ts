import type { Expression, SqlType } from '../../../src/core/sql/plan.ts'

/** The columns that random expressions read: they are the places in a random row. */
export const COLUMN_TYPES = ['property', 'text', 'numeric', 'boolean', 'timestamp'] as const

type Kind = 'numeric' | 'text' | 'boolean' | 'timestamp'
/** A number that is at least 0 and less than `below`. */
export type Dice = (below: number) => number

const KINDS: Kind[] = ['numeric', 'text', 'boolean', 'timestamp']
const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const
const FIELDS = ['year', 'month', 'day', 'hour', 'minute', 'second', 'dow', 'epoch'] as const
const LETTERS = ['a', 'b', 'A', ' ', '%', '_', '1', '.', 'é', '😀', 'ß', '\ufffd']
const WORDS = ['', 'n/a', '1,5', '0x10', 'NaN', '1_000', ' 7 ', '5.', '.5', 'true', 'F', '0', 'yes']
const BORDERS = ['9007199254740991', '9007199254740992', '9007199254740993', '0.5', '-1.5', '1.005']

/** The same numbers for the same seed (mulberry32). */
export function diceOf(seed: number): Dice {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const oneOf = <T>(dice: Dice, choices: readonly T[]): T => choices[dice(choices.length)]!

export function randomNumberText(dice: Dice): string {
  if (dice(4) === 0) return oneOf(dice, BORDERS)
  const sign = oneOf(dice, ['', '', '-'])
  const whole = Array.from({ length: 1 + dice(oneOf(dice, [2, 4, 25])) }, () => dice(10)).join('')
  const decimals = Array.from({ length: dice(oneOf(dice, [1, 3, 25])) }, () => dice(10)).join('')
  const exponent = dice(8) === 0 ? `e${dice(40) - 20}` : ''
  return `${sign}${whole}${decimals && `.${decimals}`}${exponent}`
}

export function randomMicros(dice: Dice): number {
  const day = Date.UTC(2019, 11, 20) + dice(2_900) * 86_400_000
  return (
    day * 1_000 + oneOf(dice, [-1, 0, 1, 3_600_000_000, dice(86_400_000) * 1_000 + dice(1_000)])
  )
}

export function randomText(dice: Dice): string {
  const way = dice(6)
  if (way === 0) return randomNumberText(dice)
  if (way === 1) return oneOf(dice, WORDS)
  if (way === 2)
    return new Date(randomMicros(dice) / 1_000)
      .toISOString()
      .slice(0, oneOf(dice, [10, 16, 19, 24]))
  return Array.from({ length: dice(6) }, () => oneOf(dice, LETTERS)).join('')
}

/** An expression of any operation and type, over the columns above. */
export function randomExpression(dice: Dice, depth: number): Expression {
  return random(oneOf(dice, KINDS), dice, depth)
}

function random(kind: Kind, dice: Dice, depth: number): Expression {
  if (depth === 0 || dice(5) === 0) return leaf(kind, dice)
  if (dice(5) === 0) return choice(kind, dice, depth - 1)
  const some = (of: Kind) => random(of, dice, depth - 1)
  if (kind === 'numeric') return numericCall(dice, some)
  if (kind === 'text') return textCall(dice, some)
  if (kind === 'boolean') return booleanCall(dice, some)
  return timestampCall(dice, some)
}

function leaf(kind: Kind, dice: Dice): Expression {
  const way = dice(8)
  if (way === 0) return { op: 'null', type: kind }
  if (way < 5) return { op: 'column', type: kind, index: COLUMN_TYPES.indexOf(kind) }
  if (kind === 'numeric') return { op: 'numeric', type: 'numeric', text: randomNumberText(dice) }
  if (kind === 'text') return { op: 'text', type: 'text', value: randomText(dice) }
  if (kind === 'boolean') return { op: 'boolean', type: 'boolean', value: dice(2) === 0 }
  return { op: 'timestamp', type: 'timestamp', micros: randomMicros(dice) }
}

function choice(kind: Kind, dice: Dice, depth: number): Expression {
  const some = (of: Kind) => random(of, dice, depth)
  const op = oneOf(dice, ['case', 'coalesce', 'least', 'greatest'] as const)
  const args =
    op === 'case'
      ? [some('boolean'), some(kind), some('boolean'), some(kind), some(kind)].slice(0, 4 + dice(2))
      : Array.from({ length: 1 + dice(3) }, () => some(kind))
  return { op, type: kind, args }
}

type Some = (kind: Kind) => Expression

function numericCall(dice: Dice, some: Some): Expression {
  const type = 'numeric'
  switch (dice(8)) {
    case 0: {
      const args: Expression[] = [
        dice(2) === 0 ? { op: 'column', type: 'property', index: 0 } : some('text'),
      ]
      return { op: 'parse', type, isQuiet: dice(2) === 0, args }
    }
    case 1: {
      const precision = 1 + dice(38)
      return {
        op: 'rescale',
        type,
        precision,
        scale: dice(precision + 1),
        isQuiet: false,
        args: [some(type)],
      }
    }
    case 2:
      return { op: oneOf(dice, ['negate', 'absolute']), type, args: [some(type)] }
    case 3: {
      const mode = oneOf(dice, ['half', 'up', 'down', 'truncate'] as const)
      return { op: 'round', type, digits: dice(12) - 5, mode, args: [some(type)] }
    }
    case 4: {
      const unit = oneOf(dice, [...UNITS, 'second', 'millisecond'] as const)
      return { op: 'date-diff', type, unit, args: [some('timestamp'), some('timestamp')] }
    }
    case 5:
      return dice(2) === 0
        ? { op: 'length', type, args: [some('text')] }
        : { op: 'extract', type, field: oneOf(dice, FIELDS), args: [some('timestamp')] }
    default: {
      const op = oneOf(dice, ['add', 'subtract', 'multiply', 'divide', 'modulo'] as const)
      return { op, type, args: [some(type), some(type)] }
    }
  }
}

function textCall(dice: Dice, some: Some): Expression {
  const type = 'text'
  switch (dice(6)) {
    case 0:
      return { op: 'numeric-text', type, args: [some('numeric')] }
    case 1:
      return dice(2) === 0
        ? { op: 'timestamp-text', type, args: [some('timestamp')] }
        : { op: 'boolean-text', type, args: [some('boolean')] }
    case 2:
      return { op: oneOf(dice, ['lower', 'upper', 'trim']), type, args: [some(type)] }
    case 3: {
      const length = dice(2) === 0 ? null : dice(5)
      return { op: 'substring', type, from: dice(9) - 4, length, args: [some(type)] }
    }
    case 4:
      return {
        op: 'replace',
        type,
        from: randomText(dice).slice(0, 2),
        to: randomText(dice),
        args: [some(type)],
      }
    default:
      return { op: 'concat', type, args: Array.from({ length: 1 + dice(3) }, () => some(type)) }
  }
}

function booleanCall(dice: Dice, some: Some): Expression {
  const type = 'boolean'
  const of = oneOf(dice, KINDS)
  switch (dice(9)) {
    case 0:
      return { op: oneOf(dice, ['and', 'or']), type, args: [some(type), some(type)] }
    case 1:
      return { op: 'not', type, args: [some(type)] }
    case 2:
      return { op: oneOf(dice, ['distinct', 'same']), type, of, args: [some(of), some(of)] }
    case 3: {
      const literals = Array.from({ length: 1 + dice(4) }, () => literalOf(of, dice))
      return { op: 'in', type, of, args: [some(of), ...literals] }
    }
    case 4:
      return { op: 'like', type, pattern: randomText(dice), args: [some('text')] }
    case 5:
      return { op: 'is-null', type, args: [some(of)] }
    case 6:
      return { op: 'is-boolean', type, value: dice(2) === 0, args: [some(type)] }
    case 7:
      return dice(2) === 0
        ? { op: 'starts-with', type, prefix: randomText(dice).slice(0, 1), args: [some('text')] }
        : { op: 'parse-boolean', type, isQuiet: false, args: [some('text')] }
    default: {
      const op = oneOf(dice, ['=', '!=', '<', '<=', '>', '>='] as const)
      return { op, type, of, args: [some(of), some(of)] }
    }
  }
}

function literalOf(kind: Kind, dice: Dice): Expression {
  for (;;) {
    const found = leaf(kind, dice)
    if (found.op !== 'column') return found
  }
}

function timestampCall(dice: Dice, some: Some): Expression {
  const type = 'timestamp'
  if (dice(2) === 0) return { op: 'truncate', type, unit: oneOf(dice, UNITS), args: [some(type)] }
  return {
    op: 'parse-timestamp',
    type,
    isDate: dice(2) === 0,
    isQuiet: false,
    args: [some('text')],
  }
}

/** What a column of a type may hold, as text; null is NULL. */
export function randomCell(type: SqlType, dice: Dice): string | null {
  if (dice(6) === 0) return null
  if (type === 'numeric') return randomNumberText(dice)
  if (type === 'boolean') return String(dice(2) === 0)
  if (type === 'timestamp') return String(randomMicros(dice))
  return randomText(dice)
}
