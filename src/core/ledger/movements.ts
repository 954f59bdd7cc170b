import { Decimal, ZERO } from '../decimal.ts'
import type { AccessSegment, Balance } from './balance.ts'
import type { LedgerFacts, PostedDraw } from './draw.ts'

/** In the order of those of one instant (pricing 16). */
export const MOVEMENT_KINDS = [
  'START',
  'SEATS',
  'MANUAL',
  'DEDUCTION',
  'CREDITED',
  'CANCELED',
  'TRUEUP',
  'ROLLOVER',
  'EXPIRATION',
] as const

/** Something that changes what a segment has left: positive amounts add, negative ones take away. */
export interface Movement {
  kind: (typeof MOVEMENT_KINDS)[number]
  segmentId: string
  amount: Decimal
  at: number
  /** Of segments whose seats have parts of their own: how the amount is divided. */
  seats: ReadonlyMap<string, Decimal>
  /** The invoice that draws, charges or is void. */
  invoiceId?: string
  /** Whose invoice it is. */
  contractId?: string
  /** Of rollovers: who goes on with it. */
  toContractId?: string
  /** Of manual entries. */
  reason?: string
}

/** What has been taken from balances, and what drafts would take besides. */
export interface BalanceUse {
  facts: LedgerFacts
  reserved: readonly PostedDraw[]
}

/**
 * All that changes the balances, by their ids and in no order, whenever it is dated; expirations
 * are not among it, since they depend on when one looks (pricing 16).
 */
export function movementsOf(
  balances: readonly Balance[],
  { facts, reserved }: BalanceUse,
): Map<string, Movement[]> {
  const movements = new Map(
    balances.map(({ id, segments }) => [id, segments.flatMap(openSegment)] as const),
  )
  const add = (balanceId: string, movement: Movement) => movements.get(balanceId)?.push(movement)

  for (const draws of byInvoice([...facts.posted, ...reserved])) {
    const deduction = toDeduction(draws)
    const [{ balanceId, voidedAt }] = draws
    add(balanceId, deduction)
    if (voidedAt !== null) add(balanceId, { ...negate(deduction), kind: 'CREDITED', at: voidedAt })
  }
  for (const { balanceId, segmentId, at, reason, ...entry } of facts.manual) {
    const amount = new Decimal(entry.amount)
    add(balanceId, { kind: 'MANUAL', segmentId, amount, at, reason, seats: parts(entry.seats) })
  }
  for (const { balanceId, segmentId, at, toContractId, ...rollover } of facts.rollovers) {
    const amount = new Decimal(rollover.amount)
    const seats = parts(rollover.seats)
    add(balanceId, negate({ kind: 'ROLLOVER', segmentId, amount, at, toContractId, seats }))
  }
  for (const { balanceId, segmentId, invoiceId, at, amount } of facts.trueups) {
    const taken = new Decimal(amount).neg()
    add(balanceId, { kind: 'TRUEUP', segmentId, amount: taken, at, invoiceId, seats: new Map() })
  }
  for (const { balanceId, segmentId, invoiceId, at, ...cancel } of facts.cancellations ?? []) {
    const amount = new Decimal(cancel.amount)
    const seats = parts(cancel.seats)
    add(balanceId, negate({ kind: 'CANCELED', segmentId, amount, at, invoiceId, seats }))
  }
  return movements
}

function openSegment({ id, amount, startingAt, seats, adjustments = [] }: AccessSegment) {
  const start: Movement = {
    kind: 'START',
    segmentId: id,
    amount: new Decimal(amount),
    at: startingAt,
    seats: parts(seats),
  }
  const added = adjustments.map((adjustment): Movement => {
    const { seatId } = adjustment
    return {
      kind: 'SEATS',
      segmentId: id,
      amount: new Decimal(adjustment.amount),
      at: adjustment.at,
      seats: parts(seatId === undefined ? {} : { [seatId]: adjustment.amount }),
    }
  })
  return [start, ...added]
}

/** The draws of an invoice on a segment are one movement, however many lines they are of. */
function byInvoice(draws: readonly PostedDraw[]) {
  const groups = new Map<string, [PostedDraw, ...PostedDraw[]]>()
  for (const draw of draws) {
    const key = [draw.invoiceId, draw.balanceId, draw.segmentId, draw.at, draw.voidedAt].join('/')
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [draw])
    else group.push(draw)
  }
  return groups.values()
}

function toDeduction(draws: [PostedDraw, ...PostedDraw[]]): Movement {
  const [{ segmentId, at, invoiceId, contractId }] = draws
  const seats = new Map<string, Decimal>()
  let amount = ZERO
  for (const draw of draws) {
    amount = amount.minus(draw.amount)
    if (draw.seatId === undefined) continue
    seats.set(draw.seatId, (seats.get(draw.seatId) ?? ZERO).minus(draw.amount))
  }
  return { kind: 'DEDUCTION', segmentId, amount, at, invoiceId, contractId, seats }
}

function negate(movement: Movement): Movement {
  const seats = new Map([...movement.seats].map(([seatId, amount]) => [seatId, amount.neg()]))
  return { ...movement, amount: movement.amount.neg(), seats }
}

function parts(seats: Record<string, string> = {}): ReadonlyMap<string, Decimal> {
  return new Map(Object.entries(seats).map(([seatId, amount]) => [seatId, new Decimal(amount)]))
}

/** What a segment has left after its movements: each of its seats, or else the whole, under null. */
export function leftBySeat(
  segment: AccessSegment,
  movements: readonly Movement[],
): Map<string | null, Decimal> {
  const left = new Map<string | null, Decimal>()
  const add = (seatId: string | null, amount: Decimal) => {
    left.set(seatId, (left.get(seatId) ?? ZERO).plus(amount))
  }
  for (const { amount, seats } of movements) {
    if (segment.seats === undefined) add(null, amount)
    else for (const [seatId, part] of seats) add(seatId, part)
  }
  return left
}
