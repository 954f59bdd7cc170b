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
    const segments = balance.segments.map((segment) => {
      const endingBefore = Math.min(segment.endingBefore, Math.max(end, segment.startingAt))
      return { ...segment, endingBefore }
    })
    return { ...balance, segments }
  })
}
