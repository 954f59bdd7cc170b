import { prorateRounded } from '../contracts/proration.ts'
import { quantityAt } from '../contracts/subscription-quantity.ts'
import type { ProrationRounding, Subscription } from '../contracts/subscription.ts'
import { Decimal, sum, toText, ZERO } from '../decimal.ts'
import type { Period } from '../time.ts'
import type { AccessSegment } from './balance.ts'

/** The most seats that have a part of their own of one commit or credit (pricing 6.6). */
export const SEATS_MAX = 1_000

/** How many of a subscription there are at an instant, unassigned seats among them. */
export function seatCountAt(subscription: Subscription, at: number): Decimal {
  const { startingAt, endingBefore } = subscription
  if (at < startingAt || at >= (endingBefore ?? Infinity)) return ZERO
  return new Decimal(quantityAt(subscription, at).quantity)
}

/** What a period brings, and how amounts of it are made. */
export interface SeatTerms {
  unitPrice: Decimal
  /** Its first instant decides what is granted at once; seats that are added in it bring more. */
  covered: Period
  whole: Period
  /** Of the amount for all of the period, by the proration of first and last periods. */
  share(amount: Decimal): Decimal
  isIncreaseProrated: boolean
  rounding?: ProrationRounding
}

type Grants = Pick<AccessSegment, 'amount' | 'seats' | 'adjustments'>

/**
 * What all seats have together: so many as there are when the period starts, and each increase in
 * its course. Fewer take nothing back (pricing 6.6).
 * @param now what is added later is not known yet
 */
export function poolSeats(subscription: Subscription, terms: SeatTerms, now: number): Grants {
  const { unitPrice, covered } = terms
  const atStart = seatCountAt(subscription, covered.startMs)
  const adjustments = changesWithin(subscription, covered, now).flatMap((at) => {
    const added = seatCountAt(subscription, at).minus(seatCountAt(subscription, at - 1))
    if (added.lessThanOrEqualTo(0)) return []
    return { at, amount: toText(shareOfRest(unitPrice.times(added), at, terms)) }
  })
  const amount = toText(terms.share(unitPrice.times(atStart)))
  return adjustments.length === 0 ? { amount } : { amount, adjustments }
}

/**
 * What each assigned seat has for itself: those that are assigned when the period starts, and each
 * that is assigned in its course and had none of it so far. Who leaves keeps the part, for nobody
 * else (pricing 6.6).
 */
export function grantEachSeat(subscription: Subscription, terms: SeatTerms, now: number): Grants {
  const { unitPrice, covered } = terms
  const first = seatsAt(subscription, covered.startMs).slice(0, SEATS_MAX)
  const part = terms.share(unitPrice)
  const seats = Object.fromEntries(first.map((seatId) => [seatId, toText(part)]))
  const granted = new Set(first)
  const adjustments = changesWithin(subscription, covered, now).flatMap((at) => {
    const assigned = seatsAt(subscription, at).filter((seatId) => !granted.has(seatId))
    const added = assigned.slice(0, SEATS_MAX - granted.size)
    for (const seatId of added) granted.add(seatId)
    const amount = toText(shareOfRest(unitPrice, at, terms))
    return added.map((seatId) => ({ at, amount, seatId }))
  })
  const amount = toText(sum(first.map(() => part)))
  return adjustments.length === 0 ? { amount, seats } : { amount, seats, adjustments }
}

/** Of what is added in the course of a period: what is left of the period, where that counts. */
function shareOfRest(amount: Decimal, at: number, terms: SeatTerms): Decimal {
  const { covered, whole, isIncreaseProrated, rounding } = terms
  if (!isIncreaseProrated) return amount
  return prorateRounded(amount, { startMs: at, endMs: covered.endMs }, whole, rounding)
}

/** The instants after a period's first at which the quantity or the seats may differ. */
function changesWithin(
  { quantities, startingAt, endingBefore }: Subscription,
  { startMs, endMs }: Period,
  now: number,
): number[] {
  const until = Math.min(endMs, endingBefore ?? Infinity, now + 1)
  const instants = [startingAt, ...quantities.map(({ at }) => at)]
  const inside = instants.filter((at) => at > startMs && at < until)
  return [...new Set(inside)].sort((a, b) => a - b)
}

function seatsAt(subscription: Subscription, at: number): string[] {
  const { startingAt, endingBefore } = subscription
  if (at < startingAt || at >= (endingBefore ?? Infinity)) return []
  return [...new Set(quantityAt(subscription, at).seatIds ?? [])]
}
