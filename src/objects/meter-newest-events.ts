import { deriveId } from '../core/id.ts'
import {
  boundOf,
  mergeNewest,
  type EventKey,
  type EventSource,
  type NewestEvents,
  type SourceBound,
} from '../core/metering/event-order.ts'
import { readBlockOf } from './meter-blocks.ts'
import { readDuplicates } from './meter-duplicates.ts'
import { chunkTest, eventTest } from './meter-event-filter.ts'
import { readChunk } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import { sliceNewestOfBlock, type BlockReading } from './meter-newest-block.ts'
import {
  latestUpTo,
  sliceRows,
  type NewestQuery,
  type NewestSlice,
  type SliceStart,
  type TimedRow,
} from './meter-newest-slice.ts'
import type { FoundEvent } from './meter-rpc.ts'
import { toFound, WantedIds, type Candidate, type RawEvent } from './meter-search.ts'
import { readSuppressed } from './meter-suppression.ts'

/** What is looked at before other calls have their turn … */
const SLICE_ROWS = 500
const SLICE_EVENTS = 2_000
/** … and for one page. */
const PAGE_ROWS = 20_000
const PAGE_EVENTS = 40_000

/** A page of the meter's events, newest first, as customers and metrics are now. */
export async function listNewest(
  memory: MeterMemory,
  bucket: R2Bucket,
  query: NewestQuery,
): Promise<NewestEvents<FoundEvent>> {
  const { filter, limit } = query
  const duplicates =
    filter.isDuplicate === false
      ? NOTHING
      : await readSource(memory, query, 'duplicates', async (start) =>
          sliceDuplicates(memory, query, start),
        )
  const reading: BlockReading = { opened: null }
  const log = await readSource(memory, query, 'log', async (start) =>
    sliceLog(memory, bucket, { query, start, reading }),
  )
  return mergeNewest([duplicates, log], limit)
}

const NOTHING: NewestEvents<FoundEvent> = { events: [], end: null }

async function readSource(
  memory: MeterMemory,
  query: NewestQuery,
  source: EventSource,
  sliceAt: (start: SliceStart) => Promise<NewestSlice>,
): Promise<NewestEvents<FoundEvent>> {
  const isWanted = eventTest(memory, query)
  const events: { event: FoundEvent; key: EventKey }[] = []
  let [rows, looked, units, eventsMax] = [0, 0, 0, query.limit]
  const bound = boundOf(query.after, { meterName: memory.meterName, source })
  let start = startOf(memory, source, bound)
  for (;;) {
    const slice = await sliceAt({ ...start, eventsMax })
    for (const { event, key } of slice.candidates) {
      if (!isWanted(event)) continue
      const found = toFound(event)
      events.push({ event: found, key })
      units += (found.properties?.length ?? 0) + found.ingestId.length + found.eventType.length
      if (events.length >= query.limit || units >= query.unitsMax) return { events, end: key }
    }
    rows += slice.rows
    looked += slice.candidates.length
    const { end } = slice
    if (end === null || rows >= PAGE_ROWS || looked >= PAGE_EVENTS) return { events, end }
    start = { before: { row: end.row, index: end.index }, limitMs: Infinity }
    // Little is looked at for a page that is soon full, and the more the emptier it stays.
    eventsMax = Math.min(eventsMax * 2, SLICE_EVENTS)
    await scheduler.wait(0)
  }
}

/** Where reading towards older events begins: what lies behind the place is newer than the bound. */
function startOf(
  { sql, head }: MeterMemory,
  source: EventSource,
  bound: SourceBound | null,
): Pick<SliceStart, 'before' | 'limitMs'> {
  if (bound !== null && 'row' in bound) return { before: bound, limitMs: Infinity }
  const limitMs = bound?.atMs ?? Infinity
  const last = source === 'log' ? head.seq + 1 : Number.MAX_SAFE_INTEGER
  const row = bound === null ? last : (readFirstLater(sql, source, limitMs) ?? last)
  return { before: { row, index: 0 }, limitMs }
}

/** The first row of a later time than an instant, or behind the block that has it. */
function readFirstLater(sql: SqlStorage, source: EventSource, atMs: number): number | null {
  const queries =
    source === 'log'
      ? [
          'SELECT last_seq + 1 AS row FROM blocks WHERE accepted_at_max > ? ORDER BY last_seq LIMIT 1',
          'SELECT seq AS row FROM chunks WHERE accepted_at_max > ? ORDER BY seq LIMIT 1',
        ]
      : ['SELECT id AS row FROM duplicates WHERE received_at_max > ? ORDER BY id LIMIT 1']
  for (const query of queries) {
    const found = sql.exec<{ row: number }>(query, atMs).toArray()[0]
    if (found !== undefined) return found.row
  }
  return null
}

