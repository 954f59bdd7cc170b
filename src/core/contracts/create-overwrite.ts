import { definePrice, type PriceInput } from '../catalog/define-price.ts'
import { findFiatCreditType } from '../currency.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { CardContents } from './card-contents.ts'
import type { OverrideChange } from './override.ts'

/** A rate that replaces the card's, as it is asked for. */
export interface OverwriteInput extends PriceInput {
  /** The card's currency, if it is not given. */
  creditTypeId?: string
}

/**
 * Decides on the rate of an OVERWRITE override (pricing 5.1); refusals name the field as the API
 * calls it, with `path` before it, such as `overrides[0].overwrite_rate.`.
 */
export function createOverwrite(
  input: OverwriteInput,
  { rateCard }: CardContents,
  path: string,
): Result<OverrideChange> {
  const { fiatCreditTypeId, conversions } = rateCard
  const { creditTypeId = fiatCreditTypeId } = input
  const units = [fiatCreditTypeId, ...conversions.map((unit) => unit.customCreditTypeId)]
  if (!units.includes(creditTypeId)) {
    const fiat = findFiatCreditType(fiatCreditTypeId)?.name ?? fiatCreditTypeId
    return refuse(
      'invalid',
      `${path}credit_type_id: expected the rate card's ${fiat}, or a custom unit that it has a conversion for`,
    )
  }
  const price = definePrice(input, path)
  if (!price.ok) return price
  return ok({ type: 'OVERWRITE', price: price.value, creditTypeId })
}
