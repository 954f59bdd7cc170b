import type { Price, RateType, Tier } from '../catalog/price.ts'
import { Decimal } from '../decimal.ts'
import { ok, refuse, unreachable, type Result } from '../result.ts'
import type { CardContents } from './card-contents.ts'
import type { OverrideChange } from './override.ts'

/** A rate that replaces the card's, as it is asked for. Numbers are decimal texts, not negative. */
export interface OverwriteInput {
  rateType: RateType
  price?: string
  tiers?: Tier[]
  quantity?: string
  isProrated?: boolean
  minimum?: string
  /** JSON text. */
  customRate?: string
  creditTypeId?: string
}

type Member = Exclude<keyof OverwriteInput, 'rateType' | 'creditTypeId'>

const FIELDS: Record<Member, string> = {
  price: 'price',
  tiers: 'tiers',
  quantity: 'quantity',
  isProrated: 'is_prorated',
  minimum: 'minimum_config',
  customRate: 'custom_rate',
}

/** What each type of rate must say, and what it may say besides (pricing 3.3). */
const MEMBERS: Record<RateType, { required: Member[]; optional: Member[] }> = {
  FLAT: { required: ['price'], optional: [] },
  TIERED: { required: ['tiers'], optional: [] },
  PERCENTAGE: { required: ['price'], optional: ['minimum'] },
  TIERED_PERCENTAGE: { required: ['tiers'], optional: ['minimum'] },
  SUBSCRIPTION: { required: ['price', 'quantity', 'isProrated'], optional: [] },
  CUSTOM: { required: ['customRate'], optional: [] },
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
  const { rateType, creditTypeId = rateCard.fiatCreditTypeId } = input
  const { required, optional } = MEMBERS[rateType]
  for (const member of Object.keys(FIELDS) as Member[]) {
    const isGiven = input[member] !== undefined
    if (required.includes(member) && !isGiven) {
      return refuse('invalid', `${path}${FIELDS[member]}: required for ${rateType} rates`)
    }
    if (isGiven && !required.includes(member) && !optional.includes(member)) {
      return refuse('invalid', `${path}${FIELDS[member]}: not expected for ${rateType} rates`)
    }
  }
  const units = [
    rateCard.fiatCreditTypeId,
    ...rateCard.conversions.map((conversion) => conversion.customCreditTypeId),
  ]
  if (!units.includes(creditTypeId)) {
    return refuse(
      'invalid',
      `${path}credit_type_id: expected the rate card's currency or one of its pricing units`,
    )
  }
  const price = toPrice(input, path)
  if (!price.ok) return price
  return ok({ type: 'OVERWRITE', price: price.value, creditTypeId })
}

function toPrice(input: OverwriteInput, path: string): Result<Price> {
  const { rateType, price = '0', tiers = [], minimum = null } = input
  const tiered = checkTiers(tiers, `${path}tiers`)
  if (!tiered.ok) return tiered
  switch (rateType) {
    case 'FLAT':
      return ok({ rateType, price })
    case 'TIERED':
      return ok({ rateType, tiers })
    case 'PERCENTAGE':
      if (!isFraction(price)) return refuse('invalid', `${path}price: ${FRACTION}`)
      return ok({ rateType, price, minimum })
    case 'TIERED_PERCENTAGE': {
      const wrong = tiers.findIndex((tier) => !isFraction(tier.price))
      if (wrong >= 0) return refuse('invalid', `${path}tiers[${wrong}].price: ${FRACTION}`)
      return ok({ rateType, tiers, minimum })
    }
    case 'SUBSCRIPTION': {
      const { quantity = '0', isProrated = true } = input
      if (!isProrated) return refuse('invalid', `${path}is_prorated: expected true`)
      return ok({ rateType, price, quantity, isProrated })
    }
    case 'CUSTOM':
      return ok({ rateType, customRate: input.customRate ?? '{}' })
    default:
      return unreachable(rateType)
  }
}

const FRACTION = 'expected a fraction from 0 to 1, such as 0.1 for 10 %'

function isFraction(text: string): boolean {
  return new Decimal(text).lte(1)
}

/** Every step but the last has a width, which is more than nothing. */
export function checkTiers(tiers: { size: string | null }[], path: string): Result<null> {
  for (const [i, { size }] of tiers.entries()) {
    const isLast = i === tiers.length - 1
    if (size === null && !isLast) {
      return refuse('invalid', `${path}[${i}].size: required for every tier but the last`)
    }
    if (size !== null && new Decimal(size).lte(0)) {
      return refuse('invalid', `${path}[${i}].size: expected a number above 0`)
    }
  }
  return ok(null)
}
