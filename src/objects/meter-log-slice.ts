import { createHash } from 'node:crypto'
import { ID_RANGE_MAX, type StoredBlock } from '../core/metering/naive/naive-block.ts'
import type { StoredChunk } from '../core/metering/naive/naive-log.ts'
import { Segment } from '../core/metering/segment-reader.ts'
import { fetchArchived } from './meter-archive.ts'
import {
  cutBody,
  readSegmentRows,
  SEGMENT_CODEC,
  type BlockRow,
  type SegmentInfo,
} from './meter-blocks.ts'
import type { ChunkRow } from './meter-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { MeterCall } from './meter-rpc.ts'

/** A question for chunks of the log, as they are stored. */
export interface LogSliceRequest extends MeterCall {
  /** If given, the meter applies at least this configuration before it names holders. */
  configVersion?: number
  /** The chunks that follow this one: 0 for the first. */
  afterSeq: number
  /** The last chunk that is asked for; the log's last one if omitted. A block is never cut. */
  upToSeq?: number
  /** So many chunks at most; fewer where they are large. */
  limit: number
}

export interface LogSlice {
  configVersion: number
  /** The last chunk of the log. */
  headSeq: number
  /** The part of the log that is sealed comes first, … */
  blocks: StoredBlock[]
  /** … and the chunks only after all of it. In order; both empty when there is nothing more. */
  chunks: StoredChunk[]
  /** What the indexes in these chunks stand for, and who holds them now. */
  ingestIds: LogIngestId[]
}

export interface LogIngestId {
  index: number
  ingestId: string
  customerId: string | null
}

/** Where the log ends, and how many events were counted into it when they were accepted. */
export interface LogEnd {
  headSeq: number
  acceptedEvents: number
}

/** A slice ends with the chunk that brings it to this size: an answer may have 32 MiB. */
const SLICE_BYTES_MAX = 4 * 1024 * 1024

/** Some blocks or chunks of the log with all their columns, unread and unchecked. */
export async function readLogSlice(
  memory: MeterMemory,
  bucket: R2Bucket,
  request: LogSliceRequest,
): Promise<LogSlice> {
  const { sql } = memory
  const blocks = await readBlocks(sql, bucket, request)
  const indexes = new Set<number>()
  const chunks = blocks.length === 0 ? readChunks(sql, request, indexes) : []
  for (const { body, directory } of blocks) addIndexes(indexes, body, directory)
  const ingestIds = readIngestIds(sql, indexes)
  const { head, configVersion } = memory
  return { configVersion, headSeq: head.seq, blocks, chunks, ingestIds }
}

async function readBlocks(
  sql: SqlStorage,
  bucket: R2Bucket,
  request: LogSliceRequest,
): Promise<StoredBlock[]> {
  const { upToSeq = Number.MAX_SAFE_INTEGER, limit } = request
  const blocks: StoredBlock[] = []
  let [bytes, afterSeq] = [0, request.afterSeq]
  while (bytes < SLICE_BYTES_MAX && blocks.length < limit) {
    const row = sql
      .exec<BlockRow>(
        'SELECT * FROM blocks WHERE last_seq > ? AND first_seq <= ? ORDER BY last_seq LIMIT 1',
        afterSeq,
        upToSeq,
      )
      .toArray()[0]
    if (row === undefined) break
    const { archive_key: key, last_seq: lastSeq } = row
    const body = key === null ? readSegmentRows(sql, lastSeq) : await fetchArchived(bucket, key)
    blocks.push(toStored(row, body))
    bytes += body.byteLength
    afterSeq = lastSeq
  }
  return blocks
}

function toStored(row: BlockRow, body: Uint8Array): StoredBlock {
  return {
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
    count: row.count,
    units: row.units,
    timeMin: row.time_min,
    timeMax: row.time_max,
    acceptedAtMax: row.accepted_at_max,
    logChecksum: new Uint8Array(row.log_checksum),
    checksum: new Uint8Array(row.checksum),
    directory: row.directory,
    body,
  }
}

/**
 * Which ingest ids a block names. Of a segment that is damaged, all those in the range that the
 * directory tells; a directory that cannot be read names none: its reader will find that.
 */
function addIndexes(indexes: Set<number>, body: Uint8Array, directory: string): void {
  try {
    const entries = JSON.parse(directory) as SegmentInfo[]
    for (const [i, bytes] of cutBody(body, entries).entries()) {
      for (const index of readIndexes(bytes, entries[i]!)) indexes.add(index)
    }
  } catch {
    return
  }
}

function readIndexes(bytes: Uint8Array, { idMin, idMax, sha256 }: SegmentInfo): Iterable<number> {
  if (createHash('sha256').update(bytes).digest('hex') === sha256) {
    return new Segment(bytes, SEGMENT_CODEC).idIndexes
  }
  // Of a wider range nobody is told apart.
  if (idMax - idMin >= ID_RANGE_MAX) return []
  return Array.from({ length: idMax - idMin + 1 }, (_, i) => idMin + i)
}

function readChunks(
  sql: SqlStorage,
  { afterSeq, upToSeq = Number.MAX_SAFE_INTEGER, limit }: LogSliceRequest,
  indexes: Set<number>,
): StoredChunk[] {
  const rows = sql.exec<ChunkRow>(
    `SELECT seq, count, time_min, time_max, accepted_at_max, accepted_runs, checksum, hashes,
      id_indexes, body FROM chunks WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
    afterSeq,
    upToSeq,
    limit,
  )
  const chunks: StoredChunk[] = []
  let bytes = 0
  for (const row of rows) {
    chunks.push(toChunk(row))
    for (const index of wordsOf(row.id_indexes)) indexes.add(index)
    bytes += row.hashes.byteLength + row.id_indexes.byteLength + row.body.byteLength
    if (bytes >= SLICE_BYTES_MAX) break
  }
  return chunks
}

export function readLogEnd({ ids, head }: MeterMemory): LogEnd {
  return { headSeq: head.seq, acceptedEvents: ids.totalAccepted() }
}

function toChunk(row: ChunkRow): StoredChunk {
  return {
    seq: row.seq,
    count: row.count,
    timeMin: row.time_min,
    timeMax: row.time_max,
    acceptedAtMax: row.accepted_at_max,
    acceptedRuns: row.accepted_runs,
    checksum: new Uint8Array(row.checksum),
    hashes: new Uint8Array(row.hashes),
    idIndexes: new Uint8Array(row.id_indexes),
    body: new Uint8Array(row.body),
  }
}

/** The words of a blob that may be damaged: a last one that is not whole is left out. */
function wordsOf(blob: ArrayBuffer): Uint32Array {
  return new Uint32Array(blob, 0, Math.floor(blob.byteLength / 4))
}

type IngestIdRow = { id_index: number; ingest_id: string; customer_id: string | null }

function readIngestIds(sql: SqlStorage, indexes: Set<number>): LogIngestId[] {
  return sql
    .exec<IngestIdRow>(
      `SELECT id_index, ingest_id, customer_id FROM ingest_ids
        WHERE id_index IN (SELECT value FROM json_each(?))`,
      JSON.stringify([...indexes]),
    )
    .toArray()
    .map(({ id_index, ingest_id, customer_id }) => {
      return { index: id_index, ingestId: ingest_id, customerId: customer_id }
    })
}
