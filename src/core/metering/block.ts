import { encodeSegment, type ColumnCodec, type SegmentEntry } from './segment.ts'

/** What a block's directory says of a segment, so that readers open only those that they need. */
export interface SegmentRange {
  count: number
  /** Ingest ids by their indexes, both included. */
  idMin: number
  idMax: number
  /** Timestamps in epoch milliseconds, both included. */
  timeMin: number
  timeMax: number
}

export interface EncodedSegment extends SegmentRange {
  bytes: Uint8Array
}

export interface SegmentBounds {
  eventsMax: number
  bytesMax: number
}

/** Orders a block's events so that those of an ingest id lie together. */
export function clusterEntries(entries: SegmentEntry[]): SegmentEntry[] {
  return entries.sort((a, b) => a.idIndex - b.idIndex || a.seq - b.seq || a.index - b.index)
}

/**
 * Cuts clustered events into segments and encodes them one by one. An id's events are cut only
 * where they do not fit into one segment; one that comes out too large is cut in halves.
 */
export function* encodeSegments(
  entries: SegmentEntry[],
  bounds: SegmentBounds,
  codec: ColumnCodec,
): Generator<EncodedSegment> {
  for (const part of cutSegments(entries, bounds.eventsMax)) {
    yield* encodeWithin(part, bounds.bytesMax, codec)
  }
}

function cutSegments(entries: SegmentEntry[], eventsMax: number): SegmentEntry[][] {
  const segments: SegmentEntry[][] = []
  let segment: SegmentEntry[] = []
  const close = () => {
    if (segment.length > 0) segments.push(segment)
    segment = []
  }
  for (let from = 0; from < entries.length;) {
    let to = from
    while (to < entries.length && entries[to]!.idIndex === entries[from]!.idIndex) to++
    if (segment.length + to - from > eventsMax) close()
    for (let at = from; at < to; at += eventsMax) {
      if (at > from) close()
      segment = segment.concat(entries.slice(at, Math.min(at + eventsMax, to)))
    }
    from = to
  }
  close()
  return segments
}

function* encodeWithin(
  entries: SegmentEntry[],
  bytesMax: number,
  codec: ColumnCodec,
): Generator<EncodedSegment> {
  const bytes = encodeSegment(entries, codec)
  if (bytes.length <= bytesMax || entries.length === 1) {
    yield { ...rangeOf(entries), bytes }
    return
  }
  const half = entries.length >>> 1
  yield* encodeWithin(entries.slice(0, half), bytesMax, codec)
  yield* encodeWithin(entries.slice(half), bytesMax, codec)
}

function rangeOf(entries: SegmentEntry[]): SegmentRange {
  let [timeMin, timeMax] = [Infinity, -Infinity]
  for (const { timestampMs } of entries) {
    timeMin = Math.min(timeMin, timestampMs)
    timeMax = Math.max(timeMax, timestampMs)
  }
  const [idMin, idMax] = [entries[0]!.idIndex, entries.at(-1)!.idIndex]
  return { count: entries.length, idMin, idMax, timeMin, timeMax }
}
