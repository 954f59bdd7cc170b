import type { BalanceReferences } from '../ledger/balance-references.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { OverrideSpecifier } from './override.ts'

type Named = Pick<OverrideSpecifier, 'commitIds' | 'recurringCommitIds' | 'anyCommitOrCreditIds'>

const LISTS = [
  { member: 'commitIds', field: 'commit_ids', isRecurring: false },
  { member: 'recurringCommitIds', field: 'recurring_commit_ids', isRecurring: true },
  { member: 'anyCommitOrCreditIds', field: 'any_commit_or_credit_ids', isRecurring: null },
] as const

/**
 * The specifier with the ids of the commits and credits that it names by these or by temporary ids
 * of the same request (pricing 5.2).
 * @param path of the specifier's members
 */
export function resolveBalanceIds<S extends Named>(
  specifier: S,
  references: BalanceReferences,
  isCommitSpecific: boolean,
  path: string,
): Result<S> {
  const resolved: Named = {}
  for (const { member, field, isRecurring } of LISTS) {
    const names = specifier[member]
    if (names === undefined) continue
    if (names.length > 0 && !isCommitSpecific) {
      return refuse('invalid', `${path}${field}: expected only with is_commit_specific`)
    }
    const ids: string[] = []
    for (const name of names) {
      const found = references.get(name)
      if (found === undefined || (isRecurring ?? found.isRecurring) !== found.isRecurring) {
        const what = isRecurring === true ? 'recurring commit or credit' : 'commit or credit'
        return refuse('not_found', `${path}${field}: the contract has no ${what} ${name}`)
      }
      ids.push(found.id)
    }
    resolved[member] = ids
  }
  return ok({ ...specifier, ...resolved })
}
