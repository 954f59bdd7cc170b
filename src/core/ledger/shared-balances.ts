import type { Balance } from './balance.ts'
import { sourceKey, takeDraws, type Draw, type Remaining } from './draw.ts'

/** A contract below another one whose balances it may draw on. */
export interface SharingLink {
  parentContractId: string
  childContractId: string
}

/** What a customer lets contracts of another one draw on (pricing 13). */
export interface SharedBalances {
  /** As those of a customer, for the contracts below alone. */
  balances: Balance[]
  /** What final invoices have left of them. */
  remaining: Remaining
  /** What drafts of their owner draw on them, by the end of the draft's period. */
  reserved: { endMs: number; draws: Draw[] }[]
}

/**
 * The balances that contracts below may draw on, as balances of a customer that are for these
 * contracts alone: so they go after a contract's own where nothing else tells them apart.
 */
export function shareBalances(
  balances: readonly Balance[],
  links: readonly SharingLink[],
): Balance[] {
  return balances.flatMap((balance) => {
    const own = links.filter((link) => isShared(balance, link))
    if (own.length === 0 || balance.archivedAt !== null) return []
    const applicableContractIds = own.map(({ childContractId }) => childContractId)
    return { ...balance, contractId: null, applicableContractIds }
  })
}

/** Whether draws take no more than what is left. */
export function isLeft(remaining: Remaining, draws: readonly Draw[]): boolean {
  const after = takeDraws(remaining, draws)
  return draws.every(
    (draw) => remaining.has(sourceKey(draw)) && !after.get(sourceKey(draw))!.startsWith('-'),
  )
}

function isShared(
  { childAccess, contractId, applicableContractIds }: Balance,
  { parentContractId, childContractId }: SharingLink,
): boolean {
  const isOfParent =
    contractId === null
      ? (applicableContractIds?.includes(parentContractId) ?? true)
      : contractId === parentContractId
  if (!isOfParent || childAccess === undefined || childAccess.type === 'NONE') return false
  return childAccess.type === 'ALL' || childAccess.contractIds.includes(childContractId)
}
