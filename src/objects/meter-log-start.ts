import type { LogStart } from '../core/metering/naive/naive-log.ts'
import type { MeterMemory } from './meter-memory.ts'
import type { MeterCall } from './meter-rpc.ts'

/** A question for the part of the log that can matter. */
export interface LogStartRequest extends MeterCall {
  /** All events that were accepted at this instant or later are in it, … */
  acceptedFromMs: number
  /** … and all that have this timestamp, or a later one. */
  timeFromMs: number
}

export interface FoundLogStart extends LogStart {
  /** Events before it, by the counts of their rows; null where rows are missing there. */
  eventsBefore: number | null
}

type ChecksumRow = { seq: number; checksum: ArrayBuffer }
type BlockChecksumRow = ChecksumRow & { log_checksum: ArrayBuffer }
type BeforeRow = { seqs: number | null; events: number | null }

/**
 * Finds where the log begins to matter, with the checksums that this part follows, unread and
 * unchecked. Rows that are missing just before it count as of this part.
 */
export function findLogStart({ sql }: MeterMemory, request: LogStartRequest): FoundLogStart {
  const firstSeq = findFirstSeq(sql, request)
  const block = sql
    .exec<BlockChecksumRow>(
      `SELECT last_seq AS seq, checksum, log_checksum FROM blocks WHERE last_seq < ?
        ORDER BY last_seq DESC LIMIT 1`,
      firstSeq,
    )
    .toArray()[0]
  const chunk = sql
    .exec<ChecksumRow>(
      'SELECT seq, checksum FROM chunks WHERE seq < ? ORDER BY seq DESC LIMIT 1',
      firstSeq,
    )
    .toArray()[0]
  const seq = chunk?.seq ?? block?.seq ?? 0
  return {
    seq,
    checksum: new Uint8Array(chunk?.checksum ?? block?.log_checksum ?? new ArrayBuffer(0)),
    blockChecksum: new Uint8Array(block?.checksum ?? new ArrayBuffer(0)),
    isAmongChunks: chunk !== undefined,
    eventsBefore: countBefore(sql, seq),
  }
}

/** The first chunk that can matter, or the first of such a block; beyond all of them for none. */
function findFirstSeq(sql: SqlStorage, { acceptedFromMs, timeFromMs }: LogStartRequest): number {
  const asked = [acceptedFromMs, timeFromMs]
  // Blocks come before all chunks.
  const statements = [
    `SELECT first_seq AS seq FROM blocks WHERE accepted_at_max >= ? OR time_max >= ?
      ORDER BY last_seq LIMIT 1`,
    `SELECT seq FROM chunks WHERE accepted_at_max >= ? OR time_max >= ? ORDER BY seq LIMIT 1`,
  ]
  for (const statement of statements) {
    const [row] = sql.exec<{ seq: number }>(statement, ...asked).toArray()
    if (row !== undefined) return row.seq
  }
  return Number.MAX_SAFE_INTEGER
}

function countBefore(sql: SqlStorage, seq: number): number | null {
  const { seqs, events } = sql
    .exec<BeforeRow>(
      `SELECT sum(seqs) AS seqs, sum(events) AS events FROM (
        SELECT sum(last_seq - first_seq + 1) AS seqs, sum(count) AS events FROM blocks
          WHERE last_seq <= ?
        UNION ALL
        SELECT count(*) AS seqs, sum(count) AS events FROM chunks WHERE seq <= ?)`,
      seq,
      seq,
    )
    .one()
  return (seqs ?? 0) === seq ? (events ?? 0) : null
}
