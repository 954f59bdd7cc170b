import {
  CellDeltas,
  hasCells,
  runMetric,
  type RunningMetric,
} from '../core/metering/cell-deltas.ts'
import { HASH_WORDS } from '../core/metering/chunk.ts'
import { DedupeSet } from '../core/metering/dedupe-set.ts'
import type { UsageEvent } from '../core/metering/event.ts'
import type { BillableMetric } from '../core/metering/metric.ts'
import { assert } from '../core/result.ts'
import { DAY_MS } from '../core/time.ts'
import { ArchiveCache } from './meter-archive-cache.ts'
import { mergeCells } from './meter-cells.ts'
import { DedupeMemory } from './meter-dedupe.ts'
import { Homes } from './meter-homes.ts'
import { IngestIds } from './meter-ids.ts'
import { readChunks, readHead, scanChunkIds, type LogHead } from './meter-log.ts'
import { readMeta, readMetaNumber, writeMeta } from './meter-meta.ts'
import { newSealState, type SealState } from './meter-seal-plan.ts'
import { METER_MIGRATIONS } from './meter-schema.ts'
import { readSuppressed } from './meter-suppression.ts'
import { migrate } from './migrate.ts'

/**
 * A metric with the part of the log that its cells and deltas count: `isCounted` says which. Within
 * a sealed block a position is a fraction (`LogPart`).
 */
export type MeteredMetric = RunningMetric & {
  learntAt: number
  backfilledTo: number
}

/**
 * What a meter holds in memory. All of it is made from storage, so that losing it costs nothing
 * but time: storage changes first, in one transaction, and memory after it.
 */
export interface MeterMemory {
  storage: DurableObjectStorage
  sql: SqlStorage
  environmentId: string
  meterName: string
  /** The configuration that was applied. */
  configVersion: number
  ids: IngestIds
  homes: Homes
  metrics: MeteredMetric[]
  head: LogHead
  /** Stored cells and ids count the log up to here; `deltas` and `ids` the rest. */
  checkpoint: number
  deltas: CellDeltas
  /** Grows whenever other events are suppressed than before. */
  suppressions: number
  /** How many events are in the log after the checkpoint. */
  deltaEvents: number
  dedupe: DedupeMemory
  /** Hot ids accepted after this instant are in `dedupe`; infinite while it was not filled. */
  dedupeFromMs: number
  /** The lifetime that was asked for last: when an alias moves, duplicates are judged by it. */
  dedupeLifetimeMs: number
  sealing: SealState
  /** Parts of the log that were brought from the archive. */
  archive: ArchiveCache
}

/** Whose events the meter holds; null while it is unused. */
export function readEnvironmentId(storage: DurableObjectStorage): string | null {
  migrate(storage, METER_MIGRATIONS)
  return readMeta(storage.sql, 'environment_id')
}

/** @param objectName the meter's name; what was stored when it was first used takes its place */
export function openMemory(
  storage: DurableObjectStorage,
  environmentId: string,
  objectName?: string,
): MeterMemory {
  const { sql } = storage
  const known = readEnvironmentId(storage)
  assert(known === null || known === environmentId, 'a meter belongs to one environment')
  if (known === null) {
    assert(objectName !== undefined, 'a meter has a name when it is first used')
    storage.transactionSync(() => {
      writeMeta(sql, 'environment_id', environmentId)
      writeMeta(sql, 'meter_name', objectName)
    })
  }
  const head = readHead(sql)
  // Meters that do not know their name are from when an environment had one.
  const meterName = readMeta(sql, 'meter_name') ?? `${environmentId}/0`
  const memory: MeterMemory = {
    storage,
    sql,
    environmentId,
    meterName,
    configVersion: readMetaNumber(sql, 'config_version'),
    ids: new IngestIds(sql),
    homes: new Homes(sql, meterName),
    metrics: readMetrics(sql),
    head,
    checkpoint: readMetaNumber(sql, 'checkpoint'),
    deltas: new CellDeltas(),
    deltaEvents: 0,
    suppressions: 0,
    dedupe: new DedupeMemory(sql),
    dedupeFromMs: Infinity,
    dedupeLifetimeMs: readMetaNumber(sql, 'dedupe_lifetime_ms'),
    sealing: newSealState(head.seq),
    archive: new ArchiveCache(),
  }
  replay(memory)
  return memory
}

