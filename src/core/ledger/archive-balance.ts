import { ok, refuse, type Result } from '../result.ts'
import type { Balance } from './balance.ts'
import type { BalanceInvoices } from './edit-balance.ts'

/**
 * Archives a commit or credit (pricing 6.8), which no finalized invoice may have drawn on or charge
 * for: these are to be made void first. Archived once, it stays so from then on.
 * @param field what names it, such as `commit_id`
 */
export function archiveBalance(
  balance: Balance,
  { invoiced, drawnSegmentIds }: BalanceInvoices,
  now: number,
  field: string,
): Result<Balance> {
  const { id, segments, payments, archivedAt } = balance
  if (archivedAt !== null) return ok(balance)
  if (segments.some((segment) => drawnSegmentIds.has(segment.id))) {
    return refuse(
      'invalid',
      `${field}: a finalized invoice has drawn on ${id}; expected all that did to be void`,
    )
  }
  const isPaid = payments?.schedule.items.some((item) => invoiced.get(item.id) === 'FINALIZED')
  if (isPaid === true) {
    return refuse(
      'invalid',
      `${field}: a finalized invoice charges for ${id}; expected all that do to be void`,
    )
  }
  return ok({ ...balance, archivedAt: now })
}
