import { SqlLimitError } from '../sql-error.ts'

/**
 * An exact decimal: `(wide ?? units) / 10^scale`. Most are safe integers of units; `wide` is set
 * where they would not be safe. Immutable. The scale is 0 … 60, and there are at most 100 digits.
 * One number has several forms (`1`, `1.0`): compare by `compareNumeric` or by `numericText`.
 */
export class Numeric {
  readonly units: number
  readonly wide: bigint | null
  readonly scale: number

  constructor(units: number, wide: bigint | null, scale: number) {
    this.units = units
    this.wide = wide
    this.scale = scale
  }
}

/** Results with more decimals are rounded to so many, half away from zero. */
export const SCALE_MAX = 60
/** A result with more digits, before and after the point together, is an error. */
export const DIGITS_MAX = 100

const UNITS_MAX = Number.MAX_SAFE_INTEGER
const WIDE_MIN = BigInt(UNITS_MAX)
const POWERS = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)
const WIDE_POWERS = Array.from({ length: 201 }, (_, exponent) => 10n ** BigInt(exponent))
const DIGITS_LIMIT = 10n ** BigInt(DIGITS_MAX)

export type RoundingMode = 'half' | 'up' | 'down' | 'truncate'

export const ZERO_NUMERIC: Numeric = new Numeric(0, null, 0)

/** A safe integer as a number. */
export function fromInteger(integer: number): Numeric {
  return new Numeric(integer + 0, null, 0)
}

/**
 * `units / 10^scale`, rounded to 60 decimals.
 * @throws SqlLimitError `number` where more than 100 digits would remain
 */
export function fromUnits(units: bigint, scale: number): Numeric {
  if (scale > SCALE_MAX) {
    return fromUnits(divideHalfAway(units, widePower(scale - SCALE_MAX)), SCALE_MAX)
  }
  if (units <= WIDE_MIN && units >= -WIDE_MIN) return new Numeric(Number(units), null, scale)
  if (units < DIGITS_LIMIT && units > -DIGITS_LIMIT) return new Numeric(0, units, scale)
  const kept = withoutZeros(units, scale)
  if (kept.units >= DIGITS_LIMIT || kept.units <= -DIGITS_LIMIT) {
    throw new SqlLimitError('number', `a number has more than ${DIGITS_MAX} digits`)
  }
  return fromKept(kept)
}

const [PLUS, MINUS, POINT, DIGIT_0, DIGIT_9] = [43, 45, 46, 48, 57] as const
/** Numbers of so many digits are safe integers. */
const SHORT_DIGITS = 15
const TEXT_MAX = 160
const NUMBER_TEXT =
  /^[ \t\r\n]*([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]{1,3}))?[ \t\r\n]*$/

/**
 * The number that a text denotes, or null where it denotes none: at most 160 characters, 100
 * significant digits and an exponent of three digits; white space around it is allowed. Decimals
 * beyond the 60th are rounded.
 */
export function parseNumeric(text: string): Numeric | null {
  const { length } = text
  const sign = text.charCodeAt(0)
  let place = sign === MINUS || sign === PLUS ? 1 : 0
  // Most numbers are plain and not long; the others take the slow way.
  if (length - place > 2 * SHORT_DIGITS + 1) return parseAnyForm(text)
  let units = 0
  let tail = 0
  let digits = 0
  let scale = -1
  for (; place < length; place++) {
    const code = text.charCodeAt(place)
    if (code >= DIGIT_0 && code <= DIGIT_9) {
      if (digits < SHORT_DIGITS) units = units * 10 + (code - DIGIT_0)
      else tail = tail * 10 + (code - DIGIT_0)
      digits++
    } else if (code === POINT && scale < 0) {
      scale = digits
    } else {
      return parseAnyForm(text)
    }
  }
  if (digits === 0) return null
  scale = scale < 0 ? 0 : digits - scale
  if (digits <= SHORT_DIGITS) return new Numeric(sign === MINUS ? 0 - units : units, null, scale)
  if (digits > 2 * SHORT_DIGITS) return parseAnyForm(text)
  const wide = BigInt(units) * widePower(digits - SHORT_DIGITS) + BigInt(tail)
  return fromUnits(sign === MINUS ? -wide : wide, scale)
}

