import { parseJson } from '../json-number.ts'
import { assert } from '../result.ts'
import { parseTimestamp } from '../time.ts'
import { ByteReader } from './byte-stream.ts'
import { readDeltas, readRepeated, readRuns, readTexts } from './column.ts'
import type { UsageEvent } from './event.ts'
import { propertyText } from './property.ts'
import {
  LENGTH_BYTES,
  SEGMENT_VERSION,
  type ColumnCodec,
  type ColumnName,
  type EventPlace,
  type RawEvent,
  type Rest,
  type SegmentHeader,
} from './segment.ts'
import { joinTimestamp, VERBATIM, type TimestampForm } from './timestamp-column.ts'
import { readIds } from './uuid-column.ts'
import { readPropertyTexts, readValues, type JsonParser } from './value-column.ts'

/** An event as the log has it, whichever form the log has there. */
export interface LoggedEvent extends EventPlace {
  idIndex: number
  acceptedAtMs: number
  event: UsageEvent
  /** As received, member order and whitespace aside. */
  readonly raw: unknown
}

/**
 * A segment that is open for reading. A column is decompressed and decoded when it is first asked
 * for; all of them have an entry for each event, in the order of ingest ids, then places.
 */
export class Segment {
  readonly count: number
  private readonly codec: ColumnCodec
  private readonly parse: JsonParser
  private readonly columns = new Map<ColumnName, { bytes: Uint8Array; isPacked: boolean }>()
  private readonly decoded = new Map<string, unknown>()

  /** @param parse reads values; `parseWrittenJson` where they are to be written again */
  constructor(bytes: Uint8Array, codec: ColumnCodec, parse: JsonParser = parseJson) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const headerEnd = LENGTH_BYTES + view.getUint32(0, true)
    const header = new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, headerEnd))
    const [version, count, columns] = JSON.parse(header) as SegmentHeader
    assert(version === SEGMENT_VERSION, `segments of version ${version} can be read`)
    this.count = count
    this.codec = codec
    this.parse = parse
    let at = headerEnd
    for (const [name, length, isPacked] of columns) {
      const column = { bytes: bytes.subarray(at, at + length), isPacked: isPacked === 1 }
      this.columns.set(name, column)
      at += length
    }
  }

  /** Ascending. */
  get idIndexes(): Uint32Array {
    return this.ids.indexes
  }

  /** Each event's `customer_id` as sent. */
  get ingestIds(): string[] {
    return this.ids.texts
  }

  /** The events of one ingest id follow each other: `from` … `to` − 1. */
  rangeOf(idIndex: number): { from: number; to: number } {
    const { idIndexes } = this
    const from = lowerBound(idIndexes, idIndex)
    return { from, to: lowerBound(idIndexes, idIndex + 1) }
  }

  get places(): { seqs: number[]; indexes: number[] } {
    return this.column('places', (reader) => {
      return { seqs: readDeltas(reader, this.count), indexes: readDeltas(reader, this.count) }
    })
  }

  get acceptedAt(): number[] {
    return this.column('accepted', (reader) => readDeltas(reader, this.count))
  }

  get transactionIds(): string[] {
    return this.column('transaction_ids', (reader) => readIds(reader, this.count))
  }

  get eventTypes(): string[] {
    return this.column('event_types', (reader) => readRepeated(reader, this.count))
  }

  /** Epoch milliseconds. */
  get timestampsMs(): number[] {
    return this.timestamps.ms
  }

  /**
   * Digits of the events' timestamps beyond milliseconds, as `UsageEvent` has them; null where none
   * has any.
   */
  get subMs(): string[] | null {
    const { timestamps } = this
    const { forms, subDigits } = timestamps
    const isPlain = !forms.includes(VERBATIM) && subDigits.every((digits) => digits === '')
    if (isPlain) return null
    const rests = this.rest.of
    return subDigits.map((_, i) => subMsOf(timestamps, rests, i))
  }

  /** The properties that have columns; others may occur, sparsely. */
  get propertyNames(): string[] {
    return [...this.columns.keys()].flatMap((name) =>
      name.startsWith(PREFIX) ? [name.slice(PREFIX.length)] : [],
    )
  }

  /** One property of all events, as `parseJson` gives values; undefined where there is none. */
  propertyValues(name: string): unknown[] {
    return (
      this.property(name, 'value', (reader, count) => readValues(reader, count, this.parse)) ??
      this.sparse(name, (value) => value, undefined)
    )
  }

  /** One property of all events as the text by which it is filtered and counted (`propertyText`). */
  propertyTexts(name: string): (string | undefined)[] {
    return (
      this.property(name, 'text', readPropertyTexts) ?? this.sparse(name, propertyText, undefined)
    )
  }

  /** The events `from` … `to` − 1 as they were before they were written as columns. */
  events(from = 0, to = this.count): LoggedEvent[] {
    const columns = this.propertyNames.map((name) => ({ name, values: this.propertyValues(name) }))
    const { idIndexes, ingestIds, places, acceptedAt, transactionIds, eventTypes } = this
    const { timestamps, rest } = this
    const events: LoggedEvent[] = []
    for (let i = from; i < to; i++) {
      const event: UsageEvent = {
        transactionId: transactionIds[i]!,
        ingestId: ingestIds[i]!,
        eventType: eventTypes[i]!,
        timestampMs: timestamps.ms[i]!,
        subMs: subMsOf(timestamps, rest.of, i),
        properties: rest.hasProperties[i] === 0 ? undefined : propertiesOf(columns, rest.of, i),
      }
      const [seq, index] = [places.seqs[i]!, places.indexes[i]!]
      const [idIndex, acceptedAtMs] = [idIndexes[i]!, acceptedAt[i]!]
      events.push(new SegmentEvent({ seq, index, idIndex, acceptedAtMs, event }, this, i))
    }
    return events
  }

  /** The event's JSON members as they were sent. */
  rawEvent(i: number, { transactionId, ingestId, eventType, properties }: UsageEvent): RawEvent {
    const raw: RawEvent = {
      transaction_id: transactionId,
      customer_id: ingestId,
      event_type: eventType,
      timestamp: timestampText(this.timestamps, this.rest.of, i),
      ...(properties && { properties }),
    }
    for (const [name, value] of this.rest.of.get(i)?.[1] ?? []) setOwn(raw, name, value)
    return raw
  }

  private get ids(): { indexes: Uint32Array; texts: string[] } {
    return this.column('ids', (reader) => {
      const ids = reader.readNumber()
      const indexes = readDeltas(reader, ids)
      const counts = Array.from({ length: ids }, () => reader.readNumber())
      const texts = readIds(reader, ids)
      const all = { indexes: new Uint32Array(this.count), texts: [] as string[] }
      for (let id = 0; id < ids; id++) {
        const from = all.texts.length
        for (let i = 0; i < counts[id]!; i++) all.texts.push(texts[id]!)
        all.indexes.fill(indexes[id]!, from, all.texts.length)
      }
      return all
    })
  }

  private get timestamps(): Timestamps {
    return this.column('timestamps', (reader) => {
      const ms = readDeltas(reader, this.count)
      const forms = readTexts(reader, reader.readNumber())
      const formOf = readRuns(reader, this.count)
      const subDigits = readTexts(reader, this.count)
      return { ms, forms, formOf, subDigits }
    })
  }

  private get rest(): { hasProperties: Uint32Array; of: Rests } {
    return this.column('rest', (reader) => {
      const hasProperties = readRuns(reader, this.count)
      const places = readDeltas(reader, reader.readNumber())
      const texts = readTexts(reader, places.length)
      const rests = texts.map((text) => this.parse(text) as Rest)
      return { hasProperties, of: new Map(places.map((place, i) => [place, rests[i]!])) }
    })
  }

  private property<T>(
    name: string,
    kind: string,
    decode: (reader: ByteReader, count: number) => T,
  ): T | undefined {
    const column: ColumnName = `${PREFIX}${name}`
    if (!this.columns.has(column)) return undefined
    return this.column(column, (reader) => decode(reader, this.count), kind)
  }

  /** A property that has no column. */
  private sparse<T>(name: string, read: (value: unknown) => T, absent: T): T[] {
    const values = Array.from({ length: this.count }, () => absent)
    for (const [i, [, , properties]] of this.rest.of) {
      for (const [other, value] of properties) if (other === name) values[i] = read(value)
    }
    return values
  }

  private column<T>(name: ColumnName, decode: (reader: ByteReader) => T, kind = ''): T {
    const key = `${kind}/${name}`
    if (!this.decoded.has(key)) {
      const column = this.columns.get(name)
      assert(column !== undefined, `a segment has the column ${name}`)
      const bytes = column.isPacked ? this.codec.inflate(column.bytes) : column.bytes
      this.decoded.set(key, decode(new ByteReader(bytes)))
    }
    return this.decoded.get(key) as T
  }
}

