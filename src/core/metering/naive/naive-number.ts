import { Decimal } from '../../decimal.ts'

/** More digits than any sum of the largest and the smallest numbers that events may have. */
const Exact = Decimal.clone({ precision: 40_000 })

/** Zero, and with it every sum that begins there, keeps all digits. */
export const EXACT_ZERO = new Exact(0)

/** The leading digit of a quantity stands at most so many places, and its text's length, off the point. */
const PLACES_MAX = 1_000

/** The exact number that a text denotes; null where it denotes none that counts (AG-3). */
export function readNumber(text: string): Decimal | null {
  const unsigned = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text
  const [mantissa = '', exponent, ...more] = unsigned.split(/[eE]/)
  if (more.length > 0 || (exponent !== undefined && !isExponent(exponent))) return null
  const [whole = '', fraction = '', ...parts] = mantissa.split('.')
  if (parts.length > 0 || !isDigits(whole + fraction)) return null
  const value = new Exact(text)
  return Math.abs(value.e) > PLACES_MAX + text.length ? null : value
}

function isExponent(text: string): boolean {
  const digits = text.startsWith('-') || text.startsWith('+') ? text.slice(1) : text
  return isDigits(digits) && digits.length <= 4
}

function isDigits(text: string): boolean {
  return text !== '' && [...text].every((character) => character >= '0' && character <= '9')
}

/** The text by which a JSON number is filtered, grouped and counted: plain decimal (BF-7). */
export function numberText(source: string): string {
  if (isZero(source)) return '0'
  return readNumber(source)?.toFixed() ?? source
}

/** A number inside of an object or array: as short as a float allows, if a float holds it. */
export function nestedNumberText(source: string): string {
  const shortest = isZero(source) ? '0' : String(Number(source))
  const digits =
    /^-?([\d.]+)/
      .exec(source)?.[1]
      ?.replace('.', '')
      .replace(/^0+|0+$/g, '') ?? ''
  const size = Math.abs(Number(source))
  const isHeld = isZero(source) || (digits.length <= 15 && size > 1e-290 && size < 1e290)
  return isHeld ? shortest : source
}

function isZero(source: string): boolean {
  return !/[1-9]/.test(source.split(/[eE]/)[0] ?? '')
}
