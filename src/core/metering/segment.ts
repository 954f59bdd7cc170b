import { ByteWriter } from './byte-stream.ts'
import { writeDeltas, writeRepeated, writeRuns, writeTexts } from './column.ts'
import { splitTimestamp, VERBATIM } from './timestamp-column.ts'
import { writeIds } from './uuid-column.ts'
import { ValueColumn } from './value-column.ts'

/** An event's place in the log: it is what the event is known by. */
export interface EventPlace {
  /** The chunk that it was written with. */
  seq: number
  /** Its place within that chunk. */
  index: number
}

/** An event on its way into a segment. */
export interface SegmentEntry extends EventPlace {
  idIndex: number
  acceptedAtMs: number
  timestampMs: number
  /** The event as it was parsed, unusual numbers with their digits as written. */
  raw: object
}

/** Compression, from outside of the core. */
export interface ColumnCodec {
  deflate(bytes: Uint8Array): Uint8Array
  inflate(bytes: Uint8Array): Uint8Array
}

/** An event as it was sent. */
export interface RawEvent {
  transaction_id: string
  customer_id: string
  event_type: string
  timestamp: string
  properties?: Record<string, unknown>
}

const MEMBERS = new Set(['transaction_id', 'customer_id', 'event_type', 'timestamp', 'properties'])

/** A property has a column of its own if one in so many events has it … */
const SPARSE_SHARE = 64
/** … and it is among the first so many: the others are kept with the event. */
export const PROPERTY_COLUMNS_MAX = 256

export const SEGMENT_VERSION = 1
/** Of the header's length, which comes first. */
export const LENGTH_BYTES = 4

export type ColumnName =
  | 'ids'
  | 'places'
  | 'accepted'
  | 'transaction_ids'
  | 'event_types'
  | 'timestamps'
  | 'rest'
  | `properties.${string}`

/**
 * What does not fit into the columns of an event: its timestamp's text, members that are none of
 * ours, properties without a column. Pairs, because a name may be `__proto__`.
 */
export type Rest = [
  timestamp: string | null,
  members: [name: string, value: unknown][],
  properties: [name: string, value: unknown][],
]

/**
 * Writes events as columns, each compressed by itself, so that a reader decodes only what it needs.
 * @param entries in the order in which they are kept: by ingest id, then place
 */
export function encodeSegment(entries: readonly SegmentEntry[], codec: ColumnCodec): Uint8Array {
  const columns: [name: ColumnName, bytes: Uint8Array, isPacked: boolean][] = []
  const add = (name: ColumnName, write: (writer: ByteWriter) => unknown) => {
    const writer = new ByteWriter()
    const isRandom = write(writer) === true
    const bytes = writer.bytes()
    const packed = isRandom ? bytes : codec.deflate(bytes)
    const isPacked = packed.length < bytes.length
    columns.push([name, isPacked ? packed : bytes, isPacked])
  }
  const raws = entries.map(({ raw }) => raw as RawEvent)
  const rests = new Map<number, Rest>()
  const restOf = (i: number): Rest => {
    let rest = rests.get(i)
    if (rest === undefined) rests.set(i, (rest = [null, [], []]))
    return rest
  }
  add('ids', (writer) => writeIngestIds(writer, entries))
  add('places', (writer) => writePlaces(writer, entries))
  add('accepted', (writer) =>
    writeDeltas(
      writer,
      entries.map(({ acceptedAtMs }) => acceptedAtMs),
    ),
  )
  add('transaction_ids', (writer) =>
    writeIds(
      writer,
      raws.map((raw) => raw.transaction_id),
    ),
  )
  add('event_types', (writer) =>
    writeRepeated(
      writer,
      raws.map((raw) => raw.event_type),
    ),
  )
  add('timestamps', (writer) => writeTimestamps(writer, entries, restOf))
  const properties = collectProperties(raws, restOf)
  collectMembers(raws, restOf)
  add('rest', (writer) => writeRests(writer, raws, rests))
  for (const [name, column] of properties) {
    add(`properties.${name}`, (writer) => column.write(writer))
  }
  return assemble(entries.length, columns)
}

