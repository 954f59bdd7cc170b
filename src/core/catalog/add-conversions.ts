import { findFiatCreditType } from '../currency.ts'
import { parseDecimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { CreditTypeConversion } from './rate-card.ts'

/**
 * Decides on what custom units are worth on a card (pricing 3.1). What one is worth stays: giving
 * it again with the same value changes nothing.
 * @param existing those of the card
 * @param units the ids of the environment's custom units, as far as they are named
 * @param field of the request, as the API calls it
 * @returns all of the card's
 */
export function addConversions(
  existing: CreditTypeConversion[],
  added: CreditTypeConversion[],
  units: ReadonlySet<string>,
  field: string,
): Result<CreditTypeConversion[]> {
  const conversions = [...existing]
  for (const [i, conversion] of added.entries()) {
    const { customCreditTypeId: id, fiatPerCustomCredit: value } = conversion
    const path = `${field}[${i}]`
    const fiat = findFiatCreditType(id)
    if (fiat !== undefined) {
      return refuse(
        'invalid',
        `${path}.custom_credit_type_id: ${fiat.name} is a currency; expected a custom pricing unit`,
      )
    }
    if (!units.has(id)) {
      return refuse('not_found', `${path}.custom_credit_type_id: no custom pricing unit ${id}`)
    }
    if (parseDecimal(value)?.greaterThan(0) !== true) {
      return refuse('invalid', `${path}.fiat_per_custom_credit: expected a number greater than 0`)
    }
    const known = conversions.find((other) => other.customCreditTypeId === id)
    if (known === undefined) conversions.push(conversion)
    else if (known.fiatPerCustomCredit !== value) {
      return refuse(
        'invalid',
        `${path}.fiat_per_custom_credit: the unit has a conversion already, of ${known.fiatPerCustomCredit}, which cannot be changed`,
      )
    }
  }
  return ok(conversions)
}
