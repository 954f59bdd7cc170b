import { Buffer } from 'node:buffer'
import { assert } from '../core/result.ts'
import { DAY_MS } from '../core/time.ts'
import { ArchivedError } from './meter-archive-cache.ts'
import {
  cutBody,
  deleteSegments,
  readBlockOf,
  readLastBlock,
  readOldestLocalBlock,
  readSegmentRows,
  sha256Hex,
  type Block,
} from './meter-blocks.ts'
import type { MeterMemory } from './meter-memory.ts'
import { readMetaNumber } from './meter-meta.ts'
import { readBlockIds } from './meter-parts.ts'
import { isUpkeepDue } from './meter-upkeep.ts'

/**
 * A block leaves the meter so long after its newest event and the newest acceptance in it: then no
 * event may be sent for its time any more (EV-22), and no id in it is asked for by dedupe (EV-47).
 */
export const ARCHIVE_AGE_MS = 45 * DAY_MS

/** So much more than the dedupe lifetime, where that is longer: queued events come late. */
const LIFETIME_MARGIN_MS = 10 * DAY_MS

/**
 * Moves the oldest block's segments to the archive, if they are old enough. The object is there
 * before the meter counts on it, and its name says what it holds: a crash at any point makes the
 * same object again at most.
 * @param isCurrent false once the meter has been emptied
 * @returns whether a block was moved
 */
export async function archiveBlock(
  memory: MeterMemory,
  bucket: R2Bucket,
  isCurrent: () => boolean,
): Promise<boolean> {
  const { storage, sql } = memory
  const block = readOldestLocalBlock(sql)
  if (block === null || !mayLeave(memory, block)) return false
  const body = readSegmentRows(sql, block.lastSeq)
  checkBody(block, body)
  const key = keyOf(memory.meterName, block)
  await bucket.put(key, body, { sha256: sha256Hex(body) })
  if (!isCurrent()) {
    await bucket.delete(key)
    return false
  }
  const found = readBlockOf(sql, block.lastSeq)
  assert(found?.archiveKey === null, 'only one writer moves blocks')
  if (sha256Hex(found.checksum) !== sha256Hex(block.checksum)) return false
  storage.transactionSync(() => {
    sql.exec('UPDATE blocks SET archive_key = ? WHERE last_seq = ?', key, block.lastSeq)
    deleteSegments(sql, block.lastSeq)
  })
  return true
}

/** Judged by the log's own clock: a log to which nothing is added does not grow either. */
function mayLeave(memory: MeterMemory, block: Block): boolean {
  // Upkeep would only bring it back.
  if (isUpkeepDue(memory)) return false
  const lifetimeMs = readMetaNumber(memory.sql, 'dedupe_lifetime_ms')
  const ageMs = Math.max(ARCHIVE_AGE_MS, lifetimeMs + LIFETIME_MARGIN_MS)
  return Math.max(block.timeMax, block.acceptedAtMax) < newestAcceptance(memory.sql) - ageMs
}

function newestAcceptance(sql: SqlStorage): number {
  const row = sql
    .exec<{ atMs: number }>('SELECT accepted_at_max AS atMs FROM chunks ORDER BY seq DESC LIMIT 1')
    .toArray()[0]
  return row?.atMs ?? readLastBlock(sql)?.acceptedAtMax ?? -Infinity
}

/** Begins with the environment's id, by which everything of a sandbox is found. */
function keyOf(meterName: string, { firstSeq, lastSeq, checksum }: Block): string {
  return `${meterName}/${firstSeq}-${lastSeq}-${Buffer.from(checksum).toString('hex', 0, 8)}`
}

/**
 * Does synchronous work that may need blocks from the archive. It begins again, with what it saw
 * read anew, after each block that had to be brought; until then it must have changed nothing.
 */
export async function withArchive<T>(
  { archive }: MeterMemory,
  bucket: R2Bucket,
  work: () => T,
): Promise<T> {
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ArchivedError)) throw error
      const { block, wanted } = error
      const body = await fetchArchived(bucket, block.archiveKey ?? '')
      checkBody(block, body)
      if (wanted === null) archive.keepBody(block, body)
      else archive.keepIds(block, wanted, readBlockIds(block, body, wanted))
    }
  }
}

/** The segments of an archived block as they are stored; nothing when they are lost. */
export async function fetchArchived(bucket: R2Bucket, archiveKey: string): Promise<Uint8Array> {
  const object = await bucket.get(archiveKey)
  return object === null ? new Uint8Array() : new Uint8Array(await object.arrayBuffer())
}

function checkBody(block: Block, body: Uint8Array): void {
  const isWhole = cutBody(body, block.directory).every(
    (bytes, number) => sha256Hex(bytes) === block.directory[number]!.sha256,
  )
  assert(isWhole, `the block up to chunk ${block.lastSeq} is as it was written`)
}
