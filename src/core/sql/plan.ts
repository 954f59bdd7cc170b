import type { Numeric } from './values/numeric.ts'

/**
 * What runs of a billable metric's SQL: typed, resolved, plain data, kept as JSON. The binder makes
 * it; the executor and the naive evaluator run it; nothing of the query's text remains but literals.
 */
export const PLAN_VERSION = 1

/**
 * `property` is an event's property as it came: text that becomes a number where a number is
 * needed (the binder adds `parse` there). `null` is the type of a lone NULL.
 */
export type SqlType = 'text' | 'numeric' | 'boolean' | 'timestamp' | 'property' | 'null'

/**
 * A value as it runs. Text and properties are strings; timestamps are whole microseconds since the
 * epoch (safe integers until the year 2255).
 */
export type SqlValue = string | Numeric | boolean | number | null

/** A column of `events`; `reading` orders events of one microsecond (AG-5), see `readingText`. */
export type ScanColumn =
  | { kind: 'event_type' | 'timestamp' | 'transaction_id' | 'customer_id' | 'reading' }
  | { kind: 'property'; name: string }

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'

/** An expression over the columns of one row. NULL in gives NULL out unless said otherwise. */
export type Expression =
  | { op: 'column'; type: SqlType; index: number }
  /** Literals: plain decimal text, text, µs. */
  | { op: 'numeric'; type: 'numeric'; text: string }
  | { op: 'text'; type: 'text'; value: string }
  | { op: 'boolean'; type: 'boolean'; value: boolean }
  | { op: 'timestamp'; type: 'timestamp'; micros: number }
  | { op: 'null'; type: SqlType }
  /** Text as a number: NULL where it is none, counted as a diagnostic unless quiet (TRY_CAST). */
  | Call<'parse', 'numeric', { isQuiet: boolean }>
  /** CAST AS DECIMAL(p, s) of a number: rounded half away from zero; NULL where it is too wide. */
  | Call<'rescale', 'numeric', { precision: number; scale: number; isQuiet: boolean }>
  | Call<'add' | 'subtract' | 'multiply' | 'divide' | 'modulo', 'numeric'>
  | Call<'negate' | 'absolute', 'numeric'>
  /** To `digits` decimals, which may be negative. `half` is half away from zero. */
  | Call<'round', 'numeric', { digits: number; mode: 'half' | 'up' | 'down' | 'truncate' }>
  /** Three-valued; AND and OR of two or more. */
  | Call<'and' | 'or' | 'not', 'boolean'>
  /** Both sides are of type `of`: numbers by value, text by code point. */
  | Call<'=' | '!=' | '<' | '<=' | '>' | '>=', 'boolean', { of: SqlType }>
  /** Two-valued: NULL is a value here. */
  | Call<'distinct' | 'same', 'boolean', { of: SqlType }>
  /** The first argument among the others, which are literals of type `of`. */
  | Call<'in', 'boolean', { of: SqlType }>
  | Call<'like', 'boolean', { pattern: string }>
  | Call<'is-null', 'boolean'>
  | Call<'is-boolean', 'boolean', { value: boolean }>
  /** Arguments: condition, result, condition, result …, and the result otherwise if their number is odd. */
  | Call<'case' | 'coalesce', SqlType>
  /** NULL arguments are ignored. */
  | Call<'least' | 'greatest', SqlType>
  | Call<'truncate', 'timestamp', { unit: TimeUnit }>
  | Call<
      'extract',
      'numeric',
      { field: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'dow' | 'epoch' }
    >
  /** How many boundaries of the unit lie between the two instants. */
  | Call<'date-diff', 'numeric', { unit: TimeUnit | 'second' | 'millisecond' }>
  | Call<
      'concat' | 'lower' | 'upper' | 'trim' | 'numeric-text' | 'timestamp-text' | 'boolean-text',
      'text'
    >
  | Call<'length', 'numeric'>
  /** From a place (from 1; negative: from the end), so many code points or all. */
  | Call<'substring', 'text', { from: number; length: number | null }>
  | Call<'replace', 'text', { from: string; to: string }>
  | Call<'starts-with', 'boolean', { prefix: string }>
  /** NULL where the text is none; `isDate`: the start of its day. */
  | Call<'parse-timestamp', 'timestamp', { isDate: boolean; isQuiet: boolean }>
  | Call<'parse-boolean', 'boolean', { isQuiet: boolean }>

