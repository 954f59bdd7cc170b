import { RATE_TYPES_OF } from '../catalog/create-rate.ts'
import { productAt, type Product } from '../catalog/product.ts'
import { parseDecimal } from '../decimal.ts'
import { ok, refuse, unreachable, type Result } from '../result.ts'
import type { BalanceReferences } from '../ledger/balance-references.ts'
import type { CardContents } from './card-contents.ts'
import { createOverwrite, type OverwriteInput } from './create-overwrite.ts'
import type {
  Override,
  OverrideChange,
  OverridePrioritization,
  OverrideSpecifier,
} from './override.ts'
import { resolveBalanceIds } from './resolve-balance-ids.ts'

/** An override as it is asked for. Instants are epoch milliseconds, numbers are decimal texts. */
export interface OverrideInput {
  id: string
  startingAt: number
  endingBefore?: number
  entitled?: boolean
  type?: 'MULTIPLIER' | 'OVERWRITE' | 'TIERED'
  multiplier?: string
  priority?: number
  overwriteRate?: OverwriteInput
  tiers?: { size: string | null; multiplier: string }[]
  productId?: string
  applicableProductTags?: string[]
  specifiers?: OverrideSpecifier[]
  isCommitSpecific?: boolean
  target?: Override['target']
}

/** What the overrides of a contract depend on. */
export interface OverrideTerms {
  /** What is on the contract's rate card; null when it has none. */
  card: CardContents | null
  prioritization: OverridePrioritization
  /** The commits and credits that it may name; none if absent. */
  balances?: BalanceReferences
}

const NO_BALANCES: BalanceReferences = new Map()

/**
 * Decides on a new override (pricing 5.1, 5.2). Refusals name the field as the API calls it, with
 * `path` before it, such as `overrides[2].`.
 */
export function createOverride(
  input: OverrideInput,
  terms: OverrideTerms,
  now: number,
  path: string,
): Result<Override> {
  const { id, startingAt, endingBefore, entitled, isCommitSpecific = false, target } = input
  if (endingBefore !== undefined && endingBefore <= startingAt) {
    return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
  }
  if (input.type === undefined && entitled === undefined) {
    return refuse('invalid', `${path}type: required unless the override sets "entitled"`)
  }
  if (target !== undefined && !isCommitSpecific) {
    return refuse('invalid', `${path}target: expected only with is_commit_specific`)
  }
  const specifiers = specifiersOf(input, path)
  if (!specifiers.ok) return specifiers
  if (terms.card === null) {
    return refuse('invalid', `${path}product_id: ${NOT_ON_CARD}: the contract has no rate card`)
  }
  const resolved: OverrideSpecifier[] = []
  for (const [i, asked] of specifiers.value.entries()) {
    const where = input.specifiers === undefined ? path : `${path}override_specifiers[${i}].`
    const named = resolveBalanceIds(asked, terms.balances ?? NO_BALANCES, isCommitSpecific, where)
    if (!named.ok) return named
    const specifier = named.value
    const checked = checkSpecifier(specifier, input, terms.card, where)
    if (!checked.ok) return checked
    resolved.push(specifier)
    const fitting = checkRateType(specifier, input, terms.card, path)
    if (!fitting.ok) return fitting
  }
  const change = changeOf(input, terms.card, terms.prioritization, path)
  if (!change.ok) return change
  return ok({
    id,
    startingAt,
    endingBefore: endingBefore ?? null,
    entitled: entitled ?? null,
    change: change.value,
    specifiers: resolved,
    targeting: targetingOf(input),
    isCommitSpecific,
    target: target ?? 'LIST_RATE',
    createdAt: now,
  })
}

const NOT_ON_CARD = 'No such product in rate card'

