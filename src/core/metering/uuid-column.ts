import type { ByteReader, ByteWriter } from './byte-stream.ts'
import { readRuns, readTexts, writeRuns, writeTexts } from './column.ts'

/** A canonical UUID takes so many bytes instead of 36 characters. */
const UUID_BYTES = 16
const UUID_LENGTH = 36
const DASH = 45
/** Value of a lower-case hexadecimal digit by character code; −1 for all others. */
const DIGITS = Int8Array.from({ length: 128 }, (_, code) =>
  '0123456789abcdef'.indexOf(String.fromCharCode(code)),
)
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/**
 * Writes ids: lower-case UUIDs as bytes, which no compression makes shorter, other ones as texts.
 * @returns whether all of them are UUIDs
 */
export function writeIds(writer: ByteWriter, ids: readonly string[]): boolean {
  const isUuid = new Uint8Array(ids.length)
  const packed = new Uint8Array(ids.length * UUID_BYTES)
  const others: string[] = []
  let at = 0
  for (let i = 0; i < ids.length; i++) {
    if (packUuid(ids[i]!, packed, at)) {
      isUuid[i] = 1
      at += UUID_BYTES
    } else others.push(ids[i]!)
  }
  writeRuns(writer, isUuid)
  writer.writeBytes(packed.subarray(0, at))
  writeTexts(writer, others)
  return others.length === 0
}

export function readIds(reader: ByteReader, count: number): string[] {
  const isUuid = readRuns(reader, count)
  const uuids = isUuid.reduce((sum, flag) => sum + flag, 0)
  const packed = reader.readBytes(uuids * UUID_BYTES)
  const others = readTexts(reader, count - uuids)
  const ids: string[] = []
  let [at, other] = [0, 0]
  for (let i = 0; i < count; i++) {
    if (isUuid[i] === 0) ids.push(others[other++]!)
    else {
      ids.push(unpackUuid(packed, at))
      at += UUID_BYTES
    }
  }
  return ids
}

/** Writes the bytes of a canonical UUID at `at`; false, with some of them written, if it is none. */
function packUuid(text: string, out: Uint8Array, at: number): boolean {
  if (text.length !== UUID_LENGTH) return false
  let to = at
  for (let i = 0; i < UUID_LENGTH;) {
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (text.charCodeAt(i++) !== DASH) return false
    }
    const high = DIGITS[text.charCodeAt(i++)] ?? -1
    const low = DIGITS[text.charCodeAt(i++)] ?? -1
    if (high < 0 || low < 0) return false
    out[to++] = high * 16 + low
  }
  return true
}

function unpackUuid(bytes: Uint8Array, at: number): string {
  let text = ''
  for (let i = 0; i < UUID_BYTES; i++) {
    if (i === 4 || i === 6 || i === 8 || i === 10) text += '-'
    text += HEX[bytes[at + i]!]!
  }
  return text
}
