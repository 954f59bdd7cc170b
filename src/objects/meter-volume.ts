import {
  addToWindows,
  type VolumeEntry,
  type VolumeQuestion,
  type WindowVolume,
} from '../core/metering/event-volume.ts'
import { HOUR_MS, MINUTE_MS } from '../core/time.ts'
import { sha256Hex } from './meter-blocks.ts'
import { feedTest } from './meter-event-filter.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { ConfiguredCall } from './meter-rpc.ts'
import { countBlock, listBlocks } from './meter-volume-blocks.ts'
import { countDuplicates, countTail, readSealedTo } from './meter-volume-tail.ts'

export interface VolumeCall extends ConfiguredCall {
  /** Both on the borders of windows, which are whole minutes, hours or days of UTC. */
  startMs: number
  endMs: number
  windowMs: number
  ingestIds?: string[]
  eventTypes?: string[]
  /** An event that feeds none of these is unmatched; … */
  metricIds: string[]
  /** … or is not counted at all. */
  isFedOnly: boolean
}

export interface MeterVolume {
  /** Those with events, in no particular order. */
  windows: WindowVolume[]
  /** Windows that begin then or later are complete; null where all of them are. */
  wholeFromMs: number | null
  /** Duplicates that are not remembered any more, and in no window. */
  forgottenDuplicates: number
}

/** What counting may cost: an event of a block is one, one that has to be parsed is several. */
const WORK_MAX = 400_000
/** The log may be sealed while it is counted; what was counted by then is kept. */
const ATTEMPTS_MAX = 5

/** What is counted, and how much may still be done for it. */
export interface Counting {
  memory: MeterMemory
  bucket: R2Bucket
  /** What is remembered is remembered for this. */
  question: string
  unitMs: number
  metricIds: ReadonlySet<string>
  isFed: ReturnType<typeof feedTest>
  range: { startMs: number; endMs: number }
  work: number
  /** Takes what was counted. */
  add: (entries: Iterable<VolumeEntry>) => void
  /** Says that events of this time or earlier were not counted. */
  miss: (timeMax: number) => void
}

/**
 * How many events this meter has in each window of time, by their timestamps. Sealed blocks are
 * counted once, and remembered; a request that would have to count more than is good for other calls
 * says how far it came, and the next one goes on.
 */
export async function countVolume(
  memory: MeterMemory,
  bucket: R2Bucket,
  call: VolumeCall,
): Promise<MeterVolume> {
  const counting = newCounting(memory, bucket, call)
  for (let attempt = 0; ; attempt++) {
    const windows = new Map<number, WindowVolume>()
    const question = questionOf(memory, call, counting.unitMs)
    let wholeFromMs = -Infinity
    counting.add = (entries) => addToWindows(windows, entries, question)
    counting.miss = (timeMax) => (wholeFromMs = Math.max(wholeFromMs, timeMax + 1))
    if (attempt === ATTEMPTS_MAX) counting.miss(call.endMs - 1)
    const tailSeq = await countTail(counting)
    const blocks = listBlocks(memory.sql, counting.range)
    let isWhole = readSealedTo(memory.sql) === tailSeq - 1
    const forgottenDuplicates = await countDuplicates(counting)
    for (const block of blocks) isWhole &&= await countBlock(counting, block)
    if (!isWhole && attempt < ATTEMPTS_MAX) continue
    const isMissing = wholeFromMs > call.startMs
    return {
      windows: [...windows.values()],
      wholeFromMs: isMissing ? Math.min(wholeFromMs, call.endMs) : null,
      forgottenDuplicates,
    }
  }
}

function newCounting(memory: MeterMemory, bucket: R2Bucket, call: VolumeCall): Counting {
  const { startMs, endMs, windowMs, metricIds } = call
  const unitMs = windowMs % HOUR_MS === 0 ? HOUR_MS : MINUTE_MS
  const ids = [...metricIds].sort()
  return {
    memory,
    bucket,
    question: sha256Hex(new TextEncoder().encode(JSON.stringify([unitMs, ids]))),
    unitMs,
    metricIds: new Set(ids),
    isFed: feedTest(memory, ids),
    range: { startMs, endMs },
    work: WORK_MAX,
    add: () => {},
    miss: () => {},
  }
}

function questionOf(memory: MeterMemory, call: VolumeCall, unitMs: number): VolumeQuestion {
  const { startMs, endMs, windowMs, ingestIds, eventTypes, isFedOnly } = call
  const indexes = ingestIds?.flatMap((id) => memory.ids.find(id)?.index ?? [])
  const unknown = new Map<number, boolean>()
  const isUnknown = (idIndex: number) => {
    const known = unknown.get(idIndex) ?? lacksCustomer(memory.sql, idIndex)
    unknown.set(idIndex, known)
    return known
  }
  return {
    unitMs,
    windowMs,
    startMs,
    endMs,
    isFedOnly,
    isUnknown,
    ...(indexes && { idIndexes: new Set(indexes) }),
    ...(eventTypes && { eventTypes: new Set(eventTypes) }),
  }
}

function lacksCustomer(sql: SqlStorage, idIndex: number): boolean {
  const row = sql
    .exec<{ customer_id: string | null }>(
      'SELECT customer_id FROM ingest_ids WHERE id_index = ?',
      idIndex,
    )
    .toArray()[0]
  return (row?.customer_id ?? null) === null
}