/** Counts again what came after the last checkpoint. */
function replay(memory: MeterMemory): void {
  const { sql, checkpoint, head } = memory
  for (const { seq, events } of readChunks(sql, { after: checkpoint, upTo: head.seq })) {
    const suppressed = readSuppressed(sql, seq)
    const counted = events.filter(({ index }) => !suppressed.has(index))
    addDeltas(memory, seq, counted)
    memory.deltaEvents += events.length - counted.length
    for (const { idIndex } of events) memory.ids.addLogged(idIndex, 1)
  }
}

/** Counts events of a chunk that follows the checkpoint. */
export function addDeltas(
  memory: MeterMemory,
  seq: number,
  events: readonly { idIndex: number; event: UsageEvent }[],
): void {
  const metrics = memory.metrics.filter((metric) => hasCells(metric) && metric.learntAt < seq)
  for (const { idIndex, event } of events) memory.deltas.add(metrics, idIndex, event)
  memory.deltaEvents += events.length
}

/** Moves what was counted into the stored cells and ids, with the position that they count up to. */
export function writeCheckpoint(memory: MeterMemory): void {
  const { storage, sql, ids, deltas, head } = memory
  if (memory.checkpoint === head.seq) return
  storage.transactionSync(() => {
    mergeCells(sql, deltas)
    ids.storeAccepted()
    writeMeta(sql, 'checkpoint', head.seq)
  })
  ids.forgetAdded()
  memory.checkpoint = head.seq
  memory.deltas = new CellDeltas()
  memory.deltaEvents = 0
}

/**
 * Ids are held for so much longer than they are needed: batches reach the meter a little out of
 * order, and one that asks further back than what is held makes it read the log again.
 */
const DEDUPE_SLACK_MS = DAY_MS

/** Makes sure that `dedupe` holds every hot id that was accepted after an instant. */
export function fillDedupe(memory: MeterMemory, neededFromMs: number): void {
  if (neededFromMs >= memory.dedupeFromMs) return
  const { sql, dedupe } = memory
  const hot = new DedupeSet()
  const acceptedAfterMs = neededFromMs - DEDUPE_SLACK_MS
  hot.forget(acceptedAfterMs)
  for (const chunk of scanChunkIds(sql, { acceptedAfterMs, afterSeq: dedupe.coldSeq })) {
    const { idIndexes, hashes } = chunk
    const acceptedAt = chunk.acceptedAt()
    for (let i = 0; i < idIndexes.length; i++) {
      hot.add(idIndexes[i]!, hashes, i * HASH_WORDS, acceptedAt[i]!)
    }
  }
  dedupe.hot = hot
  memory.dedupeFromMs = acceptedAfterMs
}

/** Lets go of ids accepted at the instant or before, after some time. */
export function forgetIds(memory: MeterMemory, neededFromMs: number): void {
  memory.dedupeFromMs = Math.max(memory.dedupeFromMs, neededFromMs - DEDUPE_SLACK_MS)
  memory.dedupe.forget(neededFromMs, memory.dedupeFromMs)
}

type MetricRow = {
  metric_index: number
  metric_id: string
  definition: string
  learnt_at: number
  backfilled_to: number
}

export function readMetrics(sql: SqlStorage): MeteredMetric[] {
  const rows = sql.exec<MetricRow>('SELECT * FROM metrics ORDER BY metric_index').toArray()
  return rows.map((row) => ({
    ...runMetric(row.metric_index, JSON.parse(row.definition) as BillableMetric),
    learntAt: row.learnt_at,
    backfilledTo: row.backfilled_to,
  }))
}

/**
 * Whether a metric counts a part of the log already, in its stored cells or in the deltas.
 * @param position after the part
 */
export function isCounted(metric: MeteredMetric, position: number): boolean {
  return position <= metric.backfilledTo || position > metric.learntAt
}
