import type { Span } from './tree.ts'

export type SqlErrorCode =
  | 'syntax'
  | 'forbidden'
  | 'unsupported'
  | 'too_long'
  | 'too_complex'
  | 'unknown_table'
  | 'unknown_column'
  | 'unknown_function'
  | 'bad_args'
  | 'bad_type'
  | 'bad_literal'
  | 'bad_aggregate'
  | 'bad_window'
  | 'bad_value'
  | 'bad_column'
  | 'bad_ordinal'
  | 'bad_union'
  | 'bad_name'
  | 'not_grouped'
  | 'ambiguous'
  | 'ambiguous_sql'
  | 'type'

/**
 * Why a query is refused, and where. Thrown from the depths of parser and binder, and caught by
 * `compileSql` alone, which makes a refusal of it.
 */
export class SqlError extends Error {
  readonly code: SqlErrorCode
  readonly start: number
  readonly end: number
  /** What would be accepted instead, where that is known. */
  readonly hint: string | undefined

  constructor(code: SqlErrorCode, message: string, { start, end }: Span, hint?: string) {
    super(message)
    this.name = 'SqlError'
    this.code = code
    this.start = start
    this.end = end
    this.hint = hint
  }
}

/** A query exceeds what one evaluation may take: never a partial number, always this error. */
export class SqlLimitError extends Error {
  readonly limit: SqlLimit

  constructor(limit: SqlLimit, message: string) {
    super(message)
    this.name = 'SqlLimitError'
    this.limit = limit
  }
}

export type SqlLimit = 'fuel' | 'rows' | 'memory' | 'groups' | 'results' | 'text' | 'number'
