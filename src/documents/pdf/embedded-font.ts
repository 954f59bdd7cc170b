import { PDFHexString, PDFName, type PDFContext, type PDFRef } from '@cantoo/pdf-lib'
import type { Glyph } from 'fontkit'
import type { FontFile, Weight } from '../fonts/font-file.ts'
import { writeSubset } from '../fonts/subset.ts'

/** The glyphs of a font that a document uses. They are numbered from 1, as they come. */
export class EmbeddedFont {
  readonly name: string
  readonly ref: PDFRef
  readonly #numbers = new Map<string, number>()
  readonly #glyphs: Glyph[] = []
  readonly #tag: string
  readonly #file: FontFile
  readonly #weight: Weight

  constructor(context: PDFContext, file: FontFile, weight: Weight, index: number) {
    this.ref = context.nextRef()
    this.name = `F${index}`
    this.#tag = `AAAA${String.fromCharCode(65 + Math.floor(index / 26), 65 + (index % 26))}`
    this.#file = file
    this.#weight = weight
  }

  /** The number of a glyph, as four hexadecimal digits. What says something else is another glyph. */
  use(glyph: Glyph): string {
    const key = [glyph.id, ...glyph.codePoints].join(' ')
    let number = this.#numbers.get(key)
    if (number === undefined) {
      this.#glyphs.push(glyph)
      number = this.#glyphs.length
      this.#numbers.set(key, number)
    }
    return hex(number)
  }

  /** The width of a glyph as the font has it, in thousandths of the type's size. */
  widthOf(glyph: Glyph): number {
    return Math.round((glyph.advanceWidth * 1_000) / this.#file.at(this.#weight).unitsPerEm)
  }

  /** Writes the font once all of the document's text is set. */
  embed(context: PDFContext): void {
    const font = this.#file.at(this.#weight)
    const scale = 1_000 / font.unitsPerEm
    const name = PDFName.of(`${this.#tag}+${font.postscriptName}-${this.#weight}`)
    const program = writeSubset(font, this.#glyphs)
    const { minX, minY, maxX, maxY } = font.bbox
    const descriptor = context.obj({
      Type: 'FontDescriptor',
      FontName: name,
      Flags: 4,
      FontBBox: [minX, minY, maxX, maxY].map((edge) => Math.round(edge * scale)),
      ItalicAngle: 0,
      Ascent: Math.round(font.ascent * scale),
      Descent: Math.round(font.descent * scale),
      CapHeight: Math.round(font.capHeight * scale),
      StemV: this.#weight === 'bold' ? 120 : 80,
      FontFile2: context.register(context.flateStream(program, { Length1: program.length })),
    })
    const descendant = context.obj({
      Type: 'Font',
      Subtype: 'CIDFontType2',
      BaseFont: name,
      CIDSystemInfo: {
        Registry: PDFHexString.fromText('Adobe'),
        Ordering: PDFHexString.fromText('Identity'),
        Supplement: 0,
      },
      FontDescriptor: context.register(descriptor),
      DW: 1_000,
      W: [1, this.#glyphs.map((glyph) => this.widthOf(glyph))],
      CIDToGIDMap: 'Identity',
    })
    const dictionary = context.obj({
      Type: 'Font',
      Subtype: 'Type0',
      BaseFont: name,
      Encoding: 'Identity-H',
      DescendantFonts: [context.register(descendant)],
      ToUnicode: context.register(context.flateStream(this.#toUnicode())),
    })
    context.assign(this.ref, dictionary)
  }

  #toUnicode(): string {
    const mapped = this.#glyphs.map((glyph, i) => {
      const text = String.fromCodePoint(...glyph.codePoints)
      return `<${hex(i + 1)}> <${utf16(text)}>`
    })
    const blocks = []
    for (let i = 0; i < mapped.length; i += 100) {
      const block = mapped.slice(i, i + 100)
      blocks.push(`${block.length} beginbfchar`, ...block, 'endbfchar')
    }
    return [
      '/CIDInit /ProcSet findresource begin',
      '12 dict begin',
      'begincmap',
      '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
      '/CMapName /Adobe-Identity-UCS def',
      '/CMapType 2 def',
      '1 begincodespacerange',
      '<0000> <ffff>',
      'endcodespacerange',
      ...blocks,
      'endcmap',
      'CMapName currentdict /CMap defineresource pop',
      'end',
      'end',
    ].join('\n')
  }
}

function hex(number: number): string {
  return number.toString(16).padStart(4, '0')
}

export function utf16(text: string): string {
  return Array.from({ length: text.length }, (_, i) => hex(text.charCodeAt(i))).join('')
}
