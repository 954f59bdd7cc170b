import type { RateCard } from '../catalog/rate-card.ts'
import { Decimal, sum } from '../decimal.ts'
import type { RatedUsage } from './rate-usage.ts'

/** An amount in a custom pricing unit, and what it is in the card's currency. */
export interface ConvertedUnit {
  customCreditTypeId: string
  /** In the unit. */
  quantity: Decimal
  /** What one of the unit is worth, in the unit of the currency. */
  unitPrice: Decimal
  total: Decimal
}

/**
 * Converts what is left in each custom unit into the card's currency, in the order of the card's
 * conversions (pricing 14.5, step 13). Where nothing is left there is nothing to convert.
 * @param amounts in whatever units; those in the currency are left alone
 */
export function convertUnits(
  amounts: readonly { creditTypeId: string; total: Decimal }[],
  { conversions }: Pick<RateCard, 'conversions'>,
): ConvertedUnit[] {
  return conversions.flatMap(({ customCreditTypeId, fiatPerCustomCredit }) => {
    const own = amounts.filter(({ creditTypeId }) => creditTypeId === customCreditTypeId)
    const quantity = sum(own.map(({ total }) => total))
    if (quantity.isZero()) return []
    const unitPrice = new Decimal(fiatPerCustomCredit)
    return [{ customCreditTypeId, quantity, unitPrice, total: quantity.times(unitPrice) }]
  })
}

/** What one of a unit is worth in the card's currency; null where the card does not say. */
export function fiatPerUnit(
  creditTypeId: string,
  { fiatCreditTypeId, conversions }: Pick<RateCard, 'fiatCreditTypeId' | 'conversions'>,
): Decimal | null {
  if (creditTypeId === fiatCreditTypeId) return new Decimal(1)
  const found = conversions.find(({ customCreditTypeId }) => customCreditTypeId === creditTypeId)
  return found === undefined ? null : new Decimal(found.fiatPerCustomCredit)
}

/** Leaves unbilled what is priced in a unit that the card does not convert. */
export function unbillUnconvertible(
  { charges, unbilled }: RatedUsage,
  card: Pick<RateCard, 'fiatCreditTypeId' | 'conversions'>,
): RatedUsage {
  const isBillable = (charge: { creditTypeId: string }) =>
    fiatPerUnit(charge.creditTypeId, card) !== null
  const rest = charges.filter((charge) => !isBillable(charge))
  return {
    charges: charges.filter(isBillable),
    unbilled: [
      ...unbilled,
      ...rest.map((usage) => ({ ...usage, reason: 'no_conversion' as const })),
    ],
  }
}
