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
  /** Chunks of which a second segment is made, under ingest id 2. */
  more?: { seq: number; raws: object[] }[]
}

/** A block, of one segment as a rule, with the events of these chunks under ingest id 1, accepted at 1,000. */
export function sealedBlock(
  chunks: { seq: number; raws: object[] }[],
  {
    before = new Uint8Array(),
    logChecksum = new Uint8Array([1]),
    part = {},
    more = [],
  }: BlockOptions = {},
): StoredBlock {
  const segments = [chunks, more].filter(({ length }) => length > 0).map(segmentOf)
  const body = new Uint8Array(Buffer.concat(segments.map(({ bytes }) => bytes)))
  const entries = segments.flatMap((segment) => segment.entries)
  const range = rangeOf(entries)
  const columns = {
    firstSeq: chunks[0]!.seq,
    lastSeq: [...chunks, ...more].at(-1)!.seq,
    count: entries.length,
    units: JSON.stringify(entries.map(({ raw }) => raw)).length,
    ...range,
    acceptedAtMax: 1_000,
    directory: JSON.stringify(segments.map(({ directory }) => directory)),
    logChecksum,
    ...part,
  }
  const { firstSeq, lastSeq, units, timeMin, timeMax, acceptedAtMax, directory } = columns
  const fields = [firstSeq, lastSeq, columns.count, units, timeMin, timeMax, acceptedAtMax]
  const text = new TextEncoder().encode(JSON.stringify([...fields, directory]))
  return { ...columns, checksum: BLOCK_CODEC.sha256([before, text, columns.logChecksum]), body }
}

type Entry = ReturnType<typeof entriesOf>[0]

function segmentOf(chunks: { seq: number; raws: object[] }[], number: number) {
  const id = number + 1
  const entries = chunks.flatMap(({ seq, raws }) => entriesOf(raws, { seq, idIndex: id }))
  const bytes = encodeSegment(entries, CODEC)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const count = entries.length
  const directory = {
    count,
    idMin: id,
    idMax: id,
    ...rangeOf(entries),
    bytes: bytes.length,
    sha256,
  }
  return { entries, bytes, directory }
}

function rangeOf(entries: Entry[]) {
  const times = entries.map(({ timestampMs }) => timestampMs)
  return { timeMin: Math.min(...times), timeMax: Math.max(...times) }
}
