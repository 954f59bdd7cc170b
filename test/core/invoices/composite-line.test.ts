import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import type { ChargingLine } from '../../../src/core/invoices/invoice.ts'
import { replayLine } from '../../../src/core/invoices/replay-line.ts'
import {
  composite,
  draftMarch,
  percentage,
  percentageSteps,
  showLines,
} from '../../support/drafts.ts'
import { override, tiered, times } from '../../support/rate-events.ts'
import { at, catalog, metric, product, rate, rateCard } from '../../support/terms.ts'

const CARD = rateCard({
  conversions: [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '2' }],
})
const METRICS = [metric({ aggregationType: 'SUM', aggregationKey: 'n' })]

test('a composite line says what it is a fraction of, and by which rate', () => {
  const fee = composite('Support', { compositeTags: ['api'] }, { customFields: { erp: '9' } })
  const share = rate({ productId: 'Support', price: percentageSteps('100@0.2 @0.1', '5') })
  const draft = draftMarch(
    catalog({
      rateCard: CARD,
      metrics: METRICS,
      products: [product({ state: { tags: ['api'] } }), fee],
      rates: [rate({ price: '5', creditTypeId: 'credits' }), share],
    }),
    [{ at: '2026-03-05', value: '8' }],
  )
  expect(draft.lines[1]).toEqual({
    type: 'usage',
    name: 'Support',
    productId: 'Support',
    productType: 'CompositeProductListItem',
    productTags: [],
    productCustomFields: { erp: '9' },
    creditTypeId: USD.id,
    quantity: '80',
    unitPrice: '0.2',
    total: '16',
    tier: { level: 1, startingAt: '0', size: '100' },
    startingAt: at('2026-03-01'),
    endingBefore: at('2026-04-01'),
    pricingGroupValues: null,
    presentationGroupValues: null,
    derivation: {
      rateId: share.id,
      listPrice: share.price,
      override: null,
      lost: [],
      scope: 'CONTRACT',
      base: '80',
      shares: [{ productId: 'product', creditTypeId: 'credits', amount: '40', converted: '80' }],
      position: '0',
      minimum: '5',
    },
  })
  expect(draft.total).toBe('96')
})

test('the fraction is of the spend after overrides, in the time of each of its rates', () => {
  const terms = catalog({
    metrics: METRICS,
    products: [product(), composite('Fee')],
    rates: [
      rate({ price: '10' }),
      rate({ productId: 'Fee', price: percentage('0.1') }),
      rate({ productId: 'Fee', price: percentage('0.5'), startingAt: at('2026-03-11') }),
    ],
  })
  const events = [
    { at: '2026-03-05', value: '10' },
    { at: '2026-03-15', value: '4' },
  ]
  const half = override(times('0.5'), { specifiers: [{ productId: 'product' }] })
  expect(showLines(draftMarch(terms, events, { overrides: [half] }).lines)).toEqual([
    'API calls 1..1: 14 × 5 = 70',
    'Fee 1..11: 50 × 0.1 = 5',
    'Fee 11..1: 20 × 0.5 = 10',
  ])
})

test('a product counts by the tags that it has at the time', () => {
  const tagged = product({ state: { tags: [] } })
  tagged.updates.push({
    startingAt: at('2026-03-11'),
    tags: ['api'],
    createdAt: 0,
    createdBy: 'test',
  })
  const terms = catalog({
    metrics: METRICS,
    products: [tagged, composite('Fee', { compositeTags: ['api'] })],
    rates: [rate({ price: '10' }), rate({ productId: 'Fee', price: percentage('0.1') })],
  })
  const draft = draftMarch(terms, [
    { at: '2026-03-05', value: '10' },
    { at: '2026-03-15', value: '4' },
  ])
  expect(showLines(draft.lines)).toEqual([
    'API calls 1..11: 10 × 10 = 100',
    'API calls 11..1: 4 × 10 = 40',
    'Fee 1..1: 40 × 0.1 = 4',
  ])
})

test('composites in a circle are among what is not billed, with the reason', () => {
  const of = (id: string) => ({ compositeProductIds: [id], includeCompositeSpend: true })
  const draft = draftMarch(
    catalog({
      products: [composite('a', of('b')), composite('b', of('a'))],
      rates: ['a', 'b'].map((productId) => rate({ productId, price: percentage('0.1') })),
    }),
    [],
  )
  expect(draft.lines).toEqual([])
  expect(
    draft.derivation.unbilled.map(({ productId, reason }) => `${productId} ${reason}`),
  ).toEqual(['a composite_cycle', 'b composite_cycle'])
})

const price = fc.constantFrom(
  percentage('0.125'),
  percentage('1.5', '1000'),
  percentageSteps('100@0.2 50@0.1 @0.05', '7'),
)
const day = fc.integer({ min: 1, max: 28 }).map((n) => `2026-03-${String(n).padStart(2, '0')}`)

test('whatever its composites are, an invoice adds up, each line by itself, and is replayed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: day, value: fc.integer({ min: -20, max: 90 }).map(String) }), {
        maxLength: 8,
      }),
      fc.array(fc.record({ price, startingAt: day.map(at) }), { maxLength: 3 }),
      fc.array(fc.record({ price, startingAt: day.map(at) }), { maxLength: 2 }),
      (events, fees, totals) => {
        const whole = { compositeTags: ['all'], includeCompositeSpend: true }
        const draft = draftMarch(
          catalog({
            rateCard: CARD,
            metrics: METRICS,
            products: [
              composite('whole', whole),
              product({ state: { tags: ['all'] } }),
              composite('fee', { compositeProductIds: ['product'], tags: ['all'] }),
            ],
            rates: [
              rate({ price: tiered('10@0 20@1.5 @1'), creditTypeId: 'credits' }),
              ...fees.map((each) => rate({ ...each, productId: 'fee' })),
              ...totals.map((each) => rate({ ...each, productId: 'whole' })),
            ],
          }),
          events,
        )
        const add = (lines: { total: string }[]) =>
          toText(sum(lines.map(({ total }) => new Decimal(total))))
        expect(add(draft.lines.filter(({ creditTypeId }) => creditTypeId === USD.id))).toBe(
          draft.total,
        )
        for (const line of draft.lines as ChargingLine[]) {
          const { quantity, unitPrice, total } = line
          expect(toText(new Decimal(quantity).times(unitPrice))).toBe(total)
          expect(replayLine(line)).toEqual({ quantity, unitPrice, total })
        }
        // Composites cut the windows of usage, not its lines.
        const usage = draft.lines.filter(({ creditTypeId }) => creditTypeId === 'credits')
        expect(usage.length).toBeLessThanOrEqual(3)
      },
    ),
  )
})
