import { ExactNumber, parseJson } from '../json-number.ts'
import type { ByteReader, ByteWriter } from './byte-stream.ts'
import { readRepeated, readRuns, writeRepeated, writeRuns } from './column.ts'
import { propertyText } from './property.ts'

// What a value is. A number keeps its digits as they were written; `JSON` is everything else: true,
// false, null, objects, arrays, and strings that UTF-8 cannot hold.
const [ABSENT, STRING, NUMBER, JSON_TEXT] = [0, 1, 2, 3] as const

/** The values of one property of many events, on their way into a column. */
export class ValueColumn {
  private readonly kinds: Uint8Array
  private readonly texts: string[] = []

  constructor(count: number) {
    this.kinds = new Uint8Array(count)
  }

  /** Sets the value of the event at `index`; indexes ascend. */
  add(index: number, value: unknown): void {
    if (typeof value === 'string' && value.isWellFormed()) {
      this.kinds[index] = STRING
      this.texts.push(value)
    } else if (typeof value === 'number') {
      this.kinds[index] = NUMBER
      this.texts.push(Object.is(value, -0) ? '-0' : String(value))
    } else if (value instanceof ExactNumber) {
      this.kinds[index] = NUMBER
      this.texts.push(value.text)
    } else {
      this.kinds[index] = JSON_TEXT
      this.texts.push(JSON.stringify(value))
    }
  }

  write(writer: ByteWriter): void {
    writeRuns(writer, this.kinds)
    writeRepeated(writer, this.texts)
  }
}

/** `parseJson`, or `parseWrittenJson` where the values are to be written again. */
export type JsonParser = (text: string) => unknown

/** The values of a column as the parser would give them; undefined where an event has none. */
export function readValues(reader: ByteReader, count: number, parse: JsonParser): unknown[] {
  return readColumn(reader, count, (kind, text) => parseValue(kind, text, parse))
}

/** The same as the texts by which metrics filter, group and count (`propertyText`). */
export function readPropertyTexts(reader: ByteReader, count: number): (string | undefined)[] {
  const { kinds, texts } = readKinds(reader, count)
  // Most properties are strings, in all events.
  if (texts.length === count && kinds.every((kind) => kind === STRING)) return texts
  return fill(kinds, texts, (kind, text) =>
    kind === STRING ? text : propertyText(parseValue(kind, text, parseJson)),
  )
}

function readColumn<T>(
  reader: ByteReader,
  count: number,
  read: (kind: number, text: string) => T,
): (T | undefined)[] {
  const { kinds, texts } = readKinds(reader, count)
  return fill(kinds, texts, read)
}

/** What each event has, and the texts of those that have something. */
function readKinds(reader: ByteReader, count: number): { kinds: Uint32Array; texts: string[] } {
  const kinds = readRuns(reader, count)
  let present = 0
  for (let i = 0; i < count; i++) if (kinds[i] !== ABSENT) present++
  return { kinds, texts: readRepeated(reader, present) }
}

function fill<T>(
  kinds: Uint32Array,
  texts: readonly string[],
  read: (kind: number, text: string) => T,
): (T | undefined)[] {
  const values: (T | undefined)[] = []
  let at = 0
  for (let i = 0; i < kinds.length; i++) {
    const kind = kinds[i]!
    values.push(kind === ABSENT ? undefined : read(kind, texts[at++]!))
  }
  return values
}

function parseValue(kind: number, text: string, parse: JsonParser): unknown {
  if (kind === STRING) return text
  if (kind === JSON_TEXT) return parse(text)
  const value = Number(text)
  // The parsers look for numbers within arrays and objects.
  return String(value) === text ? value : (parse(`[${text}]`) as unknown[])[0]
}
