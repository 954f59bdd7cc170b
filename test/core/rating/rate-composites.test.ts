import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Product } from '../../../src/core/catalog/product.ts'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import { USD } from '../../../src/core/currency.ts'
import { Decimal, sum } from '../../../src/core/decimal.ts'
import { planComposites } from '../../../src/core/rating/plan-composites.ts'
import { rateComposites, type RatedComposites } from '../../../src/core/rating/rate-composites.ts'
import type { Spend } from '../../../src/core/rating/spend.ts'
import { composite, percentage, percentageSteps } from '../../support/drafts.ts'
import { MARCH, override, times } from '../../support/rate-events.ts'
import { at, rate } from '../../support/terms.ts'

/** Spend on the product `product` on some days of March: `5:1000` is 1000 on the fifth. */
function spend(text: string, options: Partial<Spend> = {}): Spend {
  return {
    contractId: null,
    productId: 'product',
    productType: 'USAGE',
    tags: [],
    creditTypeId: USD.id,
    fiatPerUnit: new Decimal(1),
    amounts: text.split(' ').map((part) => {
      const [day, amount] = part.split(':') as [string, string]
      const startMs = at(`2026-03-${day.padStart(2, '0')}`)
      return { startMs, endMs: startMs + 3_600_000, amount: new Decimal(amount) }
    }),
    ...options,
  }
}

function charge(products: Product[], rates: Rate[], known: Spend[], overrides = [] as never[]) {
  const spans = planComposites({ products, rates }, MARCH, { overrides })
  return rateComposites(spans, known, { period: MARCH, currencyId: USD.id })
}

function texts({ charges }: RatedComposites): string[] {
  return charges.map(
    ({ span, quantity, unitPrice, total }) =>
      `${span.state.name} ${quantity.toFixed()} × ${unitPrice.toFixed()} = ${total.toFixed()}`,
  )
}

const FEE = [composite('fee')]
const feeOf = (price: Rate['price'], options: Partial<Rate> = {}) =>
  rate({ productId: 'fee', ...options, price })

test('5 % of all spend on its products; above 100 % is a price, too', () => {
  const known = [spend('2:1000 9:500.5'), spend('3:7', { productId: 'other' })]
  expect(texts(charge(FEE, [feeOf(percentage('0.05'))], known))).toEqual([
    'fee 1500.5 × 0.05 = 75.025',
  ])
  expect(texts(charge(FEE, [feeOf(percentage('1.5'))], known))).toEqual([
    'fee 1500.5 × 1.5 = 2250.75',
  ])
})

test('D-COMP: the greater of the percentage and the minimum is charged', () => {
  const fee = feeOf(percentage('0.1', '50000'))
  expect(texts(charge(FEE, [fee], [spend('2:400000')]))).toEqual(['fee 1 × 50000 = 50000'])
  expect(texts(charge(FEE, [fee], [spend('2:500000')]))).toEqual(['fee 500000 × 0.1 = 50000'])
  expect(texts(charge(FEE, [fee], [spend('2:600000')]))).toEqual(['fee 600000 × 0.1 = 60000'])
  expect(texts(charge(FEE, [fee], []))).toEqual(['fee 1 × 50000 = 50000'])
})

test('a ladder is one of spend: a tenth of the first 1000, a twentieth of the rest', () => {
  const fee = feeOf(percentageSteps('1000@0.1 @0.05', '120'))
  const rated = charge(FEE, [fee], [spend('2:1600 3:400')])
  expect(texts(rated)).toEqual(['fee 1000 × 0.1 = 100', 'fee 1000 × 0.05 = 50'])
  expect(rated.charges.map(({ tier }) => tier?.level)).toEqual([1, 2])
  // The minimum is that of the sum.
  expect(texts(charge(FEE, [fee], [spend('2:1100')]))).toEqual(['fee 1 × 120 = 120'])
})

test('a change within the period prices the spend of each part; the ladder goes on', () => {
  const halves = (first: Rate['price'], second: Rate['price']) => [
    feeOf(first),
    feeOf(second, { startingAt: at('2026-03-11') }),
  ]
  const known = [spend('2:800 12:1000')]
  expect(texts(charge(FEE, halves(percentage('0.1'), percentage('0.2')), known))).toEqual([
    'fee 800 × 0.1 = 80',
    'fee 1000 × 0.2 = 200',
  ])
  const steps = halves(percentageSteps('1000@0.1 @0'), percentageSteps('1000@0.2 @0.01'))
  expect(texts(charge(FEE, steps, known))).toEqual([
    'fee 800 × 0.1 = 80',
    'fee 200 × 0.2 = 40',
    'fee 800 × 0.01 = 8',
  ])
})

test('a minimum is of the whole period: each part of it has its share by time', () => {
  const rates = [
    feeOf(percentage('0.1', '310')),
    feeOf(percentage('0.2', '620'), { startingAt: at('2026-03-11') }),
  ]
  expect(texts(charge(FEE, rates, []))).toEqual(['fee 1 × 100 = 100', 'fee 1 × 420 = 420'])
})