/** Decides on several, all or none; `field` is the list that they are members of. */
export function createOverrides(
  inputs: OverrideInput[],
  terms: OverrideTerms,
  now: number,
  field: string,
): Result<Override[]> {
  const overrides: Override[] = []
  for (const [i, input] of inputs.entries()) {
    const override = createOverride(input, terms, now, `${field}[${i}].`)
    if (!override.ok) return override
    overrides.push(override.value)
  }
  return ok(overrides)
}

/** A product and tags of which any will do become a specifier for each tag. */
function specifiersOf(input: OverrideInput, path: string): Result<OverrideSpecifier[]> {
  const { productId, applicableProductTags, specifiers } = input
  if (specifiers !== undefined) {
    if (productId !== undefined || applicableProductTags !== undefined) {
      return refuse(
        'invalid',
        `${path}override_specifiers: expected only without product_id and applicable_product_tags`,
      )
    }
    return ok(specifiers)
  }
  const product = productId === undefined ? {} : { productId }
  if (applicableProductTags !== undefined) {
    return ok(applicableProductTags.map((tag) => ({ ...product, productTags: [tag] })))
  }
  return ok(productId === undefined ? [] : [product])
}

function targetingOf({ productId, applicableProductTags }: OverrideInput): Override['targeting'] {
  if (productId === undefined && applicableProductTags === undefined) return undefined
  return { productId, anyProductTags: applicableProductTags }
}

/** @param path of the specifier's members */
function checkSpecifier(
  specifier: OverrideSpecifier,
  input: OverrideInput,
  { products }: CardContents,
  path: string,
): Result<null> {
  const { productId } = specifier
  const product = products.find(({ id }) => id === productId) ?? null
  if (productId !== undefined && product === null) {
    return refuse('invalid', `${path}product_id: ${NOT_ON_CARD}: ${productId}`)
  }
  const isOverwrite = input.type === 'OVERWRITE'
  if (isOverwrite && specifier.productTags !== undefined) {
    const field = input.specifiers === undefined ? 'applicable_product_tags' : 'product_tags'
    return refuse('invalid', `${path}${field}: an OVERWRITE cannot target products by their tags`)
  }
  if (product !== null) return checkProduct(product, specifier, input, path)
  if (specifier.billingFrequency !== undefined) {
    return refuse('invalid', `${path}product_id: required with billing_frequency`)
  }
  if (isOverwrite && specifier.pricingGroupValues !== undefined) {
    return refuse('invalid', `${path}product_id: required with pricing_group_values`)
  }
  return ok(null)
}

/**
 * A rate of a type that its product cannot be priced by would bill nothing: one of the type
 * SUBSCRIPTION does not price what is billed by a frequency (pricing 3.3).
 */
function checkRateType(
  { productId, billingFrequency }: OverrideSpecifier,
  { overwriteRate }: OverrideInput,
  { products }: CardContents,
  path: string,
): Result<null> {
  const product = products.find(({ id }) => id === productId)
  if (overwriteRate === undefined || product === undefined) return ok(null)
  const types = RATE_TYPES_OF[product.type].filter(
    (type) => type !== 'SUBSCRIPTION' || billingFrequency === undefined,
  )
  if (types.includes(overwriteRate.rateType)) return ok(null)
  return refuse(
    'invalid',
    `${path}overwrite_rate.rate_type: ${overwriteRate.rateType} does not fit the ${product.type} product "${product.initial.name}"; expected one of ${types.join(', ')}`,
  )
}

/**
 * Values are for properties that the product is grouped by when the override starts; an OVERWRITE
 * needs all of those that choose the rate, for it would give different rates the same price.
 */
