import type { LineItem } from '../../api/answers.ts'
import { addDecimals, decimalText, isZero } from '../../format/decimal-text.ts'

/** A line with its place among all lines of the invoice, which explanations are told by. */
export interface PlacedLine {
  index: number
  line: LineItem
}

/** The lines of one product, with what they come to in each unit. */
export interface LineGroup {
  key: string
  name: string
  lines: PlacedLine[]
  subtotals: Subtotal[]
}

export interface Subtotal {
  unit: LineItem['credit_type']
  /** Decimal text. */
  total: string
}

const APPLIED = 'applied_commit_or_credit'

/** Groups lines by product, in the order of the invoice. */
export function groupLines(lines: readonly LineItem[], showsZero: boolean): LineGroup[] {
  const groups = new Map<string, LineGroup>()
  for (const [index, line] of lines.entries()) {
    if (!showsZero && isNothing(line)) continue
    const key = line.product_id ?? line.type
    const group = groups.get(key) ?? { key, name: groupName(line), lines: [], subtotals: [] }
    if (!isApplied(line)) group.name = groupName(line)
    group.lines.push({ index, line })
    groups.set(key, group)
  }
  return [...groups.values()].map((group) => ({
    ...group,
    subtotals: totalsByUnit(group.lines.map(({ line }) => line)),
  }))
}

export function isApplied({ type }: LineItem): boolean {
  return type === APPLIED
}

/** Lines of quantity zero say only that there was nothing. */
export function isNothing(line: LineItem): boolean {
  return (
    !isApplied(line) && isZero(decimalText(line.total)) && isZero(decimalText(line.quantity ?? 0))
  )
}

/** What charges come to, and what commits and credits take off, in each unit. */
export function totalsByUnit(lines: readonly LineItem[]): Subtotal[] {
  const totals = new Map<string, Subtotal>()
  for (const { credit_type: unit, total } of lines) {
    const before = totals.get(unit.id)?.total ?? '0'
    totals.set(unit.id, { unit, total: addDecimals([before, decimalText(total)]) })
  }
  return [...totals.values()]
}

function groupName(line: LineItem): string {
  if (isApplied(line) && line.product_id === undefined) return 'Commits and credits'
  return line.type === 'cpu_conversion' ? 'Conversions' : line.name
}
