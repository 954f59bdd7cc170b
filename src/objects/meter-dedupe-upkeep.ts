import { HASH_WORDS } from '../core/metering/chunk.ts'
import { roomForIds, type IdColumns } from '../core/metering/dedupe-ids.ts'
import { IdCursor, mergeIds, pickMerge } from '../core/metering/dedupe-merge.ts'
import { pageOf } from '../core/metering/dedupe-page.ts'
import { acceptedSecond } from '../core/metering/dedupe-set.ts'
import { mixKey } from '../core/metering/hash-table.ts'
import { DAY_MS, HOUR_MS } from '../core/time.ts'
import {
  appendIds,
  deleteRunSlice,
  insertBuilding,
  readPage,
  setRunState,
  updateBuilding,
  type StoredRun,
} from './meter-dedupe-runs.ts'
import { scanChunkIds, type ChunkIds } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import { writeMeta } from './meter-meta.ts'

/** With more ids in memory than this, some are moved to storage when no events are waiting, … */
const HOT_IDS_MAX = 500_000
/** … and with more than this, at 42 bytes each, also while they are: it costs what ingest costs. */
export const HOT_IDS_BUSY_MAX = 1_000_000
/** Else ids are moved when they are older than a day, those of half a day together, … */
const HOT_AGE_MS = DAY_MS
const HOT_AGE_KEPT_MS = 12 * HOUR_MS
/** … or in more chunks than this: a start reads a row for each. */
const HOT_CHUNKS_MAX = 20_000

/** How much one slice moves, and out of how many rows of the log at most. */
const MOVED_IDS = 32_768
const MOVED_CHUNKS = 4_096
/** How many ids one slice takes out of runs that are merged: whole pages. */
const MERGED_IDS = 32_768
/** More runs than this are merged, or deleted, before anything else. */
const RUNS_MAX = 8

/** How much longer cold ids are kept than needed: a queue may deliver a batch 14 days late. */
const COLD_SLACK_MS = 15 * DAY_MS

export type DedupeStep = 'summarize' | 'move' | 'merge' | 'drop' | 'delete'

/**
 * What is to be done about the ids that dedupe remembers; null when nothing is.
 * @param isBusy events are waiting: then only what cannot be put off
 */
export function nextDedupeStep(memory: MeterMemory, isBusy: boolean): DedupeStep | null {
  const { cold } = memory.dedupe
  const isMergeDue = cold.building !== null || runsToMerge(memory).length > 0
  if (cold.isSummaryDue) return 'summarize'
  if (isMergeDue && cold.runs.length > RUNS_MAX) return 'merge'
  if (cold.dropped.length > RUNS_MAX) return 'delete'
  if (isTooHot(memory, isBusy)) return 'move'
  if (isBusy) return null
  if (isMergeDue) return 'merge'
  if (listExpired(memory).length > 0) return 'drop'
  if (cold.dropped.length > 0) return 'delete'
  return agedSeq(memory) > memory.dedupe.coldSeq ? 'move' : null
}

/** Does a slice of it: one transaction, and then memory. */
export function doDedupeStep(memory: MeterMemory, step: DedupeStep, mergedIds = MERGED_IDS): void {
  if (step === 'summarize') memory.dedupe.cold.summarizeSlice()
  else if (step === 'merge') mergeSlice(memory, mergedIds)
  else if (step === 'drop') dropExpired(memory)
  else if (step === 'delete') deleteSlice(memory)
  else moveSlice(memory, isTooHot(memory, false) ? memory.head.seq : agedSeq(memory))
}

function isTooHot({ dedupe, head }: MeterMemory, isBusy: boolean): boolean {
  const max = isBusy ? HOT_IDS_BUSY_MAX : HOT_IDS_MAX
  return dedupe.hot.size > max && dedupe.coldSeq < head.seq
}

/**
 * Moves the ids of the next chunks, up to `seq` at most, from memory to storage. Chunks up to
 * `dedupe.coldSeq` are needed for dedupe no more. Repeat until it answers true.
 * @returns whether the ids of all chunks up to `seq` are cold
 */
export function moveSlice(memory: MeterMemory, seq: number, movedIds = MOVED_IDS): boolean {
  const { storage, sql, dedupe } = memory
  const chunks = nextChunks(memory, seq, movedIds)
  const last = chunks.at(-1)
  if (last === undefined) return true
  const ids = idsOf(chunks, secondMin(memory))
  const remember = storage.transactionSync(() => {
    writeMeta(sql, 'dedupe_cold_seq', last.seq)
    return ids.count > 0 ? dedupe.cold.append(ids) : () => undefined
  })
  remember()
  dedupe.coldSeq = last.seq
  for (const chunk of chunks) {
    const { idIndexes, hashes } = chunk
    const times = chunk.acceptedAt()
    for (let i = 0; i < idIndexes.length; i++) {
      dedupe.hot.delete(idIndexes[i]!, hashes, i * HASH_WORDS, times[i]!)
    }
  }
  dedupe.hot.shrink()
  return last.seq >= seq
}

function nextChunks({ sql, dedupe }: MeterMemory, seq: number, idsMax: number): ChunkIds[] {
  const chunks: ChunkIds[] = []
  let count = 0
  const query = { acceptedAfterMs: -Infinity, afterSeq: dedupe.coldSeq }
  for (const chunk of scanChunkIds(sql, query)) {
    if (chunk.seq > seq) break
    chunks.push(chunk)
    count += chunk.idIndexes.length
    if (count >= idsMax || chunks.length >= MOVED_CHUNKS) break
  }
  return chunks
}

