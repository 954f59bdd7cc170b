import { expect, test } from 'vitest'
import { FIAT_CREDIT_TYPES } from '../../../src/core/currency.ts'
import {
  checkThresholds,
  fiatOf,
  unitPriceOf,
  type ThresholdSurroundings,
  type ThresholdTerms,
} from '../../../src/core/thresholds/check-thresholds.ts'
import { product, rateCard } from '../../support/terms.ts'
import { prepaidThreshold, spendThreshold, spendTracker } from '../../support/thresholds.ts'

const FIELDS = { spend: 'spend', prepaid: 'prepaid', trackers: 'trackers' }
const TOP_UP = product({ id: 'top-up', type: 'FIXED' })
const CARD = rateCard({
  conversions: [{ customCreditTypeId: 'token', fiatPerCustomCredit: '10' }],
})
const EURO = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!.id

/** The message of the refusal; null for none. */
function messageOf(terms: ThresholdTerms, surroundings: Partial<ThresholdSurroundings> = {}) {
  const all = { rateCard: CARD, products: [TOP_UP, product()], ...surroundings }
  const checked = checkThresholds(terms, all, FIELDS)
  return checked.ok ? null : checked.error.message
}

test('TV32: amounts in tokens of $0.10 are worth what their price says: 50 and 500 of them will do', () => {
  const tokens = { customCreditTypeId: 'token', thresholdAmount: '50', rechargeToAmount: '500' }
  expect(messageOf({ prepaidThreshold: prepaidThreshold(tokens) })).toBeNull()
  const few = prepaidThreshold({ ...tokens, thresholdAmount: '49.9' })
  expect(messageOf({ prepaidThreshold: few })).toContain('prepaid.threshold_amount')
  const near = prepaidThreshold({ ...tokens, rechargeToAmount: '149.9' })
  expect(messageOf({ prepaidThreshold: near })).toContain('prepaid.recharge_to_amount')
  expect(
    messageOf({ prepaidThreshold: prepaidThreshold({ ...tokens, rechargeToAmount: '150' }) }),
  ).toBeNull()
})

test('a unit that the card has no price for cannot be recharged', () => {
  const other = prepaidThreshold({ customCreditTypeId: 'gem' })
  expect(messageOf({ prepaidThreshold: other })).toContain('prepaid.custom_credit_type_id')
  expect(messageOf({ prepaidThreshold: other }, { rateCard: null })).toContain('no price for gem')
  expect(unitPriceOf({}, { rateCard: null })?.toString()).toBe('1')
  expect(unitPriceOf({ customCreditTypeId: 'token' }, { rateCard: CARD })?.toString()).toBe('10')
})

test('the least amounts are 5 and 10 whole units of the currency, which cents have a hundred of', () => {
  const dollars = { thresholdAmount: '500', rechargeToAmount: '1500' }
  expect(messageOf({ prepaidThreshold: prepaidThreshold(dollars) })).toBeNull()
  const less = prepaidThreshold({ ...dollars, thresholdAmount: '499.99' })
  expect(messageOf({ prepaidThreshold: less })).toContain('at least 500 USD (cents)')
  const euros = prepaidThreshold({ thresholdAmount: '5', rechargeToAmount: '15' })
  expect(messageOf({ prepaidThreshold: euros })).toContain('prepaid.threshold_amount')
  const euroCard = rateCard({ fiatCreditTypeId: EURO })
  expect(messageOf({ prepaidThreshold: euros }, { rateCard: euroCard })).toBeNull()
  expect([fiatOf({ rateCard: euroCard }), fiatOf({ rateCard: null })]).toEqual([
    EURO,
    FIAT_CREDIT_TYPES[0]!.id,
  ])
})

test('a threshold of spend may be any amount above 0', () => {
  const threshold = (thresholdAmount: string) => ({
    spendThreshold: spendThreshold({ thresholdAmount }),
  })
  expect(messageOf(threshold('0.01'))).toBeNull()
  expect(messageOf(threshold('0'))).toContain('spend.threshold_amount')
})

test('what is sold is a FIXED product that exists', () => {
  expect(messageOf({ spendThreshold: spendThreshold() }, { products: [] })).toBe(
    'spend.commit.product_id: no product top-up',
  )
  const usage = { productId: 'product', priority: '100', applicability: {} }
  expect(messageOf({ prepaidThreshold: prepaidThreshold({ commit: usage }) })).toBe(
    'prepaid.commit.product_id: expected a product of type FIXED',
  )
})

test('a discount is a part of the price, until a tracker of the contract in its currency is full', () => {
  const cap = { spendTrackerAlias: 'top-ups', amount: '100' }
  const discounted = (paymentFraction: string) => ({
    spendThreshold: spendThreshold({ discount: { paymentFraction } }),
  })
  expect(messageOf(discounted('1'))).toBeNull()
  expect(messageOf(discounted('0'))).toContain('spend.discount_configuration.payment_fraction')
  expect(messageOf(discounted('1.01'))).toContain('spend.discount_configuration.payment_fraction')
  const capped = { spendThreshold: spendThreshold({ discount: { paymentFraction: '0.9', cap } }) }
  expect(messageOf(capped)).toContain('cap.spend_tracker_alias: the contract has no tracker')
  expect(messageOf({ ...capped, spendTrackers: [spendTracker()] })).toBeNull()
  const foreign = spendTracker({ creditTypeId: EURO })
  expect(messageOf({ ...capped, spendTrackers: [foreign] })).toContain("in the contract's currency")
})

test('products and tags exclude specifiers, aliases are unique, and trackers add up currencies', () => {
  const commit = {
    productId: 'top-up',
    priority: '100',
    applicability: { productTags: ['ai'], specifiers: [{ productId: 'product' }] },
  }
  expect(messageOf({ prepaidThreshold: prepaidThreshold({ commit }) })).toContain(
    'prepaid.commit.specifiers',
  )
  expect(messageOf({ spendTrackers: [spendTracker(), spendTracker()] })).toContain('trackers')
  expect(messageOf({ spendTrackers: [spendTracker({ creditTypeId: 'token' })] })).toContain(
    'trackers: credit_type_id',
  )
  const many = Array.from({ length: 101 }, (_, i) => spendTracker({ alias: `${i}` }))
  expect(messageOf({ spendTrackers: many })).toContain('at most 100')
})