export type Call<Op extends string, Type extends SqlType, Parameters = unknown> = {
  op: Op
  type: Type
  args: Expression[]
} & Parameters

export interface SortKey {
  by: Expression
  isDescending: boolean
  nullsFirst: boolean
}

/** An aggregate function over the rows of a group for which `filter` is true. NULLs are skipped. */
export type Aggregate = { filter: Expression | null; type: SqlType } & (
  | { fn: 'count-rows' }
  | { fn: 'count' | 'count-distinct' | 'sum' | 'avg' | 'min' | 'max'; arg: Expression }
  | {
      fn: 'latest' | 'earliest'
      arg: Expression
      /** The row's timestamp; rows where it is NULL are skipped. */
      at: Expression
      /** Settles ties of `at`, by code point; then, or where it is null, the value itself does. */
      tie: Expression | null
    }
  | {
      fn: 'percentile-disc' | 'percentile-cont'
      arg: Expression
      /** Plain decimal text, 0 … 1. */
      fraction: string
      isDescending: boolean
    }
)

export type WindowFunction = {
  type: SqlType
  partitionBy: Expression[]
  orderBy: SortKey[]
  frame: 'range' | 'rows' | 'all'
} & (
  | { fn: 'row-number' | 'rank' | 'dense-rank' }
  | { fn: 'lag' | 'lead'; arg: Expression; offset: number; otherwise: Expression | null }
  | { fn: 'first-value' | 'last-value'; arg: Expression }
  | { fn: 'sum' | 'avg' | 'min' | 'max'; arg: Expression; filter: Expression | null }
  | { fn: 'count'; arg: Expression | null; filter: Expression | null }
)

/** A relation: rows of typed columns. `types` are those of its output. */
export type Relation = { types: SqlType[] } & (
  | { op: 'scan'; columns: ScanColumn[] }
  /** The result of a plan's fragment: its keys, then its aggregates; or its rows. */
  | { op: 'fragment'; index: number }
  | { op: 'filter'; input: Relation; condition: Expression }
  | { op: 'project'; input: Relation; expressions: Expression[] }
  /** Keys, then aggregates; without keys always one row. */
  | { op: 'aggregate'; input: Relation; keys: Expression[]; aggregates: Aggregate[] }
  /** The input's columns, then one for each function. */
  | { op: 'window'; input: Relation; functions: WindowFunction[] }
  /** Ties are settled by all columns in their order, so that the result has one order. */
  | { op: 'sort'; input: Relation; by: SortKey[]; limit: number | null }
  | { op: 'distinct'; input: Relation }
  | { op: 'union'; left: Relation; right: Relation }
  /** Equal keys, none of them NULL; `left` keeps rows without partner. Left's columns, then right's. */
  | {
      op: 'join'
      kind: 'inner' | 'left'
      left: Relation
      right: Relation
      leftKeys: Expression[]
      rightKeys: Expression[]
    }
)

/** What a query gives: rows of typed columns, one of which is the quantity (SQ-10, SQ-11). */
export interface BoundQuery {
  relation: Relation
  /** The place of the quantity: the column named `value`, else the first. */
  value: number
  /** The other columns, which are the group keys. */
  keys: { name: string; column: number }[]
}

/**
 * What is read of the events themselves, wherever they lie: rows that pass the filter, and either
 * their groups' aggregates, which merge over places and times, or the rows.
 */
export interface Fragment {
  columns: ScanColumn[]
  filter: Expression | null
  /** The group's keys; or, without aggregates, the columns of the rows. */
  keys: Expression[]
  aggregates: Aggregate[] | null
}

/** A query whose reading of events is split from what is then computed of it. */
export interface SqlPlan {
  version: typeof PLAN_VERSION
  fragments: Fragment[]
  /** Its leaves are fragments, never scans. */
  relation: Relation
  value: number
  keys: { name: string; column: number }[]
}

/** A `reading` column's text: among events of one instant, the greatest by code point is the latest (AG-5). */
export function readingText(event: {
  subMs: string
  transactionId: string
  ingestId: string
}): string {
  return `${event.subMs}\0${event.transactionId}\0${event.ingestId}`
}
