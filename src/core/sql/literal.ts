import { numericText, parseNumeric } from './numeric.ts'
import { DAY_MS, parseTimestamp } from '../time.ts'
import { SqlError } from './sql-error.ts'
import type { Expression } from './plan.ts'
import type { Span } from './tree.ts'

/** A literal has at most so many digits before its point and so many after it. */
const DIGITS_MAX = 60

const NUMBER = /^(\d*)\.?(\d*)(?:[eE]([+-]?\d+))?$/

/** A number as written, in plain decimals. @throws SqlError `bad_literal` where it has too many digits */
export function bindNumber(text: string, span: Span): Extract<Expression, { op: 'numeric' }> {
  const [, whole = '', fraction = '', exponentText = '0'] = NUMBER.exec(text) ?? []
  const exponent = Number(exponentText)
  const isShort =
    whole.length + fraction.length <= DIGITS_MAX &&
    fraction.length - exponent <= DIGITS_MAX &&
    whole.length + exponent <= DIGITS_MAX
  const number = isShort ? parseNumeric(text) : null
  if (number === null) {
    const message = `number literal is out of range (${DIGITS_MAX} digits)`
    throw new SqlError('bad_literal', message, span)
  }
  return { op: 'numeric', type: 'numeric', text: numericText(number) }
}

const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/

/**
 * A date, or a date and time; without an offset it is UTC. Digits beyond microseconds are dropped.
 * @throws SqlError `bad_literal` where the text is none
 */
export function bindTimestamp(
  text: string,
  { isDate, ...span }: Span & { isDate: boolean },
): Extract<Expression, { op: 'timestamp' }> {
  const micros = readMicros(text)
  if (micros === null) {
    const hint = isDate ? "write '2025-01-31'" : "write '2025-01-31T00:00:00Z'"
    const message = `'${text.slice(0, 40)}' is not a ${isDate ? 'date' : 'timestamp'}`
    throw new SqlError('bad_literal', message, span, hint)
  }
  const dayMicros = DAY_MS * 1_000
  const start = isDate ? Math.floor(micros / dayMicros) * dayMicros : micros
  return { op: 'timestamp', type: 'timestamp', micros: start }
}

function readMicros(text: string): number | null {
  const [, day, time = '00:00', second = '00', fraction = '', zone = 'Z'] =
    TIMESTAMP.exec(text) ?? []
  if (day === undefined) return null
  const offset = /^[+-]/.test(zone)
    ? `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
    : 'Z'
  const parsed = parseTimestamp(`${day}T${time}:${second}${fraction}${offset}`)
  return parsed === null
    ? null
    : parsed.ms * 1_000 + Number(parsed.subMs.slice(0, 3).padEnd(3, '0'))
}
