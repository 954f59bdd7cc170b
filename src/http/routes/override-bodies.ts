import { z } from '@hono/zod-openapi'
import { BILLING_FREQUENCIES, RATE_TYPES, type Price } from '../../core/catalog/price.ts'
import type { OverrideInput } from '../../core/contracts/create-override.ts'
import type { OverwriteInput } from '../../core/contracts/create-overwrite.ts'
import type { Override, OverrideSpecifier } from '../../core/contracts/override.ts'
import { OVERRIDES_MAX } from '../../core/contracts/terms-size.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { unreachable } from '../../core/result.ts'
import {
  CreditTypeBody,
  enumOf,
  HourTimestamp,
  Id,
  mapOf,
  NonNegativeDecimal,
  TimestampText,
  toApiCreditType,
  toApiTimestamp,
} from '../schemas.ts'

const OVERRIDE_TYPES = ['MULTIPLIER', 'OVERWRITE', 'TIERED'] as const
const TARGETS = ['LIST_RATE', 'COMMIT_RATE'] as const

const LIST_MAX = 1_000

const Tag = z.string().min(1)
const GroupValues = mapOf(z.string(), { type: 'string' })

const NewSpecifier = z.object({
  product_id: Id.optional(),
  product_tags: z
    .array(Tag)
    .min(1)
    .max(LIST_MAX)
    .optional()
    .openapi({ description: 'All of these.' }),
  pricing_group_values: GroupValues.optional(),
  presentation_group_values: GroupValues.optional(),
  billing_frequency: enumOf(BILLING_FREQUENCIES).optional(),
  commit_ids: z.array(z.string()).max(LIST_MAX).optional(),
  recurring_commit_ids: z.array(z.string()).max(LIST_MAX).optional(),
  any_commit_or_credit_ids: z.array(z.string()).max(LIST_MAX).optional(),
  exclude: z
    .array(z.object({ product_tags: z.array(Tag).min(1).max(LIST_MAX) }))
    .max(LIST_MAX)
    .optional()
    .openapi({ description: 'What has all tags of one of these is left out.' }),
})

const NewOverwrite = z.object({
  rate_type: enumOf(RATE_TYPES),
  price: NonNegativeDecimal.optional(),
  quantity: NonNegativeDecimal.optional(),
  is_prorated: z.boolean().optional(),
  tiers: z
    .array(z.object({ size: NonNegativeDecimal.nullish(), price: NonNegativeDecimal }))
    .min(1)
    .max(LIST_MAX)
    .optional(),
  minimum_config: z.object({ minimum: NonNegativeDecimal }).optional(),
  custom_rate: z.record(z.string(), z.unknown()).optional(),
  credit_type_id: Id.optional().openapi({ description: "The rate card's currency if omitted." }),
})

/** An override as contracts, edits and amendments take it (pricing 5.1, 5.2). */
export const NewOverrides = z
  .array(
    z
      .object({
        starting_at: HourTimestamp,
        ending_before: HourTimestamp.optional(),
        entitled: z.boolean().optional(),
        type: enumOf(OVERRIDE_TYPES).optional(),
        multiplier: NonNegativeDecimal.optional(),
        priority: z.number().positive().optional(),
        overwrite_rate: NewOverwrite.optional(),
        tiers: z
          .array(z.object({ size: NonNegativeDecimal.nullish(), multiplier: NonNegativeDecimal }))
          .min(1)
          .max(LIST_MAX)
          .optional(),
        product_id: Id.optional(),
        applicable_product_tags: z
          .array(Tag)
          .min(1)
          .max(LIST_MAX)
          .optional()
          .openapi({ description: 'Any of these.' }),
        override_specifiers: z.array(NewSpecifier).min(1).max(LIST_MAX).optional(),
        is_commit_specific: z.boolean().optional(),
        target: enumOf(TARGETS).optional(),
        rate_target: enumOf(TARGETS).optional().openapi({ description: 'The same as target.' }),
      })
      .refine(
        ({ target, rate_target }) =>
          target === undefined || rate_target === undefined || target === rate_target,
        { path: ['rate_target'], error: 'expected the same as target' },
      ),
  )
  .max(OVERRIDES_MAX)

const SpecifierBody = z.object({
  product_id: Id.optional(),
  product_tags: z.array(z.string()).optional(),
  pricing_group_values: z.record(z.string(), z.string()).optional(),
  presentation_group_values: z.record(z.string(), z.string()).optional(),
  billing_frequency: z.enum(BILLING_FREQUENCIES).optional(),
  commit_ids: z.array(z.string()).optional(),
  recurring_commit_ids: z.array(z.string()).optional(),
  any_commit_or_credit_ids: z.array(z.string()).optional(),
  exclude: z.array(z.object({ product_tags: z.array(z.string()) })).optional(),
})

export const PriceBody = z.object({
  rate_type: z.enum(RATE_TYPES),
  price: z.number().optional(),
  quantity: z.number().optional(),
  is_prorated: z.boolean().optional(),
  tiers: z.array(z.object({ size: z.number().optional(), price: z.number() })).optional(),
  minimum_config: z.object({ minimum: z.number() }).optional(),
  custom_rate: z.unknown().optional(),
  credit_type: CreditTypeBody.optional(),
})

