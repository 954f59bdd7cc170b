import { assert } from '../result.ts'

/** Digits after the point in the fast lane. */
const LANE_SCALE = 6
const LANE_UNITS = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1]
const POINT = 46
const MINUS = 45

/**
 * A decimal text as a whole number of millionths, or NaN where it has more than six decimals, more
 * than 15 digits, an exponent, or no digits at all. What it reads, it reads exactly.
 */
export function millionths(text: string): number {
  const { length } = text
  const start = text.charCodeAt(0) === MINUS ? 1 : 0
  if (length > 17) return NaN
  let digits = 0
  let decimals = -1
  let value = 0
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code === POINT) {
      if (decimals >= 0) return NaN
      decimals = 0
      continue
    }
    const digit = code - 48
    if (digit < 0 || digit > 9) return NaN
    value = value * 10 + digit
    digits++
    if (decimals >= 0) decimals++
  }
  if (digits === 0 || digits > 15 || decimals > LANE_SCALE) return NaN
  value *= LANE_UNITS[Math.max(decimals, 0)]!
  // Above this, the product may have been rounded.
  if (value > Number.MAX_SAFE_INTEGER) return NaN
  return start === 1 ? -value : value
}

const DECIMAL_PARTS = /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/

/**
 * An exact sum of decimals, ten times as fast as adding `Decimal`s: short ones are added as safe
 * integers of millionths; what does not fit goes to a BigInt, whose scale grows as needed.
 */
export class ExactSum {
  private lane = 0
  private wide = 0n
  private wideScale = LANE_SCALE

  /**
   * @param text a numeric text, as `parseDecimal` accepts it
   * @param value its `millionths`, if they are known already
   */
  add(text: string, value = millionths(text)): void {
    if (Number.isNaN(value)) this.addWide(text)
    else this.addToLane(value)
  }

  addSum(other: ExactSum): void {
    this.addToLane(other.lane)
    if (other.wide !== 0n) this.addScaled(other.wide, other.wideScale)
  }

  /** Plain decimal text without trailing zeros: equal sums have equal texts. */
  toText(): string {
    const total = this.wide + BigInt(this.lane) * 10n ** BigInt(this.wideScale - LANE_SCALE)
    const digits = (total < 0n ? -total : total).toString().padStart(this.wideScale + 1, '0')
    const whole = digits.slice(0, -this.wideScale)
    const fraction = digits.slice(-this.wideScale).replace(/0+$/, '')
    return `${total < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
  }

  private addToLane(value: number): void {
    const next = this.lane + value
    if (Number.isSafeInteger(next)) {
      this.lane = next
      return
    }
    this.addScaled(BigInt(this.lane), LANE_SCALE)
    this.lane = value
  }

  private addWide(text: string): void {
    const parts = DECIMAL_PARTS.exec(text)
    assert(parts !== null, 'a sum takes only numeric texts')
    const [, sign, whole = '', fraction = '', exponent = '0'] = parts
    const digits = BigInt(`${whole}${fraction}` || '0')
    const scale = fraction.length - Number(exponent)
    const value = sign === '-' ? -digits : digits
    if (scale >= 0) this.addScaled(value, scale)
    else this.addScaled(value * 10n ** BigInt(-scale), 0)
  }

  private addScaled(value: bigint, scale: number): void {
    if (scale > this.wideScale) {
      this.wide *= 10n ** BigInt(scale - this.wideScale)
      this.wideScale = scale
    }
    this.wide += value * 10n ** BigInt(this.wideScale - scale)
  }
}
