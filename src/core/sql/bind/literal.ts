import { numericText, parseNumeric } from '../values/numeric.ts'
import { SqlError } from '../sql-error.ts'
import { parseSqlTimestamp, truncateMicros } from '../values/timestamps.ts'
import type { Expression } from '../plan.ts'
import type { Span } from '../tree.ts'

/** A number as written, in plain decimals. @throws SqlError `bad_literal` where it has too many digits */
export function bindNumber(text: string, span: Span): Extract<Expression, { op: 'numeric' }> {
  const number = parseNumeric(text)
  if (number !== null) return { op: 'numeric', type: 'numeric', text: numericText(number) }
  throw new SqlError('bad_literal', 'number literal is out of range (60 digits)', span)
}

/**
 * A date, or a date and time; without an offset it is UTC.
 * @throws SqlError `bad_literal` where the text is none
 */
export function bindTimestamp(
  text: string,
  isDate: boolean,
  span: Span,
): Extract<Expression, { op: 'timestamp' }> {
  const micros = parseSqlTimestamp(text)
  if (micros === null) {
    const hint = isDate ? "write '2025-01-31'" : "write '2025-01-31T00:00:00Z'"
    const message = `'${text.slice(0, 40)}' is not a ${isDate ? 'date' : 'timestamp'}`
    throw new SqlError('bad_literal', message, span, hint)
  }
  return {
    op: 'timestamp',
    type: 'timestamp',
    micros: isDate ? truncateMicros(micros, 'day') : micros,
  }
}
