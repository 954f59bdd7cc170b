import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sum } from '../../../src/core/decimal.ts'
import {
  amountIn,
  isApplicable,
  subscriptionSpend,
  usageSpend,
} from '../../../src/core/rating/spend.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { MARCH, rateEvents, tiered, totalOf } from '../../support/rate-events.ts'
import { at, catalog, metric, period, product, rate, rateCard } from '../../support/terms.ts'

const CARD = rateCard({
  conversions: [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '10' }],
})

test('spend tells window by window what was charged, and what its unit is worth', () => {
  const rates = [
    rate({ price: '2', creditTypeId: 'credits' }),
    rate({ price: '3', creditTypeId: 'credits', startingAt: at('2026-03-11') }),
  ]
  const products = [product({ state: { tags: ['api'] } })]
  const { charges } = rateEvents(catalog({ products, rates }), [
    { at: '2026-03-02' },
    { at: '2026-03-12' },
  ])
  const spend = usageSpend(charges, CARD, 'other')
  expect(spend).toMatchObject(
    [1, 2].map(() => ({
      contractId: 'other',
      productId: 'product',
      productType: 'USAGE',
      tags: ['api'],
      creditTypeId: 'credits',
    })),
  )
  expect(spend.map(({ fiatPerUnit }) => fiatPerUnit.toFixed())).toEqual(['10', '10'])
  const [first, second] = spend
  expect(amountIn(first!, MARCH).toFixed()).toBe('2')
  expect(amountIn(second!, period('2026-03-11', '2026-04-01')).toFixed()).toBe('3')
  expect(amountIn(second!, period('2026-03-01', '2026-03-11')).toFixed()).toBe('0')
})

test('what cannot be converted is no spend', () => {
  const terms = catalog({ rates: [rate({ creditTypeId: 'other' })] })
  expect(usageSpend(rateEvents(terms, [{ at: '2026-03-02' }]).charges, CARD)).toEqual([])
})

test('the spend of all windows is what was charged, up and down any ladder', () => {
  const value = fc.integer({ min: -30, max: 30 })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 12 }), (values) => {
      const products = [product()]
      // Other products' changes cut the windows of a shared query.
      const rates = [
        rate({ price: tiered('5@1 5@2.5 @7') }),
        ...values.map((_, i) =>
          rate({ productId: 'other', startingAt: MARCH.startMs + i * 24 * HOUR_MS }),
        ),
      ]
      products.push(product({ id: 'other' }))
      const metrics = [metric({ aggregationType: 'SUM', aggregationKey: 'n' })]
      const events = values.map((each, i) => ({
        at: new Date(MARCH.startMs + i * 24 * HOUR_MS).toISOString().slice(0, 13),
        value: String(each),
      }))
      const rated = rateEvents(catalog({ products, rates, metrics }), events)
      const own = rated.charges.filter(({ segment }) => segment.product.id === 'product')
      const spent = sum(usageSpend(own, CARD).map((each) => amountIn(each, MARCH)))
      expect(spent.toFixed()).toBe(totalOf({ charges: own, unbilled: [] }))
    }),
  )
})

test('spend applies by the id of its product or any of its tags; composites only if asked for', () => {
  const state = { name: 'Fee', tags: [], compositeProductIds: ['a'], compositeTags: ['x', 'y'] }
  const usage = { productId: 'b', productType: 'USAGE' as const, tags: [] as string[] }
  expect(isApplicable(state, usage)).toBe(false)
  expect(isApplicable(state, { ...usage, productId: 'a' })).toBe(true)
  expect(isApplicable(state, { ...usage, tags: ['y', 'z'] })).toBe(true)
  const fee = { ...usage, productId: 'a', productType: 'COMPOSITE' as const }
  expect(isApplicable(state, fee)).toBe(false)
  expect(isApplicable({ ...state, includeCompositeSpend: true }, fee)).toBe(true)
})

test('what is charged for subscriptions is incurred at the end of their statement', () => {
  const line = { productId: 'seat', productTags: ['plan'], creditTypeId: 'credits', total: '12.5' }
  const other = { ...line, creditTypeId: 'other' }
  const [spend, ...rest] = subscriptionSpend([line, other], CARD, { endMs: MARCH.endMs })
  expect(rest).toEqual([])
  expect(spend).toMatchObject({ contractId: null, productType: 'SUBSCRIPTION', tags: ['plan'] })
  expect(amountIn(spend!, MARCH).toFixed()).toBe('12.5')
  expect(amountIn(spend!, period('2026-03-01', '2026-03-11')).toFixed()).toBe('0')
  expect(amountIn(spend!, period('2026-03-11', '2026-04-01')).toFixed()).toBe('12.5')
})
