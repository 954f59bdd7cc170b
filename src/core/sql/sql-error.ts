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
  /** Makes it a 413 where it reaches a caller of the API. */
  readonly status = 413

  constructor(limit: SqlLimit, message: string) {
    super(message)
    this.name = 'SqlLimitError'
    this.limit = limit
  }
}

/** An error in the place of a group: no group's text looks like this. */
export function limitText({ limit, message }: SqlLimitError): string {
  return `!${JSON.stringify([limit, message])}`
}

/** @throws the error, where a group's text is one */
export function throwLimit(groupText: string): void {
  if (!groupText.startsWith('!')) return
  const [limit, message] = JSON.parse(groupText.slice(1)) as [SqlLimit, string]
  throw new SqlLimitError(limit, message)
}

/** Does some of the work of a metric; where that exceeds a limit, the error names the metric. */
export function nameLimit<T>(metricName: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof SqlLimitError)) throw error
    const { limit, message } = error
    const text = `sql_limit_exceeded (${limit}): the metric "${metricName}": ${message}`
    throw new SqlLimitError(limit, text)
  }
}

export type SqlLimit =
  | 'fuel'
  | 'rows'
  | 'memory'
  | 'groups'
  | 'results'
  | 'text'
  | 'number'
  | 'event'
