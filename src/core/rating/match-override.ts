import type { BillingFrequency } from '../catalog/price.ts'
import type { Override, OverrideSpecifier } from '../contracts/override.ts'
import type { GroupValues } from './usage-cells.ts'

/** What an override may be for. */
export interface OverrideSubject {
  productId: string
  /** The product's tags at the time. */
  tags: readonly string[]
  pricingGroupValues: GroupValues | null
  presentationGroupValues: GroupValues | null
  billingFrequency: BillingFrequency | null
}

/** Whether an override is for this (pricing 5.2): any of its specifiers fits; without any, all is. */
export function matchOverride(
  { specifiers }: Pick<Override, 'specifiers'>,
  subject: OverrideSubject,
): boolean {
  return specifiers.length === 0 || specifiers.some((specifier) => isFitting(specifier, subject))
}

/** Whether usage of the product with some values may be what the override is for. */
export function mayMatchProduct(
  { specifiers }: Pick<Override, 'specifiers'>,
  productId: string,
  tags: readonly string[],
): boolean {
  return (
    specifiers.length === 0 ||
    specifiers.some((specifier) => isProductSpecified(specifier, { productId, tags }))
  )
}

/** What a specifier says of products and of the values of usage. */
type UsageSpecifier = Pick<
  OverrideSpecifier,
  'productId' | 'productTags' | 'pricingGroupValues' | 'presentationGroupValues' | 'exclude'
>

/** Whether usage of a product is what a specifier is for: all members that it has must fit. */
export function isSpecified(
  specifier: UsageSpecifier,
  subject: Omit<OverrideSubject, 'billingFrequency'>,
): boolean {
  const { pricingGroupValues, presentationGroupValues } = specifier
  return (
    isProductSpecified(specifier, subject) &&
    areAmong(pricingGroupValues, subject.pricingGroupValues) &&
    areAmong(presentationGroupValues, subject.presentationGroupValues)
  )
}

/** Whether a specifier of an override is for this, whichever commits it names. */
export function isFitting(specifier: OverrideSpecifier, subject: OverrideSubject): boolean {
  const { billingFrequency } = specifier
  return (
    isSpecified(specifier, subject) &&
    (billingFrequency === undefined || billingFrequency === subject.billingFrequency)
  )
}

/** Whether a specifier is for the product with some values, whichever. */
export function isProductSpecified(
  { productId, productTags = [], exclude = [] }: UsageSpecifier,
  product: Pick<OverrideSubject, 'productId' | 'tags'>,
): boolean {
  const hasAll = (tags: readonly string[]) => tags.every((tag) => product.tags.includes(tag))
  return (
    (productId === undefined || productId === product.productId) &&
    hasAll(productTags) &&
    !exclude.some((entry) => hasAll(entry.productTags))
  )
}

/** The usage may have further values. */
function areAmong(asked: Record<string, string> | undefined, values: GroupValues | null): boolean {
  if (asked === undefined) return true
  return Object.entries(asked).every(
    ([name, value]) => values !== null && Object.hasOwn(values, name) && values[name] === value,
  )
}