test('a change of the product alone splits neither its line nor its minimum', () => {
  const changed = composite('fee')
  const update = { startingAt: at('2026-03-11'), createdAt: 0, createdBy: 'test' }
  changed.updates.push({ ...update, name: 'Fee 2', compositeProductIds: ['other'] })
  const known = [spend('2:600 12:50'), spend('3:70 13:400', { productId: 'other' })]
  const texted = (minimum: string) =>
    texts(charge([changed], [feeOf(percentage('0.1', minimum))], known))
  // 600 of the one before the change, and 400 of the other after it.
  expect(texted('90')).toEqual(['Fee 2 1000 × 0.1 = 100'])
  expect(texted('110')).toEqual(['Fee 2 1 × 110 = 110'])
})

test('spend in a custom unit counts by what it is converted to', () => {
  const credits = { creditTypeId: 'credits', fiatPerUnit: new Decimal(10) }
  const rated = charge(FEE, [feeOf(percentage('0.1'))], [spend('2:45', credits), spend('2:50')])
  expect(texts(rated)).toEqual(['fee 500 × 0.1 = 50'])
  expect(
    rated.charges[0]!.shares.map(({ creditTypeId, amount, converted }) => [
      creditTypeId,
      amount.toFixed(),
      converted.toFixed(),
    ]),
  ).toEqual([
    ['credits', '45', '450'],
    [USD.id, '50', '50'],
  ])
})

test('an override changes the fraction, and a composite that is turned off is unbilled', () => {
  const half = [override(times('0.5'), { specifiers: [{ productId: 'fee' }] })] as never[]
  const known = [spend('2:1000')]
  expect(texts(charge(FEE, [feeOf(percentage('0.1'))], known, half))).toEqual([
    'fee 1000 × 0.05 = 50',
  ])
  const off = charge(FEE, [feeOf(percentage('0.1', '10'), { entitled: false })], known)
  expect(texts(off)).toEqual([])
  expect(off.unbilled.map(({ reason, quantity }) => [reason, quantity.toFixed()])).toEqual([
    ['not_entitled', '1000'],
  ])
})

test('a price that is no fraction charges nothing and is told', () => {
  const known = [spend('2:1000')]
  const flat = charge(FEE, [feeOf({ rateType: 'FLAT', price: '5' })], known)
  expect([flat.charges, flat.unbilled.map(({ reason }) => reason)]).toEqual([
    [],
    ['not_a_spend_price'],
  ])
})

test('a composite of a composite is charged on its amount, whatever their order on the card', () => {
  const total = composite('total', {
    compositeProductIds: ['product', 'fee'],
    includeCompositeSpend: true,
  })
  const plain = composite('plain', { compositeProductIds: ['product', 'fee'] })
  const rates = ['fee', 'total', 'plain'].map((productId) =>
    rate({ productId, price: percentage('0.1') }),
  )
  expect(texts(charge([total, plain, ...FEE], rates, [spend('2:1000')]))).toEqual([
    'total 1100 × 0.1 = 110',
    'plain 1000 × 0.1 = 100',
    'fee 1000 × 0.1 = 100',
  ])
})

test('composites of one another charge nothing, and say so', () => {
  const of = (id: string) => ({ compositeProductIds: [id, 'product'], includeCompositeSpend: true })
  const rates = ['a', 'b'].map((productId) => rate({ productId, price: percentage('0.1') }))
  const rated = charge([composite('a', of('b')), composite('b', of('a'))], rates, [spend('2:1000')])
  expect(rated.charges).toEqual([])
  expect(rated.unbilled.map(({ product, reason }) => [product.id, reason])).toEqual([
    ['a', 'composite_cycle'],
    ['b', 'composite_cycle'],
  ])
})

test("only a composite of the scope CUSTOMER counts other contracts' spend", () => {
  const known = [spend('2:1000'), spend('2:500', { contractId: 'other' })]
  const rates = [feeOf(percentage('0.1'))]
  const wide = composite('fee', { compositeProductIds: ['product'], compositeScope: 'CUSTOMER' })
  expect(texts(charge(FEE, rates, known))).toEqual(['fee 1000 × 0.1 = 100'])
  expect(texts(charge([wide], rates, known))).toEqual(['fee 1500 × 0.1 = 150'])
})

test('free usage is no part of the base where it is excluded, and adds nothing where it is not', () => {
  const known = [spend('2:0', { productId: 'free' }), spend('2:100')]
  const shares = (excludeFreeUsage: boolean) => {
    const state = { compositeProductIds: ['free', 'product'], excludeFreeUsage }
    const [first] = charge([composite('fee', state)], [feeOf(percentage('0.1'))], known).charges
    return [first!.shares.map(({ productId }) => productId).join(), first!.total.toFixed()]
  }
  expect(shares(false)).toEqual(['free,product', '10'])
  expect(shares(true)).toEqual(['product', '10'])
})

test('a percentage of a base that is split adds up, however it is split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 31 }), fc.integer()), { minLength: 1 }),
      fc.integer({ min: 1, max: 31 }),
      (parts, day) => {
        const price = percentage('0.125')
        const text = parts.map(([on, amount]) => `${on}:${amount}`).join(' ')
        const whole = charge(FEE, [feeOf(price)], [spend(text)])
        const startingAt = at(`2026-03-${String(day).padStart(2, '0')}`)
        const pieces = parts.map(([on, amount]) => spend(`${on}:${amount}`))
        const split = charge(FEE, [feeOf(price), feeOf(price, { startingAt })], pieces)
        const add = ({ charges }: RatedComposites) => sum(charges.map(({ total }) => total))
        expect(add(split).toFixed()).toBe(add(whole).toFixed())
      },
    ),
  )
})
