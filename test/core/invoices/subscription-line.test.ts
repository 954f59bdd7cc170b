import { expect, test } from 'vitest'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import { planSubscriptionCharges } from '../../../src/core/contracts/plan-subscription-charges.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { pricedAt, subscriptionLines } from '../../../src/core/invoices/subscription-line.ts'
import { USD } from '../../../src/core/currency.ts'
import { at, contract, product, quantities, rate, subscription } from '../../support/terms.ts'

const seat = product({ type: 'SUBSCRIPTION', state: { name: 'Seat', tags: ['plan'] } })

function override(options: Partial<Override>): Override {
  return {
    id: 'override',
    startingAt: at('2026-01-01'),
    endingBefore: null,
    entitled: null,
    change: null,
    specifiers: [{ productId: 'product', billingFrequency: 'MONTHLY' }],
    isCommitSpecific: false,
    target: 'LIST_RATE',
    createdAt: 0,
    ...options,
  }
}

function monthly(price: string, options: Partial<Omit<Rate, 'price'>> = {}): Rate {
  return rate({ price, billingFrequency: 'MONTHLY', ...options })
}

interface Terms {
  rates?: Rate[]
  overrides?: Override[]
  start?: string
}

/** The lines of all charges up to a day. */
function linesUntil(until: string, options: Partial<Subscription>, terms: Terms = {}) {
  const { rates = [monthly('3100')], overrides = [], start = '2026-01-01' } = terms
  const agreed = contract({ startingAt: at(start) })
  const charges = planSubscriptionCharges(subscription(options), agreed, at(until))
  return charges.flatMap((charge) =>
    subscriptionLines(charge, {
      catalog: { rates },
      terms: { overrides },
      product: seat,
      now: at(until),
    }),
  )
}

/** `quantity × unit price = total` of each. */
function amountsUntil(...asked: Parameters<typeof linesUntil>) {
  return linesUntil(...asked).map(
    ({ quantity, unitPrice, total }) => `${quantity} × ${unitPrice} = ${total}`,
  )
}

test('a line charges a quantity for a period, and says what and why', () => {
  const [line] = linesUntil('2026-01-01', { customFields: { team: 'core' } })
  expect(line).toMatchObject({
    type: 'subscription',
    subscriptionId: 'subscription',
    subscriptionCustomFields: { team: 'core' },
    name: 'Seat',
    isProrated: false,
    productId: 'product',
    productType: 'SubscriptionProductListItem',
    productTags: ['plan'],
    creditTypeId: USD.id,
    quantity: '5',
    unitPrice: '3100',
    total: '15500',
    startingAt: at('2026-01-01'),
    endingBefore: at('2026-02-01'),
    derivation: {
      listPrice: { rateType: 'FLAT', price: '3100' },
      override: null,
      lost: [],
      billingPeriod: { startingAt: at('2026-01-01'), endingBefore: at('2026-02-01') },
      pricedAt: at('2026-01-01'),
    },
  })
  expect(linesUntil('2026-01-01', { name: 'Team plan' })).toMatchObject([{ name: 'Team plan' }])
})

test('a part of a period is charged by exact time', () => {
  const changes = quantities({ '2026-01-22': '5', '2026-01-30T12': '6' })
  const options = { startingAt: at('2026-01-22'), quantities: changes }
  // 10 days of 31, then 1.5 days of 31.
  expect(amountsUntil('2026-01-31', options)).toEqual(['5 × 1000 = 5000', '1 × 150 = 150'])
})

test('the prorated unit price is rounded, not the total', () => {
  const rounding = { method: 'HALF_UP' as const, decimalPlaces: -2 }
  const rounded = { isProrated: true, invoiceBehavior: 'BILL_IMMEDIATELY' as const, rounding }
  const options = { startingAt: at('2026-01-16'), proration: rounded }
  // 2040 × 16/31 = 1052.9…; the whole period after it is not rounded.
  const rates = [monthly('2040')]
  expect(amountsUntil('2026-02-01', options, { rates })).toEqual([
    '5 × 1100 = 5500',
    '5 × 2040 = 10200',
  ])
  const ceiling = { ...rounded, rounding: { method: 'CEILING' as const, decimalPlaces: 2 } }
  const [line] = linesUntil('2026-01-31', { ...options, proration: ceiling })
  expect(line).toMatchObject({ unitPrice: '1600', total: '8000', isProrated: true })
  expect(line?.derivation.rounding).toEqual(ceiling.rounding)
})