function idsOf(chunks: ChunkIds[], least: number): IdColumns {
  const ids = roomForIds(chunks.reduce((sum, { idIndexes }) => sum + idIndexes.length, 0))
  for (const chunk of chunks) {
    const { idIndexes, hashes } = chunk
    const times = chunk.acceptedAt()
    for (let i = 0; i < idIndexes.length; i++) {
      const second = acceptedSecond(times[i]!)
      if (second < least) continue
      mixKey(idIndexes[i]!, hashes, i * HASH_WORDS, ids.keys, ids.count * HASH_WORDS)
      ids.seconds[ids.count++] = second
    }
  }
  return ids
}

/** The last chunk whose ids need not be hot; 0 unless some are so old, or chunks so many, that they go. */
function agedSeq({ sql, head, dedupe, dedupeLifetimeMs }: MeterMemory): number {
  const { coldSeq } = dedupe
  if (head.seq - coldSeq > HOT_CHUNKS_MAX) return coldSeq + MOVED_CHUNKS
  const nowMs = dedupe.neededFromMs + dedupeLifetimeMs
  const oldest = sql
    .exec<{ at: number }>(
      'SELECT accepted_at_max AS at FROM chunks WHERE seq > ? ORDER BY seq LIMIT 1',
      coldSeq,
    )
    .toArray()[0]
  if (oldest === undefined || oldest.at > nowMs - HOT_AGE_MS) return 0
  const { seq } = sql
    .exec<{ seq: number }>(
      'SELECT max(seq) AS seq FROM chunks WHERE seq > ? AND accepted_at_max <= ?',
      coldSeq,
      nowMs - HOT_AGE_KEPT_MS,
    )
    .one()
  return seq
}

function runsToMerge({ dedupe, dedupeLifetimeMs }: MeterMemory): StoredRun[] {
  return pickMerge<StoredRun>(dedupe.cold.runs, dedupeLifetimeMs / 2 / 1_000)
}

/** Takes over the next ids of the runs that are merged; the last slice puts the new run in use. */
function mergeSlice(memory: MeterMemory, takenMax: number): void {
  const { storage, sql } = memory
  const { cold } = memory.dedupe
  const merged = storage.transactionSync(() => {
    const run = cold.building ?? insertBuilding(sql, runsToMerge(memory))
    const inputs = cold.runs.filter(({ id }) => run.mergedRuns.includes(id))
    const cursors = inputs.map((input) => openCursor(sql, input, run.mergedUpTo))
    const options = { takenMax, secondMin: secondMin(memory) }
    const { ids, upTo } = mergeIds(cursors, options)
    const fence = appendIds(sql, run, ids)
    const next = { ...run, count: run.count + ids.count, fence, mergedUpTo: upTo }
    updateBuilding(sql, next)
    if (upTo === null) {
      for (const id of run.mergedRuns) setRunState(sql, id, 'dropped')
      setRunState(sql, run.id, next.count > 0 ? 'live' : 'dropped')
    }
    return next
  })
  if (merged.mergedUpTo === null) cold.replace(merged)
  else cold.building = merged
}

function openCursor(sql: SqlStorage, { id, fence }: StoredRun, after: Uint32Array | null) {
  const pages = fence.length / HASH_WORDS
  let page = after === null ? 0 : Math.max(0, pageOf(fence, after))
  return new IdCursor(() => (page < pages ? readPage(sql, id, page++) : null), after)
}

/** Runs whose ids nobody can ask for any more (EV-47), but those that are being merged. */
function listExpired({ dedupe }: MeterMemory): StoredRun[] {
  const { cold, neededFromMs } = dedupe
  const isExpired = ({ id, acceptedMax }: StoredRun) =>
    acceptedMax * 1_000 <= neededFromMs - COLD_SLACK_MS && !cold.building?.mergedRuns.includes(id)
  return cold.runs.filter(isExpired)
}

function dropExpired(memory: MeterMemory): void {
  const { storage, sql, dedupe } = memory
  const expired = listExpired(memory)
  const { forgottenBeforeMs: recordedMs, neededFromMs } = dedupe
  const forgottenBeforeMs = Math.max(recordedMs, neededFromMs - COLD_SLACK_MS)
  storage.transactionSync(() => {
    for (const { id } of expired) setRunState(sql, id, 'dropped')
    writeMeta(sql, 'dedupe_forgotten_before_ms', forgottenBeforeMs)
  })
  dedupe.forgottenBeforeMs = forgottenBeforeMs
  dedupe.cold.drop(expired.map(({ id }) => id))
}

function deleteSlice({ storage, sql, dedupe: { cold } }: MeterMemory): void {
  const [runId] = cold.dropped
  if (runId === undefined) return
  const isDone = storage.transactionSync(() => deleteRunSlice(sql, runId))
  if (isDone) cold.dropped = cold.dropped.slice(1)
}

/** Ids accepted before this second are not carried on: it is on record that they are forgotten. */
function secondMin({ dedupe }: MeterMemory): number {
  return Math.floor(dedupe.forgottenBeforeMs / 1_000) + 1
}
