import type { Price } from '../catalog/price.ts'
import { Decimal, sum, toText, ZERO } from '../decimal.ts'
import {
  countIncrements,
  nothingCounted,
  type Counted,
  type QuantityRules,
} from '../rating/convert-quantity.ts'
import { priceQuantity } from '../rating/price-quantity.ts'
import type { RatedUsage } from '../rating/rate-usage.ts'
import { cellName, type CellValues } from '../rating/usage-cells.ts'
import { assert } from '../result.ts'
import type { Period } from '../time.ts'
import type { Invoice, InvoiceLine, UsageLine } from './invoice.ts'
import { effectivePrice } from './replay-line.ts'

/**
 * What a usage invoice charges for a product with some values, and what it would charge for the
 * present usage. Decimal texts; totals are before commits and credits pay.
 */
export interface CorrectedLine extends CellValues {
  productId: string
  name: string
  creditTypeId: string
  quantityBefore: string
  quantityAfter: string
  totalBefore: string
  totalAfter: string
}

/** The instants at which the terms of an invoice's usage change: windows of present usage must meet there. */
export function ownCuts({ lines }: Pick<Invoice, 'lines'>): number[] {
  const cuts = lines
    .filter(isUsageLine)
    .flatMap(({ startingAt, endingBefore }) => [startingAt, endingBefore])
  return [...new Set(cuts)].sort((a, b) => a - b)
}

/**
 * Computes the usage lines of a final invoice again with the present usage, at the invoice's own
 * terms: its conversions, rounding, prices and ladders, as its derivations keep them. What the
 * invoice has no line for is priced as it was rated just now.
 * @param present the usage of the invoice's period, in windows that meet at `ownCuts`
 * @returns those that differ, in the order of the invoice, then of what is new
 */
export function correctUsage(
  { lines }: Pick<Invoice, 'lines'>,
  present: RatedUsage,
): CorrectedLine[] {
  const cells = new Map<string, Cell>()
  for (const line of lines.filter(isUsageLine)) addLine(cells, line)
  for (const usage of [...present.charges, ...present.unbilled]) addPresent(cells, usage)
  return [...cells.values()].flatMap((cell) => {
    const corrected = correctCell(cell, zeroSpans(cells, cell.productId))
    return corrected.filter(
      (each) => each.quantityBefore !== each.quantityAfter || each.totalBefore !== each.totalAfter,
    )
  })
}

function isUsageLine(line: InvoiceLine): line is UsageLine {
  return line.type === 'usage' && line.productType === 'UsageProductListItem'
}

/** The prices and rules that some usage is charged by; a null price charges nothing. */
interface Terms extends Period {
  rules: QuantityRules
  price: Price | null
  creditTypeId: string
}

/** Of the invoice: with what it charged on these terms, by the steps of the ladder. */
interface OwnSpan extends Terms {
  isOfNothing: boolean
  charged: Map<number, { quantity: Decimal; total: Decimal }>
}

interface Cell {
  values: CellValues
  productId: string
  name: string
  own: OwnSpan[]
  /** As metered, with the terms that it was rated by just now; by the window's start. */
  windows: Map<number, Period & { raw: Decimal; terms: Terms }>
}

function cellOf(
  cells: Map<string, Cell>,
  { productId, name, values }: Pick<Cell, 'productId' | 'name' | 'values'>,
): Cell {
  const { pricingGroupValues, presentationGroupValues } = values
  const key = JSON.stringify([productId, cellName(values)])
  let cell = cells.get(key)
  if (cell === undefined) {
    const own = { pricingGroupValues, presentationGroupValues }
    cell = { values: own, productId, name, own: [], windows: new Map() }
    cells.set(key, cell)
  }
  return cell
}

/** Lines that differ in what pays for them are parts of one charge, which each of them names. */
function addLine(cells: Map<string, Cell>, line: UsageLine): void {
  const { startingAt: startMs, endingBefore: endMs, derivation, creditTypeId } = line
  const { pricing, increments } = derivation
  const charge = line.part?.charge ?? line
  const cell = cellOf(cells, { ...line, values: line })
  let span = cell.own.find((each) => each.startMs === startMs && each.endMs === endMs)
  if (span === undefined) {
    const price: Price | null =
      pricing === undefined ? { rateType: 'FLAT', price: line.unitPrice } : effectivePrice(pricing)
    const rules = { quantityConversion: pricing?.conversion, quantityRounding: pricing?.rounding }
    const isOfNothing = increments.length === 0
    span = { startMs, endMs, rules, price, creditTypeId, isOfNothing, charged: new Map() }
    cell.own.push(span)
  }
  span.charged.set(charge.tier?.level ?? 0, {
    quantity: new Decimal(charge.quantity),
    total: new Decimal(charge.total),
  })
}