function parseAnyForm(text: string): Numeric | null {
  if (text.length > TEXT_MAX) return null
  const match = NUMBER_TEXT.exec(text)
  if (match === null) return null
  const [, sign, whole = '', fraction = match[4] ?? '', , exponent = '0'] = match
  const written = (whole + fraction).replace(/^0+/, '')
  const digits = written.replace(/0+$/, '')
  if (digits === '') return ZERO_NUMERIC
  const scale = fraction.length - Number(exponent) - (written.length - digits.length)
  if (digits.length > DIGITS_MAX || digits.length - scale > DIGITS_MAX) return null
  // Even its first digit is too far behind the point.
  if (scale > SCALE_MAX + digits.length) return ZERO_NUMERIC
  const units = BigInt(sign === '-' ? `-${digits}` : digits)
  return scale < 0 ? fromUnits(units * widePower(-scale), 0) : fromUnits(units, scale)
}

/** The units as a big integer, in either lane. */
export function wideUnits(number: Numeric): bigint {
  return number.wide ?? BigInt(number.units)
}

export function isZero(number: Numeric): boolean {
  return number.wide === null && number.units === 0
}

/** How many digits the units have, at least one. */
export function digitsOf(number: Numeric): number {
  if (number.wide !== null) return digitCount(number.wide)
  const size = Math.abs(number.units)
  let digits = 1
  while (digits < POWERS.length && size >= POWERS[digits]!) digits++
  return digits
}

/** @throws SqlLimitError `number`, as all arithmetic does, beyond 100 digits */
export function addNumeric(a: Numeric, b: Numeric): Numeric {
  const scale = a.scale > b.scale ? a.scale : b.scale
  if (a.wide === null && b.wide === null) {
    const left = unitsAt(a.units, a.scale, scale)
    const right = unitsAt(b.units, b.scale, scale)
    const units = left + right
    // A sum of two safe integers is exact where it is safe itself; NaN fails here too.
    if (isSafe(left) && isSafe(right) && isSafe(units)) return new Numeric(units, null, scale)
  }
  return fromUnits(wideAt(a, scale) + wideAt(b, scale), scale)
}

export function subtractNumeric(a: Numeric, b: Numeric): Numeric {
  return addNumeric(a, negateNumeric(b))
}

export function negateNumeric(number: Numeric): Numeric {
  // From zero, because there is no negative zero.
  return number.wide === null
    ? new Numeric(0 - number.units, null, number.scale)
    : new Numeric(0, -number.wide, number.scale)
}

export function absoluteNumeric(number: Numeric): Numeric {
  const isNegative = number.wide === null ? number.units < 0 : number.wide < 0n
  return isNegative ? negateNumeric(number) : number
}

export function multiplyNumeric(a: Numeric, b: Numeric): Numeric {
  const scale = a.scale + b.scale
  if (a.wide === null && b.wide === null && scale <= SCALE_MAX) {
    const units = a.units * b.units
    if (isSafe(units)) return new Numeric(units + 0, null, scale)
  }
  return fromUnits(wideUnits(a) * wideUnits(b), scale)
}

/** Quotients have one significant digit less at least. */
const DIVISION_DIGITS = 34

/**
 * The quotient: exact where it terminates within 60 decimals and 100 digits, else to 33 significant
 * digits at least, but to whole units where these are more, rounded half away from zero. The caller
 * excludes `b = 0`.
 */
export function divideNumeric(a: Numeric, b: Numeric): Numeric {
  if (a.wide === null && b.wide === null) {
    const odd = withoutTwosAndFives(b.units)
    // The quotient terminates only where what is no factor of a power of ten cancels out.
    if (a.units % odd !== 0) return roundedQuotient(a, b)
    const quotient = narrowQuotient(a, b, odd)
    if (quotient !== null) return quotient
  }
  return exactQuotient(a, b) ?? roundedQuotient(a, b)
}

