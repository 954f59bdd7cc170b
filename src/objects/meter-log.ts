import { createHash } from 'node:crypto'
import { acceptedTimes, type Chunk } from '../core/metering/chunk.ts'
import { storedEvent } from '../core/metering/event.ts'
import type { LoggedEvent } from '../core/metering/segment-reader.ts'
import { parseJson } from '../core/json-number.ts'
import { readLastBlock } from './meter-blocks.ts'
import { compressArray, expandText } from './text-codec.ts'

/** The end of the log: what the next chunk continues. */
export interface LogHead {
  /** Sequence numbers start at 1 and have no gaps; 0 is the empty log. */
  seq: number
  checksum: Uint8Array
}

export function readHead(sql: SqlStorage): LogHead {
  const row = sql
    .exec<{ seq: number; checksum: ArrayBuffer }>(
      'SELECT seq, checksum FROM chunks ORDER BY seq DESC LIMIT 1',
    )
    .toArray()[0]
  if (row !== undefined) return { seq: row.seq, checksum: new Uint8Array(row.checksum) }
  const block = readLastBlock(sql)
  if (block === null) return { seq: 0, checksum: new Uint8Array() }
  return { seq: block.lastSeq, checksum: block.logChecksum }
}

/** Writes a chunk after `head`. Its checksum covers the one before it: nothing can change unseen. */
export function appendChunk(sql: SqlStorage, head: LogHead, chunk: Chunk): LogHead {
  const seq = head.seq + 1
  const { count, timeMin, timeMax, acceptedAtMax, hashes, idIndexes } = chunk
  const runs = JSON.stringify(chunk.acceptedRuns)
  const body = compressArray(chunk.texts)
  const checksum = chunkChecksum(head.checksum, {
    numbers: [seq, count, timeMin, timeMax, acceptedAtMax, runs],
    blobs: [hashes, idIndexes, body],
  })
  sql.exec(
    `INSERT INTO chunks (seq, count, time_min, time_max, accepted_at_max, accepted_runs, checksum,
      hashes, id_indexes, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    seq,
    count,
    timeMin,
    timeMax,
    acceptedAtMax,
    runs,
    checksum,
    hashes,
    idIndexes,
    body,
  )
  return { seq, checksum }
}

/** Covers the checksum of the chunk before, and all columns of this one. */
export function chunkChecksum(
  before: Uint8Array,
  { numbers, blobs }: { numbers: (number | string)[]; blobs: (Uint8Array | Uint32Array)[] },
): Uint8Array {
  const hash = createHash('sha256').update(before).update(JSON.stringify(numbers))
  for (const blob of blobs) hash.update(blob)
  return hash.digest()
}

export interface LoggedChunk {
  seq: number
  events: LoggedEvent[]
}

/** A row of `chunks`. */
export type ChunkRow = {
  seq: number
  count: number
  time_min: number
  time_max: number
  accepted_at_max: number
  accepted_runs: string
  checksum: ArrayBuffer
  hashes: ArrayBuffer
  id_indexes: ArrayBuffer
  body: ArrayBuffer
}

type BodyRow = Pick<ChunkRow, 'seq' | 'accepted_runs' | 'id_indexes' | 'body'>

/** Chunks `after` … `upTo` that are not sealed, in order, decoded one by one. */
export function* readChunks(
  sql: SqlStorage,
  { after, upTo }: { after: number; upTo: number },
): Generator<LoggedChunk> {
  const query = `
    SELECT seq, accepted_runs, id_indexes, body FROM chunks
    WHERE seq > ? AND seq <= ? ORDER BY seq`
  for (const row of sql.exec<BodyRow>(query, after, upTo)) yield decodeChunk(row)
}

export function readChunk(sql: SqlStorage, seq: number): LoggedChunk {
  const query = 'SELECT seq, accepted_runs, id_indexes, body FROM chunks WHERE seq = ?'
  return decodeChunk(sql.exec<BodyRow>(query, seq).one())
}

function decodeChunk({ seq, accepted_runs, id_indexes, body }: BodyRow): LoggedChunk {
  const idIndexes = new Uint32Array(id_indexes)
  const acceptedAt = acceptedTimes(JSON.parse(accepted_runs) as Runs)
  const raws = parseJson(expandText(body)) as unknown[]
  const events = raws.map((raw, index) => {
    const [idIndex, acceptedAtMs] = [idIndexes[index]!, acceptedAt[index]!]
    return { seq, index, idIndex, acceptedAtMs, event: storedEvent(raw), raw }
  })
  return { seq, events }
}

/** The columns of a chunk that say which ids it holds, without its events. */
export interface ChunkIds {
  seq: number
  timeMin: number
  timeMax: number
  hashes: Uint32Array
  idIndexes: Uint32Array
  /** When each event was accepted; computed when asked for. */
  acceptedAt(): number[]
}

type IdsRow = {
  seq: number
  time_min: number
  time_max: number
  accepted_runs: string
  hashes: ArrayBuffer
  id_indexes: ArrayBuffer
}

/** Scans the ids of chunks that are not sealed, in order: of those with an event that was accepted after an instant. */
export function* scanChunkIds(
  sql: SqlStorage,
  { acceptedAfterMs, afterSeq = 0 }: { acceptedAfterMs: number; afterSeq?: number },
): Generator<ChunkIds> {
  const query = `
    SELECT seq, time_min, time_max, accepted_runs, hashes, id_indexes FROM chunks
    WHERE seq > ? AND accepted_at_max > ? ORDER BY seq`
  // SQLite has no infinity; no instant lies before the smallest safe integer.
  const after = Math.max(acceptedAfterMs, Number.MIN_SAFE_INTEGER)
  for (const row of sql.exec<IdsRow>(query, afterSeq, after)) {
    yield {
      seq: row.seq,
      timeMin: row.time_min,
      timeMax: row.time_max,
      hashes: new Uint32Array(row.hashes),
      idIndexes: new Uint32Array(row.id_indexes),
      acceptedAt: once(() => acceptedTimes(JSON.parse(row.accepted_runs) as Runs)),
    }
  }
}

type Runs = Chunk['acceptedRuns']

function once<T>(compute: () => T): () => T {
  let value: T | undefined
  return () => (value ??= compute())
}
