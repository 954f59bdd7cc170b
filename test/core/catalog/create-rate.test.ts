import { expect, test } from 'vitest'
import {
  canonicalValues,
  createRate,
  type RateInput,
  type RateSurroundings,
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
  productOrder: [],
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

function create(
  rate: RateInput,
  members: Partial<RateSurroundings> = {},
  path?: string,
): ReturnType<typeof createRate> {
  return createRate(
    rate,
    { card: CARD, product: product(), creditTypeId: null, ...members },
    NOW,
    path,
  )
}

function refusalOf(rate: RateInput, of: Product | null = product(), path?: string): string | null {
  return refusalIn(rate, { product: of }, path)
}

function refusalIn(
  rate: RateInput,
  members: Partial<RateSurroundings>,
  path?: string,
): string | null {
  const created = create(rate, members, path)
  return created.ok ? null : `${created.error.code}: ${created.error.message}`
}

test("a flat rate keeps its price's digits and takes the card's unit", () => {
  expect(create(input())).toEqual({
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
  const inEuros = create(input(), { card: { ...CARD, fiatCreditTypeId: EUR.id } })
  expect(inEuros).toMatchObject({ ok: true, value: { creditTypeId: EUR.id } })
})

test('an archived card takes new entries, an archived product does not', () => {
  expect(create(input(), { card: { ...CARD, archivedAt: NOW } })).toMatchObject({
    ok: true,
  })
  expect(refusalOf(input(), product([], { archivedAt: NOW }))).toBe(
    'invalid: product_id: product p1 is archived and takes no new rates',
  )
})

test('refusals name the field, after its path', () => {
  expect(refusalOf(input({ rateType: 'TIERED' }), product(), 'rates[2].')).toBe(
    'invalid: rates[2].price: applies to FLAT, PERCENTAGE, SUBSCRIPTION rates only',
  )
  expect(refusalOf(input({ price: undefined }))).toBe('invalid: price: required for FLAT rates')
  expect(refusalOf(input({ endingBefore: NOW }))).toBe(
    'invalid: ending_before: expected an instant after starting_at',
  )
  expect(refusalOf(input({ creditTypeId: EUR.id }))).toBe(
    "invalid: credit_type_id: expected the rate card's USD (cents), or a custom unit that it has a conversion for",
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
    const rate = create(input({ pricingGroupValues: values }), { product: of })
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

const TIERS = [{ size: '5', price: '0' }, { price: '100' }]
const TIERED = { rateType: 'TIERED', price: undefined, tiers: TIERS } as const
const SHARE = { rateType: 'PERCENTAGE', price: '0.1', minimum: '7' } as const
const SEATS = { rateType: 'FLAT', billingFrequency: 'MONTHLY' } as const
const OLD = { rateType: 'SUBSCRIPTION', quantity: '3', isProrated: true } as const
const CUSTOM = { rateType: 'CUSTOM', price: undefined, customRate: '{}' } as const

test.for([
  ['USAGE', {}, null],
  ['USAGE', TIERED, null],
  ['USAGE', CUSTOM, null],
  [
    'USAGE',
    SHARE,
    'rate_type: PERCENTAGE does not fit the USAGE product "Tokens"; expected one of FLAT, TIERED, CUSTOM',
  ],
  ['USAGE', SEATS, 'billing_frequency: applies to FLAT rates of SUBSCRIPTION products only'],
  ['SUBSCRIPTION', SEATS, null],
  ['SUBSCRIPTION', OLD, null],
  ['SUBSCRIPTION', CUSTOM, null],
  ['SUBSCRIPTION', {}, 'billing_frequency: required for FLAT rates of SUBSCRIPTION products'],
  [
    'SUBSCRIPTION',
    { ...OLD, billingFrequency: 'WEEKLY' },
    'billing_frequency: applies to FLAT rates of SUBSCRIPTION products only',
  ],
  [
    'SUBSCRIPTION',
    TIERED,
    'rate_type: TIERED does not fit the SUBSCRIPTION product "Tokens"; expected one of FLAT, SUBSCRIPTION, CUSTOM',
  ],
  ['COMPOSITE', SHARE, null],
  ['COMPOSITE', { ...TIERED, rateType: 'TIERED_PERCENTAGE' }, null],
  [
    'COMPOSITE',
    {},
    'rate_type: FLAT does not fit the COMPOSITE product "Tokens"; expected one of PERCENTAGE, TIERED_PERCENTAGE, CUSTOM',
  ],
  [
    'FIXED',
    {},
    'product_id: the FIXED product "Tokens" takes no rates: contracts say what it costs',
  ],
  [
    'PRO_SERVICE',
    {},
    'product_id: the PRO_SERVICE product "Tokens" takes no rates: contracts say what it costs',
  ],
] as const)('rate types fit product types: %s %j', ([type, members, message]) => {
  const rate = input(structuredClone(members))
  expect(refusalOf(rate, product(undefined, { type }))).toBe(message && `invalid: ${message}`)
})

test('a commit rate is a second price, flat or tiered, beside a list rate for usage', () => {
  const commitRate = { rateType: 'TIERED', tiers: TIERS } as const
  expect(create(input({ commitRate: structuredClone(commitRate) }))).toMatchObject({
    ok: true,
    value: {
      price: { rateType: 'FLAT' },
      commitPrice: {
        rateType: 'TIERED',
        tiers: [
          { size: '5', price: '0' },
          { size: null, price: '100' },
        ],
      },
    },
  })
  const flat = { rateType: 'FLAT', price: '1' } as const
  expect(refusalOf(input({ ...CUSTOM, commitRate: flat }))).toBe(
    'invalid: commit_rate: applies beside FLAT and TIERED rates only',
  )
  expect(refusalOf(input({ commitRate: { rateType: 'PERCENTAGE', price: '1' } }))).toBe(
    'invalid: commit_rate.rate_type: expected one of FLAT, TIERED',
  )
  expect(refusalOf(input({ commitRate: { rateType: 'FLAT' } }), product(), 'rates[1].')).toBe(
    'invalid: rates[1].commit_rate.price: required for FLAT rates',
  )
  const seats = product(undefined, { type: 'SUBSCRIPTION' })
  expect(refusalOf(input({ ...SEATS, commitRate: flat }), seats)).toBe(
    'invalid: commit_rate: applies to USAGE products only',
  )
})

test('a product keeps to one unit of a card: its currency, or a custom one that it converts', () => {
  const card = {
    ...CARD,
    conversions: [{ customCreditTypeId: 'cpu', fiatPerCustomCredit: '10' }],
  }
  const inUnit = (creditTypeId: string | undefined, held: string | null) =>
    refusalIn(input({ creditTypeId }), { card, creditTypeId: held })
  expect(inUnit('cpu', null)).toBe(null)
  expect(inUnit('cpu', 'cpu')).toBe(null)
  expect(inUnit(undefined, USD.id)).toBe(null)
  expect(inUnit(undefined, 'cpu')).toBe(
    'invalid: credit_type_id: expected cpu, the unit in which the rate card prices this product',
  )
  expect(inUnit('cpu', USD.id)).toBe(
    'invalid: credit_type_id: expected USD (cents), the unit in which the rate card prices this product',
  )
  const share = product(undefined, { type: 'COMPOSITE' })
  expect(refusalIn(input({ ...SHARE, creditTypeId: 'cpu' }), { card, product: share })).toBe(
    "invalid: credit_type_id: PERCENTAGE rates are in the rate card's USD (cents), as the spend is",
  )
})