function withoutTwosAndFives(units: number): number {
  while (units % 2 === 0) units /= 2
  while (units % 5 === 0) units /= 5
  return units
}

/** A quotient that terminates, or null where it needs big integers. */
function narrowQuotient(a: Numeric, b: Numeric, odd: number): Numeric | null {
  const factor = b.units / odd
  // The first power of ten that the factor divides.
  let shift = 0
  while (shift < POWERS.length && POWERS[shift]! % factor !== 0) shift++
  const power = POWERS[shift]
  const scale = a.scale - b.scale + shift
  if (power === undefined || scale > SCALE_MAX) return null
  const units = (a.units / odd) * (power / factor)
  const shifted = scale < 0 ? unitsAt(units, scale, 0) : units
  return isSafe(units) && isSafe(shifted)
    ? new Numeric(shifted + 0, null, Math.max(scale, 0))
    : null
}

/** A quotient that terminates within 60 decimals and 100 digits, or null. */
function exactQuotient(a: Numeric, b: Numeric): Numeric | null {
  const { over, under } = ratioAt(a, b, SCALE_MAX)
  if (over % under !== 0n) return null
  const kept = withoutZeros(over / under, SCALE_MAX)
  return digitCount(kept.units) <= DIGITS_MAX ? fromKept(kept) : null
}

function roundedQuotient(a: Numeric, b: Numeric): Numeric {
  // The quotient has so many digits before the point, or one less; where there are none, it begins
  // with so many zeros behind it, or one more.
  const before = digitsOf(a) - a.scale - (digitsOf(b) - b.scale) + 1
  const digits = before > 0 ? before : before - 1
  const scale = Math.min(SCALE_MAX, Math.max(0, DIVISION_DIGITS - digits))
  const { over, under } = ratioAt(a, b, scale)
  return fromUnits(divideHalfAway(over, under), scale)
}

/** The quotient in units of a scale, as a fraction with a positive denominator. */
function ratioAt(a: Numeric, b: Numeric, scale: number): { over: bigint; under: bigint } {
  const shift = scale + b.scale - a.scale
  const over = shift >= 0 ? wideUnits(a) * widePower(shift) : wideUnits(a)
  const under = shift >= 0 ? wideUnits(b) : wideUnits(b) * widePower(-shift)
  return under < 0n ? { over: -over, under: -under } : { over, under }
}

/** The remainder of the division towards zero: it has the sign of `a`. The caller excludes `b = 0`. */
export function moduloNumeric(a: Numeric, b: Numeric): Numeric {
  const scale = a.scale > b.scale ? a.scale : b.scale
  if (a.wide === null && b.wide === null) {
    const left = unitsAt(a.units, a.scale, scale)
    const right = unitsAt(b.units, b.scale, scale)
    if (isSafe(left) && isSafe(right)) return new Numeric((left % right) + 0, null, scale)
  }
  return fromUnits(wideAt(a, scale) % wideAt(b, scale), scale)
}

/** By value: negative, zero or positive, as sort functions want it. */
export function compareNumeric(a: Numeric, b: Numeric): number {
  const scale = a.scale > b.scale ? a.scale : b.scale
  if (a.wide === null && b.wide === null) {
    const left = unitsAt(a.units, a.scale, scale)
    const right = unitsAt(b.units, b.scale, scale)
    if (isSafe(left) && isSafe(right)) return left - right
  }
  const left = wideAt(a, scale)
  const right = wideAt(b, scale)
  return left < right ? -1 : left > right ? 1 : 0
}

/**
 * To `digits` decimals, or for negative ones to tens, hundreds …: half away from zero, up (to
 * positive infinity), down, or towards zero.
 */
