import { CellDeltas } from '../core/metering/cell-deltas.ts'
import { HOUR_MS } from '../core/time.ts'
import { hourOf, mergeCells } from './meter-cells.ts'
import { readChunk, type LoggedEvent } from './meter-log.ts'
import { isCounted, type MeteredMetric, type MeterMemory } from './meter-memory.ts'
import { readSuppressed } from './meter-suppression.ts'

/** What must be complete: all of it, or what one answer needs. */
export interface UpkeepScope {
  metricIds?: Set<string>
  idIndexes?: Set<number>
}

/** How much of the log one slice counts; between slices, events can come in. */
const SLICE_EVENTS = 5_000

/** Whether something in scope is not counted yet. */
export function isUpkeepDue(memory: MeterMemory, scope: UpkeepScope = {}): boolean {
  const { idIndexes } = scope
  if (listBehind(memory, scope).length > 0) return true
  return readRebuilds(memory.sql).some(({ idIndex }) => idIndexes?.has(idIndex) ?? true)
}

/**
 * Does a slice of the work that configuration changes leave behind: counting again what was
 * dropped, and letting new metrics see the past (RT-5). Every slice is a transaction that moves the
 * counted position together with the cells, so that a crash repeats nothing and loses nothing.
 */
export function doUpkeepSlice(
  memory: MeterMemory,
  { metricIds, idIndexes }: UpkeepScope = {},
  sliceEvents = SLICE_EVENTS,
): void {
  const rebuilds = readRebuilds(memory.sql)
  // A rebuild counts what a metric had counted when it began: no backfill may move that meanwhile.
  const rebuild = rebuilds.find(({ idIndex }) => idIndexes?.has(idIndex)) ?? rebuilds[0]
  if (rebuild !== undefined) return rebuildSlice(memory, rebuild, sliceEvents)
  const behind = listBehind(memory, { metricIds })
  if (behind.length > 0) backfillSlice(memory, behind, sliceEvents)
}

function listBehind({ metrics }: MeterMemory, { metricIds }: UpkeepScope): MeteredMetric[] {
  return metrics.filter(
    ({ metric, backfilledTo, learntAt }) =>
      backfilledTo < learntAt && (metricIds?.has(metric.id) ?? true),
  )
}

interface Rebuild {
  idIndex: number
  hourMin: number
  hourMax: number
  lastSeq: number
  done: number
}

function readRebuilds(sql: SqlStorage): Rebuild[] {
  return sql
    .exec<{
      id_index: number
      hour_min: number
      hour_max: number
      last_seq: number
      done: number
    }>('SELECT * FROM rebuilds ORDER BY id_index')
    .toArray()
    .map((row) => ({
      idIndex: row.id_index,
      hourMin: row.hour_min,
      hourMax: row.hour_max,
      lastSeq: row.last_seq,
      done: row.done,
    }))
}

function rebuildSlice(memory: MeterMemory, rebuild: Rebuild, sliceEvents: number): void {
  const { storage, sql, metrics } = memory
  const { idIndex, hourMin, hourMax, lastSeq, done } = rebuild
  const isInRange = ({ idIndex: index, event }: LoggedEvent) => {
    const hour = hourOf(event.timestampMs)
    return index === idIndex && hour >= hourMin && hour <= hourMax
  }
  const seqs = listSlice(sql, { after: done, upTo: lastSeq, hourMin, hourMax, sliceEvents })
  const deltas = new CellDeltas()
  for (const seq of seqs) {
    const counting = metrics.filter((metric) => isCounted(metric, seq))
    addChunk(sql, deltas, counting, seq, isInRange)
  }
  const last = seqs.at(-1)
  storage.transactionSync(() => {
    mergeCells(sql, deltas)
    if (last === undefined) sql.exec('DELETE FROM rebuilds WHERE id_index = ?', idIndex)
    else sql.exec('UPDATE rebuilds SET done = ? WHERE id_index = ?', last, idIndex)
  })
}

/** Metrics that stand at the same place move on together. */
function backfillSlice(memory: MeterMemory, behind: MeteredMetric[], sliceEvents: number): void {
  const { storage, sql } = memory
  const from = Math.min(...behind.map((metric) => metric.backfilledTo))
  const moving = behind.filter((metric) => metric.backfilledTo === from)
  const others = behind.filter((metric) => metric.backfilledTo > from)
  const upTo = Math.min(
    ...moving.map((metric) => metric.learntAt),
    ...others.map((metric) => metric.backfilledTo),
  )
  const seqs = listSlice(sql, { after: from, upTo, sliceEvents })
  const to = seqs.at(-1) ?? upTo
  const deltas = new CellDeltas()
  for (const seq of seqs) addChunk(sql, deltas, moving, seq, () => true)
  storage.transactionSync(() => {
    mergeCells(sql, deltas)
    for (const { index } of moving) {
      sql.exec('UPDATE metrics SET backfilled_to = ? WHERE metric_index = ?', to, index)
    }
  })
  for (const metric of moving) metric.backfilledTo = to
}

function addChunk(
  sql: SqlStorage,
  deltas: CellDeltas,
  metrics: MeteredMetric[],
  seq: number,
  isWanted: (event: LoggedEvent) => boolean,
): void {
  const suppressed = readSuppressed(sql, seq)
  for (const logged of readChunk(sql, seq).events) {
    if (suppressed.has(logged.index) || !isWanted(logged)) continue
    deltas.add(metrics, logged.idIndex, logged.event)
  }
}

interface Slice {
  after: number
  upTo: number
  hourMin?: number
  hourMax?: number
  sliceEvents: number
}

/** The next chunks with events in these hours: at least one, if there is any. */
function listSlice(sql: SqlStorage, slice: Slice): number[] {
  const { after, upTo, hourMin, hourMax, sliceEvents } = slice
  const timeMin = hourMin === undefined ? Number.MIN_SAFE_INTEGER : hourMin * HOUR_MS
  const timeEnd = hourMax === undefined ? Number.MAX_SAFE_INTEGER : (hourMax + 1) * HOUR_MS
  const rows = sql.exec<{ seq: number; count: number }>(
    `SELECT seq, count FROM chunks
      WHERE seq > ? AND seq <= ? AND time_max >= ? AND time_min < ? ORDER BY seq`,
    after,
    upTo,
    timeMin,
    timeEnd,
  )
  const seqs: number[] = []
  let events = 0
  for (const { seq, count } of rows) {
    seqs.push(seq)
    events += count
    if (events >= sliceEvents) break
  }
  return seqs
}
