import { ByteReader } from './byte-reader.ts'
import { ByteWriter } from './byte-writer.ts'
import { writeOutline, type OutlinePoint } from './outline.ts'

const COMPOSITE = 0xffff
const WORDS = 0x0001
const SCALE = 0x0008
const MORE = 0x0020
const TWO_SCALES = 0x0040
const FOUR_SCALES = 0x0080
const INSTRUCTIONS = 0x0100

interface Streams {
  contours: ByteReader
  points: ByteReader
  flags: ByteReader
  glyphs: ByteReader
  composites: ByteReader
  boxes: ByteReader
}

/** Writes the outlines of a transformed `glyf` table as TrueType has them (WOFF2, 5.1). */
export function rebuildGlyphs(transformed: Uint8Array) {
  const reader = new ByteReader(transformed)
  reader.skip(4)
  const count = reader.uint16()
  reader.skip(2)
  const sizes = Array.from({ length: 7 }, () => reader.uint32())
  const streams: Streams = {
    contours: reader.take(sizes[0]!),
    points: reader.take(sizes[1]!),
    flags: reader.take(sizes[2]!),
    glyphs: reader.take(sizes[3]!),
    composites: reader.take(sizes[4]!),
    boxes: reader.take(sizes[5]!),
  }
  const hasBox = streams.boxes.take(4 * ((count + 31) >> 5)).bytes
  const glyf = new ByteWriter()
  const loca = new ByteWriter()
  const xMins: number[] = []
  for (let i = 0; i < count; i++) {
    loca.uint32(glyf.length)
    const isBoxed = (hasBox[i >> 3]! & (0x80 >> (i & 7))) !== 0
    xMins.push(rebuildGlyph(streams, isBoxed, glyf))
    glyf.align(4)
  }
  loca.uint32(glyf.length)
  return { glyf: glyf.bytes(), loca: loca.bytes(), xMins }
}

/** Writes the next glyph and returns where it begins on the left. */
function rebuildGlyph(streams: Streams, isBoxed: boolean, glyf: ByteWriter): number {
  const contourCount = streams.contours.uint16()
  if (contourCount === 0) return 0
  if (contourCount === COMPOSITE) return copyComposite(streams, glyf)
  const contours = readContours(streams, contourCount)
  const box = isBoxed ? readBox(streams.boxes) : undefined
  // Instructions for pixels are in a stream of their own, which nobody reads.
  streams.glyphs.packed16()
  return writeOutline(contours, glyf, box)
}

function readContours(streams: Streams, count: number): OutlinePoint[][] {
  const sizes = Array.from({ length: count }, () => streams.points.packed16())
  let x = 0
  let y = 0
  return sizes.map((size) =>
    Array.from({ length: size }, () => {
      const flag = streams.flags.uint8()
      const [dx, dy] = readStep(flag & 0x7f, streams.glyphs)
      x += dx
      y += dy
      return { x, y, isOn: flag < 0x80 }
    }),
  )
}

function signed(flag: number, size: number): number {
  return (flag & 1) === 1 ? size : -size
}

/** From one point to the next, in one to four bytes (WOFF2, 5.2). */
function readStep(flag: number, data: ByteReader): [number, number] {
  if (flag < 10) return [0, signed(flag, ((flag & 14) << 7) + data.uint8())]
  if (flag < 20) return [signed(flag, (((flag - 10) & 14) << 7) + data.uint8()), 0]
  if (flag < 84) {
    const high = flag - 20
    const low = data.uint8()
    return [
      signed(flag, 1 + (high & 0x30) + (low >> 4)),
      signed(flag >> 1, 1 + ((high & 0x0c) << 2) + (low & 0x0f)),
    ]
  }
  if (flag < 120) {
    const high = flag - 84
    const dx = 1 + (Math.floor(high / 12) << 8) + data.uint8()
    return [signed(flag, dx), signed(flag >> 1, 1 + (((high % 12) >> 2) << 8) + data.uint8())]
  }
  if (flag < 124) {
    const first = data.uint8()
    const middle = data.uint8()
    const dy = ((middle & 0x0f) << 8) + data.uint8()
    return [signed(flag, (first << 4) + (middle >> 4)), signed(flag >> 1, dy)]
  }
  return [signed(flag, data.uint16()), signed(flag >> 1, data.uint16())]
}

function readBox(boxes: ByteReader): [number, number, number, number] {
  return [boxes.int16(), boxes.int16(), boxes.int16(), boxes.int16()]
}

function copyComposite({ composites, glyphs, boxes }: Streams, glyf: ByteWriter): number {
  const box = readBox(boxes)
  glyf.int16(-1)
  for (const edge of box) glyf.int16(edge)
  let isInstructed = false
  for (let flags = MORE; (flags & MORE) !== 0;) {
    flags = composites.uint16()
    isInstructed ||= (flags & INSTRUCTIONS) !== 0
    glyf.uint16(flags & ~INSTRUCTIONS)
    const rest =
      2 +
      ((flags & WORDS) === 0 ? 2 : 4) +
      ((flags & SCALE) === 0 ? 0 : 2) +
      ((flags & TWO_SCALES) === 0 ? 0 : 4) +
      ((flags & FOUR_SCALES) === 0 ? 0 : 8)
    for (const byte of composites.take(rest).bytes) glyf.uint8(byte)
  }
  if (isInstructed) glyphs.packed16()
  return box[0]
}