/** An override as it is answered. */
export const OverrideBody = z
  .object({
    id: Id,
    created_at: TimestampText,
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    entitled: z.boolean().optional(),
    type: z.enum(OVERRIDE_TYPES).optional(),
    multiplier: z.number().optional(),
    priority: z.number().optional(),
    overwrite_rate: PriceBody.optional(),
    override_tiers: z
      .array(z.object({ size: z.number().optional(), multiplier: z.number() }))
      .optional(),
    product: z.object({ id: Id, name: z.string() }).optional(),
    applicable_product_tags: z.array(z.string()).optional(),
    override_specifiers: z.array(SpecifierBody).optional(),
    is_commit_specific: z.boolean().optional(),
    target: z.enum(TARGETS).optional(),
  })
  .openapi('Override')

type NewOverride = z.output<typeof NewOverrides>[number]

export function fromApiOverride(id: string, body: NewOverride): OverrideInput {
  return {
    id,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    entitled: body.entitled,
    type: body.type,
    multiplier: body.multiplier,
    priority: body.priority,
    overwriteRate: body.overwrite_rate && fromApiOverwrite(body.overwrite_rate),
    tiers: body.tiers?.map(({ size, multiplier }) => ({ size: size ?? null, multiplier })),
    productId: body.product_id,
    applicableProductTags: body.applicable_product_tags,
    specifiers: body.override_specifiers?.map(fromApiSpecifier),
    isCommitSpecific: body.is_commit_specific,
    target: body.target ?? body.rate_target,
  }
}

function fromApiOverwrite(body: z.output<typeof NewOverwrite>): OverwriteInput {
  return {
    rateType: body.rate_type,
    price: body.price,
    tiers: body.tiers?.map(({ size, price }) => ({ size: size ?? null, price })),
    quantity: body.quantity,
    isProrated: body.is_prorated,
    minimum: body.minimum_config?.minimum,
    customRate: body.custom_rate && JSON.stringify(body.custom_rate),
    creditTypeId: body.credit_type_id,
  }
}

function fromApiSpecifier(body: z.output<typeof NewSpecifier>): OverrideSpecifier {
  return {
    productId: body.product_id,
    productTags: body.product_tags,
    pricingGroupValues: body.pricing_group_values,
    presentationGroupValues: body.presentation_group_values,
    billingFrequency: body.billing_frequency,
    commitIds: body.commit_ids,
    recurringCommitIds: body.recurring_commit_ids,
    anyCommitOrCreditIds: body.any_commit_or_credit_ids,
    exclude: body.exclude?.map(({ product_tags }) => ({ productTags: product_tags })),
  }
}

/** @param names of the products that overrides are for, by their ids */
export function toApiOverride(
  override: Override,
  names: Map<string, string>,
): z.input<typeof OverrideBody> {
  const { change, targeting, specifiers, isCommitSpecific } = override
  const productId = targeting?.productId
  const isShown = targeting === undefined && specifiers.length > 0
  return {
    id: override.id,
    created_at: toApiTimestamp(override.createdAt),
    starting_at: toApiTimestamp(override.startingAt),
    ending_before:
      override.endingBefore === null ? undefined : toApiTimestamp(override.endingBefore),
    entitled: override.entitled ?? undefined,
    ...(change === null ? {} : toApiChange(change)),
    product:
      productId === undefined ? undefined : { id: productId, name: names.get(productId) ?? '' },
    applicable_product_tags: targeting?.anyProductTags,
    override_specifiers: isShown ? specifiers.map(toApiSpecifier) : undefined,
    is_commit_specific: isCommitSpecific ? true : undefined,
    target: isCommitSpecific ? override.target : undefined,
  }
}

function toApiChange(change: NonNullable<Override['change']>) {
  const { type } = change
  switch (type) {
    case 'MULTIPLIER': {
      const multiplier = jsonNumber(change.multiplier)
      return { type, multiplier, priority: change.priority ?? undefined }
    }
    case 'OVERWRITE':
      return { type, overwrite_rate: toApiPrice(change.price, change.creditTypeId) }
    case 'TIERED': {
      const tiers = change.tiers.map(({ size, multiplier }) => ({
        size: size === null ? undefined : jsonNumber(size),
        multiplier: jsonNumber(multiplier),
      }))
      return { type, override_tiers: tiers, priority: change.priority }
    }
    default:
      return unreachable(type)
  }
}

function toApiSpecifier(specifier: OverrideSpecifier): z.input<typeof SpecifierBody> {
  return {
    product_id: specifier.productId,
    product_tags: specifier.productTags,
    pricing_group_values: specifier.pricingGroupValues,
    presentation_group_values: specifier.presentationGroupValues,
    billing_frequency: specifier.billingFrequency,
    commit_ids: specifier.commitIds,
    recurring_commit_ids: specifier.recurringCommitIds,
    any_commit_or_credit_ids: specifier.anyCommitOrCreditIds,
    exclude: specifier.exclude?.map(({ productTags }) => ({ product_tags: productTags })),
  }
}

export function toApiPrice(price: Price, creditTypeId?: string): z.input<typeof PriceBody> {
  const tiers = 'tiers' in price ? price.tiers : undefined
  const minimum = 'minimum' in price ? price.minimum : null
  return {
    rate_type: price.rateType,
    price: 'price' in price ? jsonNumber(price.price) : undefined,
    quantity: 'quantity' in price ? jsonNumber(price.quantity) : undefined,
    is_prorated: 'isProrated' in price ? price.isProrated : undefined,
    tiers: tiers?.map((tier) => ({
      size: tier.size === null ? undefined : jsonNumber(tier.size),
      price: jsonNumber(tier.price),
    })),
    minimum_config: minimum === null ? undefined : { minimum: jsonNumber(minimum) },
    custom_rate: 'customRate' in price ? JSON.parse(price.customRate) : undefined,
    credit_type: creditTypeId === undefined ? undefined : toApiCreditType(creditTypeId),
  }
}
