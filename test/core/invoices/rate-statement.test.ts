import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import { rateStatement, statementSpend } from '../../../src/core/invoices/rate-statement.ts'
import { usageInvoiceHeader } from '../../../src/core/invoices/usage-invoice.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { amountIn } from '../../../src/core/rating/spend.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import { composite, percentage } from '../../support/drafts.ts'
import { at, catalog, contract, metric, period, product, rate } from '../../support/terms.ts'
import { answer, type TestEvent } from '../../support/usage.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const HEADER = usageInvoiceHeader({
  contract: contract(),
  customer: { customFields: {} },
  fiatCreditTypeId: USD.id,
  period: MARCH,
  graceMs: 24 * HOUR_MS,
})

function state(terms: Catalog, events: TestEvent[]) {
  const plan = planUsage(terms, MARCH)
  const reading = answer(plan.queries, terms.metrics, events)
  return rateStatement(HEADER, { catalog: terms, terms: {}, plan, reading }, at('2026-03-20'))
}

test('a draft tells line by line what was used, at which price, and why', () => {
  const first = rate({ price: '2.5' })
  const second = rate({ price: '3', startingAt: at('2026-03-11') })
  const off = rate({ productId: 'beta', entitled: false })
  const products = [
    product({ state: { tags: ['api'] }, customFields: { erp: '1' } }),
    product({ id: 'beta', state: { name: 'Beta' } }),
  ]
  const terms = catalog({ products, rates: [first, second, off] })
  const draft = state(terms, [{ at: '2026-03-02' }, { at: '2026-03-03' }, { at: '2026-03-11' }])
  const line = {
    type: 'usage',
    name: 'API calls',
    productId: 'product',
    productType: 'UsageProductListItem',
    productTags: ['api'],
    productCustomFields: { erp: '1' },
    creditTypeId: USD.id,
    pricingGroupValues: null,
    presentationGroupValues: null,
  }
  const early = { startingAt: at('2026-03-01'), endingBefore: at('2026-03-11') }
  const late = { startingAt: at('2026-03-11'), endingBefore: at('2026-04-01') }
  expect(draft).toEqual({
    ...HEADER,
    status: 'DRAFT',
    finalizedAt: null,
    total: '8',
    lines: [
      {
        ...line,
        ...early,
        quantity: '2',
        unitPrice: '2.5',
        total: '5',
        derivation: {
          metricId: 'metric',
          rateId: first.id,
          increments: [{ ...early, quantity: '2' }],
          pricing: { groupKey: null, listPrice: first.price, override: null, lost: [] },
        },
      },
      {
        ...line,
        ...late,
        quantity: '1',
        unitPrice: '3',
        total: '3',
        derivation: {
          metricId: 'metric',
          rateId: second.id,
          increments: [{ ...late, quantity: '1' }],
          pricing: { groupKey: null, listPrice: second.price, override: null, lost: [] },
        },
      },
    ],
    derivation: {
      ratingVersion: 5,
      rateSequence: off.sequence,
      cut: { configVersion: 1, positions: { meter: 3 } },
      unbilled: [
        {
          productId: 'beta',
          reason: 'not_entitled',
          quantity: '3',
          startingAt: at('2026-03-01'),
          endingBefore: at('2026-04-01'),
          pricingGroupValues: null,
          presentationGroupValues: null,
          increments: [
            { ...early, quantity: '2' },
            { ...late, quantity: '1' },
          ],
        },
      ],
    },
  })
})

test('the lines add up to the total, whatever the prices', () => {
  const price = fc.tuple(fc.nat(10 ** 6), fc.nat(10 ** 6)).map(([a, b]) => `${a}.${b}`)
  const value = fc.tuple(fc.integer(), fc.nat(10 ** 6)).map(([a, b]) => `${a}.${b}`)
  fc.assert(
    fc.property(
      fc.array(price, { minLength: 1, maxLength: 5 }),
      fc.array(value, { maxLength: 20 }),
      (prices, values) => {
        const rates = prices.map((each, i) =>
          rate({ price: each, startingAt: MARCH.startMs + i * 50 * HOUR_MS }),
        )
        const events = values.map((each, i) => ({
          at: new Date(MARCH.startMs + i * 20 * HOUR_MS).toISOString().slice(0, 13),
          value: each,
        }))
        const metrics = [metric({ aggregationType: 'SUM', aggregationKey: 'n' })]
        const draft = state(catalog({ metrics, rates }), events)
        expect(toText(sum(draft.lines.map((line) => new Decimal(line.total))))).toBe(draft.total)
      },
    ),
  )
})

test('what another contract was charged is its usage and its own composites, by contract', () => {
  const fee = composite('fee')
  const wide = composite('wide', { compositeProductIds: ['product'], compositeScope: 'CUSTOMER' })
  const terms = catalog({
    products: [product(), fee, wide],
    rates: [
      rate({ price: '4' }),
      rate({ productId: 'fee', price: percentage('0.5') }),
      rate({ productId: 'wide', price: percentage('0.1') }),
    ],
  })
  const plan = planUsage(terms, MARCH)
  const reading = answer(plan.queries, terms.metrics, [{ at: '2026-03-05' }])
  const sources = { catalog: terms, terms: {}, plan, reading }
  const spend = statementSpend('other', sources, MARCH, [])
  expect(
    spend.map((each) => [each.contractId, each.productId, amountIn(each, MARCH).toFixed()]),
  ).toEqual([
    ['other', 'product', '4'],
    ['other', 'fee', '2'],
  ])
  // On this contract, the fraction of the customer's spend is of both.
  const draft = rateStatement(HEADER, sources, at('2026-03-20'), {
    customer: { spend, leftOut: ['third'] },
  })
  const line = draft.lines.find(({ name }) => name === 'wide')
  expect(line).toMatchObject({
    quantity: '8',
    total: '0.8',
    derivation: {
      scope: 'CUSTOMER',
      base: '8',
      shares: [
        { productId: 'product', creditTypeId: USD.id, amount: '4' },
        { contractId: 'other', productId: 'product', creditTypeId: USD.id, amount: '4' },
      ],
      leftOut: ['third'],
    },
  })
})
