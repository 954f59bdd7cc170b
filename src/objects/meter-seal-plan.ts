import { DAY_MS, SECOND_MS } from '../core/time.ts'
import { readLastBlock } from './meter-blocks.ts'
import type { MeterMemory } from './meter-memory.ts'
import { readMeta, writeMeta } from './meter-meta.ts'

/** When the log is sealed, and into what. */
export interface SealPolicy {
  /** A block is complete with so many events, … */
  blockEvents: number
  /** … or so much text: all of it is in memory while it is sealed, and goes into one answer. */
  blockUnits: number
  segmentEvents: number
  /** A row of SQLite in a Durable Object holds 2 MB. */
  segmentBytes: number
  /** Sealing must not take time from events that come in: it waits until none came for so long, … */
  quietMs: number
  /** … unless so much is not sealed yet … */
  backlogEvents: number
  backlogBytes: number
  /** … or it has waited for so long; then also less than a complete block is sealed. */
  ageMs: number
}

export const SEAL_POLICY: SealPolicy = {
  blockEvents: 32_768,
  blockUnits: 8 * 1024 * 1024,
  segmentEvents: 2_048,
  segmentBytes: 1_800_000,
  quietMs: 10 * SECOND_MS,
  backlogEvents: 1_000_000,
  backlogBytes: 256 * 1024 * 1024,
  ageMs: DAY_MS,
}

/** What a meter remembers between looks at its log; losing it costs a look at all of it. */
export interface SealState {
  /** What is in the chunks that are not sealed, as far as they were measured. */
  events: number
  bytes: number
  measuredTo: number
  /** The end of the log when it was last seen to have moved, in real time. */
  headSeq: number
  movedAtMs: number
  /** When the log was last read by a caller that goes on at the place where it ended. */
  readAtMs: number
  /** Set when a chunk was found damaged: nothing is sealed until the meter starts again. */
  isDamaged: boolean
}

/**
 * What a meter that just started knows. It takes the log to have been quiet: an idle meter leaves
 * memory, and would otherwise wait anew each time that an alarm brings it back.
 */
export function newSealState(headSeq: number): SealState {
  return {
    events: 0,
    bytes: 0,
    measuredTo: 0,
    headSeq,
    movedAtMs: -Infinity,
    readAtMs: -Infinity,
    isDamaged: false,
  }
}

/**
 * When the next block is to be sealed: now or earlier if it is due, infinite while nothing waits.
 * @param nowReal real time: how long the log has waited has nothing to do with events' times
 */
export function nextSealAt(memory: MeterMemory, nowReal: number, policy = SEAL_POLICY): number {
  const { sql, head, sealing } = memory
  const sealedTo = measure(memory)
  if (sealing.events === 0 || sealing.isDamaged) return Infinity
  if (sealing.headSeq !== head.seq) {
    sealing.headSeq = head.seq
    sealing.movedAtMs = nowReal
  }
  const quietAt = Math.max(sealing.movedAtMs, sealing.readAtMs) + policy.quietMs
  if (sealing.events >= policy.backlogEvents || sealing.bytes >= policy.backlogBytes) return nowReal
  const agedAt = readMark(sql, { sealedTo, headSeq: head.seq, nowReal }) + policy.ageMs
  return sealing.events >= policy.blockEvents ? Math.min(quietAt, agedAt) : agedAt
}

/** Adds the chunks that came since the last time. */
function measure({ sql, checkpoint, sealing }: MeterMemory): number {
  const sealedTo = readLastBlock(sql)?.lastSeq ?? 0
  const { count, bytes } = sql
    .exec<{ count: number; bytes: number }>(
      `SELECT coalesce(sum(count), 0) AS count,
        coalesce(sum(length(hashes) + length(id_indexes) + length(body)), 0) AS bytes
        FROM chunks WHERE seq > ? AND seq <= ?`,
      sealing.measuredTo,
      checkpoint,
    )
    .one()
  sealing.events += count
  sealing.bytes += bytes
  sealing.measuredTo = checkpoint
  return sealedTo
}

/**
 * Since when the oldest chunks wait. A mark notes where the log ended at an instant; it is replaced
 * when all up to it is sealed, so a chunk waits for twice the age at most.
 */
function readMark(
  sql: SqlStorage,
  { sealedTo, headSeq, nowReal }: { sealedTo: number; headSeq: number; nowReal: number },
): number {
  const text = readMeta(sql, 'seal_mark')
  const [seq, atMs] = text === null ? [0, 0] : (JSON.parse(text) as [number, number])
  if (seq > sealedTo) return atMs
  writeMeta(sql, 'seal_mark', JSON.stringify([headSeq, nowReal]))
  return nowReal
}