export function roundNumeric(number: Numeric, digits: number, mode: RoundingMode): Numeric {
  const dropped = number.scale - digits
  if (dropped <= 0) return number
  if (number.wide === null && digits >= 0 && dropped < POWERS.length) {
    const divisor = POWERS[dropped]!
    const rest = number.units % divisor
    const kept = (number.units - rest) / divisor + awayFromZero(rest, divisor, mode)
    return new Numeric(kept + 0, null, digits)
  }
  const units = wideUnits(number)
  const divisor = widePower(dropped)
  const rest = units % divisor
  const kept = (units - rest) / divisor + wideAwayFromZero(rest, divisor, mode)
  return digits >= 0 ? fromUnits(kept, digits) : fromUnits(kept * widePower(-digits), 0)
}

/** Plain decimal text: no exponent, no trailing zeros, no negative zero. One text for each number. */
export function numericText(number: Numeric): string {
  const { units, wide, scale } = number
  if (scale === 0) return wide === null ? String(units + 0) : wide.toString()
  const isNegative = wide === null ? units < 0 : wide < 0n
  const signed = wide === null ? String(units) : wide.toString()
  const all = (isNegative ? signed.slice(1) : signed).padStart(scale + 1, '0')
  const point = all.length - scale
  let end = all.length
  while (end > point && all.charCodeAt(end - 1) === 48) end--
  const text =
    end === point ? all.slice(0, point) : `${all.slice(0, point)}.${all.slice(point, end)}`
  return isNegative ? `-${text}` : text
}

/** Half away from zero; the divisor is positive. */
function divideHalfAway(units: bigint, divisor: bigint): bigint {
  const rest = units % divisor
  return (units - rest) / divisor + wideAwayFromZero(rest, divisor, 'half')
}

export function widePower(exponent: number): bigint {
  return WIDE_POWERS[exponent] ?? 10n ** BigInt(exponent)
}

function digitCount(units: bigint): number {
  return (units < 0n ? -units : units).toString().length
}

/** Units at a greater scale, as a float: NaN or unsafe where they are no safe integer. */
export function unitsAt(units: number, scale: number, target: number): number {
  if (scale === target) return units
  const power = POWERS[target - scale]
  return power === undefined ? (units === 0 ? 0 : Number.NaN) : units * power
}

export function isSafe(units: number): boolean {
  return units <= UNITS_MAX && units >= -UNITS_MAX
}

function wideAt(number: Numeric, scale: number): bigint {
  const units = wideUnits(number)
  return scale === number.scale ? units : units * widePower(scale - number.scale)
}

function fromKept({ units, scale }: { units: bigint; scale: number }): Numeric {
  return units <= WIDE_MIN && units >= -WIDE_MIN
    ? new Numeric(Number(units), null, scale)
    : new Numeric(0, units, scale)
}

function withoutZeros(units: bigint, scale: number): { units: bigint; scale: number } {
  if (units === 0n) return { units, scale: 0 }
  if (units % 10n !== 0n) return { units, scale }
  for (let step = 32; step >= 1; step /= 2) {
    const power = widePower(step)
    while (step <= scale && units % power === 0n) {
      units /= power
      scale -= step
    }
  }
  return { units, scale }
}

/** What rounding adds to the quotient that was cut off towards zero: -1, 0 or 1. */
function awayFromZero(rest: number, divisor: number, mode: RoundingMode): number {
  if (rest === 0 || mode === 'truncate') return 0
  if (mode === 'up') return rest > 0 ? 1 : 0
  if (mode === 'down') return rest < 0 ? -1 : 0
  // The double of a rest is below 2 × 10^15, hence exact.
  return Math.abs(rest) * 2 < divisor ? 0 : Math.sign(rest)
}

function wideAwayFromZero(rest: bigint, divisor: bigint, mode: RoundingMode): bigint {
  if (rest === 0n || mode === 'truncate') return 0n
  if (mode === 'up') return rest > 0n ? 1n : 0n
  if (mode === 'down') return rest < 0n ? -1n : 0n
  if (rest > 0n) return rest * 2n < divisor ? 0n : 1n
  return rest * -2n < divisor ? 0n : -1n
}
