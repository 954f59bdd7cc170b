import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import { conversionLines } from '../../../src/core/invoices/conversion-line.ts'
import { draftMarch, showLines } from '../../support/drafts.ts'
import { at, catalog, metric, product, rate, rateCard } from '../../support/terms.ts'

const UNIT = { id: 'credits', name: 'AI credits', createdAt: 0, createdBy: 'test' }
const CARD = rateCard({
  conversions: [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '10' }],
})
const IN_CREDITS = catalog({
  rateCard: CARD,
  customUnits: [UNIT],
  metrics: [metric({ aggregationType: 'SUM', aggregationKey: 'n' })],
  products: [product(), product({ id: 'seats', state: { name: 'Seats' } })],
  rates: [rate({ price: '10', creditTypeId: 'credits' }), rate({ productId: 'seats', price: '2' })],
})

test('TV31 without a commit: 45 calls at 10 credits are 450 credits, and 4500 cents', () => {
  const draft = draftMarch(IN_CREDITS, [{ at: '2026-03-05', value: '45' }])
  expect(showLines(draft.lines)).toEqual([
    'API calls 1..1: 45 × 10 = 450',
    'Seats 1..1: 45 × 2 = 90',
    'AI credits to USD (cents) 1..1: 450 × 10 = 4500',
  ])
  expect(draft.lines.map(({ type, creditTypeId }) => [type, creditTypeId])).toEqual([
    ['usage', 'credits'],
    ['usage', USD.id],
    ['cpu_conversion', USD.id],
  ])
  expect(draft.total).toBe('4590')
})

test('the conversion names its unit and has the period of the invoice', () => {
  const header = { creditTypeId: USD.id, startingAt: 1, endingBefore: 2 }
  const lines = [{ creditTypeId: 'credits', total: '0.1' }]
  expect(conversionLines(lines, { rateCard: CARD, customUnits: [UNIT] }, header)).toEqual([
    {
      type: 'cpu_conversion',
      name: 'AI credits to USD (cents)',
      creditTypeId: USD.id,
      quantity: '0.1',
      unitPrice: '10',
      total: '1',
      startingAt: 1,
      endingBefore: 2,
      derivation: { customCreditTypeId: 'credits' },
    },
  ])
})

test('usage in a unit that the card does not convert is unbilled, not lost', () => {
  const draft = draftMarch({ ...IN_CREDITS, rateCard: rateCard() }, [
    { at: '2026-03-05', value: '45' },
  ])
  expect(showLines(draft.lines)).toEqual(['Seats 1..1: 45 × 2 = 90'])
  expect(draft.derivation.unbilled).toMatchObject([
    { productId: 'product', reason: 'no_conversion', quantity: '45' },
  ])
})

test('the total is the sum of the lines in the currency, and each unit is converted once', () => {
  const amount = fc.tuple(fc.integer(), fc.nat(10 ** 6)).map(([a, b]) => `${a}.${b}`)
  fc.assert(
    fc.property(fc.array(amount, { maxLength: 8 }), amount, (values, price) => {
      const events = values.map((value, i) => ({ at: `2026-03-${10 + i}`, value }))
      const changed = rate({ price, creditTypeId: 'credits', startingAt: at('2026-03-12') })
      const terms = { ...IN_CREDITS, rates: [...IN_CREDITS.rates, changed] }
      const draft = draftMarch(terms, events)
      const add = (creditTypeId: string) =>
        sum(
          draft.lines
            .filter((line) => line.creditTypeId === creditTypeId)
            .map(({ total }) => new Decimal(total)),
        )
      expect(draft.total).toBe(toText(add(USD.id)))
      const converted = draft.lines.filter((line) => line.type === 'cpu_conversion')
      expect(toText(sum(converted.map(({ quantity }) => new Decimal(quantity))))).toBe(
        toText(add('credits')),
      )
    }),
  )
})
