import type { RecurringInput } from '../ledger/create-recurring-balance.ts'
import type { PrepaidThreshold } from './prepaid-threshold.ts'
import type { SpendThreshold } from './spend-threshold.ts'

/** What of a contract, or of an edit of one, names products by their ids. */
export interface ProductNames {
  spendThreshold?: Pick<SpendThreshold, 'commit'>
  prepaidThreshold?: Pick<PrepaidThreshold, 'commit'>
  scheduledCharges?: { productId: string }[]
  discounts?: { productId: string }[]
  professionalServices?: { productId: string }[]
  resellerRoyalties?: { applicableProductIds?: string[] }[]
  recurringBalances?: Pick<RecurringInput, 'productId' | 'applicableProductIds' | 'specifiers'>[]
}

/** The products that terms name, each once, besides those that only a rate card has. */
export function namedProducts(terms: ProductNames): string[] {
  const { scheduledCharges = [], discounts = [], professionalServices = [] } = terms
  const { spendThreshold, prepaidThreshold, resellerRoyalties = [] } = terms
  const { recurringBalances = [] } = terms
  const ids = [spendThreshold, prepaidThreshold].flatMap((threshold) => {
    return threshold === undefined ? [] : threshold.commit.productId
  })
  const sold = [...scheduledCharges, ...discounts, ...professionalServices]
  const applicable = resellerRoyalties.flatMap((royalty) => royalty.applicableProductIds ?? [])
  const recurring = recurringBalances.flatMap((each) => [
    each.productId,
    ...(each.applicableProductIds ?? []),
    ...(each.specifiers ?? []).flatMap(({ productId }) => productId ?? []),
  ])
  const all = [...ids, ...sold.map(({ productId }) => productId), ...applicable, ...recurring]
  return [...new Set(all)]
}
