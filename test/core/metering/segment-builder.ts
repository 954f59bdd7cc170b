import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { parseTimestamp } from '../../../src/core/time.ts'
import type { ColumnCodec, SegmentEntry } from '../../../src/core/metering/segment.ts'

export const CODEC: ColumnCodec = {
  deflate: (bytes) => deflateRawSync(bytes),
  inflate: inflateRawSync,
}

/** Entries for events in the order in which a segment keeps them, all under one ingest id. */
export function entriesOf(raws: object[], part: Partial<SegmentEntry> = {}): SegmentEntry[] {
  return raws.map((raw, index) => {
    const timestampMs = parseTimestamp((raw as { timestamp: string }).timestamp)!.ms
    return { seq: 1, index, idIndex: 1, acceptedAtMs: 1_000, timestampMs, raw, ...part }
  })
}
