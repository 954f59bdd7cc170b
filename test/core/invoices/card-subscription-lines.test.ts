import { expect, test } from 'vitest'
import type { Override } from '../../../src/core/contracts/override.ts'
import { USD } from '../../../src/core/currency.ts'
import { cardSubscriptionLines } from '../../../src/core/invoices/card-subscription-lines.ts'
import { replayLine } from '../../../src/core/invoices/replay-line.ts'
import { at, catalog, contract, period, product, rate } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const SUPPORT = product({
  id: 'support',
  type: 'SUBSCRIPTION',
  state: { name: 'Support', tags: ['plan'] },
})
const price = (each: string, quantity: string) => {
  return { rateType: 'SUBSCRIPTION' as const, price: each, quantity, isProrated: true }
}
const support = (options: Parameters<typeof rate>[0] = {}) =>
  rate({ productId: 'support', price: price('3100', '5'), ...options })
const override = (options: Partial<Override>): Override => ({
  id: 'override',
  startingAt: at('2026-01-01'),
  endingBefore: null,
  entitled: null,
  change: null,
  specifiers: [],
  isCommitSpecific: false,
  target: 'LIST_RATE',
  createdAt: 0,
  ...options,
})

/** As `day: quantity × unit price = total`, for March; each is what its derivation leads to. */
function charge(rates: ReturnType<typeof rate>[], during = MARCH, overrides: Override[] = []) {
  const signed = contract()
  const terms = { ...signed.terms, overrides }
  const card = catalog({ products: [product(), SUPPORT], rates })
  const lines = cardSubscriptionLines({ ...signed, terms }, during, card, during.startMs)
  return lines.map((line) => {
    const { quantity, unitPrice, total } = line
    expect(replayLine(line)).toEqual({ quantity, unitPrice, total })
    const day = new Date(line.startingAt).getUTCDate()
    return `${day}: ${quantity} × ${unitPrice} = ${total}`
  })
}

test('pricing 3.3: a rate of the type SUBSCRIPTION charges its quantity in each period', () => {
  expect(charge([support()])).toEqual(['1: 5 × 3100 = 15500'])
  const [line] = cardSubscriptionLines(
    contract(),
    MARCH,
    catalog({ products: [SUPPORT], rates: [support({ id: 'rate' })] }),
    at('2026-03-10'),
  )
  expect(line).toMatchObject({
    type: 'subscription',
    name: 'Support',
    isProrated: true,
    productId: 'support',
    productTags: ['plan'],
    creditTypeId: USD.id,
    startingAt: MARCH.startMs,
    endingBefore: MARCH.endMs,
    derivation: { rateId: 'rate', listPrice: price('3100', '5'), override: null },
  })
  expect(line).not.toHaveProperty('subscriptionId')
})

test('what the rate or the contract has of the period is charged by exact time', () => {
  const late = support({ startingAt: at('2026-03-22') })
  expect(charge([late])).toEqual(['22: 5 × 1000 = 5000'])
  expect(charge([support()], period('2026-03-22', '2026-04-01'))).toEqual(['22: 5 × 1000 = 5000'])
  const half = support({ endingBefore: at('2026-03-16T12'), price: price('3', '1') })
  expect(charge([half])).toEqual(['1: 1 × 1.5 = 1.5'])
  const first = support()
  const dearer = support({ startingAt: at('2026-03-22'), price: price('6200', '2') })
  expect(charge([first, dearer])).toEqual(['1: 5 × 2100 = 10500', '22: 2 × 2000 = 4000'])
})

test('the one winning override changes the price, and entitles', () => {
  const off = support({ entitled: false })
  expect(charge([off])).toEqual([])
  const multiplier = (factor: string, startingAt: number) =>
    override({
      id: factor,
      startingAt,
      specifiers: [{ productTags: ['plan'] }],
      change: { type: 'MULTIPLIER', multiplier: factor, priority: null },
    })
  const entitling = override({ id: 'on', entitled: true, startingAt: at('2026-03-22') })
  const half = multiplier('0.5', at('2026-01-01'))
  expect(charge([off], MARCH, [entitling, half])).toEqual(['22: 5 × 500 = 2500'])
  const fifth = multiplier('0.2', at('2026-03-22'))
  expect(charge([support()], MARCH, [half, fifth])).toEqual([
    '1: 5 × 1050 = 5250',
    '22: 5 × 200 = 1000',
  ])
  const change = { type: 'OVERWRITE' as const, creditTypeId: USD.id }
  const specifiers = [{ productId: 'support' }]
  const overwrite = override({ specifiers, change: { ...change, price: price('31', '2') } })
  expect(charge([support()], MARCH, [overwrite])).toEqual(['1: 2 × 31 = 62'])
  const flat = override({ change: { ...change, price: { rateType: 'FLAT', price: '1' } } })
  expect(charge([support()], MARCH, [flat])).toEqual(['1: 5 × 3100 = 15500'])
})

test('rates of subscriptions that contracts have, and cards without, charge nothing here', () => {
  expect(charge([support({ price: '31', billingFrequency: 'MONTHLY' })])).toEqual([])
  expect(charge([rate()])).toEqual([])
  expect(cardSubscriptionLines(contract(), MARCH, null, 0)).toEqual([])
})
