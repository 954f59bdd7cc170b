import { Buffer } from 'node:buffer'
import {
  decodeVolume,
  encodeVolume,
  VolumeTally,
  type VolumeEntry,
} from '../core/metering/event-volume.ts'
import { feedSegment } from '../core/metering/feed-segment.ts'
import type { Segment } from '../core/metering/segment-reader.ts'
import { HOUR_MS } from '../core/time.ts'
import { withArchive } from './meter-archive.ts'
import { readBlockOf, sha256Hex, type Block } from './meter-blocks.ts'
import { openSegment } from './meter-parts.ts'
import { suppressedPlaces } from './meter-suppression.ts'
import type { Counting } from './meter-volume.ts'
import { compressArray, expandText } from './text-codec.ts'

/** To bring a block from the archive costs as much as to count so many events. */
const ARCHIVED_WORK = 50_000
/** Larger counts are not kept. */
const STORED_BYTES_MAX = 1024 * 1024
/** What is asked for of metrics changes with them; so many questions are remembered. */
const QUESTIONS_MAX = 6

/** Which blocks may have events of a time, newest first. */
export function listBlocks(
  sql: SqlStorage,
  { startMs, endMs }: { startMs: number; endMs: number },
): number[] {
  return sql
    .exec<{ last_seq: number }>(
      `SELECT last_seq FROM blocks WHERE time_max >= ? AND time_min < ? ORDER BY last_seq DESC`,
      startMs,
      endMs,
    )
    .toArray()
    .map((row) => row.last_seq)
}

/**
 * Counts a block, or takes what was counted of it before.
 * @returns false where another block has taken its place
 */
export async function countBlock(counting: Counting, lastSeq: number): Promise<boolean> {
  const { memory, unitMs } = counting
  const block = readBlockOf(memory.sql, lastSeq)
  if (block?.lastSeq !== lastSeq) return false
  const suppressed = suppressedPlaces(memory.sql, block)
  const fingerprint = suppressed.size === 0 ? '' : digestOf(suppressed)
  const stored = unitMs === HOUR_MS ? readStored(counting, lastSeq, fingerprint) : null
  if (stored !== null) {
    counting.add(stored)
    return true
  }
  if (counting.work <= 0) {
    counting.miss(block.timeMax)
    return true
  }
  const tally = await tallyBlock(counting, block, suppressed)
  counting.add(tally.entries())
  if (unitMs === HOUR_MS) store(counting, { lastSeq, fingerprint, tally })
  return true
}

async function tallyBlock(
  counting: Counting,
  block: Block,
  suppressed: ReadonlySet<string>,
): Promise<VolumeTally> {
  const { memory, bucket, range, unitMs } = counting
  const tally = new VolumeTally(unitMs)
  // What is not kept may leave out what is not asked for.
  const isMet = ({ timeMin, timeMax }: { timeMin: number; timeMax: number }) =>
    unitMs === HOUR_MS || (timeMax >= range.startMs && timeMin < range.endMs)
  const segments = await withArchive(memory, bucket, () =>
    block.directory.flatMap((info, number) =>
      isMet(info) ? [openSegment(memory, block, number)] : [],
    ),
  )
  if (block.archiveKey !== null) counting.work -= ARCHIVED_WORK
  for (const segment of segments) {
    counting.work -= segment.count
    tallySegment(counting, tally, { segment, suppressed })
    await scheduler.wait(0)
  }
  return tally
}

function tallySegment(
  { memory, metricIds }: Counting,
  tally: VolumeTally,
  { segment, suppressed }: { segment: Segment; suppressed: ReadonlySet<string> },
): void {
  const metrics = memory.metrics.map(({ metric }) => metric).filter(({ id }) => metricIds.has(id))
  const fed = feedSegment(segment, metrics)
  const { count, idIndexes, eventTypes, timestampsMs } = segment
  const places = suppressed.size === 0 ? null : segment.places
  for (let i = 0; i < count; i++) {
    tally.add({
      timestampMs: timestampsMs[i]!,
      idIndex: idIndexes[i]!,
      eventType: eventTypes[i]!,
      isDuplicate: places !== null && suppressed.has(`${places.seqs[i]}/${places.indexes[i]}`),
      isFed: fed[i] === 1,
    })
  }
}

function digestOf(places: ReadonlySet<string>): string {
  return sha256Hex(new TextEncoder().encode([...places].sort().join(' ')))
}

function readStored(
  { memory, question }: Counting,
  lastSeq: number,
  fingerprint: string,
): VolumeEntry[] | null {
  const row = memory.sql
    .exec<{ entries: ArrayBuffer }>(
      'SELECT entries FROM volumes WHERE question = ? AND last_seq = ? AND suppressed = ?',
      question,
      lastSeq,
      fingerprint,
    )
    .toArray()[0]
  return row === undefined ? null : decodeVolume(expandText(row.entries))
}

function store(
  { memory: { sql }, question }: Counting,
  counted: { lastSeq: number; fingerprint: string; tally: VolumeTally },
): void {
  const { lastSeq, fingerprint, tally } = counted
  // The text is an array already.
  const entries = compressArray([encodeVolume(tally.entries()).slice(1, -1)])
  if (Buffer.byteLength(entries) > STORED_BYTES_MAX) return
  sql.exec(
    'INSERT OR REPLACE INTO volumes (question, last_seq, suppressed, entries) VALUES (?, ?, ?, ?)',
    question,
    lastSeq,
    fingerprint,
    entries,
  )
  sql.exec('DELETE FROM volumes WHERE last_seq NOT IN (SELECT last_seq FROM blocks)')
  sql.exec(
    `DELETE FROM volumes WHERE question NOT IN (
      SELECT question FROM volumes GROUP BY question ORDER BY max(id) DESC LIMIT ?)`,
    QUESTIONS_MAX,
  )
}
