import type { PrepaidThreshold } from './prepaid-threshold.ts'
import type { SpendThreshold } from './spend-threshold.ts'

/** What of a contract, or of an edit of one, names products by their ids. */
export interface ProductNames {
  spendThreshold?: Pick<SpendThreshold, 'commit'>
  prepaidThreshold?: Pick<PrepaidThreshold, 'commit'>
}

/** The products that terms name, each once, besides those that only a rate card has. */
export function namedProducts({ spendThreshold, prepaidThreshold }: ProductNames): string[] {
  const ids = [spendThreshold, prepaidThreshold].flatMap((threshold) => {
    return threshold === undefined ? [] : threshold.commit.productId
  })
  return [...new Set(ids)]
}
