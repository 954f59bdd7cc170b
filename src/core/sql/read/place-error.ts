import type { SqlError, SqlErrorCode } from '../sql-error.ts'

/** The most of a query's text that is quoted as what an error is about. */
const OFFENDING_CHARACTERS_MAX = 200

/** A refusal of a query as it is answered. */
export interface PlacedError {
  code: SqlErrorCode
  /** `1:8 — unknown column 'user_id' (hint: did you mean properties.user_id?)`. */
  message: string
  /** From 1; lines end by a line feed. */
  line: number
  /** From 1, in UTF-16 code units, as editors count. */
  column: number
  /** Offsets into the text, half-open. */
  position: number
  end: number
  /** What of the text the error is about; empty at its end. */
  offending: string
  hint?: string
}

/** Tells where in the text an error is. Offsets beyond the text are moved to its end. */
export function placeError(error: SqlError, text: string): PlacedError {
  const position = Math.min(Math.max(error.start, 0), text.length)
  const end = Math.min(Math.max(error.end, position), text.length)
  const before = text.slice(0, position)
  const line = before.split('\n').length
  const column = position - (before.lastIndexOf('\n') + 1) + 1
  const hint = error.hint === undefined ? '' : ` (hint: ${error.hint})`
  return {
    code: error.code,
    message: `${line}:${column} — ${error.message}${hint}`,
    line,
    column,
    position,
    end,
    offending: text
      .slice(position, Math.min(end, position + OFFENDING_CHARACTERS_MAX))
      .toWellFormed(),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}
