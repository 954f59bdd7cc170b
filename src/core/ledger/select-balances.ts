import { Decimal } from '../decimal.ts'
import type { Contract } from '../contracts/contract.ts'
import type { AccessSegment, Balance, BalanceType } from './balance.ts'

/** Instants are about any of a balance's segments. */
export interface AccessFilter {
  /** Has access then. */
  coveringDate?: number
  /** Has access then or later. */
  startingAt?: number
  /** Has access before. */
  effectiveBefore?: number
}

/** Which of a customer's balances are asked for; all that is given must fit (pricing 17). */
export interface BalanceQuery extends AccessFilter {
  id?: string
  types?: readonly BalanceType[]
  /** Whether those of contracts are, besides the customer's own. */
  includesContracts: boolean
  includesArchived: boolean
  /** Lowest first; otherwise, and where they tie, oldest first. */
  isByPriority: boolean
}

export function selectBalances(balances: readonly Balance[], query: BalanceQuery): Balance[] {
  const { id, types, includesContracts, includesArchived, isByPriority } = query
  return balances
    .filter(
      (balance) =>
        (id === undefined || balance.id === id) &&
        (types === undefined || types.includes(balance.type)) &&
        (includesContracts || balance.contractId === null) &&
        (includesArchived || balance.archivedAt === null) &&
        hasAccess(balance, query),
    )
    .toSorted(balanceOrder(isByPriority))
}

type Place = Pick<Balance, 'priority' | 'createdAt' | 'id'>

/** The order of lists of balances. */
export function balanceOrder(isByPriority: boolean): (a: Place, b: Place) => number {
  return isByPriority ? byPriority : byAge
}

export function hasAccess(
  { segments }: Balance,
  { coveringDate, startingAt, effectiveBefore }: AccessFilter,
): boolean {
  const some = (fits: (segment: AccessSegment) => boolean) => segments.some(fits)
  return (
    (coveringDate === undefined ||
      some((own) => own.startingAt <= coveringDate && coveringDate < own.endingBefore)) &&
    (startingAt === undefined || some(({ endingBefore }) => endingBefore > startingAt)) &&
    (effectiveBefore === undefined || some((own) => own.startingAt < effectiveBefore))
  )
}

/** Commits and credits of archived contracts are archived with them. */
export function archiveWithContracts(
  balances: readonly Balance[],
  contracts: readonly Pick<Contract, 'id' | 'archivedAt'>[],
): Balance[] {
  const archivedAt = new Map(contracts.map((contract) => [contract.id, contract.archivedAt]))
  return balances.map((balance) => {
    const { contractId } = balance
    if (contractId === null || balance.archivedAt !== null) return balance
    return { ...balance, archivedAt: archivedAt.get(contractId) ?? null }
  })
}

function byPriority(a: Place, b: Place): number {
  return new Decimal(a.priority).cmp(b.priority) || byAge(a, b)
}

function byAge(a: Place, b: Place): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : Number(a.id > b.id))
}
