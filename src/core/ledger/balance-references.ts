import type { Contract } from '../contracts/contract.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { Balance } from './balance.ts'

/** A commit or credit, or what makes one each period, as other terms may name it. */
export interface BalanceReference {
  id: string
  isRecurring: boolean
}

/** By id, and by the `temporary_id` of those that the same request makes. */
export type BalanceReferences = ReadonlyMap<string, BalanceReference>

/** What a request makes, as far as its other terms may name it. */
export interface NewReference extends BalanceReference {
  /** How messages name its members. */
  path: string
  temporaryId?: string
}

/**
 * All commits and credits that terms of a contract may name (pricing 5.2): those of the customer,
 * those that the contract makes each period, and those of the same request.
 */
export function referToBalances(
  stored: Pick<Balance, 'id'>[],
  contract: Pick<Contract, 'terms'> | null,
  made: NewReference[],
): Result<BalanceReferences> {
  const references = new Map<string, BalanceReference>()
  for (const { id } of stored) references.set(id, { id, isRecurring: false })
  for (const { id } of contract?.terms.recurringBalances ?? []) {
    references.set(id, { id, isRecurring: true })
  }
  for (const { id, isRecurring, path, temporaryId } of made) {
    references.set(id, { id, isRecurring })
    if (temporaryId === undefined) continue
    if (references.has(temporaryId)) {
      return refuse('invalid', `${path}temporary_id: expected an id that nothing else has`)
    }
    references.set(temporaryId, { id, isRecurring })
  }
  return ok(references)
}
