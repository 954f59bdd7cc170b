import { expect, test } from 'vitest'
import {
  canonicalValues,
  createRate,
  type RateInput,
} from '../../../src/core/catalog/create-rate.ts'
import type { Product } from '../../../src/core/catalog/product.ts'
import type { RateCard } from '../../../src/core/catalog/rate-card.ts'
import { FIAT_CREDIT_TYPES, USD } from '../../../src/core/currency.ts'

const NOW = Date.UTC(2026, 2, 10)
const EUR = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!
const CARD: RateCard = {
  id: 'c1',
  name: 'Standard',
  description: null,
  fiatCreditTypeId: USD.id,
  conversions: [],
  aliases: [],
  customFields: {},
  createdAt: NOW,
  createdBy: 'ops',
  archivedAt: null,
}

function product(pricingGroupKey?: string[], members: Partial<Product> = {}): Product {
  return {
    id: 'p1',
    type: 'USAGE',
    initial: { name: 'Tokens', tags: [], billableMetricId: 'm1', pricingGroupKey },
    updates: [],
    customFields: {},
    createdAt: NOW,
    createdBy: 'ops',
    archivedAt: null,
    ...members,
  }
}

function input(members: Partial<RateInput> = {}): RateInput {
  return {
    id: 'r1',
    productId: 'p1',
    startingAt: NOW,
    entitled: true,
    rateType: 'FLAT',
    price: '0.1234567890123456789',
    ...members,
  }
}

function refusalOf(rate: RateInput, of: Product | null = product(), path?: string): string | null {
  const created = createRate(rate, CARD, of, NOW, path)
  return created.ok ? null : `${created.error.code}: ${created.error.message}`
}

test("a flat rate keeps its price's digits and takes the card's unit", () => {
  expect(createRate(input(), CARD, product(), NOW)).toEqual({
    ok: true,
    value: {
      id: 'r1',
      rateCardId: 'c1',
      productId: 'p1',
      pricingGroupValues: null,
      startingAt: NOW,
      endingBefore: null,
      entitled: true,
      price: { rateType: 'FLAT', price: '0.1234567890123456789' },
      commitPrice: null,
      billingFrequency: null,
      creditTypeId: USD.id,
      createdAt: NOW,
    },
  })
  const inEuros = createRate(input(), { ...CARD, fiatCreditTypeId: EUR.id }, product(), NOW)
  expect(inEuros).toMatchObject({ ok: true, value: { creditTypeId: EUR.id } })
})

test('an archived card takes new entries, an archived product does not', () => {
  expect(createRate(input(), { ...CARD, archivedAt: NOW }, product(), NOW)).toMatchObject({
    ok: true,
  })
  expect(refusalOf(input(), product([], { archivedAt: NOW }))).toBe(
    'invalid: product_id: product p1 is archived and takes no new rates',
  )
})

test('refusals name the field, after its path', () => {
  expect(refusalOf(input({ rateType: 'TIERED' }), product(), 'rates[2].')).toBe(
    'invalid: rates[2].rate_type: only FLAT rates can be added so far',
  )
  expect(refusalOf(input({ price: undefined }))).toBe('invalid: price: required for FLAT rates')
  expect(refusalOf(input({ endingBefore: NOW }))).toBe(
    'invalid: ending_before: expected an instant after starting_at',
  )
  expect(refusalOf(input({ creditTypeId: EUR.id }))).toBe(
    'invalid: credit_type_id: the rate card is priced in USD (cents); rates in another unit are not supported yet',
  )
  expect(refusalOf(input(), null)).toBe('not_found: product_id: no product p1')
})

test('values must name exactly the properties of the pricing group key', () => {
  const of = product(['model', 'region'])
  expect(refusalOf(input({ pricingGroupValues: { region: 'eu', model: 'a' } }), of)).toBe(null)
  expect(refusalOf(input({ pricingGroupValues: { region: 'eu', cloud: 'x' } }), of)).toBe(
    'invalid: pricing_group_values: missing "model", superfluous "cloud"; the pricing group key of the product "Tokens" is ["model","region"]',
  )
  expect(refusalOf(input({ pricingGroupValues: {} }), of)).toBe(
    'invalid: pricing_group_values: missing "model", missing "region"; the pricing group key of the product "Tokens" is ["model","region"]',
  )
  expect(refusalOf(input({ pricingGroupValues: { model: 'a' } }))).toBe(
    'invalid: pricing_group_values: superfluous "model"; the pricing group key of the product "Tokens" is none',
  )
})

test('a property of the prototype is not a value that was given', () => {
  expect(refusalOf(input({ pricingGroupValues: {} }), product(['constructor']))).toContain(
    'missing "constructor"',
  )
  expect(refusalOf(input({ pricingGroupValues: {} }), product(['__proto__']))).toContain(
    'missing "__proto__"',
  )
})

test('without values a rate is the fallback; so it is with empty ones where there is no key', () => {
  for (const [values, of] of [
    [undefined, product(['model'])],
    [undefined, product()],
    [{}, product()],
  ] as const) {
    const rate = createRate(input({ pricingGroupValues: values }), CARD, of, NOW)
    expect(rate).toMatchObject({ ok: true, value: { pricingGroupValues: null } })
  }
})

test("the pricing group key is the one that the product has at the rate's start", () => {
  const change = { startingAt: NOW + 1, pricingGroupKey: ['region'], createdAt: NOW, createdBy: '' }
  const of = product(['model'], { updates: [change] })
  expect(refusalOf(input({ pricingGroupValues: { model: 'a' } }), of)).toBe(null)
  expect(refusalOf(input({ startingAt: NOW + 1, pricingGroupValues: { region: 'a' } }), of)).toBe(
    null,
  )
})

test('canonical values of equal maps are equal texts', () => {
  const text = '{"9":"1","10":"2","__proto__":"p","a":"x","b":"y"}'
  const values = JSON.parse('{"b":"y","__proto__":"p","10":"2","a":"x","9":"1"}')
  expect(JSON.stringify(canonicalValues(values))).toBe(text)
  expect(JSON.stringify(canonicalValues(JSON.parse(text)))).toBe(text)
})
