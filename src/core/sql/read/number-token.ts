import { SqlError } from '../sql-error.ts'
import { NUMBER_DIGITS_MAX } from './text-limits.ts'
import type { Span } from '../tree.ts'

const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,3})?/y
/** What may not follow a number without a space: `12abc`, `1_000`, `1.2.3`. */
const TAIL = /[A-Za-z0-9_$.]+/y

/**
 * Reads a number literal, which stands at `start`. Throws SqlError `syntax` where it goes on as no
 * number does, and `bad_literal` where it has too many digits.
 */
export function readNumber(text: string, start: number): Span & { kind: 'number'; text: string } {
  NUMBER.lastIndex = start
  const number = NUMBER.exec(text)?.[0] ?? ''
  const end = start + number.length
  TAIL.lastIndex = end
  const tail = TAIL.exec(text)?.[0] ?? ''
  const span = { start, end: end + tail.length }
  if (tail !== '') {
    const shown = `${number}${tail}`.slice(0, 30)
    const hint = tail.startsWith('_') ? 'write digits without separators' : undefined
    throw new SqlError('syntax', `malformed number '${shown}'`, span, hint)
  }
  if (countPlainDigits(number) > NUMBER_DIGITS_MAX) {
    const message = `number literal is out of range (${NUMBER_DIGITS_MAX} digits)`
    throw new SqlError('bad_literal', message, span)
  }
  return { kind: 'number', text: number, ...span }
}

/** Digits before and after the point, once the exponent is written out. Zero has one. */
function countPlainDigits(number: string): number {
  const [mantissa = '', exponentText = '0'] = number.toLowerCase().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return 1
  const significant = digits.replace(/0+$/, '')
  // The number is `significant` × 10^power.
  const power = Number(exponentText) - fraction.length + digits.length - significant.length
  return power >= 0 ? significant.length + power : Math.max(significant.length, -power)
}
