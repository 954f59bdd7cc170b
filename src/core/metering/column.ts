import type { ByteReader, ByteWriter } from './byte-stream.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Integers, each as the difference from the one before. */
export function writeDeltas(writer: ByteWriter, values: readonly number[]): void {
  let before = 0
  for (let i = 0; i < values.length; i++) {
    writer.writeSigned(values[i]! - before)
    before = values[i]!
  }
}

export function readDeltas(reader: ByteReader, count: number): number[] {
  const values: number[] = []
  let before = 0
  for (let i = 0; i < count; i++) values.push((before += reader.readSigned()))
  return values
}

/** Small numbers of which many follow each other unchanged: each run as value and length. */
export function writeRuns(writer: ByteWriter, values: ArrayLike<number>): void {
  const { length } = values
  let from = 0
  for (let i = 1; i <= length; i++) {
    if (i < length && values[i] === values[from]) continue
    writer.writeNumber(values[from]!)
    writer.writeNumber(i - from)
    from = i
  }
}

export function readRuns(reader: ByteReader, count: number): Uint32Array {
  const values = new Uint32Array(count)
  for (let i = 0; i < count;) {
    const value = reader.readNumber()
    const end = i + reader.readNumber()
    if (end <= i || end > count) throw new RangeError('A run is as long as no column.')
    values.fill(value, i, end)
    i = end
  }
  return values
}

/** Well-formed texts: their lengths, then all of them as one. */
export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  for (let i = 0; i < texts.length; i++) writer.writeNumber(texts[i]!.length)
  const bytes = encoder.encode(texts.join(''))
  writer.writeNumber(bytes.length)
  writer.writeBytes(bytes)
}

export function readTexts(reader: ByteReader, count: number): string[] {
  const lengths: number[] = []
  for (let i = 0; i < count; i++) lengths.push(reader.readNumber())
  const bytes = reader.readBytes(reader.readNumber())
  if (bytes.length === 0) return lengths.map(() => '')
  const all = decoder.decode(bytes)
  const texts: string[] = []
  let at = 0
  for (let i = 0; i < count; i++) texts.push(all.slice(at, (at += lengths[i]!)))
  return texts
}

const PLAIN = 0
const DICTIONARY = 1

/** Texts that may repeat: where half of them do, each is written once. */
export function writeRepeated(writer: ByteWriter, texts: readonly string[]): void {
  const places = new Map<string, number>()
  const distinctMax = texts.length / 2
  const indexes: number[] = []
  for (let i = 0; i < texts.length && places.size <= distinctMax; i++) {
    let place = places.get(texts[i]!)
    if (place === undefined) places.set(texts[i]!, (place = places.size))
    indexes.push(place)
  }
  if (places.size > distinctMax) {
    writer.writeNumber(PLAIN)
    writeTexts(writer, texts)
    return
  }
  writer.writeNumber(DICTIONARY)
  writer.writeNumber(places.size)
  writeTexts(writer, [...places.keys()])
  for (let i = 0; i < indexes.length; i++) writer.writeNumber(indexes[i]!)
}

export function readRepeated(reader: ByteReader, count: number): string[] {
  if (reader.readNumber() === PLAIN) return readTexts(reader, count)
  const dictionary = readTexts(reader, reader.readNumber())
  const texts: string[] = []
  for (let i = 0; i < count; i++) texts.push(dictionary[reader.readNumber()]!)
  return texts
}
