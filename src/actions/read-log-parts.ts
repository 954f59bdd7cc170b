import { createHash } from 'node:crypto'
import { brotliDecompressSync, gunzipSync, inflateRawSync } from 'node:zlib'
import type { AskedIds, LogCodec, NaiveLog } from '../core/metering/naive/naive-log.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { Env } from '../env.ts'

const CHUNKS_PER_SLICE = 200
/** Events that are evaluated before other work of this machine has its turn. */
const EVENTS_PER_TURN = 2_000

export interface LogReading {
  environmentId: string
  meterName: string
  /** The last chunk that is read. */
  upToSeq: number
  log: NaiveLog
  /** The chunk after which it is read; the beginning if omitted. */
  afterSeq?: number
  /** Of blocks only what can have events under these ids is read; all of it if omitted. */
  asked?: AskedIds
}

/** A chunk or a block, as the naive log reads it. */
export interface ReadPart {
  lastSeq: number
  /** How many events it says that it has. */
  count: number
  events: ReturnType<NaiveLog['read']>
}

/** Reads a log part by part, other work having its turn in between; ends where a visit refuses. */
export async function readLogParts(
  env: Env,
  { environmentId, meterName, upToSeq, log, afterSeq: startSeq = 0, asked }: LogReading,
  visit: (part: ReadPart) => Result<null>,
): Promise<Result<null>> {
  let [afterSeq, eventsOfTurn] = [startSeq, 0]
  while (afterSeq < upToSeq) {
    const request = { environmentId, afterSeq, upToSeq, limit: CHUNKS_PER_SLICE }
    const slice = await env.METER.getByName(meterName).readLog(request)
    const ingestIds = new Map(slice.ingestIds.map(({ index, ingestId }) => [index, ingestId]))
    for (const part of [...slice.blocks, ...slice.chunks]) {
      const isBlock = 'directory' in part
      if (isBlock && log.isRearranged(part)) return REARRANGED
      // A block that goes beyond what is asked for is read whole, so that its events can be counted.
      const ids = isBlock && part.lastSeq <= upToSeq ? asked : undefined
      const events = isBlock ? log.readBlock(part, ingestIds, ids) : log.read(part, ingestIds)
      afterSeq = isBlock ? part.lastSeq : part.seq
      const visited = visit({ lastSeq: afterSeq, count: part.count, events })
      if (!visited.ok) return visited
      eventsOfTurn += events.length
      if (eventsOfTurn < EVENTS_PER_TURN) continue
      eventsOfTurn = 0
      await scheduler.wait(0)
    }
    if (slice.blocks.length + slice.chunks.length === 0) break
  }
  return ok(null)
}

const REARRANGED = refuse('overloaded', 'The log was sealed while it was read; try again shortly.')

/** Of bodies that were stored before brotli packed them. */
const GZIP_FIRST_BYTE = 0x1f

/** What the log was written with. */
export const LOG_CODEC: LogCodec = {
  sha256: (parts) => {
    const hash = createHash('sha256')
    for (const part of parts) hash.update(part)
    return new Uint8Array(hash.digest())
  },
  inflate: (body) => {
    const bytes = body[0] === GZIP_FIRST_BYTE ? gunzipSync(body) : brotliDecompressSync(body)
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  },
  inflateColumn: (bytes) => new Uint8Array(inflateRawSync(bytes)),
}
