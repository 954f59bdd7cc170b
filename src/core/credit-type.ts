import { FIAT_CREDIT_TYPES, type CreditType } from './currency.ts'
import { ok, refuse, type Result } from './result.ts'

/** A unit of the environment's own, such as credits or tokens, in which prices may be. */
export interface CustomUnit {
  id: string
  name: string
  createdAt: number
  createdBy: string
}

/**
 * Decides on a new custom pricing unit (pricing 1.1). A name that a currency goes by, in any
 * casing, would make invoices ambiguous and is refused.
 */
export function createCreditType(
  { id, name, createdBy }: { id: string; name: string; createdBy: string },
  now: number,
): Result<CustomUnit> {
  const trimmed = name.trim()
  if (trimmed === '') return refuse('invalid', 'name: expected text that is not blank')
  const isFiat = FIAT_CREDIT_TYPES.some((fiat) => namesOf(fiat).includes(trimmed.toUpperCase()))
  if (isFiat) return refuse('invalid', `name: ${trimmed} is a currency, which is there already`)
  return ok({ id, name: trimmed, createdAt: now, createdBy })
}

/** `USD (cents)` is also called `USD`. */
function namesOf({ name }: CreditType): string[] {
  const whole = name.toUpperCase()
  return [whole, whole.replace(/ \(.*$/, '')]
}
