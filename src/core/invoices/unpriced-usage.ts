import { Decimal, toText } from '../decimal.ts'
import type { Invoice } from './invoice.ts'
import type { CardFinding } from '../catalog/check-card.ts'

/**
 * What was used and has no price on the card, from the invoices of contracts on it: one finding for
 * each product and its pricing values, with all that was used of it, the most first.
 * @param nameOf a product's name
 */
export function findUnpricedUsage(
  invoices: Invoice[],
  nameOf: (productId: string) => string,
): CardFinding[] {
  const unpriced = invoices.flatMap((invoice) =>
    invoice.derivation.unbilled
      .filter(({ reason }) => reason === 'no_rate')
      .map((item) => ({ ...item, customerId: invoice.customerId })),
  )
  const same = Map.groupBy(unpriced, ({ productId, pricingGroupValues }) =>
    JSON.stringify([productId, pricingGroupValues]),
  )
  const found = [...same.values()].map((items) => {
    const { productId, pricingGroupValues } = items[0]!
    const quantity = items.reduce((sum, item) => sum.plus(item.quantity), new Decimal(0))
    return { productId, pricingGroupValues, quantity, items }
  })
  return found
    .sort((a, b) => b.quantity.cmp(a.quantity))
    .map(({ productId, pricingGroupValues, quantity, items }) => {
      const [customerId, ...others] = new Set(items.map((item) => item.customerId))
      const who = `${customerId}${others.length === 0 ? '' : ` and ${others.length} more`}`
      const what = pricingGroupValues === null ? '' : ` with ${JSON.stringify(pricingGroupValues)}`
      return {
        kind: 'UNPRICED_USAGE',
        message: `${toText(quantity)} of the product "${nameOf(productId)}"${what} were used and are not billed, by the customer ${who}: no rate of the card matches them.`,
        productId,
        rateId: null,
        pricingGroupValues,
        startingAt: Math.min(...items.map(({ startingAt }) => startingAt)),
        endingBefore: Math.max(...items.map(({ endingBefore }) => endingBefore)),
        quantity: toText(quantity),
      }
    })
}
