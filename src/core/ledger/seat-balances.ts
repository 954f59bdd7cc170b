import { type Decimal, sum, ZERO } from '../decimal.ts'
import type { Balance } from './balance.ts'
import { balanceNow } from './balance-now.ts'
import type { BalancesReading } from './draw.ts'
import { type LedgerEntry, ledgerOfSeat } from './ledger.ts'
import { type Movement, movementsOf } from './movements.ts'

/** What a seat has of a balance. */
export interface SeatPart {
  balance: Balance
  /** What it can use now. */
  usable: Decimal
  /** What it was given at the start of segments, and in their course for seats that were added. */
  granted: Decimal
  ledger: LedgerEntry[]
}

export interface SeatTotal {
  creditTypeId: string
  usable: Decimal
  granted: Decimal
}

/**
 * The parts that seats have of balances, by seats (pricing 17). Segments that begin later count for
 * nothing yet.
 */
export function seatParts(
  { balances, facts, reserved }: BalancesReading,
  now: number,
): Map<string, SeatPart[]> {
  const movements = movementsOf(balances, { facts, reserved })
  const parts = new Map<string, SeatPart[]>()
  for (const balance of balances) {
    const begun = begunMovements(balance, movements.get(balance.id) ?? [], now)
    for (const seatId of new Set(begun.flatMap(({ seats }) => [...seats.keys()]))) {
      const part = toPart(balance, seatId, begun, now)
      const others = parts.get(seatId)
      if (others === undefined) parts.set(seatId, [part])
      else others.push(part)
    }
  }
  return parts
}

/** What parts come to together, for each credit type in the order in which they are met. */
export function seatTotals(parts: readonly SeatPart[]): SeatTotal[] {
  const byCreditType = Map.groupBy(parts, ({ balance }) => balance.creditTypeId)
  return [...byCreditType].map(([creditTypeId, own]) => {
    const usable = sum(own.map((part) => part.usable))
    return { creditTypeId, usable, granted: sum(own.map(({ granted }) => granted)) }
  })
}

function begunMovements({ segments }: Balance, movements: readonly Movement[], now: number) {
  const begun = segments.filter(({ seats, startingAt }) => seats !== undefined && startingAt <= now)
  const ids = new Set(begun.map(({ id }) => id))
  return movements.filter(({ segmentId }) => ids.has(segmentId))
}

function toPart(
  balance: Balance,
  seatId: string,
  movements: readonly Movement[],
  now: number,
): SeatPart {
  const own = movements.flatMap((movement) => {
    const amount = movement.seats.get(seatId)
    return amount === undefined ? [] : { ...movement, seats: new Map([[seatId, amount]]) }
  })
  let granted = ZERO
  for (const { kind, seats } of own) {
    if (kind === 'START' || kind === 'SEATS') granted = granted.plus(seats.get(seatId) ?? ZERO)
  }
  const ledger = ledgerOfSeat(balance, seatId, own, now) ?? []
  return { balance, usable: balanceNow(balance, own, now), granted, ledger }
}
