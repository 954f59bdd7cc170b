import { expect, test } from 'vitest'
import type { Invoice, UnbilledItem } from '../../../src/core/invoices/invoice.ts'
import { findUnpricedUsage } from '../../../src/core/invoices/unpriced-usage.ts'

function invoice(customerId: string, ...unbilled: UnbilledItem[]): Invoice {
  return { customerId, derivation: { unbilled } } as unknown as Invoice
}

function item(quantity: string, model: string | null, members: Partial<UnbilledItem> = {}) {
  return {
    productId: 'p',
    reason: 'no_rate',
    quantity,
    startingAt: 10,
    endingBefore: 20,
    pricingGroupValues: model === null ? null : { model },
    presentationGroupValues: null,
    ...members,
  } satisfies UnbilledItem
}

test('usage without a price is added up by product and values, the most first', () => {
  const found = findUnpricedUsage(
    [
      invoice('c1', item('0.1', 'a'), item('7', 'b', { reason: 'not_entitled' })),
      invoice('c2', item('0.2', 'a', { startingAt: 5, presentationGroupValues: { team: 'x' } })),
      invoice('c1', item('3', null, { endingBefore: 30 })),
    ],
    (id) => `Product ${id}`,
  )
  expect(found).toEqual([
    {
      kind: 'UNPRICED_USAGE',
      message:
        '3 of the product "Product p" were used and are not billed, by the customer c1: no rate of the card matches them.',
      productId: 'p',
      rateId: null,
      pricingGroupValues: null,
      startingAt: 10,
      endingBefore: 30,
      quantity: '3',
    },
    {
      kind: 'UNPRICED_USAGE',
      message:
        '0.3 of the product "Product p" with {"model":"a"} were used and are not billed, by the customer c1 and 1 more: no rate of the card matches them.',
      productId: 'p',
      rateId: null,
      pricingGroupValues: { model: 'a' },
      startingAt: 5,
      endingBefore: 20,
      quantity: '0.3',
    },
  ])
})
