import { ok, refuse, type Result } from '../result.ts'
import { formatTimestamp, isHourAligned } from '../time.ts'
import type { Balance } from './balance.ts'
import type { BalanceInvoices, BalanceUpdate } from './edit-balance.ts'

/** Where a commit or credit is to end; what is absent stays as it is. */
export interface BalanceEnds {
  /** Exclusive. */
  access?: number
  /** Exclusive. */
  payments?: number
}

/**
 * The update that makes a prepaid commit or a credit end earlier (pricing 6.8): segments that start
 * later go, one that reaches beyond the end is cut, and payments from the end on are not invoiced,
 * unless a final invoice has them.
 */
export function endBalance(
  balance: Balance,
  { access, payments }: BalanceEnds,
  { invoiced }: Pick<BalanceInvoices, 'invoiced'>,
): Result<BalanceUpdate> {
  const { id, type, segments } = balance
  if (type === 'POSTPAID') {
    return refuse('invalid', `commit_id: expected a PREPAID commit; ${id} is POSTPAID`)
  }
  if (access === undefined && payments === undefined) {
    return refuse('invalid', 'access_ending_before: required, or else invoices_ending_before')
  }
  const update: BalanceUpdate = { id }
  if (access !== undefined) {
    const checked = checkAccessEnd(balance, access)
    if (!checked.ok) return checked
    update.access = {
      update: segments
        .filter(({ startingAt, endingBefore }) => startingAt < access && access < endingBefore)
        .map((segment) => ({ id: segment.id, endingBefore: access })),
      remove: segments
        .filter(({ startingAt }) => startingAt >= access)
        .map((segment) => segment.id),
    }
  }
  if (payments !== undefined) {
    const items = balance.payments?.schedule.items ?? []
    const later = items.filter((item) => item.at >= payments && !invoiced.has(item.id))
    if (later.length > 0) update.payments = { remove: later.map((item) => item.id) }
  }
  return ok(update)
}

function checkAccessEnd({ segments }: Balance, end: number): Result<null> {
  const field = 'access_ending_before'
  if (!isHourAligned(end)) {
    return refuse(
      'invalid',
      `${field}: expected a timestamp on the hour, such as 2026-03-01T00:00:00Z`,
    )
  }
  const last = Math.max(...segments.map(({ endingBefore }) => endingBefore))
  if (end > last) {
    return refuse(
      'invalid',
      `${field}: expected the present end, ${formatTimestamp(last)}, or earlier`,
    )
  }
  const first = Math.min(...segments.map(({ startingAt }) => startingAt))
  if (end > first) return ok(null)
  return refuse(
    'invalid',
    `${field}: expected an instant after the start, ${formatTimestamp(first)}`,
  )
}
