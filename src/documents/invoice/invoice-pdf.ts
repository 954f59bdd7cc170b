import { loadFonts, type ReadFontFile } from '../fonts/load-fonts.ts'
import { createPdf, type Color, type PageWriter } from '../pdf/pdf-writer.ts'
import { createShaper, type Shaper } from '../text/shape.ts'
import { invoiceContent, type InvoiceContent, type Printed } from './invoice-content.ts'
import { lineHeight, PAGE, type Ink } from './page-rows.ts'
import { paginate, type PlacedRow } from './paginate.ts'

const INKS: Record<Ink, Color> = {
  text: [0.1, 0.11, 0.14],
  soft: [0.4, 0.43, 0.48],
  warning: [0.72, 0.11, 0.11],
  paid: [0.07, 0.42, 0.28],
}
const RULE: Color = [0.8, 0.82, 0.85]
const WATERMARK: Color = [0.97, 0.87, 0.87]
const WATERMARK_SIZE = 170
const WATERMARK_ANGLE = 52

export interface InvoicePdf {
  bytes: Uint8Array
  number: string
  /** Code points that no font has; they are printed as such, like `[U+1F9FE]`. */
  missing: number[]
}

/**
 * Prints an invoice. The same invoice, customer and seller give the same bytes.
 * @returns null when the fonts cannot be read
 */
export async function printInvoice(
  printed: Printed,
  read: ReadFontFile,
): Promise<InvoicePdf | null> {
  const laid = await layInvoice(printed, read)
  if (laid === null) return null
  const { content, pages, shaper, missing } = laid
  const title = `Invoice ${content.number}${content.mark === null ? '' : ` – ${content.mark}`}`
  const subject = [content.seller.name, content.buyer.name].filter(Boolean).join(' – ')
  const pdf = await createPdf({ title, subject, language: 'en' })
  for (const { rows } of pages) {
    const page = pdf.addPage(PAGE.width, PAGE.height)
    if (content.mark !== null) drawWatermark(page, content.mark, shaper)
    for (const row of rows) drawRow(page, row, shaper)
  }
  return { bytes: await pdf.save(), number: content.number, missing }
}

/** What is printed where, and the means to draw it; null when the fonts cannot be read. */
export async function layInvoice(printed: Printed, read: ReadFontFile) {
  const content = invoiceContent(printed)
  const fonts = await loadFonts(textsOf(content), read)
  if (fonts === null) return null
  const shaper = createShaper(fonts)
  return { content, pages: paginate(content, shaper), shaper, missing: fonts.missing }
}

/** What the fonts are for; what the layout adds is in the characters of English. */
const LAYOUT_CHARACTERS =
  ' abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;()%–−→·’\u00a0'

function textsOf(content: InvoiceContent): string[] {
  const { seller, buyer, facts, rows, payment, footer } = content
  return [
    LAYOUT_CHARACTERS,
    ...[seller, buyer].flatMap(({ name, lines }) => [name, ...lines]),
    ...facts.flat(),
    ...rows.flatMap((row) => [
      'text' in row ? row.text : '',
      ...('details' in row ? row.details : []),
    ]),
    ...rows.flatMap((row) => (row.kind === 'charge' ? [row.quantity] : [])),
    ...rows.flatMap((row) => (row.kind === 'section' ? [row.unit] : [])),
    ...payment,
    footer,
  ]
}

function drawWatermark(page: PageWriter, mark: string, shaper: Shaper): void {
  const runs = shaper.shape(mark, 'bold')
  const length = (shaper.measure(mark, 'bold') * WATERMARK_SIZE) / 1_000
  const turn = (WATERMARK_ANGLE * Math.PI) / 180
  // The middle of the word, a third of its size above the line it stands on, is that of the page.
  const rise = WATERMARK_SIZE * 0.36
  page.text(runs, {
    x: PAGE.width / 2 - (length / 2) * Math.cos(turn) + rise * Math.sin(turn),
    y: PAGE.height / 2 - (length / 2) * Math.sin(turn) - rise * Math.cos(turn),
    size: WATERMARK_SIZE,
    color: WATERMARK,
    angle: WATERMARK_ANGLE,
  })
}

function drawRow(page: PageWriter, row: PlacedRow, shaper: Shaper): void {
  const left = PAGE.margin
  const right = PAGE.width - PAGE.margin
  const rule = (top: number, width = 0.5) => {
    const y = PAGE.height - top
    page.rule([left, y], [right, y], { width, color: RULE })
  }
  if (row.kind === 'table') {
    rule(row.top + row.height - 3, 0.9)
  }
  if (row.kind === 'foot') rule(row.top - 5)
  if (row.kind === 'charge' || row.kind === 'subtotal') rule(row.top + row.height - 1.5, 0.25)
  for (const { x, align, lines } of row.cells) {
    let top = row.top
    for (const { text, style } of lines) {
      const runs = shaper.shape(text, style.weight)
      const width = (shaper.measure(text, style.weight) * style.size) / 1_000
      const y = PAGE.height - top - style.size
      const start = align === 'right' ? x - width : x
      page.text(runs, { x: start, y, size: style.size, color: INKS[style.ink] })
      top += lineHeight(style)
    }
  }
}