function checkProduct(
  product: Product,
  specifier: OverrideSpecifier,
  input: OverrideInput,
  path: string,
): Result<null> {
  const { pricingGroupValues, presentationGroupValues, billingFrequency } = specifier
  const state = productAt(product, input.startingAt)
  const { name, pricingGroupKey = [], presentationGroupKey = [] } = state
  const groups = [
    ['pricing_group_values', pricingGroupValues, 'pricing', pricingGroupKey],
    ['presentation_group_values', presentationGroupValues, 'presentation', presentationGroupKey],
  ] as const
  for (const [field, values = {}, kind, key] of groups) {
    const stray = Object.keys(values).find((property) => !key.includes(property))
    if (stray === undefined) continue
    return refuse(
      'invalid',
      `${path}${field}: ${JSON.stringify(stray)} is not in the ${kind} group key of the product "${name}", ${JSON.stringify(key)}`,
    )
  }
  const missing = pricingGroupKey.find((key) => !Object.hasOwn(pricingGroupValues ?? {}, key))
  if (input.type === 'OVERWRITE' && missing !== undefined) {
    return refuse(
      'invalid',
      `${path}pricing_group_values: an OVERWRITE needs a value for ${JSON.stringify(missing)}; the pricing group key of the product "${name}" is ${JSON.stringify(pricingGroupKey)}`,
    )
  }
  // What a rate of the type SUBSCRIPTION charges, it charges in every statement period.
  const isOfCard =
    input.overwriteRate?.rateType === 'SUBSCRIPTION' && billingFrequency === undefined
  if (!isOfCard && (product.type === 'SUBSCRIPTION') !== (billingFrequency !== undefined)) {
    const expected = product.type === 'SUBSCRIPTION' ? 'required' : 'expected only'
    return refuse('invalid', `${path}billing_frequency: ${expected} for SUBSCRIPTION products`)
  }
  return ok(null)
}

const MEMBERS = {
  multiplier: { field: 'multiplier', type: 'MULTIPLIER' },
  overwriteRate: { field: 'overwrite_rate', type: 'OVERWRITE' },
  tiers: { field: 'tiers', type: 'TIERED' },
} as const

function changeOf(
  input: OverrideInput,
  card: CardContents,
  prioritization: OverridePrioritization,
  path: string,
): Result<OverrideChange | null> {
  const { type, multiplier, priority, overwriteRate, tiers = [] } = input
  for (const [member, { field, type: owner }] of Object.entries(MEMBERS)) {
    const isGiven = input[member as keyof typeof MEMBERS] !== undefined
    if (isGiven === (type === owner)) continue
    const expected = isGiven ? 'expected only' : 'required'
    return refuse('invalid', `${path}${field}: ${expected} with type ${owner}`)
  }
  const isExplicit = prioritization === 'EXPLICIT'
  if (type === 'TIERED' && !isExplicit) {
    return refuse(
      'invalid',
      `${path}type: TIERED needs the contract's multiplier_override_prioritization to be EXPLICIT`,
    )
  }
  if (priority === undefined && (type === 'TIERED' || (type === 'MULTIPLIER' && isExplicit))) {
    return refuse('invalid', `${path}priority: required for ${type} under EXPLICIT prioritization`)
  }
  switch (type) {
    case undefined:
      return ok(null)
    case 'MULTIPLIER':
      return ok({ type, multiplier: multiplier!, priority: priority ?? null })
    case 'OVERWRITE':
      return createOverwrite(overwriteRate!, card, `${path}overwrite_rate.`)
    case 'TIERED': {
      const checked = checkTiers(tiers, `${path}tiers`)
      return checked.ok ? ok({ type, tiers, priority: priority! }) : checked
    }
    default:
      return unreachable(type)
  }
}

/** Every step but the last has a width; after a last one that has one, the price is as it was. */
function checkTiers(tiers: { size: string | null }[], path: string): Result<null> {
  for (const [i, { size }] of tiers.entries()) {
    if (size === null) {
      if (i === tiers.length - 1) continue
      return refuse('invalid', `${path}[${i}].size: required for every tier but the last`)
    }
    if (parseDecimal(size)?.greaterThan(0) !== true) {
      return refuse('invalid', `${path}[${i}].size: expected a number greater than 0`)
    }
  }
  return ok(null)
}
