import { expect, test } from 'vitest'
import { planSubscriptionCharges } from '../../../src/core/contracts/plan-subscription-charges.ts'
import { USD } from '../../../src/core/currency.ts'
import { rateStatement } from '../../../src/core/invoices/rate-statement.ts'
import { subscriptionLines } from '../../../src/core/invoices/subscription-line.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { at, catalog, contract, period, product, rate, subscription } from '../../support/terms.ts'

test('a composite is a fraction of the subscriptions on its invoice, those paid in advance too', () => {
  const seat = product({
    id: 'seat',
    type: 'SUBSCRIPTION',
    state: { name: 'Seat', tags: ['plan'] },
  })
  const fee = composite('fee', { compositeProductIds: ['seat'] })
  const tagged = composite('tagged', { compositeProductIds: [], compositeTags: ['plan'] })
  const terms = catalog({
    products: [seat, fee, tagged],
    rates: [
      rate({ productId: 'seat', price: '3000', billingFrequency: 'MONTHLY' }),
      rate({ productId: 'fee', price: percentage('0.1') }),
      rate({ productId: 'tagged', price: percentage('0.2') }),
    ],
  })
  const march = period('2026-03-01', '2026-04-01')
  const now = at('2026-04-01')
  const [april] = planSubscriptionCharges(
    subscription({ productId: 'seat', startingAt: now }),
    contract(),
    now,
  )
  const pricing = { catalog: terms, terms: {}, product: seat, now }
  const header = usageInvoiceHeader({
    contract: contract(),
    customer: { customFields: {} },
    fiatCreditTypeId: USD.id,
    period: march,
    graceMs: 24 * HOUR_MS,
  })
  const sources = { catalog: terms, terms: {}, plan: planUsage(terms, march), reading: null }
  const { lines, total } = rateStatement(header, sources, now, {
    charges: subscriptionLines(april!, pricing),
  })
  expect(lines.map((line) => `${line.name} ${line.total}`)).toEqual([
    'Seat 15000',
    'tagged 3000',
    'fee 1500',
  ])
  expect(total).toBe('19500')
})
