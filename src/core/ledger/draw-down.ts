import type { OverridePrioritization } from '../contracts/override.ts'
import { Decimal, toText, ZERO } from '../decimal.ts'
import type {
  AppliedLine,
  DrawableLine,
  InvoiceLine,
  LinePart,
  LineTier,
  PaidBy,
} from '../invoices/invoice.ts'
import { proratePrice } from '../invoices/prorate-price.ts'
import type { OverrideSubject } from '../rating/match-override.ts'
import type { LadderTier } from '../rating/price-quantity.ts'
import { accessOf, mayPay, seatOf } from './applicability.ts'
import { compareSources, type Source } from './balance-order.ts'
import { commitPrice, type CommitPrice, type PricedTerms } from './commit-price.ts'
import {
  coverStep,
  NOTHING_TAKEN,
  restOf,
  type CoveredStep,
  type PriceAt,
  type Taken,
} from './cover-step.ts'
import { sourceKey, type Draw, type Remaining } from './draw.ts'

/** A line before anything pays for it, with what decides on that. */
export interface Payable {
  line: DrawableLine
  /** Null for what is of no product. */
  subject: OverrideSubject | null
  /** Of its price, where balances may have another one. */
  terms: PricedTerms | null
  /** Where its units begin on the ladder of the price. */
  position: Decimal
}

/** What is left to draw on while an invoice is made; `payLine` takes from it. */
export interface Purse {
  /** In the order in which they pay. */
  sources: readonly Source[]
  /** By `sourceKey`. */
  left: Map<string, Decimal>
  drawn: Map<string, Draw>
  /** The end of the invoice's period. */
  endMs: number
  prioritization: OverridePrioritization | undefined
  /** The names of products, by which balances without one of their own are called. */
  productNames: ReadonlyMap<string, string>
}

export function openPurse(remaining: Remaining, terms: Omit<Purse, 'left' | 'drawn'>): Purse {
  const left = new Map([...remaining].map(([key, amount]) => [key, new Decimal(amount)]))
  return { ...terms, left, drawn: new Map() }
}

/** What was taken out, segment by segment, in the order of the first drawing on each. */
export function drawsOf({ drawn }: Purse): Draw[] {
  return [...drawn.values()]
}

/** A source that can pay for a line. */
interface Candidate {
  source: Source
  seatId: string | null
  key: string
  /** Null for that of the line. */
  under: CommitPrice | null
}

/**
 * Lets balances pay for a line, one after the other (pricing 14.5, steps 9 to 12): covered parts,
 * each with the line that takes off what is paid, and at last what nothing pays for. Each unit is
 * paid by one of them. What is negative restores nothing, and nothing looks ahead to it.
 */
export function payLine(purse: Purse, payable: Payable): InvoiceLine[] {
  const { line } = payable
  const charge = {
    quantity: new Decimal(line.quantity),
    unitPrice: new Decimal(line.unitPrice),
    total: new Decimal(line.total),
  }
  if (!charge.quantity.gt(0) || charge.total.isNegative()) return [line]
  const candidates = candidatesFor(purse, payable)
  const lines: InvoiceLine[] = []
  let before = NOTHING_TAKEN
  for (const [i, candidate] of candidates.entries()) {
    for (;;) {
      const available = purse.left.get(candidate.key) ?? ZERO
      const { under } = candidate
      const price = under && priceAt(under, payable)
      const isOpen = restOf(charge, before).quantity.gt(0) && available.gt(0)
      const step = isOpen ? coverStep(charge, before, price, available) : null
      if (step === null) break
      take(purse, candidate, step.total)
      const paidBy = describe(purse, candidate, available, candidates.slice(i + 1))
      lines.push(...coveredLines(payable, { step, before, paidBy, under }))
      before = addTaken(before, step.taken)
    }
  }
  if (lines.length === 0) return [line]
  const rest = restOf(charge, before)
  if (rest.quantity.isZero() && rest.total.isZero()) return lines
  const quantity = toText(rest.quantity)
  const total = toText(rest.total)
  return [...lines, { ...line, quantity, total, part: partOf(line, before) }]
}

/** Of a subscription, the price under a balance is prorated as its own is. */
function priceAt({ price }: CommitPrice, { line, position }: Payable): PriceAt {
  return { price: line.type === 'subscription' ? proratePrice(price, line) : price, position }
}

/** Those that are for it, are there throughout its time, and have something left, in order. */
function candidatesFor(purse: Purse, payable: Payable): Candidate[] {
  const { line, subject, terms } = payable
  return purse.sources.flatMap((source) => {
    const { balance, segment } = source
    const seatId = seatOf(balance, subject)
    const key = sourceKey({
      balanceId: balance.id,
      segmentId: segment.id,
      ...(seatId !== null && { seatId }),
    })
    if (!(purse.left.get(key) ?? ZERO).gt(0) || !mayPay(balance, subject)) return []
    if (!isThere(source, seatId, line)) return []
    const under =
      terms === null || subject === null
        ? null
        : commitPrice(terms, subject, balance, purse.prioritization)
    const creditTypeId = under?.creditTypeId ?? line.creditTypeId
    return creditTypeId === balance.creditTypeId ? [{ source, seatId, key, under }] : []
  })
}

