import { Decimal as DecimalJs } from 'decimal.js'

/**
 * The one decimal type. Sums, differences and products are exact: the working precision is far
 * beyond what inputs can need (an event's number has at most 4,096 characters, and amounts have at
 * most some dozens of digits). Division is the only operation that rounds, in `divide` alone.
 */
export const Decimal = DecimalJs.clone({
  precision: 10_000,
  toExpNeg: -9e15,
  toExpPos: 9e15,
  maxE: 9e15,
  minE: -9e15,
  rounding: DecimalJs.ROUND_HALF_EVEN,
})
export type Decimal = DecimalJs

/** Division rounds to this many significant digits, half to even. */
export const DIVISION_DIGITS = 34

export const ZERO: Decimal = new Decimal(0)

const Division = DecimalJs.clone({
  precision: DIVISION_DIGITS,
  rounding: DecimalJs.ROUND_HALF_EVEN,
})

/** `a / b` to 34 significant digits, half to even. The caller excludes `b = 0`. */
export function divide(a: Decimal, b: Decimal): Decimal {
  return new Decimal(new Division(a).div(b))
}

// Beyond this exponent a number is no quantity, and its plain text would be arbitrarily long.
const EXPONENT_MAX = 1_000
const NUMERIC = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/

/** The decimal that a text denotes, or null where it denotes none (AG-3). */
export function parseDecimal(text: string): Decimal | null {
  if (!NUMERIC.test(text)) return null
  const value = new Decimal(text)
  return Math.abs(value.e) > EXPONENT_MAX + text.length ? null : value
}

/** Plain decimal text: no exponent, no trailing zeros, no negative zero (NF-2). */
export function toText(value: Decimal): string {
  return value.isZero() ? '0' : value.toFixed()
}

export function sum(values: Iterable<Decimal>): Decimal {
  let total = ZERO
  for (const value of values) total = total.plus(value)
  return total
}
