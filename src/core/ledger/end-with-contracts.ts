import type { Contract } from '../contracts/contract.ts'
import type { Balance } from './balance.ts'

/**
 * Commits and credits of contracts as they can be used: nothing of them is left once their contract
 * is over, be it by a renewal or by another end (pricing 10). A segment that would only begin then
 * has no time at all. Until then they are as they were agreed on.
 */
export function endWithContracts(
  balances: readonly Balance[],
  contracts: readonly Pick<Contract, 'id' | 'endingBefore'>[],
  now: number,
): Balance[] {
  const ends = new Map(contracts.map(({ id, endingBefore }) => [id, endingBefore]))
  return balances.map((balance) => {
    const end = balance.contractId === null ? null : (ends.get(balance.contractId) ?? null)
    if (
      end === null ||
      end > now ||
      balance.segments.every(({ endingBefore }) => endingBefore <= end)
    ) {
      return balance
    }
    return cutAt(balance, end)
  })
}

/**
 * Commits and credits of contracts with what has expired since their contract was over, and stays
 * expired though the contract has been prolonged later (pricing 10). Segments that begin later are
 * there again; postpaid commits never expire.
 */
export function keepExpired(
  balances: readonly Balance[],
  contracts: readonly Pick<Contract, 'id' | 'terms'>[],
): Balance[] {
  const overs = new Map(
    contracts.map(({ id, terms: { formerEnds = [] } }) => [
      id,
      formerEnds.filter(
        ({ until, endingBefore }) => endingBefore !== null && endingBefore <= until,
      ),
    ]),
  )
  return balances.map((balance) => {
    const { contractId, type, createdAt } = balance
    if (contractId === null || type === 'POSTPAID') return balance
    const ends = (overs.get(contractId) ?? [])
      .filter(({ until }) => createdAt < until)
      .flatMap(({ endingBefore }) => endingBefore ?? [])
    const isCut = ({ startingAt, endingBefore }: Balance['segments'][number]) =>
      ends.some((end) => startingAt < end && end < endingBefore)
    if (!balance.segments.some(isCut)) return balance
    const segments = balance.segments.map((segment) => {
      const own = ends.filter((end) => segment.startingAt < end)
      return { ...segment, endingBefore: Math.min(segment.endingBefore, ...own) }
    })
    return { ...balance, segments }
  })
}

function cutAt(balance: Balance, end: number): Balance {
  const segments = balance.segments.map((segment) => {
    const endingBefore = Math.min(segment.endingBefore, Math.max(end, segment.startingAt))
    return { ...segment, endingBefore }
  })
  return { ...balance, segments }
}