/**
 * Throughout the line's time, for usage is cut wherever a segment starts or ends; a subscription,
 * which is charged as a whole, is paid by what is there at its start.
 */
function isThere({ segment }: Source, seatId: string | null, line: DrawableLine): boolean {
  const access = accessOf(segment, seatId)
  if (access === null || access.startMs > line.startingAt) return false
  if (line.type === 'subscription') return line.startingAt < access.endMs
  return line.endingBefore <= access.endMs
}

function take(purse: Purse, { source, seatId, key }: Candidate, amount: Decimal): void {
  if (amount.isZero()) return
  const { balance, segment } = source
  purse.left.set(key, purse.left.get(key)!.minus(amount))
  const before = new Decimal(purse.drawn.get(key)?.amount ?? 0)
  purse.drawn.set(key, {
    balanceId: balance.id,
    segmentId: segment.id,
    ...(seatId !== null && { seatId }),
    amount: toText(before.plus(amount)),
    at: Math.min(purse.endMs, segment.endingBefore),
  })
}

function describe(
  purse: Purse,
  { source, seatId, key }: Candidate,
  before: Decimal,
  next: readonly Candidate[],
): PaidBy {
  const { balance, segment } = source
  const [second] = next
  const name = balance.name ?? purse.productNames.get(balance.productId)
  return {
    balanceId: balance.id,
    segmentId: segment.id,
    balanceType: balance.type,
    balanceName: name ?? (balance.type === 'CREDIT' ? 'Credit' : 'Commit'),
    balanceCustomFields: balance.customFields,
    ...(seatId !== null && { seatId }),
    remainingBefore: toText(before),
    remainingAfter: toText(purse.left.get(key)!),
    runnerUp:
      second === undefined
        ? null
        : {
            balanceId: second.source.balance.id,
            decidedBy: compareSources(source, second.source).step,
          },
  }
}

/** The part that is paid, and the line that takes it off; nothing is taken off what costs nothing. */
function coveredLines(
  { line, position }: Payable,
  covered: { step: CoveredStep; before: Taken; paidBy: PaidBy; under: CommitPrice | null },
): InvoiceLine[] {
  const { step, before, paidBy, under } = covered
  const creditTypeId = under?.creditTypeId ?? line.creditTypeId
  const { tier: own, ...rest } = 'tier' in line ? line : { ...line, tier: undefined }
  const tier = step.tier === undefined ? own : step.tier && toLineTier(step.tier)
  const part = partOf(line, before)
  const paid = {
    ...rest,
    creditTypeId,
    quantity: toText(step.quantity),
    unitPrice: toText(step.unitPrice),
    total: toText(step.total),
    ...(tier && { tier }),
    paidBy,
    part: under === null ? part : { ...part, under: noteUnder(under, position) },
  } as DrawableLine
  if (step.total.isZero()) return [paid]
  const applied: AppliedLine = {
    type: 'applied_commit_or_credit',
    name: `${paidBy.balanceName} applied`,
    creditTypeId,
    total: toText(step.total.neg()),
    startingAt: line.startingAt,
    endingBefore: line.endingBefore,
    product: productOf(line),
    paidBy,
  }
  return [paid, applied]
}

function partOf(line: DrawableLine, before: Taken): LinePart {
  const { quantity, unitPrice, total } = line
  const tier = 'tier' in line ? line.tier : undefined
  return {
    charge: { quantity, unitPrice, total, ...(tier !== undefined && { tier }) },
    before: { quantity: toText(before.quantity), total: toText(before.total) },
  }
}

function noteUnder({ rateType, cardPrice, override }: CommitPrice, position: Decimal) {
  return {
    rateType,
    cardPrice,
    override: override && { id: override.id, change: override.change! },
    position: toText(position),
  }
}

function productOf(line: DrawableLine): AppliedLine['product'] {
  if (line.type === 'cpu_conversion') return null
  const { productId, productType, productTags, productCustomFields } = line
  const { pricingGroupValues, presentationGroupValues } = line
  return {
    productId,
    productType,
    productTags,
    productCustomFields,
    pricingGroupValues,
    presentationGroupValues,
  }
}

function addTaken(a: Taken, b: Taken): Taken {
  return { quantity: a.quantity.plus(b.quantity), total: a.total.plus(b.total) }
}

function toLineTier({ level, startingAt, size }: LadderTier): LineTier {
  return { level, startingAt: toText(startingAt), size: size && toText(size) }
}