const PREFIX = 'properties.'

type Rests = ReadonlyMap<number, Rest>

interface Timestamps {
  ms: number[]
  /** Those that occur, and which of them each event has. */
  forms: string[]
  formOf: Uint32Array
  subDigits: string[]
}

function propertiesOf(
  columns: { name: string; values: unknown[] }[],
  rests: Rests,
  i: number,
): Record<string, unknown> {
  const properties: Record<string, unknown> = {}
  for (const { name, values } of columns) {
    if (values[i] !== undefined) setOwn(properties, name, values[i])
  }
  for (const [name, value] of rests.get(i)?.[2] ?? []) setOwn(properties, name, value)
  return properties
}

function timestampText(timestamps: Timestamps, rests: Rests, i: number): string {
  const { ms, subDigits } = timestamps
  const written = { ms: ms[i]!, form: formAt(timestamps, i), subDigits: subDigits[i]! }
  return written.form === VERBATIM ? rests.get(i)![0]! : joinTimestamp(written)
}

function formAt({ forms, formOf }: Timestamps, i: number): TimestampForm {
  return forms[formOf[i]!]!
}

function subMsOf(timestamps: Timestamps, rests: Rests, i: number): string {
  const { subDigits } = timestamps
  if (formAt(timestamps, i) !== VERBATIM)
    return subDigits[i] === '' ? '' : subDigits[i]!.replace(/0+$/, '')
  return parseTimestamp(timestampText(timestamps, rests, i))!.subMs
}

/** Most readers never ask for the event as received: it is put together when they do. */
class SegmentEvent implements LoggedEvent {
  readonly seq: number
  readonly index: number
  readonly idIndex: number
  readonly acceptedAtMs: number
  readonly event: UsageEvent
  private readonly segment: Segment
  private readonly at: number

  constructor(logged: Omit<LoggedEvent, 'raw'>, segment: Segment, at: number) {
    this.seq = logged.seq
    this.index = logged.index
    this.idIndex = logged.idIndex
    this.acceptedAtMs = logged.acceptedAtMs
    this.event = logged.event
    this.segment = segment
    this.at = at
  }

  get raw(): RawEvent {
    return this.segment.rawEvent(this.at, this.event)
  }
}

/** Sets a member of a JSON object, whatever its name is. */
function setOwn(object: object, name: string, value: unknown): void {
  if (name !== '__proto__') (object as Record<string, unknown>)[name] = value
  else {
    const member = { value, enumerable: true, configurable: true, writable: true }
    Object.defineProperty(object, name, member)
  }
}

/** The first place whose value is not less; values ascend. */
function lowerBound(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (values[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
