import { expect, test } from 'vitest'
import {
  CUSTOM_RATE_LENGTH_MAX,
  definePrice,
  TIERS_MAX,
  type PriceInput,
} from '../../../src/core/catalog/define-price.ts'

function refusalOf(input: PriceInput, path?: string): string | null {
  const defined = definePrice(input, path)
  return defined.ok ? null : defined.error.message
}

test.for([
  [
    { rateType: 'FLAT', price: '0.125' },
    { rateType: 'FLAT', price: '0.125' },
  ],
  [
    { rateType: 'FLAT', price: '0', tiers: [] },
    { rateType: 'FLAT', price: '0' },
  ],
  [
    { rateType: 'TIERED', tiers: [{ size: '5', price: '0' }, { price: '100' }] },
    {
      rateType: 'TIERED',
      tiers: [
        { size: '5', price: '0' },
        { size: null, price: '100' },
      ],
    },
  ],
  [
    { rateType: 'PERCENTAGE', price: '1.5' },
    { rateType: 'PERCENTAGE', price: '1.5', minimum: null },
  ],
  [
    { rateType: 'PERCENTAGE', price: '0.1', minimum: '5000' },
    { rateType: 'PERCENTAGE', price: '0.1', minimum: '5000' },
  ],
  [
    { rateType: 'TIERED_PERCENTAGE', tiers: [{ size: null, price: '0.05' }], minimum: '7' },
    { rateType: 'TIERED_PERCENTAGE', tiers: [{ size: null, price: '0.05' }], minimum: '7' },
  ],
  [
    { rateType: 'SUBSCRIPTION', price: '900', quantity: '2.5', isProrated: true },
    { rateType: 'SUBSCRIPTION', price: '900', quantity: '2.5', isProrated: true },
  ],
  [
    { rateType: 'CUSTOM', customRate: '{"a":1}' },
    { rateType: 'CUSTOM', customRate: '{"a":1}' },
  ],
] as const)('a price of each type is what was asked for: %j', ([input, price]) => {
  expect(definePrice(structuredClone(input) as PriceInput)).toEqual({ ok: true, value: price })
})

test.for([
  [{ rateType: 'FLAT' }, 'price: required for FLAT rates'],
  [{ rateType: 'TIERED' }, 'tiers: required for TIERED rates'],
  [{ rateType: 'TIERED', tiers: [] }, 'tiers: required for TIERED rates'],
  [{ rateType: 'PERCENTAGE' }, 'price: required for PERCENTAGE rates'],
  [{ rateType: 'TIERED_PERCENTAGE' }, 'tiers: required for TIERED_PERCENTAGE rates'],
  [{ rateType: 'CUSTOM' }, 'custom_rate: required for CUSTOM rates'],
  [{ rateType: 'SUBSCRIPTION', price: '1' }, 'quantity: required for SUBSCRIPTION rates'],
  [
    { rateType: 'SUBSCRIPTION', price: '1', quantity: '1' },
    'is_prorated: required for SUBSCRIPTION rates',
  ],
  [
    { rateType: 'SUBSCRIPTION', price: '1', quantity: '1', isProrated: false },
    'is_prorated: expected true for SUBSCRIPTION rates',
  ],
  [
    { rateType: 'TIERED', price: '1', tiers: [{ price: '1' }] },
    'price: applies to FLAT, PERCENTAGE, SUBSCRIPTION rates only',
  ],
  [
    { rateType: 'FLAT', price: '1', tiers: [{ price: '1' }] },
    'tiers: applies to TIERED, TIERED_PERCENTAGE rates only',
  ],
  [
    { rateType: 'FLAT', price: '1', minimum: '1' },
    'minimum_config: applies to PERCENTAGE, TIERED_PERCENTAGE rates only',
  ],
  [{ rateType: 'FLAT', price: '1', quantity: '1' }, 'quantity: applies to SUBSCRIPTION rates only'],
  [
    { rateType: 'FLAT', price: '1', isProrated: false },
    'is_prorated: applies to SUBSCRIPTION rates only',
  ],
  [{ rateType: 'FLAT', price: '1', customRate: '{}' }, 'custom_rate: applies to CUSTOM rates only'],
] as const)('a price has just the fields of its type: %j', ([input, message]) => {
  expect(refusalOf(structuredClone(input) as PriceInput)).toBe(message)
})

test('all tiers but the last have a width greater than 0, the last has none', () => {
  const tiered = (...sizes: (string | null)[]) =>
    refusalOf(
      { rateType: 'TIERED', tiers: sizes.map((size) => ({ size, price: '1' })) },
      'rates[2].',
    )
  expect(tiered(null)).toBe(null)
  expect(tiered('0.5', '1', null)).toBe(null)
  expect(tiered('1')).toBe('rates[2].tiers[0].size: expected none: the last tier never ends')
  expect(tiered('1', '2')).toBe('rates[2].tiers[1].size: expected none: the last tier never ends')
  expect(tiered('1', null, null)).toBe(
    'rates[2].tiers[1].size: required for all tiers but the last',
  )
  for (const size of ['0', '-1', 'x']) {
    expect(tiered(size, null)).toBe('rates[2].tiers[0].size: expected a number greater than 0')
  }
})

test('a ladder has as many tiers as it may have, a custom rate as many characters', () => {
  const ladder = (count: number) =>
    refusalOf({
      rateType: 'TIERED',
      tiers: Array.from({ length: count }, (_, i) => ({
        size: i === count - 1 ? null : '1',
        price: '1',
      })),
    })
  expect(ladder(TIERS_MAX)).toBe(null)
  expect(ladder(TIERS_MAX + 1)).toBe('tiers: expected at most 1000')
  const custom = (length: number) =>
    refusalOf({ rateType: 'CUSTOM', customRate: `{"a":"${'x'.repeat(length - 8)}"}` })
  expect(custom(CUSTOM_RATE_LENGTH_MAX)).toBe(null)
  expect(custom(CUSTOM_RATE_LENGTH_MAX + 1)).toBe(
    'custom_rate: expected at most 10000 characters of JSON',
  )
})
