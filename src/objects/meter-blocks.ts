import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { SegmentRange } from '../core/metering/block.ts'
import type { ColumnCodec } from '../core/metering/segment.ts'

/** A segment, as its block's directory tells of it. */
export interface SegmentInfo extends SegmentRange {
  bytes: number
  /** SHA-256 of its bytes, in hexadecimal. */
  sha256: string
}

/** A sealed part of the log: it takes the place of the chunks `firstSeq` … `lastSeq`. */
export interface Block {
  firstSeq: number
  lastSeq: number
  count: number
  /** Length of its events as JSON text. */
  units: number
  timeMin: number
  timeMax: number
  acceptedAtMax: number
  /** Where its segments are, when they are no longer here. */
  archiveKey: string | null
  /** The checksum of its last chunk, which the next chunk continues. */
  logChecksum: Uint8Array
  /** Covers the checksum of the block before, and all columns but `archive_key`. */
  checksum: Uint8Array
  directory: SegmentInfo[]
  /** The directory as it is stored. */
  directoryText: string
}

/** Columns are compressed one by one; what is random anyway is not. */
export const SEGMENT_CODEC: ColumnCodec = {
  deflate: (bytes) => deflateRawSync(bytes),
  inflate: (bytes) => inflateRawSync(bytes),
}

export type BlockRow = {
  last_seq: number
  first_seq: number
  count: number
  units: number
  time_min: number
  time_max: number
  accepted_at_max: number
  archive_key: string | null
  log_checksum: ArrayBuffer
  checksum: ArrayBuffer
  directory: string
}

/** Blocks with something between two positions, in order. */
export function* scanBlocks(
  sql: SqlStorage,
  { after, upTo }: { after: number; upTo: number },
): Generator<Block> {
  const query = 'SELECT * FROM blocks WHERE last_seq > ? AND first_seq - 1 < ? ORDER BY last_seq'
  for (const row of sql.exec<BlockRow>(query, after, upTo)) yield toBlock(row)
}

export function readLastBlock(sql: SqlStorage): Block | null {
  return readBlockBefore(sql, Number.MAX_SAFE_INTEGER)
}

/** The last block that ends before a chunk. */
export function readBlockBefore(sql: SqlStorage, seq: number): Block | null {
  const query = 'SELECT * FROM blocks WHERE last_seq < ? ORDER BY last_seq DESC LIMIT 1'
  const row = sql.exec<BlockRow>(query, seq).toArray()[0]
  return row === undefined ? null : toBlock(row)
}

/** The next block after a chunk with an event that was accepted at an instant or later. */
export function readBlockAfter(
  sql: SqlStorage,
  { seq, acceptedFromMs }: { seq: number; acceptedFromMs: number },
): Block | null {
  const query = `
    SELECT * FROM blocks WHERE last_seq > ? AND accepted_at_max >= ? ORDER BY last_seq LIMIT 1`
  const row = sql.exec<BlockRow>(query, seq, acceptedFromMs).toArray()[0]
  return row === undefined ? null : toBlock(row)
}

/** The first block whose segments are not in the archive: all before it are. */
export function readOldestLocalBlock(sql: SqlStorage): Block | null {
  const query = 'SELECT * FROM blocks WHERE archive_key IS NULL ORDER BY last_seq LIMIT 1'
  const row = sql.exec<BlockRow>(query).toArray()[0]
  return row === undefined ? null : toBlock(row)
}

/** The block that took the place of a chunk; null while it is not sealed. */
export function readBlockOf(sql: SqlStorage, seq: number): Block | null {
  const query = 'SELECT * FROM blocks WHERE last_seq >= ? ORDER BY last_seq LIMIT 1'
  const row = sql.exec<BlockRow>(query, seq).toArray()[0]
  return row === undefined ? null : toBlock(row)
}

/** The bytes of a segment that is here; null when its block is in the archive. */
export function readSegmentRow(
  sql: SqlStorage,
  lastSeq: number,
  number: number,
): Uint8Array | null {
  const row = sql
    .exec<{ body: ArrayBuffer }>(
      'SELECT body FROM segments WHERE last_seq = ? AND number = ?',
      lastSeq,
      number,
    )
    .toArray()[0]
  return row === undefined ? null : new Uint8Array(row.body)
}

/** All segments of a block that is here, one after the other. */
export function readSegmentRows(sql: SqlStorage, lastSeq: number): Uint8Array {
  const rows = sql
    .exec<{ body: ArrayBuffer }>(
      'SELECT body FROM segments WHERE last_seq = ? ORDER BY number',
      lastSeq,
    )
    .toArray()
  return Buffer.concat(rows.map(({ body }) => new Uint8Array(body)))
}

/** The segments of a block that came as one. */
export function cutBody(body: Uint8Array, directory: SegmentInfo[]): Uint8Array[] {
  let at = 0
  return directory.map(({ bytes }) => body.subarray(at, (at += bytes)))
}

/** Stores a block with its segments. Belongs into the transaction that removes what it replaces. */
export function insertBlock(sql: SqlStorage, block: Block, segments: Uint8Array[]): void {
  sql.exec(
    `INSERT INTO blocks (last_seq, first_seq, count, units, time_min, time_max, accepted_at_max,
      archive_key, log_checksum, checksum, directory) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    block.lastSeq,
    block.firstSeq,
    block.count,
    block.units,
    block.timeMin,
    block.timeMax,
    block.acceptedAtMax,
    block.archiveKey,
    block.logChecksum,
    block.checksum,
    block.directoryText,
  )
  for (const [number, body] of segments.entries()) {
    sql.exec('INSERT INTO segments VALUES (?, ?, ?)', block.lastSeq, number, body)
  }
}

export function deleteBlock(sql: SqlStorage, lastSeq: number): void {
  sql.exec('DELETE FROM blocks WHERE last_seq = ?', lastSeq)
  deleteSegments(sql, lastSeq)
}

export function deleteSegments(sql: SqlStorage, lastSeq: number): void {
  sql.exec('DELETE FROM segments WHERE last_seq = ?', lastSeq)
}

/** Blocks form a chain, as chunks do. */
export function blockChecksum(
  before: Uint8Array,
  block: Omit<Block, 'checksum' | 'archiveKey' | 'directory'>,
): Uint8Array {
  const { firstSeq, lastSeq, count, units, timeMin, timeMax, acceptedAtMax } = block
  const numbers = [firstSeq, lastSeq, count, units, timeMin, timeMax, acceptedAtMax]
  return createHash('sha256')
    .update(before)
    .update(JSON.stringify([...numbers, block.directoryText]))
    .update(block.logChecksum)
    .digest()
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function toBlock(row: BlockRow): Block {
  return {
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    count: row.count,
    units: row.units,
    timeMin: row.time_min,
    timeMax: row.time_max,
    acceptedAtMax: row.accepted_at_max,
    archiveKey: row.archive_key,
    logChecksum: new Uint8Array(row.log_checksum),
    checksum: new Uint8Array(row.checksum),
    directory: JSON.parse(row.directory) as SegmentInfo[],
    directoryText: row.directory,
  }
}