function writeIngestIds(writer: ByteWriter, entries: readonly SegmentEntry[]): void {
  const indexes: number[] = []
  const counts: number[] = []
  const texts: string[] = []
  for (const { idIndex, raw } of entries) {
    if (idIndex === indexes.at(-1)) counts[counts.length - 1]!++
    else {
      indexes.push(idIndex)
      counts.push(1)
      texts.push((raw as RawEvent).customer_id)
    }
  }
  writer.writeNumber(indexes.length)
  writeDeltas(writer, indexes)
  for (const count of counts) writer.writeNumber(count)
  writeIds(writer, texts)
}

function writePlaces(writer: ByteWriter, entries: readonly SegmentEntry[]): void {
  writeDeltas(
    writer,
    entries.map(({ seq }) => seq),
  )
  writeDeltas(
    writer,
    entries.map(({ index }) => index),
  )
}

function writeTimestamps(
  writer: ByteWriter,
  entries: readonly SegmentEntry[],
  restOf: (i: number) => Rest,
): void {
  const written = entries.map(({ raw, timestampMs }, i) => {
    const { timestamp } = raw as RawEvent
    const parts = splitTimestamp(timestamp, timestampMs)
    if (parts.form === VERBATIM) restOf(i)[0] = timestamp
    return parts
  })
  writeDeltas(
    writer,
    written.map(({ ms }) => ms),
  )
  const forms = [...new Set(written.map(({ form }) => form))]
  const formPlaces = new Map(forms.map((form, i) => [form, i]))
  writer.writeNumber(forms.length)
  writeTexts(writer, forms)
  writeRuns(
    writer,
    written.map(({ form }) => formPlaces.get(form)!),
  )
  writeTexts(
    writer,
    written.map(({ subDigits }) => subDigits),
  )
}

/** The columns of properties that many events have; those of few go to the rest. */
function collectProperties(
  raws: readonly RawEvent[],
  restOf: (i: number) => Rest,
): Map<string, ValueColumn> {
  const counts = new Map<string, number>()
  for (const { properties } of raws) {
    for (const name in properties) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const columns = new Map<string, ValueColumn>()
  for (const [name, count] of counts) {
    if (columns.size === PROPERTY_COLUMNS_MAX) break
    if (count * SPARSE_SHARE >= raws.length) columns.set(name, new ValueColumn(raws.length))
  }
  for (let i = 0; i < raws.length; i++) {
    const { properties } = raws[i]!
    for (const name in properties) {
      const column = columns.get(name)
      if (column === undefined) restOf(i)[2].push([name, properties[name]])
      else column.add(i, properties[name])
    }
  }
  return columns
}

function collectMembers(raws: readonly RawEvent[], restOf: (i: number) => Rest): void {
  for (let i = 0; i < raws.length; i++) {
    const raw = raws[i]! as unknown as Record<string, unknown>
    for (const name in raw) {
      if (!MEMBERS.has(name)) restOf(i)[1].push([name, raw[name]])
    }
  }
}

function writeRests(
  writer: ByteWriter,
  raws: readonly RawEvent[],
  rests: ReadonlyMap<number, Rest>,
): void {
  writeRuns(
    writer,
    raws.map(({ properties }) => (properties === undefined ? 0 : 1)),
  )
  const places = [...rests.keys()].sort((a, b) => a - b)
  writer.writeNumber(places.length)
  writeDeltas(writer, places)
  writeTexts(
    writer,
    places.map((place) => JSON.stringify(rests.get(place))),
  )
}

/** What a segment begins with, as JSON: its columns follow in this order. */
export type SegmentHeader = [
  version: number,
  count: number,
  columns: [name: ColumnName, length: number, isPacked: 0 | 1][],
]

/** Length of the header, the header, the columns. */
function assemble(
  count: number,
  columns: [name: ColumnName, bytes: Uint8Array, isPacked: boolean][],
): Uint8Array {
  const directory = columns.map(([name, bytes, isPacked]): SegmentHeader[2][0] => {
    return [name, bytes.length, isPacked ? 1 : 0]
  })
  const fields: SegmentHeader = [SEGMENT_VERSION, count, directory]
  const header = new TextEncoder().encode(JSON.stringify(fields))
  const size = columns.reduce((sum, [, bytes]) => sum + bytes.length, LENGTH_BYTES + header.length)
  const out = new Uint8Array(size)
  new DataView(out.buffer).setUint32(0, header.length, true)
  out.set(header, LENGTH_BYTES)
  let at = LENGTH_BYTES + header.length
  for (const [, bytes] of columns) {
    out.set(bytes, at)
    at += bytes.length
  }
  return out
}
