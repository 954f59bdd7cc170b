import type { BalanceInput } from './create-balance.ts'
import type { BalanceUpdate } from './edit-balance.ts'

/** The ids of products and credit types on which commits and credits, and edits of them, depend. */
export function namedInBalances(
  inputs: BalanceInput[],
  updates: BalanceUpdate[] = [],
): { productIds: string[]; creditTypeIds: string[] } {
  const productIds = [...inputs, ...updates].flatMap((asked) => [
    ...(asked.productId === undefined ? [] : [asked.productId]),
    ...(asked.applicableProductIds ?? []),
    ...(asked.specifiers ?? []).flatMap(({ productId }) => productId ?? []),
  ])
  const creditTypeIds = inputs.flatMap(({ accessCreditTypeId }) => accessCreditTypeId ?? [])
  return { productIds: [...new Set(productIds)], creditTypeIds: [...new Set(creditTypeIds)] }
}
