import { parseDecimal } from '../decimal.ts'
import { assert, ok, refuse, unreachable, type Result } from '../result.ts'
import type { Price, RateType, Tier } from './price.ts'

/** As many steps as a ladder may have. */
export const TIERS_MAX = 1_000
/** As long as a custom rate may be, in characters of its JSON. */
export const CUSTOM_RATE_LENGTH_MAX = 10_000

/** A price as it is asked for. Numbers are decimal texts that are not negative. */
export interface PriceInput {
  rateType: RateType
  price?: string
  tiers?: { size?: string | null; price: string }[]
  minimum?: string
  quantity?: string
  isProrated?: boolean
  /** JSON text. */
  customRate?: string
}

/** The fields that say a price, as the API calls them, by rate type. All but the minimum are required. */
const FIELDS = {
  FLAT: ['price'],
  TIERED: ['tiers'],
  PERCENTAGE: ['price', 'minimum_config'],
  TIERED_PERCENTAGE: ['tiers', 'minimum_config'],
  SUBSCRIPTION: ['price', 'quantity', 'is_prorated'],
  CUSTOM: ['custom_rate'],
} as const satisfies Record<RateType, string[]>

/**
 * Decides on a price (pricing 3.3, 14.4). Each field must belong to the rate type: one that would
 * be ignored is refused. Refusals name the field as the API calls it, with `path` before it.
 */
export function definePrice(input: PriceInput, path = ''): Result<Price> {
  const { rateType, price, minimum = null, quantity, customRate } = input
  const fields = checkFields(input, path)
  if (!fields.ok) return fields
  switch (rateType) {
    case 'FLAT':
      assert(price !== undefined, 'a required field is given')
      return ok({ rateType, price })
    case 'TIERED': {
      const tiers = defineTiers(input.tiers ?? [], path)
      return tiers.ok ? ok({ rateType, tiers: tiers.value }) : tiers
    }
    case 'PERCENTAGE':
      assert(price !== undefined, 'a required field is given')
      return ok({ rateType, price, minimum })
    case 'TIERED_PERCENTAGE': {
      const tiers = defineTiers(input.tiers ?? [], path)
      return tiers.ok ? ok({ rateType, tiers: tiers.value, minimum }) : tiers
    }
    case 'SUBSCRIPTION':
      assert(price !== undefined && quantity !== undefined, 'required fields are given')
      if (input.isProrated !== true) {
        return refuse('invalid', `${path}is_prorated: expected true for SUBSCRIPTION rates`)
      }
      return ok({ rateType, price, quantity, isProrated: true })
    case 'CUSTOM':
      assert(customRate !== undefined, 'a required field is given')
      if (customRate.length > CUSTOM_RATE_LENGTH_MAX) {
        return refuse(
          'invalid',
          `${path}custom_rate: expected at most ${CUSTOM_RATE_LENGTH_MAX} characters of JSON`,
        )
      }
      return ok({ rateType, customRate })
    default:
      return unreachable(rateType)
  }
}

function checkFields(input: PriceInput, path: string): Result<null> {
  const given = {
    price: input.price !== undefined,
    // Clients that know no "absent" send an empty list.
    tiers: (input.tiers ?? []).length > 0,
    minimum_config: input.minimum !== undefined,
    quantity: input.quantity !== undefined,
    is_prorated: input.isProrated !== undefined,
    custom_rate: input.customRate !== undefined,
  }
  const own: readonly string[] = FIELDS[input.rateType]
  for (const [field, isGiven] of Object.entries(given)) {
    if (isGiven && !own.includes(field)) {
      return refuse('invalid', `${path}${field}: applies to ${typesWith(field)} rates only`)
    }
    if (!isGiven && own.includes(field) && field !== 'minimum_config') {
      return refuse('invalid', `${path}${field}: required for ${input.rateType} rates`)
    }
  }
  return ok(null)
}

function typesWith(field: string): string {
  const types = Object.entries<readonly string[]>(FIELDS)
  return types.flatMap(([type, fields]) => (fields.includes(field) ? [type] : [])).join(', ')
}

/** Each step but the last has a width, and the last goes on for ever (pricing 3.3). */
function defineTiers(tiers: NonNullable<PriceInput['tiers']>, path: string): Result<Tier[]> {
  if (tiers.length > TIERS_MAX) {
    return refuse('invalid', `${path}tiers: expected at most ${TIERS_MAX}`)
  }
  for (const [i, { size = null }] of tiers.entries()) {
    const field = `${path}tiers[${i}].size`
    if (i === tiers.length - 1) {
      if (size === null) continue
      return refuse('invalid', `${field}: expected none: the last tier never ends`)
    }
    if (size === null) return refuse('invalid', `${field}: required for all tiers but the last`)
    if (parseDecimal(size)?.greaterThan(0) !== true) {
      return refuse('invalid', `${field}: expected a number greater than 0`)
    }
  }
  return ok(tiers.map(({ size = null, price }) => ({ size, price })))
}
