import { z } from '@hono/zod-openapi'
import { BILLING_FREQUENCIES } from '../../core/catalog/price.ts'
import type { OverrideInput } from '../../core/contracts/create-override.ts'
import type { Override, OverrideSpecifier } from '../../core/contracts/override.ts'
import { OVERRIDES_MAX } from '../../core/contracts/terms-size.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { unreachable } from '../../core/result.ts'
import { fromApiPrice, PriceBody, PriceFields, toApiPrice } from '../price-body.ts'
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
  ...PriceFields,
  credit_type_id: Id.optional().openapi({ description: "The rate card's currency if omitted." }),
})

export const NewSpecifiers = z.array(NewSpecifier).min(1).max(LIST_MAX)

/** The fields of an override that say neither when nor what it is for. */
export const NewOverrideFields = {
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
  is_commit_specific: z.boolean().optional(),
  target: enumOf(TARGETS).optional(),
  rate_target: enumOf(TARGETS).optional().openapi({ description: 'The same as target.' }),
}

type OverrideFields = z.output<z.ZodObject<typeof NewOverrideFields>>

export function hasOneTarget({ target, rate_target }: OverrideFields): boolean {
  return target === undefined || rate_target === undefined || target === rate_target
}

export const SAME_TARGET = { path: ['rate_target'], error: 'expected the same as target' }

/** An override as contracts, edits and amendments take it (pricing 5.1, 5.2). */
export const NewOverrides = z
  .array(
    z
      .object({
        starting_at: HourTimestamp,
        ending_before: HourTimestamp.optional(),
        ...NewOverrideFields,
        product_id: Id.optional(),
        applicable_product_tags: z
          .array(Tag)
          .min(1)
          .max(LIST_MAX)
          .optional()
          .openapi({ description: 'Any of these.' }),
        override_specifiers: NewSpecifiers.optional(),
      })
      .refine(hasOneTarget, SAME_TARGET),
  )
  .max(OVERRIDES_MAX)

export const SpecifierBody = z.object({
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

/** The fields of an override that say neither when nor what it is for, as they are answered. */
export const OverrideBodyFields = {
  entitled: z.boolean().optional(),
  type: z.enum(OVERRIDE_TYPES).optional(),
  multiplier: z.number().optional(),
  priority: z.number().optional(),
  overwrite_rate: z.object({ ...PriceBody, credit_type: CreditTypeBody.optional() }).optional(),
  override_tiers: z
    .array(z.object({ size: z.number().optional(), multiplier: z.number() }))
    .optional(),
  is_commit_specific: z.boolean().optional(),
  target: z.enum(TARGETS).optional(),
}

/** An override as it is answered. */
export const OverrideBody = z
  .object({
    id: Id,
    created_at: TimestampText,
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    ...OverrideBodyFields,
    product: z.object({ id: Id, name: z.string() }).optional(),
    applicable_product_tags: z.array(z.string()).optional(),
    override_specifiers: z.array(SpecifierBody).optional(),
  })
  .openapi('Override')

type NewOverride = z.output<typeof NewOverrides>[number]

export function fromApiOverride(id: string, body: NewOverride): OverrideInput {
  return {
    id,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    productId: body.product_id,
    applicableProductTags: body.applicable_product_tags,
    specifiers: body.override_specifiers?.map(fromApiSpecifier),
    ...fromApiOverrideFields(body),
  }
}

export function fromApiOverrideFields(body: OverrideFields) {
  const { overwrite_rate: overwrite } = body
  return {
    entitled: body.entitled,
    type: body.type,
    multiplier: body.multiplier,
    priority: body.priority,
    overwriteRate: overwrite && {
      ...fromApiPrice(overwrite),
      creditTypeId: overwrite.credit_type_id,
    },
    tiers: body.tiers?.map(({ size, multiplier }) => ({ size: size ?? null, multiplier })),
    isCommitSpecific: body.is_commit_specific,
    target: body.target ?? body.rate_target,
  }
}

export function fromApiSpecifier(body: z.output<typeof NewSpecifier>): OverrideSpecifier {
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

/** Names by ids, of what overrides refer to. */
export interface OverrideNames {
  productNames: ReadonlyMap<string, string>
  creditTypeNames: ReadonlyMap<string, string>
}

export function toApiOverride(
  override: Override,
  { productNames, creditTypeNames }: OverrideNames,
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
    ...(change === null ? {} : toApiChange(change, creditTypeNames)),
    product:
      productId === undefined
        ? undefined
        : { id: productId, name: productNames.get(productId) ?? '' },
    applicable_product_tags: targeting?.anyProductTags,
    override_specifiers: isShown ? specifiers.map(toApiSpecifier) : undefined,
    is_commit_specific: isCommitSpecific ? true : undefined,
    target: isCommitSpecific ? override.target : undefined,
  }
}

function toApiChange(
  change: NonNullable<Override['change']>,
  creditTypeNames: ReadonlyMap<string, string>,
) {
  const { type } = change
  switch (type) {
    case 'MULTIPLIER': {
      const multiplier = jsonNumber(change.multiplier)
      return { type, multiplier, priority: change.priority ?? undefined }
    }
    case 'OVERWRITE': {
      const credit_type = toApiCreditType(change.creditTypeId, creditTypeNames)
      return { type, overwrite_rate: { ...toApiPrice(change.price), credit_type } }
    }
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

export function toApiSpecifier(specifier: OverrideSpecifier): z.input<typeof SpecifierBody> {
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
