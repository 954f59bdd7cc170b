import type { Balance, LedgerEntry } from '../../api/answers.ts'
import { decimalText } from '../../format/decimal-text.ts'
import { isDeduction, timeOf } from './burn-down.ts'

/** Where a balance is heading. Estimates, so floats do. */
export interface Projection {
  /** What is drawn in a day, on average. */
  perDay: number
  /** When nothing is left at this pace; null where it expires before. */
  usedUpAt: Date | null
  expiresAt: Date
  /** About so much is left when it expires; 0 where it is used up before. */
  leftAtExpiry: number
}

const DAY_MS = 86_400_000
/** The pace is that of about the last three months. */
const WINDOW_MS = 92 * DAY_MS

/**
 * When a balance will be used up if usage goes on as it has been.
 * @returns null for what is over, not begun, or never drawn on
 */
export function projectBalance(balance: Balance, now: Date): Projection | null {
  const time = now.getTime()
  const open = balance.access_schedule.schedule_items.filter(
    ({ starting_at, ending_before }) =>
      Date.parse(starting_at) <= time && time < Date.parse(ending_before),
  )
  const left = Number(decimalText(balance.balance ?? 0))
  if (open.length === 0 || left <= 0) return null
  const perDay = paceOf(balance, balance.ledger ?? [], now)
  if (perDay <= 0) return null
  const expiresAt = new Date(Math.max(...open.map((item) => Date.parse(item.ending_before))))
  const usedUpAt = new Date(time + (left / perDay) * DAY_MS)
  const isInTime = usedUpAt < expiresAt
  const daysLeft = (expiresAt.getTime() - time) / DAY_MS
  return {
    perDay,
    usedUpAt: isInTime ? usedUpAt : null,
    expiresAt,
    leftAtExpiry: isInTime ? 0 : left - perDay * daysLeft,
  }
}

/** What is drawn in a day: all that was since the last entry before the window, or since it began. */
function paceOf({ access_schedule }: Balance, ledger: readonly LedgerEntry[], now: Date): number {
  const time = now.getTime()
  const drawn = ledger
    .filter(({ type }) => isDeduction(type))
    .map((entry) => ({ at: timeOf(entry, now), amount: -Number(decimalText(entry.amount)) }))
  const before = drawn.filter(({ at }) => at <= time - WINDOW_MS).map(({ at }) => at)
  const began = Math.min(
    ...access_schedule.schedule_items.map(({ starting_at }) => Date.parse(starting_at)),
  )
  const since = Math.max(began, ...before)
  const days = Math.max((time - since) / DAY_MS, 1)
  const sum = drawn
    .filter(({ at }) => at > since && at <= time)
    .reduce((total, { amount }) => total + amount, 0)
  return sum / days
}

/**
 * The line from what is left now to where it is heading, at the times of a chart.
 * @param today which of the times is the last one until now
 */
export function projectedLine(
  times: readonly Date[],
  { today, left, projection }: { today: number; left: number; projection: Projection },
): (number | null)[] {
  const start = times[today]?.getTime() ?? 0
  return times.map((at, i) => {
    if (i < today) return null
    return Math.max(left - (projection.perDay * (at.getTime() - start)) / DAY_MS, 0)
  })
}
