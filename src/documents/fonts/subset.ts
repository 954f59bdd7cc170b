import type { Font, Glyph } from 'fontkit'
import { ByteWriter } from './byte-writer.ts'
import { writeOutline, type OutlinePoint } from './outline.ts'
import { writeSfnt } from './woff2.ts'

const TRUETYPE = 0x00010000
const MAGIC = 0x5f0f3cf5

/**
 * A TrueType font of some glyphs, numbered as they come, after the one for what is not there. Each is
 * written as an outline of its own at the font's weight; mapping and names are the document's.
 */
export function writeSubset(font: Font, glyphs: readonly Glyph[]): Uint8Array {
  const all = [font.getGlyph(0), ...glyphs]
  const glyf = new ByteWriter()
  const loca = new ByteWriter()
  const hmtx = new ByteWriter()
  let [pointsMax, contoursMax] = [0, 0]
  for (const glyph of all) {
    loca.uint32(glyf.length)
    const contours = contoursOf(glyph)
    const left = contours.length === 0 ? 0 : writeOutline(contours, glyf)
    glyf.align(4)
    hmtx.uint16(Math.round(glyph.advanceWidth))
    hmtx.int16(left)
    pointsMax = Math.max(pointsMax, contours.flat().length)
    contoursMax = Math.max(contoursMax, contours.length)
  }
  loca.uint32(glyf.length)
  const maxp = new ByteWriter()
  maxp.uint32(TRUETYPE)
  for (const value of [all.length, pointsMax, contoursMax, 0, 0, 2]) maxp.uint16(value)
  for (let i = 0; i < 8; i++) maxp.uint16(0)
  return writeSfnt(
    TRUETYPE,
    new Map([
      ['head', writeHead(font)],
      ['hhea', writeHhea(font, all)],
      ['maxp', maxp.bytes()],
      ['hmtx', hmtx.bytes()],
      ['loca', loca.bytes()],
      ['glyf', glyf.bytes()],
    ]),
  )
}

function contoursOf(glyph: Glyph): OutlinePoint[][] {
  const contours: OutlinePoint[][] = []
  for (const { command, args } of glyph.path.commands) {
    if (command === 'moveTo') contours.push([])
    const contour = contours.at(-1)
    for (let i = 0; i < args.length; i += 2) {
      // All points but the last one of a command bend the curve.
      const isOn = i + 2 >= args.length
      contour?.push({ x: Math.round(args[i]!), y: Math.round(args[i + 1]!), isOn })
    }
  }
  return contours.map(withoutReturn).filter((contour) => contour.length > 0)
}

/** Contours close by themselves: the way back to the first point is not one of them. */
function withoutReturn(contour: OutlinePoint[]): OutlinePoint[] {
  const [first, last] = [contour[0], contour.at(-1)]
  const returns = contour.length > 1 && last!.isOn && first!.x === last!.x && first!.y === last!.y
  return returns ? contour.slice(0, -1) : contour
}

function writeHead(font: Font): Uint8Array {
  const head = new ByteWriter()
  for (const value of [TRUETYPE, TRUETYPE, 0, MAGIC]) head.uint32(value)
  head.uint16(0)
  head.uint16(font.unitsPerEm)
  // When it was made: never, so that the same glyphs give the same bytes.
  for (let i = 0; i < 4; i++) head.uint32(0)
  const { minX, minY, maxX, maxY } = font.bbox
  for (const edge of [minX, minY, maxX, maxY]) head.int16(Math.round(edge))
  for (const value of [0, 8, 2, 1, 0]) head.uint16(value)
  return head.bytes()
}

function writeHhea(font: Font, glyphs: readonly Glyph[]): Uint8Array {
  const hhea = new ByteWriter()
  hhea.uint32(TRUETYPE)
  for (const value of [font.ascent, font.descent, font.lineGap]) hhea.int16(Math.round(value))
  hhea.uint16(Math.round(Math.max(...glyphs.map(({ advanceWidth }) => advanceWidth))))
  for (let i = 0; i < 11; i++) hhea.uint16(0)
  hhea.uint16(glyphs.length)
  return hhea.bytes()
}
