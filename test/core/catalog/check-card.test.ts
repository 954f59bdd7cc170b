import { expect, test } from 'vitest'
import { checkCard, type CardFinding } from '../../../src/core/catalog/check-card.ts'
import type { Product } from '../../../src/core/catalog/product.ts'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import { at, product, rate } from '../../support/terms.ts'

const NOW = at('2026-03-10')

function check(of: Product, rates: Rate[]): Partial<CardFinding>[] {
  return checkCard([of], rates, NOW)
}

test('a card on which every entry has its time, and every time its entry, has no findings', () => {
  const of = product({ state: { pricingGroupKey: ['model'] } })
  const rates = [
    rate({ startingAt: at('2026-01-01') }),
    rate({ startingAt: at('2026-01-01'), pricingGroupValues: { model: 'a' } }),
    rate({
      startingAt: at('2026-04-01'),
      pricingGroupValues: { model: 'a' },
      commitPrice: { rateType: 'FLAT', price: '1' },
    }),
  ]
  expect(check(of, rates)).toEqual([])
})

test('an entry that later ones cover is named, with one that does', () => {
  const covered = rate({ startingAt: at('2026-02-01'), endingBefore: at('2026-05-01') })
  const first = rate({ startingAt: at('2026-01-01'), endingBefore: at('2026-03-01') })
  const second = rate({ startingAt: at('2026-03-01') })
  expect(check(product(), [covered, first])).toEqual([])
  expect(check(product(), [covered, first, second])).toEqual([
    {
      kind: 'SHADOWED_RATE',
      message: `The rate for the product "API calls" never applies: rates that were added later, such as ${first.id}, cover all of its time.`,
      productId: 'product',
      rateId: covered.id,
      pricingGroupValues: null,
      startingAt: at('2026-02-01'),
      endingBefore: at('2026-05-01'),
      quantity: null,
    },
  ])
  // Other values, or another frequency, are another schedule.
  const other = rate({ ...second, sequence: 99, billingFrequency: 'MONTHLY' })
  expect(check(product(), [covered, first, other])).toEqual([])
  // What is over does not matter any more.
  const past = rate({ startingAt: at('2026-01-01'), endingBefore: at('2026-02-01') })
  expect(check(product(), [past, rate({ startingAt: at('2026-01-01') })])).toEqual([])
})

test('a time without an entry between two is found, unless the fallback fills it', () => {
  const of = product({ state: { pricingGroupKey: ['model'] } })
  const values = { pricingGroupValues: { model: 'a' } }
  const rates = [
    rate({ ...values, startingAt: at('2026-01-01'), endingBefore: at('2026-04-01') }),
    rate({ ...values, startingAt: at('2026-04-02') }),
  ]
  expect(check(of, rates)).toEqual([
    {
      kind: 'GAP',
      message:
        'Between two of its rates for {"model":"a"} the product "API calls" has none: what is used then is not billed.',
      productId: 'product',
      rateId: null,
      pricingGroupValues: { model: 'a' },
      startingAt: at('2026-04-01'),
      endingBefore: at('2026-04-02'),
      quantity: null,
    },
  ])
  expect(check(of, [...rates, rate({ startingAt: at('2026-01-01') })])).toEqual([])
  const past = [
    rate({ startingAt: at('2026-01-01'), endingBefore: at('2026-02-01') }),
    rate({ startingAt: at('2026-02-02') }),
  ]
  expect(check(product(), past)).toEqual([])
})

test('the rates of one billing frequency do not fill the gaps of another', () => {
  const seats = product({ type: 'SUBSCRIPTION', state: { billableMetricId: undefined } })
  const monthly = [
    rate({
      startingAt: at('2026-01-01'),
      endingBefore: at('2026-04-01'),
      billingFrequency: 'MONTHLY',
    }),
    rate({ startingAt: at('2026-05-01'), billingFrequency: 'MONTHLY' }),
  ]
  const annual = rate({ startingAt: at('2026-01-01'), billingFrequency: 'ANNUAL' })
  expect(check(seats, [...monthly, annual])).toMatchObject([
    { kind: 'GAP', startingAt: at('2026-04-01'), endingBefore: at('2026-05-01') },
  ])
})

test('a rate for values of a key that the product has no longer matches nothing from then on', () => {
  const change = { startingAt: at('2026-05-01'), pricingGroupKey: ['region'], createdAt: 0 }
  const of = product({
    state: { pricingGroupKey: ['model'] },
    updates: [{ ...change, createdBy: 'test' }],
  })
  const values = { pricingGroupValues: { model: 'a' } }
  const open = rate({ ...values, startingAt: at('2026-01-01') })
  const ended = rate({ ...values, startingAt: at('2026-01-01'), endingBefore: at('2026-05-01') })
  expect(check(of, [ended])).toEqual([])
  expect(check(of, [open])).toMatchObject([
    {
      kind: 'UNMATCHABLE_RATE',
      message:
        'The rate for {"model":"a"} matches no usage: the pricing group key of the product "API calls" is ["region"] then.',
      rateId: open.id,
      startingAt: at('2026-05-01'),
    },
  ])
})

test('a commit rate that costs more than the list rate is found with the least quantity', () => {
  const price = { rateType: 'FLAT', price: '2' } as const
  const tiers = [
    { size: '5', price: '0' },
    { size: null, price: '4' },
  ]
  const dear = rate({ price, commitPrice: { rateType: 'TIERED', tiers } })
  expect(check(product(), [dear])).toMatchObject([
    {
      kind: 'COMMIT_RATE_ABOVE_LIST',
      message:
        'At its commit rate 11 of the product "API calls" cost 24, more than 22 at the list rate.',
      rateId: dear.id,
      quantity: '11',
    },
  ])
  expect(
    check(product(), [rate({ price, commitPrice: { rateType: 'FLAT', price: '2' } })]),
  ).toEqual([])
})

test('a tier at the price of the one before, and a product without a metric, have no effect', () => {
  const tiers = [
    { size: '5', price: '2' },
    { size: '5', price: '2' },
    { size: null, price: '1' },
  ]
  expect(check(product(), [rate({ price: { rateType: 'TIERED', tiers } })])).toMatchObject([
    {
      kind: 'TIER_WITHOUT_EFFECT',
      message:
        'Tier 2 of a rate for the product "API calls" has no effect: its price is that of the tier before, 2.',
    },
  ])
  const unmetered = product({ state: { billableMetricId: undefined } })
  expect(check(unmetered, [rate()])).toMatchObject([{ kind: 'NO_METRIC', rateId: null }])
  const seats = product({ type: 'SUBSCRIPTION', state: { billableMetricId: undefined } })
  expect(check(seats, [rate()])).toEqual([])
})
