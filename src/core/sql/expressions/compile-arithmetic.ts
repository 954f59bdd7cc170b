import { unreachable } from '../../result.ts'
import type { Diagnostics } from '../values/diagnostics.ts'
import type { Compiled } from './frame.ts'
import {
  absoluteNumeric,
  addNumeric,
  compareNumeric,
  divideNumeric,
  fromUnits,
  isZero,
  moduloNumeric,
  multiplyNumeric,
  negateNumeric,
  type Numeric,
  parseNumeric,
  roundNumeric,
  subtractNumeric,
} from '../values/numeric.ts'
import type { Expression } from '../plan.ts'

type Arithmetic = Extract<
  Expression,
  {
    op:
      | 'parse'
      | 'rescale'
      | 'add'
      | 'subtract'
      | 'multiply'
      | 'divide'
      | 'modulo'
      | 'negate'
      | 'absolute'
      | 'round'
  }
>

/** What makes numbers of texts and numbers. All of it is NULL where an argument is. */
export function compileArithmetic(
  expression: Arithmetic,
  args: Compiled[],
  diagnostics: Diagnostics,
): Compiled {
  if (expression.op === 'parse') {
    return compileParse(args[0] as Compiled<string>, expression.isQuiet, diagnostics)
  }
  const [left, right] = args as [Compiled<Numeric>, Compiled<Numeric>]
  switch (expression.op) {
    case 'rescale':
      return compileRescale(expression, left, diagnostics)
    case 'add':
      return compileBinary(addNumeric, left, right)
    case 'subtract':
      return compileBinary(subtractNumeric, left, right)
    case 'multiply':
      return compileBinary(multiplyNumeric, left, right)
    case 'divide':
      return compileDivision(divideNumeric, left, right, diagnostics)
    case 'modulo':
      return compileDivision(moduloNumeric, left, right, diagnostics)
    case 'negate':
      return compileUnary(negateNumeric, left)
    case 'absolute':
      return compileUnary(absoluteNumeric, left)
    case 'round': {
      const { digits, mode } = expression
      return compileUnary((number) => roundNumeric(number, digits, mode), left)
    }
    default:
      return unreachable(expression)
  }
}

function compileUnary(compute: (number: Numeric) => Numeric, operand: Compiled<Numeric>): Compiled {
  return (row) => {
    const number = operand(row)
    return number === null ? null : compute(number)
  }
}

function compileBinary(
  compute: (a: Numeric, b: Numeric) => Numeric,
  left: Compiled<Numeric>,
  right: Compiled<Numeric>,
): Compiled {
  return (row) => {
    const a = left(row)
    if (a === null) return null
    const b = right(row)
    return b === null ? null : compute(a, b)
  }
}

function compileDivision(
  compute: (a: Numeric, b: Numeric) => Numeric,
  left: Compiled<Numeric>,
  right: Compiled<Numeric>,
  diagnostics: Diagnostics,
): Compiled {
  return (row) => {
    const a = left(row)
    if (a === null) return null
    const b = right(row)
    if (b === null) return null
    if (isZero(b)) {
      diagnostics.divisionsByZero++
      return null
    }
    return compute(a, b)
  }
}

const MEMORY_SLOTS = 256
/** Texts of so many characters are read about as fast as they are looked up. */
const SHORT_TEXT = 16
/** After so many texts that were not remembered it is decided whether remembering pays. */
const TRIAL_MISSES = 4_096

/** Many properties repeat their values, so that the last texts are remembered with their numbers. */
function compileParse(
  operand: Compiled<string>,
  isQuiet: boolean,
  diagnostics: Diagnostics,
): Compiled {
  const read = rememberingParse()
  return (row) => {
    const text = operand(row)
    if (text === null) return null
    const number = read(text)
    if (number === null && !isQuiet) diagnostics.badText('badNumbers', text)
    return number
  }
}

function rememberingParse(): (text: string) => Numeric | null {
  const texts = Array.from<string>({ length: MEMORY_SLOTS }).fill('')
  const numbers = Array.from<Numeric | null>({ length: MEMORY_SLOTS }).fill(null)
  let hits = 0
  let misses = 0
  return (text) => {
    // Where most texts are new, only long ones are still worth it.
    if (misses > TRIAL_MISSES && hits < misses && text.length <= SHORT_TEXT) {
      return parseNumeric(text)
    }
    const slot = slotOf(text)
    if (texts[slot] === text) {
      hits++
      return numbers[slot]!
    }
    misses++
    const number = parseNumeric(text)
    texts[slot] = text
    numbers[slot] = number
    return number
  }
}

function slotOf(text: string): number {
  const { length } = text
  const tail = length > 1 ? text.charCodeAt(length - 2) : 0
  return (text.charCodeAt(length - 1) * 31 + tail * 7 + length) & (MEMORY_SLOTS - 1)
}

/** Safe integers have no more digits. */
const NARROW_DIGITS = 16

function compileRescale(
  { precision, scale, isQuiet }: Extract<Expression, { op: 'rescale' }>,
  operand: Compiled<Numeric>,
  diagnostics: Diagnostics,
): Compiled {
  const limit =
    precision >= scale
      ? fromUnits(10n ** BigInt(precision - scale), 0)
      : fromUnits(1n, scale - precision)
  const whole = precision - scale
  return (row) => {
    const number = operand(row)
    if (number === null) return null
    const rounded = roundNumeric(number, scale, 'half')
    // Most numbers are far too short to be too wide.
    if (rounded.wide === null && whole + rounded.scale >= NARROW_DIGITS) return rounded
    if (compareNumeric(absoluteNumeric(rounded), limit) < 0) return rounded
    if (!isQuiet) diagnostics.overflows++
    return null
  }
}