async function sliceLog(
  memory: MeterMemory,
  bucket: R2Bucket,
  { query, start, reading }: { query: NewestQuery; start: SliceStart; reading: BlockReading },
): Promise<NewestSlice> {
  const { row, index } = start.before
  const lastSeq = index > 0 ? row : row - 1
  if (lastSeq < 1) return { candidates: [], rows: 0, end: null }
  const block = readBlockOf(memory.sql, lastSeq)
  if (block !== null) return sliceNewestOfBlock(memory, bucket, { query, start, block, reading })
  return sliceChunks(memory, query, start)
}

function sliceChunks(memory: MeterMemory, query: NewestQuery, start: SliceStart): NewestSlice {
  const { sql, meterName } = memory
  const { filter } = query
  const rows = sql
    .exec<TimedRow & { timeMin: number; timeMax: number }>(
      `SELECT seq AS row, accepted_at_max AS atMs, time_min AS timeMin, time_max AS timeMax
        FROM chunks WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
      start.before.row + (start.before.index > 0 ? 1 : 0),
      SLICE_ROWS,
    )
    .toArray()
  const mayHold = chunkTest(memory, filter)
  const wantedIds = filter.transactionIds && new WantedIds(filter.transactionIds)
  const read = ({ row: seq, timeMin, timeMax }: (typeof rows)[number]) => {
    if (!mayHold({ timeMin, timeMax, idIndexes: () => readWords(sql, 'id_indexes', seq) }))
      return []
    if (wantedIds?.placesIn(readWords(sql, 'hashes', seq)).length === 0) return []
    const suppressed = readSuppressed(sql, seq)
    // Of the log, only suppressed events are duplicates.
    if (filter.isDuplicate === true && suppressed.size === 0) return []
    return readChunk(sql, seq).events.map(({ index, raw, acceptedAtMs }): Candidate => {
      const id = deriveId('event', meterName, String(seq), String(index))
      return { id, raw: raw as RawEvent, acceptedAtMs, isDuplicate: suppressed.has(index) }
    })
  }
  return sliceRows(rows, {
    start,
    sinceMs: query.sinceMs,
    timeBefore: (row) => latestUpTo(sql, row - 1),
    keyOf: (place) => ({ meterName, source: 'log', ...place }),
    read,
    isFirst: (row) => row === 1,
  })
}

/** A column of a chunk, without the others. */
function readWords(sql: SqlStorage, column: 'id_indexes' | 'hashes', seq: number): Uint32Array {
  const row = sql
    .exec<{ words: ArrayBuffer }>(`SELECT ${column} AS words FROM chunks WHERE seq = ?`, seq)
    .one()
  return new Uint32Array(row.words)
}

function sliceDuplicates(
  { sql, meterName }: MeterMemory,
  { filter, sinceMs }: NewestQuery,
  start: SliceStart,
): NewestSlice {
  const wantedIds = filter.transactionIds && new WantedIds(filter.transactionIds)
  const rows = sql
    .exec<TimedRow>(
      `SELECT id AS row, received_at_max AS atMs FROM duplicates WHERE id < ?
        ORDER BY id DESC LIMIT ?`,
      start.before.row + (start.before.index > 0 ? 1 : 0),
      SLICE_ROWS,
    )
    .toArray()
  const timeBefore = (id: number) =>
    sql
      .exec<{ atMs: number | null }>(
        'SELECT max(received_at_max) AS atMs FROM duplicates WHERE id < ?',
        id,
      )
      .one().atMs ?? 0
  const read = ({ row: id }: TimedRow) =>
    readDuplicates(sql, id, wantedIds).map(({ raw, receivedAtMs }, index): Candidate => {
      const eventId = deriveId('duplicate', meterName, String(id), String(index))
      const event = { raw: raw as RawEvent, acceptedAtMs: receivedAtMs, isDuplicate: true }
      return { id: eventId, ...event }
    })
  return sliceRows(rows, {
    start,
    sinceMs,
    timeBefore,
    keyOf: (place) => ({ meterName, source: 'duplicates', ...place }),
    read,
    isFirst: () => rows.length < SLICE_ROWS,
  })
}
