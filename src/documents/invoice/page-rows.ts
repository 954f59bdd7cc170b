import { unreachable } from '../../core/result.ts'
import type { Weight } from '../fonts/font-file.ts'
import type { Shaper } from '../text/shape.ts'
import { wrapText } from '../text/wrap.ts'
import type { ContentRow, InvoiceContent } from './invoice-content.ts'
import type { PrintedAmount } from './number-format.ts'

/** A4, in points. */
export const PAGE = { width: 595.28, height: 841.89, margin: 48 }
const LEFT = PAGE.margin
const RIGHT = PAGE.width - PAGE.margin
/** Where numbers end. */
const QUANTITY_END = 348
const PRICE_END = 446
const TEXT_WIDTH = 200
const QUANTITY_WIDTH = 92
const PRICE_WIDTH = 90
const AMOUNT_WIDTH = 92
const INDENT = 10
const LEADING = 1.36

export type Ink = 'text' | 'soft' | 'warning' | 'paid'

export interface TextStyle {
  size: number
  weight: Weight
  ink: Ink
}

export const STYLES = {
  title: { size: 24, weight: 'bold', ink: 'text' },
  warning: { size: 10.5, weight: 'bold', ink: 'warning' },
  name: { size: 10, weight: 'bold', ink: 'text' },
  label: { size: 7.5, weight: 'regular', ink: 'soft' },
  plain: { size: 8.5, weight: 'regular', ink: 'text' },
  strong: { size: 8.5, weight: 'bold', ink: 'text' },
  paid: { size: 8.5, weight: 'regular', ink: 'paid' },
  small: { size: 7.5, weight: 'regular', ink: 'soft' },
  section: { size: 11, weight: 'bold', ink: 'text' },
  grand: { size: 11, weight: 'bold', ink: 'text' },
} as const satisfies Record<string, TextStyle>

/** Lines of text below one another. */
export interface Cell {
  x: number
  align: 'left' | 'right'
  lines: { text: string; style: TextStyle }[]
}

/** What stands side by side; it is never cut by the end of a page. */
export interface PageRow {
  kind: ContentRow['kind'] | 'head' | 'parties' | 'table' | 'foot'
  height: number
  cells: Cell[]
}

interface Setter {
  shaper: Shaper
}

function cell(
  { shaper }: Setter,
  align: 'left' | 'right',
  x: number,
  width: number,
  texts: readonly (readonly [text: string, style: TextStyle])[],
): Cell {
  const lines = texts.flatMap(([text, style]) =>
    wrapText(text, { shaper, ...style, width }).map((line) => ({ text: line, style })),
  )
  return { x, align, lines }
}

/** How far below the top of a row each line of a cell stands, and where the last one ends. */
export function lineHeight(style: TextStyle): number {
  return style.size * LEADING
}

function row(kind: PageRow['kind'], cells: Cell[], space: number): PageRow {
  const heights = cells.map(({ lines }) =>
    lines.reduce((sum, { style }) => sum + lineHeight(style), 0),
  )
  return { kind, height: Math.max(0, ...heights) + space, cells }
}

/** The head of the first page: what it is, who bills whom, and the facts. */
export function headRows(content: InvoiceContent, setter: Setter): PageRow[] {
  const { seller, buyer, mark, warning } = content
  const title = mark === null ? 'Invoice' : `Invoice – ${mark}`
  const sellerTexts = [
    [seller.name, STYLES.name] as const,
    ...seller.lines.map((line) => [line, STYLES.plain] as const),
  ]
  const half = (RIGHT - LEFT) / 2 - 10
  const middle = LEFT + half + 20
  const rows = [
    row(
      'head',
      [
        cell(setter, 'left', LEFT, half, [
          [title, STYLES.title],
          [content.number, STYLES.name],
        ]),
        cell(setter, 'right', RIGHT, half, sellerTexts),
      ],
      14,
    ),
  ]
  if (warning !== null) {
    rows.push(
      row('head', [cell(setter, 'left', LEFT, RIGHT - LEFT, [[warning, STYLES.warning]])], 12),
    )
  }
  const names = content.facts.map(([name]) => [name, STYLES.plain] as const)
  const facts = content.facts.map(([, value]) => [value, STYLES.plain] as const)
  const buyerTexts = [
    ['Bill to', STYLES.label] as const,
    [buyer.name, STYLES.name] as const,
    ...buyer.lines.map((line) => [line, STYLES.plain] as const),
  ]
  rows.push(
    row(
      'parties',
      [
        cell(setter, 'left', LEFT, half, buyerTexts),
        cell(setter, 'left', middle, 66, names),
        cell(setter, 'left', middle + 70, half - 70, facts),
      ],
      20,
    ),
  )
  return rows
}

