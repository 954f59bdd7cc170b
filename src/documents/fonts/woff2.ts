import { brotliDecompressSync } from 'node:zlib'
import { assert } from '../../core/result.ts'
import { ByteReader } from './byte-reader.ts'
import { rebuildGlyphs } from './woff2-glyphs.ts'

/** The tags that a WOFF2 directory names by number (WOFF2, 4.1). */
const TAGS =
  'cmap head hhea hmtx maxp name OS/2 post cvt fpgm glyf loca prep CFF VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill'
    .split(' ')
    .map((tag) => tag.padEnd(4))
const SIGNATURE = 0x774f4632
const HEADER_BYTES = 48
const ARBITRARY_TAG = 63

interface Table {
  tag: string
  isTransformed: boolean
  /** In the stream. */
  length: number
}

/**
 * Unpacks a WOFF2 font with TrueType outlines. What the format leaves out for being recomputable,
 * outlines' offsets and sometimes side bearings, is put back; instructions for pixels are dropped.
 */
export function unpackWoff2(bytes: Uint8Array): Uint8Array {
  const reader = new ByteReader(bytes)
  assert(reader.uint32() === SIGNATURE, 'a font is in WOFF2')
  const flavor = reader.uint32()
  reader.skip(4)
  const count = reader.uint16()
  reader.skip(6)
  const compressedLength = reader.uint32()
  reader.at = HEADER_BYTES
  const directory = Array.from({ length: count }, () => readTable(reader))
  const compressed = bytes.subarray(reader.at, reader.at + compressedLength)
  return writeSfnt(flavor, restore(directory, new Uint8Array(brotliDecompressSync(compressed))))
}

function readTable(reader: ByteReader): Table {
  const flags = reader.uint8()
  const known = flags & 0x3f
  const tag = known === ARBITRARY_TAG ? reader.tag() : TAGS[known]!
  const version = flags >> 6
  // Outlines are transformed unless said otherwise, all else only if said so.
  const isOutline = tag === 'glyf' || tag === 'loca'
  const isTransformed = isOutline ? version !== 3 : version !== 0
  const original = reader.base128()
  return { tag, isTransformed, length: isTransformed ? reader.base128() : original }
}

function restore(directory: readonly Table[], stream: Uint8Array): Map<string, Uint8Array> {
  const tables = new Map<string, Uint8Array>()
  const transformed = new Set<string>()
  let at = 0
  for (const { tag, isTransformed, length } of directory) {
    tables.set(tag, stream.slice(at, at + length))
    if (isTransformed) transformed.add(tag)
    at += length
  }
  if (!transformed.has('glyf')) return tables
  const glyphs = rebuildGlyphs(tables.get('glyf')!)
  tables.set('glyf', glyphs.glyf)
  tables.set('loca', glyphs.loca)
  const head = tables.get('head')!
  new DataView(head.buffer, head.byteOffset).setInt16(50, 1)
  if (transformed.has('hmtx')) {
    const hhea = new ByteReader(tables.get('hhea')!)
    hhea.at = 34
    tables.set('hmtx', rebuildMetrics(tables.get('hmtx')!, hhea.uint16(), glyphs.xMins))
  }
  return tables
}

/** Side bearings that are left out are where the outlines begin (WOFF2, 5.4). */
function rebuildMetrics(packed: Uint8Array, full: number, xMins: readonly number[]): Uint8Array {
  const reader = new ByteReader(packed)
  const flags = reader.uint8()
  const advances = Array.from({ length: full }, () => reader.uint16())
  const bearings = xMins.map((xMin, i) => {
    const isLeftOut = (flags & (i < full ? 1 : 2)) !== 0
    return isLeftOut ? xMin : reader.int16()
  })
  const view = new DataView(new ArrayBuffer(full * 4 + (xMins.length - full) * 2))
  let at = 0
  for (const [i, bearing] of bearings.entries()) {
    if (i < full) {
      view.setUint16(at, advances[i]!)
      at += 2
    }
    view.setInt16(at, bearing)
    at += 2
  }
  return new Uint8Array(view.buffer)
}

const DIRECTORY_ENTRY_BYTES = 16

/** A font file of these tables. */
export function writeSfnt(flavor: number, tables: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const sorted = [...tables].sort(([a], [b]) => (a < b ? -1 : 1))
  const start = 12 + sorted.length * DIRECTORY_ENTRY_BYTES
  const padded = (length: number) => (length + 3) & ~3
  const size = sorted.reduce((sum, [, data]) => sum + padded(data.length), start)
  const file = new Uint8Array(size)
  const view = new DataView(file.buffer)
  const power = Math.floor(Math.log2(sorted.length))
  view.setUint32(0, flavor)
  view.setUint16(4, sorted.length)
  view.setUint16(6, 2 ** power * DIRECTORY_ENTRY_BYTES)
  view.setUint16(8, power)
  view.setUint16(10, (sorted.length - 2 ** power) * DIRECTORY_ENTRY_BYTES)
  let at = start
  for (const [i, [tag, data]] of sorted.entries()) {
    const entry = 12 + i * DIRECTORY_ENTRY_BYTES
    for (let j = 0; j < 4; j++) view.setUint8(entry + j, tag.charCodeAt(j))
    file.set(data, at)
    const end = at + padded(data.length)
    view.setUint32(entry + 4, checksum(view, at, end))
    view.setUint32(entry + 8, at)
    view.setUint32(entry + 12, data.length)
    at = end
  }
  return file
}

function checksum(view: DataView, from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at += 4) sum = (sum + view.getUint32(at)) >>> 0
  return sum
}
