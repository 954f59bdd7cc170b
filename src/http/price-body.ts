import { z } from '@hono/zod-openapi'
import type { PriceInput } from '../core/catalog/define-price.ts'
import { RATE_TYPES, type Price } from '../core/catalog/price.ts'
import { jsonNumber, parseExactJson } from '../core/json-number.ts'
import { CreditTypeBody, enumOf, JsonObjectText, NonNegativeDecimal } from './schemas.ts'

const Tier = z.object({
  size: NonNegativeDecimal.nullish().openapi({
    description: "The tier's width; none on the last tier.",
  }),
  price: NonNegativeDecimal,
})

/** The fields of a price that commit rates have, too. */
export const CommitPriceFields = {
  rate_type: enumOf(RATE_TYPES),
  price: NonNegativeDecimal.optional().openapi({
    description: 'Per unit, or the fraction of spend of a PERCENTAGE rate: 0.1 for 10 %.',
  }),
  tiers: z
    .array(Tier)
    .optional()
    .openapi({ description: 'Of TIERED and TIERED_PERCENTAGE rates.' }),
  minimum_config: z
    .object({ minimum: NonNegativeDecimal })
    .optional()
    .openapi({ description: 'The least that a share of spend comes to in a period.' }),
}

/** The fields of a request that say a price. */
export const PriceFields = {
  ...CommitPriceFields,
  quantity: NonNegativeDecimal.optional().openapi({ description: 'Of SUBSCRIPTION rates.' }),
  is_prorated: z.boolean().optional().openapi({ description: 'True, of SUBSCRIPTION rates.' }),
  custom_rate: JsonObjectText.optional().openapi({ description: 'Of CUSTOM rates.' }),
}

/** Reads the price that a request says. */
export function fromApiPrice(
  body: z.output<z.ZodObject<typeof CommitPriceFields>> &
    Partial<z.output<z.ZodObject<typeof PriceFields>>>,
): PriceInput {
  return {
    rateType: body.rate_type,
    price: body.price,
    tiers: body.tiers,
    minimum: body.minimum_config?.minimum,
    quantity: body.quantity,
    isProrated: body.is_prorated,
    customRate: body.custom_rate,
  }
}

const TierBody = z.object({ size: z.number().optional(), price: z.number() })

/** A price as it is answered. */
export const PriceBody = {
  rate_type: z.enum(RATE_TYPES),
  price: z.number().optional(),
  tiers: z.array(TierBody).optional(),
  minimum_config: z.object({ minimum: z.number() }).optional(),
  quantity: z.number().optional(),
  is_prorated: z.boolean().optional(),
  custom_rate: z.record(z.string(), z.unknown()).optional(),
}

export const CommitRateBody = z
  .object({
    rate_type: z.enum(RATE_TYPES),
    price: z.number().optional(),
    tiers: z.array(TierBody).optional(),
  })
  .openapi('CommitRate')

export const RateBody = z
  .object({
    ...PriceBody,
    credit_type: CreditTypeBody,
    pricing_group_values: z.record(z.string(), z.string()).optional(),
  })
  .openapi('Rate')

/** A price in the documents' form; members that its type has not are left out. */
export function toApiPrice(price: Price) {
  const { rateType } = price
  return {
    rate_type: rateType,
    price: 'price' in price ? jsonNumber(price.price) : undefined,
    tiers:
      'tiers' in price
        ? price.tiers.map((tier) => ({
            size: tier.size === null ? undefined : jsonNumber(tier.size),
            price: jsonNumber(tier.price),
          }))
        : undefined,
    minimum_config:
      'minimum' in price && price.minimum !== null
        ? { minimum: jsonNumber(price.minimum) }
        : undefined,
    quantity: rateType === 'SUBSCRIPTION' ? jsonNumber(price.quantity) : undefined,
    is_prorated: rateType === 'SUBSCRIPTION' ? price.isProrated : undefined,
    custom_rate:
      rateType === 'CUSTOM'
        ? (parseExactJson(price.customRate) as Record<string, unknown>)
        : undefined,
  }
}
