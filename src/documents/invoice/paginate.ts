import type { Shaper } from '../text/shape.ts'
import type { ContentRow, InvoiceContent } from './invoice-content.ts'
import {
  contentRow,
  footRow,
  headRows,
  PAGE,
  paymentRows,
  runningHead,
  tableHead,
  type PageRow,
} from './page-rows.ts'

export interface PlacedRow extends PageRow {
  /** Points from the upper edge of the page. */
  top: number
}

export interface InvoicePage {
  rows: PlacedRow[]
}

const TOP = 44
/** Below it is the foot of the page. */
const BOTTOM = PAGE.height - 58
const AIR = 8
const FOOT_TOP = PAGE.height - 44

/**
 * Puts the rows of an invoice on pages. A product's heading is never left alone at the end of a page
 * and is said again where its lines go on; what lines come to stays with the last of them, and the
 * totals stay together.
 */
export function paginate(content: InvoiceContent, shaper: Shaper): InvoicePage[] {
  const setter = { shaper }
  const pages: PlacedRow[][] = [[]]
  let top = TOP
  let unit = firstUnit(content)
  let product: string | null = null

  const put = (row: PageRow) => {
    pages.at(-1)!.push({ ...row, top })
    top += row.height
  }
  const turn = () => {
    pages.push([])
    top = TOP
    put(runningHead(content, setter))
  }
  headRows(content, setter).forEach(put)
  if (content.rows[0]?.kind !== 'section') put(tableHead(unit, setter))

  for (const block of blocksOf(content.rows)) {
    const rows = block.map((row) => contentRow(row, setter))
    const [first] = block
    if (first?.kind === 'section') unit = first.unit
    if (first?.kind === 'product') product = first.text
    if (first?.kind === 'charge' && !first.isIndented) product = null
    const heads = first?.kind === 'section' ? [tableHead(unit, setter)] : []
    const height = [...rows, ...heads].reduce((sum, row) => sum + row.height, 0)
    if (top + height + AIR > BOTTOM) {
      turn()
      const hasTable =
        first?.kind !== 'section' && first?.kind !== 'total' && first?.kind !== 'note'
      if (hasTable) put(tableHead(unit, setter))
      const goesOn = product !== null && isWithin(first)
      if (goesOn) put(contentRow({ kind: 'product', text: `${product} (continued)` }, setter))
    }
    // Some air above what begins anew, but not below the head of a page.
    const isNew = first?.kind === 'section' || first?.kind === 'total'
    if (isNew && pages.at(-1)!.at(-1)?.kind !== 'head') top += AIR
    for (const [i, row] of rows.entries()) {
      put(row)
      if (block[i]!.kind === 'section') heads.forEach(put)
    }
    if (block.at(-1)?.kind === 'subtotal') product = null
  }
  for (const row of paymentRows(content, setter)) {
    if (top + row.height + 14 > BOTTOM) turn()
    top += 14
    put(row)
  }
  return pages.map((rows, i) => {
    const foot = footRow(content, `Page ${i + 1} of ${pages.length}`, setter)
    return { rows: [...rows, { ...foot, top: FOOT_TOP }] }
  })
}

function firstUnit({ rows }: InvoiceContent): string {
  const total = rows.find((row) => row.kind === 'total' && row.isLast)
  return total?.kind === 'total' ? total.text.replace('Total in ', '') : ''
}

function isWithin(row: ContentRow | undefined): boolean {
  if (row?.kind === 'charge' || row?.kind === 'applied') return row.isIndented
  return row?.kind === 'subtotal'
}

/** Rows that stay on one page: headings with what follows, sums with what is before them. */
function blocksOf(rows: readonly ContentRow[]): ContentRow[][] {
  const blocks: ContentRow[][] = []
  for (const [i, row] of rows.entries()) {
    const before = rows[i - 1]
    const isJoined =
      before?.kind === 'section' ||
      before?.kind === 'product' ||
      row.kind === 'subtotal' ||
      (row.kind === 'applied' && before?.kind === 'charge') ||
      (row.kind === 'total' && before?.kind === 'total') ||
      (row.kind === 'note' && before?.kind === 'total')
    if (isJoined && blocks.length > 0) blocks.at(-1)!.push(row)
    else blocks.push([row])
  }
  return blocks
}
