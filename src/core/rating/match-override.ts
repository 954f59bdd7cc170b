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
    specifiers.some((specifier) => isProductFitting(specifier, { productId, tags }))
  )
}

function isFitting(specifier: OverrideSpecifier, subject: OverrideSubject): boolean {
  const { billingFrequency, pricingGroupValues, presentationGroupValues } = specifier
  return (
    isProductFitting(specifier, subject) &&
    (billingFrequency === undefined || billingFrequency === subject.billingFrequency) &&
    areAmong(pricingGroupValues, subject.pricingGroupValues) &&
    areAmong(presentationGroupValues, subject.presentationGroupValues)
  )
}

function isProductFitting(
  { productId, productTags = [], exclude = [] }: OverrideSpecifier,
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
