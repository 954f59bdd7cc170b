import { Decimal } from '../../decimal.ts'
import { SqlLimitError } from '../sql-error.ts'

const SCALE_MAX = 60
const DIGITS_MAX = 100
const TEXT_CHARACTERS_MAX = 160
const QUOTIENT_DIGITS = 34

/** The number that a text denotes, as spec section 4.3 has it; null where it denotes none. */
export function readNumber(text: string): Decimal | null {
  if (text.length > TEXT_CHARACTERS_MAX) return null
  const [mantissa, exponent, ...more] = withoutBlanks(text).toLowerCase().split('e')
  if (mantissa === undefined || more.length > 0) return null
  if (exponent !== undefined && !isExponent(exponent)) return null
  const [whole = '', fraction, ...parts] = withoutSign(mantissa).split('.')
  if (parts.length > 0 || !isDigits(whole + (fraction ?? ''))) return null
  const value = new Decimal(withoutBlanks(text))
  if (value.precision() > DIGITS_MAX) return null
  const rounded = value.toDecimalPlaces(SCALE_MAX, Decimal.ROUND_HALF_UP)
  return rounded.precision(true) > DIGITS_MAX ? null : rounded
}

/**
 * A result as it may be: rounded to 60 decimals, half away from zero.
 * @throws SqlLimitError `number` beyond 100 digits
 */
export function limitNumber(value: Decimal): Decimal {
  const rounded = value.toDecimalPlaces(SCALE_MAX, Decimal.ROUND_HALF_UP)
  if (rounded.precision(true) > DIGITS_MAX) {
    throw new SqlLimitError('number', 'a number has more than 100 digits')
  }
  return rounded
}

/**
 * Exact where it ends within 60 decimals and 100 digits. Otherwise at least 33 significant digits,
 * never less than all digits before the point and never more than 60 behind it; the last one is
 * rounded half away from zero. The divisor is not zero.
 */
export function divideNaively(dividend: Decimal, divisor: Decimal): Decimal {
  if (dividend.isZero()) return new Decimal(0)
  const [a, b] = [dividend.abs(), divisor.abs()]
  const sign = dividend.isNegative() === divisor.isNegative() ? 1 : -1
  const longest = divideTo(SCALE_MAX, a, b)
  if (longest.isExact && longest.quotient.precision(true) <= DIGITS_MAX) {
    return longest.quotient.times(sign)
  }
  // How much further left the dividend's first digit stands than the divisor's.
  const lead = a.e - b.e
  const places = lead >= 0 ? QUOTIENT_DIGITS - lead - 1 : QUOTIENT_DIGITS - lead
  const scale = Math.min(SCALE_MAX, Math.max(0, places))
  return limitNumber(divideTo(scale, a, b).quotient.times(sign))
}

/** To so many decimals; both numbers are positive. */
function divideTo(scale: number, a: Decimal, b: Decimal): { quotient: Decimal; isExact: boolean } {
  const scaled = shifted(a, scale)
  const whole = scaled.dividedToIntegerBy(b)
  const rest = scaled.minus(whole.times(b))
  const rounded = rest.times(2).lessThan(b) ? whole : whole.plus(1)
  return { quotient: shifted(rounded, -scale), isExact: rest.isZero() }
}

/** What remains of a division towards zero. The divisor is not zero. */
export function moduloNaively(dividend: Decimal, divisor: Decimal): Decimal {
  const whole = dividend.abs().dividedToIntegerBy(divisor.abs())
  const rest = dividend.abs().minus(whole.times(divisor.abs()))
  return limitNumber(dividend.isNegative() ? rest.negated() : rest)
}

export type NaiveRounding = 'half' | 'up' | 'down' | 'truncate'

/** @param digits behind the point that remain; negative: zeros before it */
export function roundNaively(value: Decimal, digits: number, mode: NaiveRounding): Decimal {
  const moved = shifted(value, digits)
  const whole = moved.trunc()
  const rest = moved.minus(whole)
  let rounded = whole
  if (mode === 'half' && rest.abs().times(2).greaterThanOrEqualTo(1)) {
    rounded = whole.plus(rest.isNegative() ? -1 : 1)
  }
  if (mode === 'up' && rest.greaterThan(0)) rounded = whole.plus(1)
  if (mode === 'down' && rest.lessThan(0)) rounded = whole.minus(1)
  return limitNumber(shifted(rounded, -digits))
}

/** A number of at most `precision` digits, `scale` of them behind the point; null if it has more. */
export function rescaleNaively(value: Decimal, precision: number, scale: number): Decimal | null {
  const rounded = roundNaively(value, scale, 'half')
  return rounded.abs().lessThan(new Decimal(10).toPower(precision - scale)) ? rounded : null
}

/** With the point so many places further right. */
function shifted(value: Decimal, places: number): Decimal {
  return value.times(new Decimal(`1e${places}`))
}

function withoutBlanks(text: string): string {
  return text.replace(/^[ \t\r\n]+/, '').replace(/[ \t\r\n]+$/, '')
}

function withoutSign(text: string): string {
  return text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text
}

function isExponent(text: string): boolean {
  const digits = withoutSign(text)
  return isDigits(digits) && digits.length <= 3
}

function isDigits(text: string): boolean {
  return text !== '' && [...text].every((character) => character >= '0' && character <= '9')
}