test('a period has one price: that of the card and the overrides as it starts', () => {
  const rates = [
    monthly('3100', { endingBefore: at('2026-01-11') }),
    monthly('6200', { startingAt: at('2026-01-11') }),
  ]
  const changes = quantities({ '2026-01-01': '5', '2026-01-11': '6' })
  expect(amountsUntil('2026-02-01', { quantities: changes }, { rates })).toEqual([
    '5 × 3100 = 15500',
    '1 × 2100 = 2100',
    '6 × 6200 = 37200',
  ])
})

test('the first period has the price as the subscription starts, not as the whole period would', () => {
  const half = override({
    startingAt: at('2026-01-22'),
    change: { type: 'MULTIPLIER', multiplier: '0.5', priority: null },
  })
  const options = { startingAt: at('2026-01-22') }
  expect(amountsUntil('2026-01-31', options, { overrides: [half], start: '2026-01-22' })).toEqual([
    '5 × 500 = 2500',
  ])
})

test('an override for another frequency or product leaves the price alone', () => {
  const free = { type: 'MULTIPLIER' as const, multiplier: '0', priority: null }
  const overrides = [
    override({ specifiers: [{ productId: 'product', billingFrequency: 'ANNUAL' }], change: free }),
    override({ specifiers: [{ productId: 'other' }], change: free }),
  ]
  expect(amountsUntil('2026-01-01', {}, { overrides })).toEqual(['5 × 3100 = 15500'])
})

test('only rates of the frequency count, and only where they are entitled', () => {
  const rates = [monthly('3100'), rate({ price: '30000', billingFrequency: 'ANNUAL' })]
  expect(amountsUntil('2026-01-01', { billingFrequency: 'ANNUAL' }, { rates })).toEqual([
    '5 × 30000 = 150000',
  ])
  expect(amountsUntil('2026-01-01', { billingFrequency: 'WEEKLY' }, { rates })).toEqual([])
  const off = [monthly('3100', { entitled: false })]
  expect(amountsUntil('2026-01-01', {}, { rates: off })).toEqual([])
  const on = [override({ entitled: true })]
  expect(amountsUntil('2026-01-01', {}, { rates: off, overrides: on })).toEqual([
    '5 × 3100 = 15500',
  ])
})

test('a free trial is an overwrite of zero', () => {
  const trial = override({
    endingBefore: at('2026-02-01'),
    change: {
      type: 'OVERWRITE',
      price: { rateType: 'FLAT', price: '0' },
      creditTypeId: USD.id,
    },
  })
  expect(amountsUntil('2026-02-01', {}, { overrides: [trial] })).toEqual([
    '5 × 0 = 0',
    '5 × 3100 = 15500',
  ])
})

test('a ladder has a line for each step, and increases go on where the period is', () => {
  const ladder = override({
    change: {
      type: 'OVERWRITE',
      price: {
        rateType: 'TIERED',
        tiers: [
          { size: '4', price: '3100' },
          { size: null, price: '1550' },
        ],
      },
      creditTypeId: USD.id,
    },
  })
  const changes = quantities({ '2026-01-01': '3', '2026-01-22': '6' })
  const lines = linesUntil('2026-01-31', { quantities: changes }, { overrides: [ladder] })
  expect(lines).toMatchObject([
    { quantity: '3', unitPrice: '3100', tier: { level: 1 } },
    { quantity: '1', unitPrice: '1000', total: '1000', tier: { level: 1 } },
    { quantity: '2', unitPrice: '500', total: '1000', tier: { level: 2, startingAt: '4' } },
  ])
  expect(lines.map(({ derivation }) => derivation.ladder)).toEqual([
    { position: '0', quantity: '3' },
    { position: '3', quantity: '3' },
    { position: '3', quantity: '3' },
  ])
})

test('a price of another kind charges nothing for a quantity', () => {
  const rates = [
    rate({ billingFrequency: 'MONTHLY', price: { rateType: 'CUSTOM', customRate: '{}' } }),
  ]
  expect(amountsUntil('2026-01-01', {}, { rates })).toEqual([])
})

test('the price of an increase is that of its period, too', () => {
  const changes = quantities({ '2026-01-01': '5', '2026-01-22': '6' })
  const charges = planSubscriptionCharges(
    subscription({ quantities: changes }),
    contract(),
    at('2026-01-31'),
  )
  expect(charges.map(({ item }) => pricedAt(item))).toEqual([at('2026-01-01'), at('2026-01-01')])
})
