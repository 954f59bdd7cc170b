import { ok, refuse, type Result } from '../result.ts'
import type { Balance } from './balance.ts'

export const CHILD_ACCESS_TYPES = ['ALL', 'NONE', 'CONTRACT_IDS'] as const

/** Which contracts below that of a balance may draw on it as well (pricing 6.1). */
export type ChildAccess =
  | { type: 'ALL' }
  | { type: 'NONE' }
  | { type: 'CONTRACT_IDS'; contractIds: string[] }

/**
 * What is shared must be in one place, whole: neither owed, nor split among seats, nor moved on to
 * another contract by a fraction. Pricing 13 shares commits of any kind; what is refused here needs
 * more of the children than their draws: a true-up would have to wait for their usage invoices
 * (invoices 1.4), a renewal for their drafts (pricing 10), and seats are of the parent's contract.
 */
export function checkChildAccess(
  {
    type,
    rolloverFraction,
    hasSeats,
    childAccess,
  }: Pick<Balance, 'type' | 'rolloverFraction' | 'childAccess'> & { hasSeats: boolean },
  path: string,
): Result<null> {
  if (childAccess === undefined || childAccess.type === 'NONE') return ok(null)
  const field = `${path}hierarchy_configuration.child_access`
  if (type === 'POSTPAID') {
    return refuse('invalid', `${field}: not supported yet of POSTPAID commits`)
  }
  if (hasSeats) return refuse('invalid', `${field}: not supported yet with INDIVIDUAL seats`)
  if (rolloverFraction === null) return ok(null)
  return refuse('invalid', `${field}: not supported yet with rollover_fraction`)
}
