import { PDFDocument, PDFName, PDFString, type PDFRef } from '@cantoo/pdf-lib'
import type { FontFile, Weight } from '../fonts/font-file.ts'
import type { ShapedRun } from '../text/shape.ts'
import { EmbeddedFont, utf16 } from './embedded-font.ts'

/** Red, green and blue, from 0 to 1. */
export type Color = readonly [number, number, number]

/** Points from the lower left corner of the page; what is drawn later covers what is there. */
export interface PageWriter {
  text(runs: readonly ShapedRun[], at: TextPlace): void
  rule(from: readonly [number, number], to: readonly [number, number], stroke: Stroke): void
  box(x: number, y: number, width: number, height: number, color: Color): void
}

export interface TextPlace {
  x: number
  /** The line that letters stand on. */
  y: number
  size: number
  color: Color
  /** In degrees, against the clock; absent for none. */
  angle?: number
}

interface Stroke {
  width: number
  color: Color
}

interface DocumentInfo {
  title: string
  subject: string
  language: string
}

export interface PdfWriter {
  addPage(width: number, height: number): PageWriter
  save(): Promise<Uint8Array>
}

/** Writes a PDF. It has no date and nothing random: the same drawing gives the same bytes. */
export async function createPdf({ title, subject, language }: DocumentInfo): Promise<PdfWriter> {
  const document = await PDFDocument.create({ updateMetadata: false })
  document.setTitle(title, { showInWindowTitleBar: true })
  document.setSubject(subject)
  document.setProducer('Tactus')
  document.setCreator('Tactus')
  const { context, catalog } = document
  catalog.set(PDFName.of('Lang'), PDFString.of(language))
  const fonts = new Map<string, EmbeddedFont>()
  const contents: { ref: PDFRef; operators: string[] }[] = []
  const fontOf = (file: FontFile, weight: Weight) => {
    const key = `${file.path} ${weight}`
    const known = fonts.get(key)
    if (known !== undefined) return known
    const font = new EmbeddedFont(context, file, weight, fonts.size)
    fonts.set(key, font)
    return font
  }
  const resources = context.nextRef()
  return {
    addPage(width, height) {
      const { node } = document.addPage([width, height])
      const ref = context.nextRef()
      node.set(PDFName.of('Contents'), ref)
      node.set(PDFName.of('Resources'), resources)
      const operators: string[] = []
      contents.push({ ref, operators })
      return pageWriter(operators, fontOf)
    },
    save() {
      for (const { ref, operators } of contents) {
        context.assign(ref, context.flateStream(operators.join('\n')))
      }
      for (const font of fonts.values()) font.embed(context)
      const named = [...fonts.values()].map(({ name, ref }) => [name, ref] as const)
      context.assign(resources, context.obj({ Font: Object.fromEntries(named) }))
      return document.save({ addDefaultPage: false, updateFieldAppearances: false })
    },
  }
}

function pageWriter(
  operators: string[],
  fontOf: (file: FontFile, weight: Weight) => EmbeddedFont,
): PageWriter {
  return {
    text(runs, place) {
      operators.push('BT', `${place.color.map(decimal).join(' ')} rg`)
      const turn = ((place.angle ?? 0) * Math.PI) / 180
      const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
      let along = 0
      for (const run of runs) {
        const [x, y] = [place.x + along * cos, place.y + along * sin]
        const matrix = [cos, sin, -sin, cos, x, y].map(decimal).join(' ')
        const font = fontOf(run.file, run.weight)
        const shown = showGlyphs(run, font, place.size)
        const show = `/${font.name} ${decimal(place.size)} Tf\n${matrix} Tm\n${shown}`
        operators.push(run.says === undefined ? show : sayInstead(run.says, show))
        along += (run.width * place.size) / 1_000
      }
      operators.push('ET')
    },
    rule([x1, y1], [x2, y2], { width, color }) {
      const line = `${decimal(x1)} ${decimal(y1)} m ${decimal(x2)} ${decimal(y2)} l S`
      operators.push(`${color.map(decimal).join(' ')} RG ${decimal(width)} w ${line}`)
    },
    box(x, y, width, height, color) {
      const edges = [x, y, width, height].map(decimal).join(' ')
      operators.push(`${color.map(decimal).join(' ')} rg ${edges} re f`)
    },
  }
}

/** Glyphs in a row; those that are moved from where they would stand come with how far. */
function showGlyphs({ glyphs }: ShapedRun, font: EmbeddedFont, size: number): string {
  const lines: string[] = []
  let row = ''
  let rise = 0
  /** How far the next glyph goes to the left, in thousandths of the size. */
  let back = 0
  for (const { glyph, advance, dx, dy } of glyphs) {
    if (dy !== rise) {
      if (row !== '') lines.push(`[${row}] TJ`)
      lines.push(`${decimal((dy * size) / 1_000)} Ts`)
      row = ''
      rise = dy
    }
    back -= dx
    row += `${back === 0 ? '' : back}<${font.use(glyph)}>`
    back = font.widthOf(glyph) + dx - advance
  }
  lines.push(`[${row}] TJ`)
  if (rise !== 0) lines.push('0 Ts')
  return lines.join('\n').replaceAll('><', '')
}

/** What a reader copies where glyphs stand in another order than letters. */
function sayInstead(text: string, show: string): string {
  return `/Span << /ActualText <feff${utf16(text)}> >> BDC\n${show}\nEMC`
}

function decimal(value: number): string {
  return String(Math.round(value * 1_000) / 1_000 + 0)
}
