import { CellDeltas, hasCells } from '../core/metering/cell-deltas.ts'
import { eventWeight } from '../core/sql/node-weight.ts'
import { HOUR_MS } from '../core/time.ts'
import { hourOf, mergeCells } from './meter-cells.ts'
import { isCounted, type MeteredMetric, type MeterMemory } from './meter-memory.ts'
import { readPart, scanParts, type LogPart, type PartRange } from './meter-parts.ts'
import { suppressedIn } from './meter-suppression.ts'

/** What must be complete: all of it, or what one answer needs. */
export interface UpkeepScope {
  metricIds?: Set<string>
  idIndexes?: Set<number>
}

/**
 * How much of the log one slice counts; between slices, events can come in. Fewer events where what
 * metrics compute of each weighs more than most.
 */
const SLICE_EVENTS = 5_000
const SLICE_WEIGHT = 500_000

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
 * Runs under `withArchive`.
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
  return metrics.filter((running) => {
    const { metric, backfilledTo, learntAt } = running
    return hasCells(running) && backfilledTo < learntAt && (metricIds?.has(metric.id) ?? true)
  })
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
  const parts = listSlice(sql, boundEvents(sliceEvents, metrics), {
    after: done,
    upTo: lastSeq,
    timeMin: hourMin * HOUR_MS,
    timeMax: (hourMax + 1) * HOUR_MS - 1,
    idIndexes: new Set([idIndex]),
  })
  const deltas = new CellDeltas()
  for (const part of parts) {
    const counting = metrics.filter((metric) => isCounted(metric, part.position))
    const isSuppressed = suppressedIn(sql, part)
    for (const logged of readPart(memory, part, idIndex)) {
      const hour = hourOf(logged.event.timestampMs)
      if (hour < hourMin || hour > hourMax || isSuppressed?.(logged) === true) continue
      deltas.add(counting, idIndex, logged.event)
    }
  }
  const last = parts.at(-1)?.position
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
  const parts = listSlice(sql, boundEvents(sliceEvents, moving), { after: from, upTo })
  const to = parts.at(-1)?.position ?? upTo
  const deltas = new CellDeltas()
  for (const part of parts) {
    const isSuppressed = suppressedIn(sql, part)
    for (const logged of readPart(memory, part)) {
      if (isSuppressed?.(logged) !== true) deltas.add(moving, logged.idIndex, logged.event)
    }
  }
  storage.transactionSync(() => {
    mergeCells(sql, deltas)
    for (const { index } of moving) {
      sql.exec('UPDATE metrics SET backfilled_to = ? WHERE metric_index = ?', to, index)
    }
  })
  for (const metric of moving) metric.backfilledTo = to
}

function boundEvents(sliceEvents: number, metrics: readonly MeteredMetric[]): number {
  const weight = metrics.reduce((sum, running) => sum + weightOf(running), 1)
  return Math.min(sliceEvents, Math.floor(SLICE_WEIGHT / weight))
}

/** Of metrics that are added up here: no other is counted. */
function weightOf({ metric, fragments }: MeteredMetric): number {
  return fragments === null || fragments.length === 0 ? 1 : eventWeight(metric.plan)
}

/** The next parts of the log in the range: at least one, if there is any. */
function listSlice(sql: SqlStorage, sliceEvents: number, range: PartRange): LogPart[] {
  const parts: LogPart[] = []
  let events = 0
  for (const part of scanParts(sql, range)) {
    parts.push(part)
    events += part.count
    if (events >= sliceEvents) break
  }
  return parts
}
