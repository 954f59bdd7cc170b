import type { EventKey } from '../core/metering/event-order.ts'
import type { FilteredQuery } from './meter-event-filter.ts'
import type { ConfiguredCall } from './meter-rpc.ts'
import type { Candidate } from './meter-search.ts'

export interface NewestQuery extends ConfiguredCall, FilteredQuery {
  /** The last event of the page before; null: from the newest event on. */
  after: EventKey | null
  limit: number
  /** A page ends with the event that brings it to so much text. */
  unitsMax: number
}

/** What of a source is looked at in one turn, newest first. */
export interface NewestSlice {
  candidates: { event: Candidate; key: EventKey }[]
  /** How much work it was, in rows of the log. */
  rows: number
  /** All of the source that is here or newer was looked at; null where all was. */
  end: EventKey | null
}

/** Where a turn begins: before a place, … */
export interface SliceStart {
  before: { row: number; index: number }
  /** … with rows of this time or earlier, … */
  limitMs: number
  /** … and about so many candidates at most. */
  eventsMax: number
}

/** A row of a source with its own latest time. */
export type TimedRow = { row: number; atMs: number }

export interface RowReader<Row> {
  start: SliceStart
  sinceMs: number
  /** The latest time of all rows before one. */
  timeBefore: (row: number) => number
  keyOf: (place: Pick<EventKey, 'atMs' | 'row' | 'index'>) => EventKey
  /** All events of the row that may be asked for, or none; their places are those in the row. */
  read: (row: Row) => Candidate[]
  /** Whether none comes before the last of the rows. */
  isFirst: (row: number) => boolean
}

/** Looks at some rows, newest first, as long as it takes one turn. */
export function sliceRows<Row extends TimedRow>(rows: Row[], reader: RowReader<Row>): NewestSlice {
  const { start, sinceMs, keyOf } = reader
  const slice: NewestSlice = { candidates: [], rows: 0, end: null }
  const last = rows.at(-1)
  if (last === undefined) return slice
  const times = new Map<number, number>()
  let latest = reader.timeBefore(last.row)
  for (const { row, atMs } of rows.toReversed()) times.set(row, (latest = Math.max(latest, atMs)))
  for (const each of rows) {
    const { row } = each
    const atMs = times.get(row)!
    if (atMs < sinceMs) return { ...slice, end: null }
    slice.rows++
    if (atMs > start.limitMs) continue
    const events = reader.read(each)
    const from = row === start.before.row ? start.before.index : events.length
    for (let index = Math.min(from, events.length) - 1; index >= 0; index--) {
      slice.candidates.push({ event: events[index]!, key: keyOf({ atMs, row, index }) })
    }
    slice.end = keyOf({ atMs, row, index: 0 })
    if (slice.candidates.length >= start.eventsMax && row !== last.row) return slice
  }
  const isLast = reader.isFirst(last.row)
  return {
    ...slice,
    end: isLast ? null : keyOf({ atMs: times.get(last.row)!, row: last.row, index: 0 }),
  }
}

/** The latest acceptance up to a chunk, which ends a block if it is sealed. */
export function latestUpTo(sql: SqlStorage, seq: number): number {
  const { atMs } = sql
    .exec<{ atMs: number | null }>(
      `SELECT max(atMs) AS atMs FROM (
        SELECT max(accepted_at_max) AS atMs FROM blocks WHERE last_seq <= ?
        UNION ALL SELECT max(accepted_at_max) FROM chunks WHERE seq <= ?)`,
      seq,
      seq,
    )
    .one()
  return atMs ?? 0
}
