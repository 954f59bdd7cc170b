import { Decimal, sum, toText } from '../decimal.ts'
import type { Invoice } from '../invoices/invoice.ts'
import {
  rateInOrder,
  type DrawnBalances,
  type RatedStatements,
  type ReadyStatement,
} from '../invoices/rate-in-order.ts'
import { sourceKey } from '../ledger/draw.ts'
import type { UsageEvent } from '../metering/event.ts'
import { previewUsage } from '../metering/preview-usage.ts'
import { assert } from '../result.ts'
import { mergeUsage } from './merge-usage.ts'

/** What gates are decided on: all that is open of a customer, with some usage. */
export interface GateState {
  ready: readonly ReadyStatement[]
  rated: RatedStatements
}

export interface SpendLimit {
  creditTypeId: string
  /** Of the drafts of the present periods together; a decimal text. */
  amount: string
}

/** What a balance would give; decimal texts. */
export interface GateDraw {
  balanceId: string
  amount: string
  /** Of the segments and seats that give, when this has been given. */
  remaining: string
}

/** What some events would cost now. Amounts are decimal texts. */
export interface GateCost {
  /** By credit type: what the drafts would be more than they are, which no balance pays. */
  uncovered: { creditTypeId: string; amount: string }[]
  draws: GateDraw[]
}

export interface GateDecision extends GateCost {
  isAllowed: boolean
  /** Why not; null if it is. */
  reason: 'balance' | 'spend_limit' | null
}

/** The state of some statements as they are. */
export function openGate(
  ready: readonly ReadyStatement[],
  drawn: DrawnBalances,
  now: number,
): GateState {
  return { ready, rated: rateInOrder(ready, drawn, now) }
}

/** The state with some events added, none of which is among the usage that it has. */
export function addEvents(
  { ready }: Pick<GateState, 'ready'>,
  events: readonly UsageEvent[],
  drawn: DrawnBalances,
  now: number,
): GateState {
  return openGate(
    ready.map((statement) => withEvents(statement, events)),
    drawn,
    now,
  )
}

/**
 * Decides whether some events may happen: balances pay for all that they cost, or, where there is
 * a limit, the drafts of the present periods stay within it.
 * @param after the state with the events
 */
export function decideGate(
  before: GateState,
  after: GateState,
  limit: SpendLimit | null,
  now: number,
): GateDecision {
  const uncovered = compareTotals(before.rated.drafts, after.rated.drafts)
  const draws = compareDraws(before, after)
  const isPaid = uncovered.every(({ amount }) => !new Decimal(amount).gt(0))
  const reason = limit === null ? 'balance' : 'spend_limit'
  const isAllowed = isPaid || (limit !== null && isWithin(after, limit, uncovered, now))
  return { isAllowed, reason: isAllowed ? null : reason, uncovered, draws }
}

/** What is spent in another unit has no limit here: it must be paid by balances. */
function isWithin(
  { ready, rated }: GateState,
  { creditTypeId, amount }: SpendLimit,
  uncovered: GateCost['uncovered'],
  now: number,
): boolean {
  const isOtherUnpaid = uncovered.some(
    (each) => each.creditTypeId !== creditTypeId && new Decimal(each.amount).gt(0),
  )
  const present = rated.drafts.filter((draft, i) => {
    const { period } = ready[i]!.statement
    return period.startMs <= now && now < period.endMs && draft.creditTypeId === creditTypeId
  })
  const spent = sum(present.map(({ total }) => new Decimal(total)))
  return !isOtherUnpaid && spent.lte(amount)
}

function withEvents(statement: ReadyStatement, events: readonly UsageEvent[]): ReadyStatement {
  const { sources } = statement
  if (sources === null || sources.reading === null) return statement
  const { plan, catalog, reading } = sources
  const usage = plan.reads.map(({ query }, i) => {
    const metric = catalog.metrics.find(({ id }) => id === query.metricId)
    assert(metric !== undefined, `metric ${query.metricId} of a query must be known`)
    const added = previewUsage(metric, query, events)
    return mergeUsage(metric, reading.usage[i]!, added)
  })
  return { ...statement, sources: { ...sources, reading: { ...reading, usage } } }
}

function compareTotals(before: readonly Invoice[], after: readonly Invoice[]) {
  const changes = after.map(({ creditTypeId, total }, i) => {
    return { creditTypeId, amount: new Decimal(total).minus(before[i]!.total) }
  })
  const byUnit = Map.groupBy(changes, ({ creditTypeId }) => creditTypeId)
  return [...byUnit].map(([creditTypeId, own]) => {
    return { creditTypeId, amount: toText(sum(own.map(({ amount }) => amount))) }
  })
}

function compareDraws(before: GateState, after: GateState): GateDraw[] {
  const [was, is] = [before, after].map(({ rated }) => drawnOf(rated))
  const left = leftOf(after.rated)
  return [...is!].flatMap(([balanceId, drawn]) => {
    const amount = drawn.minus(was!.get(balanceId) ?? 0)
    if (amount.isZero()) return []
    const remaining = toText(left.get(balanceId) ?? new Decimal(0))
    return [{ balanceId, amount: toText(amount), remaining }]
  })
}

function drawnOf({ reserved }: RatedStatements): Map<string, Decimal> {
  const drawn = new Map<string, Decimal>()
  for (const { balanceId, amount } of reserved) {
    drawn.set(balanceId, new Decimal(amount).plus(drawn.get(balanceId) ?? 0))
  }
  return drawn
}

/** What is left of what is drawn on, by balance. */
function leftOf({ reserved, remaining }: RatedStatements): Map<string, Decimal> {
  const keys = new Map(reserved.map((draw) => [sourceKey(draw), draw.balanceId]))
  const left = new Map<string, Decimal>()
  for (const [key, balanceId] of keys) {
    const own = new Decimal(remaining.get(key) ?? 0)
    left.set(balanceId, own.plus(left.get(balanceId) ?? 0))
  }
  return left
}
