import { expect, test } from 'vitest'
import { pricedSpans } from '../../../src/core/invoices/subscription-prices.ts'
import { at, contract, product, quantities, rate, subscription } from '../../support/terms.ts'

test('the history has an entry wherever quantity or price changes', () => {
  const monthly = { billingFrequency: 'MONTHLY' as const }
  const rates = [
    rate({ ...monthly, price: '10' }),
    rate({ ...monthly, price: '12', startingAt: at('2026-02-10') }),
    rate({ ...monthly, price: '12', startingAt: at('2026-04-01'), entitled: false }),
  ]
  const changes = quantities({ '2026-01-01': '5', '2026-01-10': '6', '2026-09-01': '7' })
  const pricing = {
    catalog: { rates },
    terms: {},
    product: product({ type: 'SUBSCRIPTION' }),
    now: at('2026-04-10'),
  }
  const terms = subscription({ quantities: changes })
  const spans = pricedSpans(terms, contract(), pricing, at('2026-04-10'))
  expect(spans).toEqual([
    { startingAt: at('2026-01-01'), parts: [{ quantity: '5', unitPrice: '10', total: '50' }] },
    { startingAt: at('2026-01-10'), parts: [{ quantity: '6', unitPrice: '10', total: '60' }] },
    { startingAt: at('2026-03-01'), parts: [{ quantity: '6', unitPrice: '12', total: '72' }] },
    { startingAt: at('2026-04-01'), parts: [{ quantity: '6', unitPrice: '0', total: '0' }] },
  ])
})
