import { createHash } from 'node:crypto'
import { encodeSegment } from '../../../../src/core/metering/segment.ts'
import type { StoredBlock } from '../../../../src/core/metering/naive/naive-block.ts'
import { CODEC, entriesOf } from '../segment-builder.ts'

export const BLOCK_CODEC = {
  sha256: (parts: Uint8Array[]) =>
    new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest()),
  inflateColumn: (bytes: Uint8Array) => new Uint8Array(CODEC.inflate(bytes)),
}

interface BlockOptions {
  before?: Uint8Array
  logChecksum?: Uint8Array
  /** Stored columns that are other than they should be. */
  part?: Partial<StoredBlock>
}

/** A block of one segment, with the events of these chunks under ingest id 1, accepted at 1,000. */
export function sealedBlock(
  chunks: { seq: number; raws: object[] }[],
  { before = new Uint8Array(), logChecksum = new Uint8Array([1]), part = {} }: BlockOptions = {},
): StoredBlock {
  const entries = chunks.flatMap(({ seq, raws }) => entriesOf(raws, { seq }))
  const body = encodeSegment(entries, CODEC)
  const times = entries.map(({ timestampMs }) => timestampMs)
  const range = { timeMin: Math.min(...times), timeMax: Math.max(...times) }
  const sha256 = createHash('sha256').update(body).digest('hex')
  const count = entries.length
  const segment = { count, idMin: 1, idMax: 1, ...range, bytes: body.length, sha256 }
  const columns = {
    firstSeq: chunks[0]!.seq,
    lastSeq: chunks.at(-1)!.seq,
    count,
    units: JSON.stringify(entries.map(({ raw }) => raw)).length,
    ...range,
    acceptedAtMax: 1_000,
    directory: JSON.stringify([segment]),
    logChecksum,
    ...part,
  }
  const { firstSeq, lastSeq, units, timeMin, timeMax, acceptedAtMax, directory } = columns
  const fields = [firstSeq, lastSeq, columns.count, units, timeMin, timeMax, acceptedAtMax]
  const text = new TextEncoder().encode(JSON.stringify([...fields, directory]))
  return { ...columns, checksum: BLOCK_CODEC.sha256([before, text, columns.logChecksum]), body }
}
