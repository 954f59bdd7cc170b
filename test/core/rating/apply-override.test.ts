import { expect, test } from 'vitest'
import type { Price } from '../../../src/core/catalog/price.ts'
import { applyOverride } from '../../../src/core/rating/apply-override.ts'
import { overwrite, tiered, times } from '../../support/rate-events.ts'

const FLAT: Price = { rateType: 'FLAT', price: '100' }

/** A ladder as `tiered` reads it; undefined of other prices. */
function text(price: Price): string | undefined {
  if (!('tiers' in price)) return undefined
  return price.tiers.map((tier) => `${tier.size ?? ''}@${tier.price}`).join(' ')
}

const steps = (...tiers: [string | null, string][]) => ({
  type: 'TIERED' as const,
  priority: 1,
  tiers: tiers.map(([size, multiplier]) => ({ size, multiplier })),
})

test('an OVERWRITE is the price', () => {
  expect(applyOverride(FLAT, overwrite('323'))).toEqual({ rateType: 'FLAT', price: '323' })
})

test('a multiplier is on the price, of every step, and of a percentage on the fraction', () => {
  expect(applyOverride(FLAT, times('0.8'))).toEqual({ rateType: 'FLAT', price: '80' })
  expect(applyOverride(FLAT, times('0'))).toEqual({ rateType: 'FLAT', price: '0' })
  expect(text(applyOverride(tiered('5@10 @4'), times('0.5')))).toBe('5@5 @2')
  const percentage: Price = { rateType: 'PERCENTAGE', price: '0.1', minimum: '7' }
  expect(applyOverride(percentage, times('0.5'))).toEqual({ ...percentage, price: '0.05' })
})

test('a ladder of multipliers makes a ladder of prices, and beyond it the price itself holds', () => {
  expect(text(applyOverride(FLAT, steps(['10', '0.9'], ['20', '0.5'])))).toBe('10@90 20@50 @100')
  expect(text(applyOverride(FLAT, steps(['10', '0.9'], [null, '0.5'])))).toBe('10@90 @50')
})

test('two ladders make one with the bounds of both', () => {
  const price = tiered('5@10 10@8 @4')
  expect(text(applyOverride(price, steps(['8', '0.5'], [null, '2'])))).toBe('5@5 3@4 7@16 @8')
  expect(text(applyOverride(price, steps(['15', '0.5'])))).toBe('5@5 10@4 @4')
})

test('a price of the caller’s own stays as it is', () => {
  const custom: Price = { rateType: 'CUSTOM', customRate: '{}' }
  expect(applyOverride(custom, times('0'))).toEqual(custom)
})
