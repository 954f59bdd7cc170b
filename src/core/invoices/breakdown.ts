import { Decimal, toText, ZERO } from '../decimal.ts'
import type { Period } from '../time.ts'
import { invoiceTotal } from './invoice-total.ts'
import type { Invoice, InvoiceLine } from './invoice.ts'

/**
 * What a window added to an invoice: the invoice as it is up to the window's end, less what it is
 * up to its start, line by line. What was charged or paid otherwise before is taken back, so that
 * all windows of an invoice add up to it (invoices 4.2).
 * @param before null where the invoice begins with the window
 */
export function windowOf(before: Invoice | null, after: Invoice, window: Period): Invoice {
  const earlier = tally(before?.lines ?? [])
  const later = tally(after.lines)
  const grown = [...later].map(([key, { line, quantity, total }]) => {
    const known = earlier.get(key)
    return {
      line,
      quantity: quantity.minus(known?.quantity ?? ZERO),
      total: total.minus(known?.total ?? ZERO),
    }
  })
  const charged = new Set(
    grown
      .filter((each) => !isNothing(each))
      .map(({ line }) => 'productId' in line && line.productId),
  )
  const lines = grown
    .filter((each) => !isNothing(each) || isShown(each.line, charged, window))
    .map((each) => lineIn(each, window))
  const gone = [...earlier].flatMap(([key, { line, quantity, total }]) => {
    const fallen = { line, quantity: quantity.neg(), total: total.neg() }
    return later.has(key) || isNothing(fallen) ? [] : [lineIn(fallen, window)]
  })
  const all = [...lines, ...gone]
  return { ...after, lines: all, total: toText(invoiceTotal(all, after.creditTypeId)) }
}

/** Lines that charge the same at the same price, taken together. */
interface Tally {
  line: InvoiceLine
  quantity: Decimal
  total: Decimal
}

function tally(lines: readonly InvoiceLine[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  for (const line of lines) {
    const key = keyOf(line)
    const known = tallies.get(key)
    const quantity = new Decimal('quantity' in line ? line.quantity : 0)
    tallies.set(key, {
      line: known?.line ?? line,
      quantity: quantity.plus(known?.quantity ?? ZERO),
      total: new Decimal(line.total).plus(known?.total ?? ZERO),
    })
  }
  return tallies
}

function keyOf(line: InvoiceLine): string {
  const about = 'product' in line ? line.product : line
  return JSON.stringify([
    line.type,
    line.creditTypeId,
    about !== null && 'productId' in about ? about.productId : null,
    about !== null && 'pricingGroupValues' in about
      ? [about.pricingGroupValues, about.presentationGroupValues]
      : null,
    'chargeId' in line ? line.chargeId : null,
    'startingAt' in line ? [line.startingAt, line.endingBefore] : null,
    'unitPrice' in line ? line.unitPrice : null,
    'tier' in line ? line.tier?.level : null,
    'paidBy' in line ? [line.paidBy?.segmentId, line.paidBy?.seatId] : null,
  ])
}

function isNothing({ quantity, total }: Pick<Tally, 'quantity' | 'total'>): boolean {
  return quantity.isZero() && total.isZero()
}

/** A product without keys shows that nothing was used, in each window of its time (AG-11). */
function isShown(
  line: InvoiceLine,
  charged: ReadonlySet<string | false>,
  { startMs, endMs }: Period,
): boolean {
  return (
    line.type === 'usage' &&
    line.productType === 'UsageProductListItem' &&
    line.paidBy === undefined &&
    line.pricingGroupValues === null &&
    line.presentationGroupValues === null &&
    (line.tier === undefined || line.tier.level === 1) &&
    !charged.has(line.productId) &&
    line.startingAt < endMs &&
    line.endingBefore > startMs
  )
}

/** The line with what the window added, in the time that it shares with the window. */
function lineIn({ line, quantity, total }: Tally, window: Period): InvoiceLine {
  const amounts = {
    ...('quantity' in line && { quantity: toText(quantity) }),
    total: toText(total),
  }
  if ('source' in line) return { ...line, ...amounts }
  const { part: _, ...rest } = { part: undefined, ...line }
  const own = { ...rest, ...amounts, ...timeIn(line, window) } as InvoiceLine
  if (own.type !== 'usage' || !('increments' in own.derivation)) return own
  return { ...own, derivation: { ...own.derivation, increments: [] } } as InvoiceLine
}

/** What is charged for a whole time keeps it; so does what changes afterwards. */
function timeIn(line: Exclude<InvoiceLine, { source: unknown }>, { startMs, endMs }: Period) {
  const startingAt = Math.max(line.startingAt, startMs)
  const endingBefore = Math.min(line.endingBefore, endMs)
  const productType = 'product' in line ? line.product?.productType : null
  const isWhole = line.type === 'subscription' || productType === 'SubscriptionProductListItem'
  return isWhole || startingAt >= endingBefore ? {} : { startingAt, endingBefore }
}
