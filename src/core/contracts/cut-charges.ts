import type { Contract, ContractTerms, CutCharges } from './contract.ts'
import type { ScheduleItem } from './schedule.ts'

/**
 * What an earlier end of a contract cuts off (pricing 10): all that is to be charged from then on,
 * as far as it was agreed on before the edit. Null where the edit does not end it earlier, or
 * nothing is cut off.
 * @param payments of prepaid commits that the contract is to invoice
 */
export function cutCharges(
  { endingBefore, terms }: Pick<Contract, 'endingBefore' | 'terms'>,
  moved: number | null | undefined,
  payments: readonly Pick<ScheduleItem, 'id' | 'at'>[],
): CutCharges | null {
  if (moved == null || moved >= (endingBefore ?? Infinity)) return null
  const { scheduledCharges = [], discounts = [], professionalServiceCharges = [] } = terms
  const agreed = [
    ...[...scheduledCharges, ...discounts].flatMap(({ schedule }) => schedule.items),
    ...professionalServiceCharges,
    ...payments,
  ]
  const ids = agreed.filter(({ at }) => at >= moved).map(({ id }) => id)
  return ids.length === 0 ? null : { from: moved, ids }
}

/** Whether an earlier end of its contract has cut off a charge; one that was moved before it, not. */
export function isCut(
  { cutCharges: cuts = [], chargedBefore = Infinity }: CuttingTerms,
  { id, at }: Pick<ScheduleItem, 'id' | 'at'>,
): boolean {
  return at >= chargedBefore || cuts.some(({ from, ids }) => at >= from && ids.includes(id))
}

type CuttingTerms = Pick<ContractTerms, 'cutCharges' | 'chargedBefore'>
