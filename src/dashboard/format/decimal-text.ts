import { ExactNumber } from '../../core/json-number.ts'

/**
 * A number of the API: JSON numbers that a float would alter come as `ExactNumber`, decimals in
 * text fields as strings.
 */
export type Numeric = number | string | ExactNumber

const THIN_MINUS = '−'

/** The plain decimal text of a number, without exponent, and without zeros that say nothing. */
export function decimalText(value: Numeric): string {
  const text = value instanceof ExactNumber ? value.text : String(value)
  const match = /^([-+]?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text.trim())
  if (match === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  return compose(sign === '-', whole + fraction, fraction.length - Number(exponent))
}

/** Moves the decimal point to the left: `shiftDecimal('1234.5', 2)` is `12.345`. */
export function shiftDecimal(text: string, places: number): string {
  const { isNegative, digits, scale } = split(text)
  return compose(isNegative, digits, scale + places)
}

/** The exact sum of decimal texts. */
export function addDecimals(texts: readonly string[]): string {
  const parts = texts.map(split)
  const scale = Math.max(0, ...parts.map((part) => part.scale))
  const sum = parts.reduce((total, part) => {
    const units = BigInt(part.digits + '0'.repeat(scale - part.scale))
    return part.isNegative ? total - units : total + units
  }, 0n)
  const isNegative = sum < 0n
  return compose(isNegative, String(isNegative ? -sum : sum), scale)
}

export function negateDecimal(text: string): string {
  if (isZero(text)) return text
  return text.startsWith('-') ? text.slice(1) : `-${text}`
}

export function isZero(text: string): boolean {
  return /^-?[0.]+$/.test(text)
}

export function countDecimals(text: string): number {
  return split(text).scale
}

/**
 * A decimal text as people read it: thousands grouped, at least so many decimals, a real minus.
 * No digit is dropped.
 */
export function groupDigits(text: string, decimalsMin = 0): string {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return text
  const { isNegative, digits, scale } = split(text)
  const whole = digits.slice(0, digits.length - scale)
  const fraction = digits.slice(digits.length - scale).padEnd(decimalsMin, '0')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const sign = isNegative ? THIN_MINUS : ''
  return fraction === '' ? sign + grouped : `${sign}${grouped}.${fraction}`
}

interface Parts {
  isNegative: boolean
  digits: string
  /** So many of the digits are decimals. */
  scale: number
}

function split(text: string): Parts {
  const isNegative = text.startsWith('-')
  const [whole = '0', fraction = ''] = text.replace(/^[-+]/, '').split('.')
  return { isNegative, digits: whole + fraction, scale: fraction.length }
}

function compose(isNegative: boolean, digits: string, scale: number): string {
  const padded = scale < 0 ? digits + '0'.repeat(-scale) : digits.padStart(scale + 1, '0')
  const point = padded.length - Math.max(scale, 0)
  const whole = padded.slice(0, point).replace(/^0+(?=\d)/, '') || '0'
  const fraction = padded.slice(point).replace(/0+$/, '')
  const text = fraction === '' ? whole : `${whole}.${fraction}`
  return isNegative && !isZero(text) ? `-${text}` : text
}