type PresentUsage = RatedUsage['charges'][number] | RatedUsage['unbilled'][number]

function addPresent(cells: Map<string, Cell>, usage: PresentUsage): void {
  const { segment, increments, startMs, endMs } = usage
  if (increments.length === 0) return
  const isCharged = 'price' in usage
  const terms: Terms = {
    startMs,
    endMs,
    rules: segment.state,
    price: isCharged ? usage.price : null,
    creditTypeId: isCharged ? usage.creditTypeId : '',
  }
  const { product, state } = segment
  const cell = cellOf(cells, { productId: product.id, name: state.name, values: usage })
  for (const each of increments) {
    const raw = each.counted?.raw ?? each.quantity
    cell.windows.set(each.startMs, { startMs: each.startMs, endMs: each.endMs, raw, terms })
  }
}

/** Where a product had no usage at all, its line says what any usage would have cost. */
function zeroSpans(cells: ReadonlyMap<string, Cell>, productId: string): OwnSpan[] {
  return [...cells.values()]
    .filter((cell) => cell.productId === productId)
    .flatMap(({ own }) => own.filter(({ isOfNothing }) => isOfNothing))
}

/** One for each unit that the cell is priced in: more than one only where its rates changed it. */
function correctCell(cell: Cell, zeros: readonly OwnSpan[]): CorrectedLine[] {
  const after = chargeAnew(cell, zeros)
  const before = cell.own.flatMap(({ creditTypeId, charged }) =>
    [...charged.values()].map((each) => ({ creditTypeId, ...each })),
  )
  const units = new Set([...before, ...after].map(({ creditTypeId }) => creditTypeId))
  return [...units].map((creditTypeId) => {
    const amountsOf = (charges: readonly Charged[]) => {
      const own = charges.filter((charge) => charge.creditTypeId === creditTypeId)
      const quantity = toText(sum(own.map((charge) => charge.quantity)))
      return { quantity, total: toText(sum(own.map((charge) => charge.total))) }
    }
    const [was, is] = [amountsOf(before), amountsOf(after)]
    const { productId, name, values } = cell
    return {
      productId,
      name,
      creditTypeId,
      ...values,
      quantityBefore: was.quantity,
      quantityAfter: is.quantity,
      totalBefore: was.total,
      totalAfter: is.total,
    }
  })
}

interface Charged {
  creditTypeId: string
  quantity: Decimal
  total: Decimal
}

/** Walks the cell's windows in the order of time, as rating does. */
function chargeAnew({ own, windows }: Cell, zeros: readonly OwnSpan[]): Charged[] {
  let counted: Counted = nothingCounted()
  let position = ZERO
  const inOrder = [...windows.values()].toSorted((a, b) => a.startMs - b.startMs)
  const termsOf = (window: Period & { terms: Terms }): Terms =>
    own.find((span) => isWithin(window, span)) ??
    zeros.find((span) => isWithin(window, span)) ??
    window.terms
  const charges: Charged[] = []
  for (const [terms, inside] of Map.groupBy(inOrder, termsOf)) {
    const metered = inside.map(({ startMs, endMs, raw }) => ({ startMs, endMs, quantity: raw }))
    const billed = countIncrements(counted, terms.rules, metered)
    counted = billed.counted
    if (terms.price === null) continue
    const quantity = sum(billed.increments.map((each) => each.quantity))
    const pricing = priceQuantity(terms.price, position, quantity)
    assert('parts' in pricing, 'what was charged has a price for usage')
    position = position.plus(quantity)
    const { creditTypeId } = terms
    charges.push(...pricing.parts.map((part) => ({ ...part, creditTypeId })))
  }
  return charges
}

function isWithin(window: Period, span: Period): boolean {
  return span.startMs <= window.startMs && window.endMs <= span.endMs
}