/** The head of every further page. */
export function runningHead(content: InvoiceContent, setter: Setter): PageRow {
  const { number, mark, seller, buyer } = content
  const title = mark === null ? `Invoice ${number}` : `Invoice ${number} – ${mark}`
  const parties = [seller.name, buyer.name].filter((name) => name !== '').join('  →  ')
  return row(
    'head',
    [
      cell(setter, 'left', LEFT, 220, [[title, STYLES.name]]),
      cell(setter, 'right', RIGHT, 260, [[parties, STYLES.small]]),
    ],
    12,
  )
}

/** What the columns are. */
export function tableHead(unit: string, setter: Setter): PageRow {
  const style = STYLES.label
  return row(
    'table',
    [
      cell(setter, 'left', LEFT, TEXT_WIDTH, [['Description', style]]),
      cell(setter, 'right', QUANTITY_END, QUANTITY_WIDTH, [['Quantity', style]]),
      cell(setter, 'right', PRICE_END, PRICE_WIDTH, [['Unit price', style]]),
      cell(setter, 'right', RIGHT, AMOUNT_WIDTH, [[`Amount, ${unit}`, style]]),
    ],
    6,
  )
}

export function footRow(content: InvoiceContent, page: string, setter: Setter): PageRow {
  const { footer, number, mark } = content
  const left = footer === '' ? number : `${number}  ·  ${footer}`
  return row(
    'foot',
    [
      cell(setter, 'left', LEFT, 400, [
        [mark === null ? left : `${mark}  ·  ${left}`, STYLES.small],
      ]),
      cell(setter, 'right', RIGHT, 90, [[page, STYLES.small]]),
    ],
    0,
  )
}

export function paymentRows(content: InvoiceContent, setter: Setter): PageRow[] {
  if (content.payment.length === 0) return []
  const texts = content.payment.map((line) => [line, STYLES.plain] as const)
  const label = ['Payment', STYLES.label] as const
  return [row('note', [cell(setter, 'left', LEFT, RIGHT - LEFT, [label, ...texts])], 6)]
}

/** A row of the table. */
export function contentRow(content: ContentRow, setter: Setter): PageRow {
  switch (content.kind) {
    case 'section':
      return row('section', [cell(setter, 'left', LEFT, 400, [[content.text, STYLES.section]])], 7)
    case 'product':
      return row('product', [cell(setter, 'left', LEFT, 400, [[content.text, STYLES.strong]])], 3)
    case 'charge':
    case 'applied':
      return chargeRow(content, setter)
    case 'subtotal': {
      const text = cell(setter, 'right', PRICE_END, 340, [[content.text, STYLES.small]])
      return row('subtotal', [text, amountCell(content.amount, STYLES.strong, setter)], 6)
    }
    case 'total': {
      const style = content.isLast ? STYLES.grand : STYLES.plain
      const text = cell(setter, 'right', PRICE_END, 340, [[content.text, style]])
      return row('total', [text, amountCell(content.amount, style, setter)], 6)
    }
    case 'note':
      return row(
        'note',
        [cell(setter, 'left', LEFT, RIGHT - LEFT, [[content.text, STYLES.small]])],
        6,
      )
    default:
      return unreachable(content)
  }
}

function chargeRow(content: Extract<ContentRow, { kind: 'charge' | 'applied' }>, setter: Setter) {
  const { isIndented, quantity, unitPrice } = content
  const isApplied = content.kind === 'applied'
  const style = isApplied ? STYLES.paid : isIndented ? STYLES.plain : STYLES.strong
  const indent = isIndented ? INDENT : 0
  const details = content.details.map((detail) => [detail, STYLES.small] as const)
  const plain = STYLES.plain
  // What is applied has no numbers, and their place for its name.
  const width = (isApplied ? PRICE_END - LEFT : TEXT_WIDTH) - indent
  return row(
    content.kind,
    [
      cell(setter, 'left', LEFT + indent, width, [[content.text, style], ...details]),
      cell(setter, 'right', QUANTITY_END, QUANTITY_WIDTH, [[quantity, plain]]),
      cell(setter, 'right', PRICE_END, PRICE_WIDTH, [[unitPrice, plain]]),
      amountCell(content.amount, isApplied ? STYLES.paid : plain, setter),
    ],
    4,
  )
}

function amountCell({ text, exact }: PrintedAmount, style: TextStyle, setter: Setter): Cell {
  const lines = [[text, style] as const]
  const more = exact === undefined ? [] : [[exact, STYLES.small] as const]
  return cell(setter, 'right', RIGHT, AMOUNT_WIDTH, [...lines, ...more])
}
