import type { Balance, Books, Contract, Customer, Draw } from './books.ts'
import { Decimal, sumOf, ZERO } from './exact.ts'
import type { Period } from './periods.ts'
import { chargesBetween, priceChanges, termsAt } from './price.ts'
import { aggregate, cellsOf, metricOf, type Cell } from './usage.ts'

/** What some usage costs within a time in which nothing about its price or payers changes. */
export interface Line extends Period {
  cell: Cell
  unitPrice: Decimal
  amount: Decimal
}

export interface Statement {
  lines: Line[]
  draws: Draw[]
  /** What is to be paid for usage. */
  total: Decimal
}

/** What is left of each segment, by balance and segment. */
export type Remaining = Map<string, Decimal>

export function segmentKey(balanceId: string, segmentId: string): string {
  return `${balanceId} ${segmentId}`
}

/** What is left after everything that is final. */
export function remainingOf({ balances, final }: Customer): Remaining {
  const remaining: Remaining = new Map()
  for (const { id, segments, manual } of balances) {
    for (const segment of segments) {
      const entries = manual.filter(({ segmentId }) => segmentId === segment.id)
      const drawn = final
        .filter(({ isVoid }) => !isVoid)
        .flatMap(({ draws }) => draws)
        .filter(({ balanceId, segmentId }) => balanceId === id && segmentId === segment.id)
      const added = sumOf(entries.map(({ amount }) => amount))
      const taken = sumOf(drawn.map(({ amount }) => amount))
      remaining.set(segmentKey(id, segment.id), added.plus(segment.amount).minus(taken))
    }
  }
  return remaining
}

/** The usage of a period of a contract, priced and paid; lowers what remains. */
export function stateUsage(
  books: Books,
  customer: Customer,
  contract: Contract,
  period: Period,
  remaining: Remaining,
): Statement {
  return payLines(customer, contract, linesOf(books, customer, contract, period), remaining)
}

/** What lines come to, in the order in which they are paid for; lowers what remains. */
export function payLines(
  customer: Customer,
  contract: Contract,
  lines: Line[],
  remaining: Remaining,
): Statement {
  const draws: Draw[] = []
  let total = ZERO
  for (const line of lines) {
    let open = line.amount
    total = total.plus(line.amount)
    for (const { balance, segment } of payersOf(customer, contract, line)) {
      const key = segmentKey(balance.id, segment.id)
      const amount = Decimal.min(open, remaining.get(key)!)
      if (amount.lte(0)) continue
      open = open.minus(amount)
      remaining.set(key, remaining.get(key)!.minus(amount))
      draws.push({ balanceId: balance.id, segmentId: segment.id, amount: amount.toString() })
      if (balance.type !== 'POSTPAID') total = total.minus(amount)
    }
  }
  return { lines, draws, total }
}

/** In the order in which they are paid for. */
function linesOf(books: Books, customer: Customer, contract: Contract, period: Period): Line[] {
  const lines: Line[] = []
  for (const product of books.products) {
    for (const cell of cellsOf(books, customer, product, period.startMs, period.endMs)) {
      const changes = [
        period.startMs,
        ...priceChanges(books, contract, cell),
        ...balanceChanges(customer, contract, cell),
      ].filter((at) => at >= period.startMs && at < period.endMs)
      const starts = [...new Set(changes)].sort((a, b) => a - b)
      lines.push(...spansOf(books, customer, contract, cell, period, starts))
    }
  }
  return lines.sort(compareLines)
}

function spansOf(
  books: Books,
  customer: Customer,
  contract: Contract,
  cell: Cell,
  period: Period,
  starts: readonly number[],
): Line[] {
  const metric = metricOf(books, cell.product)
  const paid = balanceChanges(customer, contract, cell)
  const spans: (Period & { quantity: Decimal; key: string; from: Decimal })[] = []
  let before = ZERO
  // What is not billed does not climb the ladder.
  let position = ZERO
  for (const [i, startMs] of starts.entries()) {
    const endMs = starts[i + 1] ?? period.endMs
    const isNothing = cell.product.isAtEnd && endMs < period.endMs
    const used = isNothing ? [] : cell.events.filter(({ atMs }) => atMs < endMs)
    const after = aggregate(metric, used)
    const quantity = after.minus(before)
    before = after
    const terms = termsAt(books, contract, cell, startMs)
    if (terms === null) continue
    const last = spans.at(-1)
    if (last?.endMs === startMs && last.key === terms.key && !paid.includes(startMs)) {
      last.endMs = endMs
      last.quantity = last.quantity.plus(quantity)
    } else {
      spans.push({ startMs, endMs, quantity, key: terms.key, from: position })
    }
    position = position.plus(quantity)
  }
  return spans.flatMap(({ startMs, endMs, quantity, from }) => {
    const { tiers } = termsAt(books, contract, cell, startMs)!
    return chargesBetween(tiers, from, from.plus(quantity)).map(({ unitPrice, amount }) => {
      return { startMs, endMs, cell, unitPrice, amount }
    })
  })
}

function isFor({ contractId, productIds }: Balance, contract: Contract, cell: Cell): boolean {
  if (contractId !== null && contractId !== contract.id) return false
  return productIds === null || productIds.includes(cell.product.id)
}

function balanceChanges({ balances }: Customer, contract: Contract, cell: Cell): number[] {
  return balances
    .filter((balance) => isFor(balance, contract, cell))
    .flatMap(({ segments }) => segments.flatMap(({ startMs, endMs }) => [startMs, endMs]))
}

function payersOf({ balances }: Customer, contract: Contract, line: Line) {
  const rank = ({ rolledFrom, type }: Balance) => {
    if (rolledFrom !== null) return 0
    return type === 'POSTPAID' ? 2 : 1
  }
  return balances
    .filter((balance) => isFor(balance, contract, line.cell))
    .flatMap((balance) => balance.segments.map((segment) => ({ balance, segment })))
    .filter(({ segment }) => segment.startMs <= line.startMs && line.endMs <= segment.endMs)
    .sort((a, b) => rank(a.balance) - rank(b.balance) || a.balance.priority - b.balance.priority)
}

export function compareLines(a: Line, b: Line): number {
  if (a.startMs !== b.startMs) return a.startMs - b.startMs
  const byPrice = b.unitPrice.comparedTo(a.unitPrice)
  if (byPrice !== 0) return byPrice
  const text = ({ cell }: Line) => [
    cell.product.name,
    ...cell.pricingValues,
    ...cell.presentationValues,
  ]
  const [textA, textB] = [text(a), text(b)]
  for (const [i, value] of textA.entries()) {
    if (value !== textB[i]) return value < (textB[i] ?? '') ? -1 : 1
  }
  return 0
}
