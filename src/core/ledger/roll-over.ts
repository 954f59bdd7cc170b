import type { Contract, Transition } from '../contracts/contract.ts'
import { Decimal, sum, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import { assert } from '../result.ts'
import type { AccessSegment, Balance, BalancePayments } from './balance.ts'
import { childBalances } from './child-balances.ts'
import { sourceKey, type Remaining, type RolloverMove } from './draw.ts'

/** One contract that takes over from another, and what the former one had. */
export interface RolloverInput {
  transition: Transition
  from: Contract
  to: Contract
  /** All that may belong to the former contract; those of others are left alone. */
  balances: readonly Balance[]
  /** What they have left after all invoices of the former contract, and before any rollover. */
  remaining: Remaining
}

/** What goes on with the new contract, and what that takes from the former one's balances. */
export interface Rollover {
  balances: Balance[]
  moves: RolloverMove[]
}

/**
 * What a renewal takes along (pricing 10, 18.3): of each segment that reaches until the transition,
 * what is left of it, but at most the fraction of what it granted. That can be drawn on from the
 * transition to the new contract's end or, where it has none, for as long as the segment was to
 * last. A postpaid commit takes its obligation along in the same measure. What rolled over once
 * does not roll over again.
 * @param now nothing has moved before the transition
 */
export function rollOver(input: RolloverInput, now: number): Rollover {
  const { transition, from, to, balances } = input
  assert(transition.fromContractId === from.id, 'a rollover must be from the former contract')
  assert(transition.toContractId === to.id, 'a rollover must be to the contract that takes over')
  const isEmptied = to.endingBefore !== null && to.endingBefore <= to.startingAt
  if (transition.type !== 'RENEWAL' || now < to.startingAt || isEmptied) {
    return { balances: [], moves: [] }
  }
  const own = balances.filter(
    ({ contractId, archivedAt }) => contractId === from.id && archivedAt === null,
  )
  const each = own.flatMap((balance) => rollBalance(balance, input) ?? [])
  return {
    balances: each.map(({ balance }) => balance),
    moves: each.flatMap(({ moves }) => moves),
  }
}

export function rolloverId(balanceId: string, toContractId: string): string {
  return deriveId('rollover', balanceId, toContractId)
}

function rollBalance(
  balance: Balance,
  { from, to, remaining }: RolloverInput,
): { balance: Balance; moves: RolloverMove[] } | null {
  const fraction = Decimal.min(balance.rolloverFraction ?? 0, 1)
  const id = rolloverId(balance.id, to.id)
  const at = to.startingAt
  const rolled = balance.segments.flatMap((segment, i) => {
    if (!reaches(segment, from, at)) return []
    const part = partOf(balance.id, segment, fraction, remaining)
    if (part.amount === '0') return []
    const endingBefore = to.endingBefore ?? at + lengthOf(segment, balance, from)
    const next: AccessSegment = {
      id: deriveId('access-segment', id, String(i)),
      ...part,
      startingAt: at,
      endingBefore,
    }
    const source = { balanceId: balance.id, segmentId: segment.id }
    const move: RolloverMove = { ...source, ...part, at, toContractId: to.id, toBalanceId: id }
    return { next, move }
  })
  if (rolled.length === 0) return null
  const segments = rolled.map(({ next }) => next)
  const { recurringId: _, ...terms } = balance
  return {
    balance: {
      ...terms,
      id,
      contractId: to.id,
      segments,
      payments: balance.type === 'POSTPAID' ? trueupOf(id, balance, segments, to.id) : null,
      applicableContractIds: null,
      rolloverFraction: null,
      rolledOverFrom: { balanceId: balance.id, contractId: from.id },
      uniquenessKey: null,
      createdAt: at,
      createdBy: to.createdBy,
      archivedAt: to.archivedAt,
    },
    moves: rolled.map(({ move }) => move),
  }
}

/**
 * Whether a segment has begun under the former contract and lasts until the transition. One that
 * ends there does: what rolls over is no longer there to expire (pricing 16).
 */
function reaches({ startingAt, endingBefore }: AccessSegment, from: Contract, at: number): boolean {
  return startingAt < at && Math.min(endingBefore, from.endingBefore ?? Infinity) >= at
}

/** What of a segment rolls over; where its seats have parts of their own, of each seat. */
function partOf(
  balanceId: string,
  segment: AccessSegment,
  fraction: Decimal,
  remaining: Remaining,
): Pick<AccessSegment, 'amount' | 'seats'> {
  const { id: segmentId, adjustments = [] } = segment
  const share = (granted: Decimal, seatId?: string) => {
    const left = remaining.get(sourceKey({ balanceId, segmentId, seatId })) ?? '0'
    return Decimal.max(Decimal.min(left, granted.times(fraction)), 0)
  }
  const added = (own: typeof adjustments) => sum(own.map(({ amount }) => new Decimal(amount)))
  if (segment.seats === undefined) {
    return { amount: toText(share(added(adjustments).plus(segment.amount))) }
  }
  const atStart = segment.seats
  const seatIds = new Set([
    ...Object.keys(atStart),
    ...adjustments.flatMap(({ seatId }) => seatId ?? []),
  ])
  const shares = [...seatIds].flatMap((seatId) => {
    const own = adjustments.filter((adjustment) => adjustment.seatId === seatId)
    const part = share(added(own).plus(atStart[seatId] ?? 0), seatId)
    return part.isZero() ? [] : [[seatId, part] as const]
  })
  return {
    amount: toText(sum(shares.map(([, part]) => part))),
    seats: Object.fromEntries(shares.map(([seatId, part]) => [seatId, toText(part)])),
  }
}

/** As it was to last: what a recurring one made ends early where its contract was ended. */
function lengthOf(segment: AccessSegment, balance: Balance, from: Contract): number {
  const { startingAt, endingBefore } = segment
  const recurring = from.terms.recurringBalances?.find(({ id }) => id === balance.recurringId)
  if (recurring === undefined || endingBefore !== from.endingBefore) {
    return endingBefore - startingAt
  }
  const open = { ...from, endingBefore: null, terms: { ...from.terms, formerEnds: undefined } }
  const asMade = childBalances(open, recurring, startingAt).find(({ id }) => id === balance.id)
  return (asMade?.segments[0]?.endingBefore ?? endingBefore) - startingAt
}

/** What the obligation lacks in the end is charged by the new contract. */
function trueupOf(
  id: string,
  { payments }: Balance,
  segments: AccessSegment[],
  contractId: string,
): BalancePayments | null {
  if (payments === null) return null
  const amount = toText(sum(segments.map((segment) => new Decimal(segment.amount))))
  const at = Math.max(
    ...payments.schedule.items.map((item) => item.at),
    ...segments.map(({ endingBefore }) => endingBefore),
  )
  const item = {
    id: deriveId('schedule-item', id, '0'),
    at,
    unitPrice: amount,
    quantity: '1',
    amount,
  }
  return {
    schedule: { creditTypeId: payments.schedule.creditTypeId, items: [item] },
    isInvoiced: payments.isInvoiced,
    contractId: payments.isInvoiced ? contractId : null,
  }
}
