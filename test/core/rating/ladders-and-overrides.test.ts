import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ProductState } from '../../../src/core/catalog/product.ts'
import type { Override, OverridePrioritization } from '../../../src/core/contracts/override.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import {
  lines,
  MARCH,
  override,
  overwrite,
  rateEvents,
  tiered,
  times,
  totalOf,
  unbilled,
} from '../../support/rate-events.ts'
import { at, catalog, metric, product, rate, type RateOptions } from '../../support/terms.ts'
import type { TestEvent } from '../../support/usage.ts'

const SUM = metric({ aggregationType: 'SUM', aggregationKey: 'n' })
const LATEST = metric({ aggregationType: 'LATEST', aggregationKey: 'n' })
const REGIONS = metric({ groupKeys: [['region']] })
const byRegion = product({ state: { pricingGroupKey: ['region'] } })

function inRegion(region: string, day: string): TestEvent {
  return { at: day, properties: { region } }
}

function uses(day: string, count: number): TestEvent[] {
  return Array.from({ length: count }, () => ({ at: day }))
}

test('TV16: each step of a ladder that is reached has a line of its own', () => {
  const terms = catalog({ rates: [rate({ price: tiered('5@0 5@100 @150') })] })
  expect(lines(rateEvents(terms, uses('2026-03-02', 12)))).toEqual([
    'API calls 1..1: 5 × 0 = 0',
    'API calls 1..1: 5 × 100 = 500',
    'API calls 1..1: 2 × 150 = 300',
  ])
  expect(lines(rateEvents(terms, []))).toEqual(['API calls 1..1: 0 × 0 = 0'])
})

test('TV27b: 99 of the first hundred are used up: of five more, one is free', () => {
  const terms = catalog({ rates: [rate({ price: tiered('100@0 @7') })] })
  const events = [...uses('2026-03-02', 99), ...uses('2026-03-09', 5)]
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls 1..1: 100 × 0 = 0',
    'API calls 1..1: 4 × 7 = 28',
  ])
})

test('a ladder goes on where it stands when the rate, an override or the product changes', () => {
  const rates = [
    rate({ price: tiered('5@10 @1') }),
    rate({ price: tiered('8@20 @2'), startingAt: at('2026-03-10') }),
  ]
  const events = [...uses('2026-03-02', 6), ...uses('2026-03-12', 3), ...uses('2026-03-25', 2)]
  const free = override(times('0'), { startingAt: at('2026-03-20') })
  expect(lines(rateEvents(catalog({ rates }), events, { terms: { overrides: [free] } }))).toEqual([
    'API calls 1..10: 5 × 10 = 50',
    'API calls 1..10: 1 × 1 = 1',
    'API calls 10..20: 2 × 20 = 40',
    'API calls 10..20: 1 × 2 = 2',
    'API calls 20..1: 2 × 0 = 0',
  ])
  const update = { startingAt: at('2026-03-10'), name: 'Requests', createdAt: 0, createdBy: '' }
  const renamed = catalog({ products: [product({ updates: [update] })], rates: [rates[0]!] })
  expect(lines(rateEvents(renamed, events))).toEqual([
    'API calls 1..10: 5 × 10 = 50',
    'API calls 1..10: 1 × 1 = 1',
    'Requests 10..1: 5 × 1 = 5',
  ])
})

test('each pricing and presentation value has a ladder of its own', () => {
  const byTeam = product({ state: { pricingGroupKey: ['region'], presentationGroupKey: ['team'] } })
  const teams = metric({ groupKeys: [['team', 'region']] })
  const rates = [rate({ price: tiered('1@5 @1') })]
  const terms = catalog({ products: [byTeam], metrics: [teams], rates })
  const events = ['eu a', 'eu b', 'us a'].flatMap((text) => {
    const [region, team] = text.split(' ') as [string, string]
    return uses('2026-03-02', 2).map((event) => ({ ...event, properties: { region, team } }))
  })
  expect(totalOf(rateEvents(terms, events))).toBe(String(3 * (5 + 1)))
})

test('what a gauge loses is given back from the top of the ladder, at the present prices', () => {
  const rates = [
    rate({ price: tiered('5@10 @1') }),
    rate({ price: tiered('5@20 @2'), startingAt: at('2026-03-10') }),
  ]
  const events = [
    { at: '2026-03-02', value: '8' },
    { at: '2026-03-12', value: '4' },
  ]
  expect(lines(rateEvents(catalog({ metrics: [LATEST], rates }), events))).toEqual([
    'API calls 1..10: 5 × 10 = 50',
    'API calls 1..10: 3 × 1 = 3',
    'API calls 10..1: -1 × 20 = -20',
    'API calls 10..1: -3 × 2 = -6',
  ])
})

test('usage that is not billed does not climb the ladder', () => {
  const off = { entitled: false, endingBefore: at('2026-03-10') }
  const price = tiered('5@10 @1')
  const terms = catalog({ rates: [rate({ price }), rate({ price, ...off })] })
  const rated = rateEvents(terms, [...uses('2026-03-02', 9), ...uses('2026-03-12', 6)])
  expect(lines(rated)).toEqual(['API calls 10..1: 5 × 10 = 50', 'API calls 10..1: 1 × 1 = 1'])
})

test('TV19: 100, less 10 % and less 20 %, is 80 and never 72; by priority 90; overwritten 323, then 300', () => {
  const terms = catalog({ rates: [rate({ price: '100' })] })
  const billed = (...[overrides, scheme]: [Override[], OverridePrioritization?]) =>
    totalOf(
      rateEvents(terms, uses('2026-03-02', 1), {
        terms: { overrides, multiplierOverridePrioritization: scheme },
      }),
    )
  const both = [override(times('0.9', 1)), override(times('0.8', 2))]
  expect(billed(both)).toBe('80')
  expect(billed(both, 'EXPLICIT')).toBe('90')
  expect(billed([override(overwrite('323')), ...both])).toBe('323')
  expect(billed([override(overwrite('323')), ...both, override(overwrite('300'))])).toBe('300')
})

test('an override by tags is for the product as it is tagged at the time', () => {
  const update = { startingAt: at('2026-03-16'), tags: ['sale'], createdAt: 0, createdBy: '' }
  const terms = catalog({
    products: [product({ updates: [update] })],
    rates: [rate({ price: '10' })],
  })
  const half = override(times('0.5'), { specifiers: [{ productTags: ['sale'] }] })
  const events = [...uses('2026-03-02', 1), ...uses('2026-03-20', 1)]
  expect(lines(rateEvents(terms, events, { terms: { overrides: [half] } }))).toEqual([
    'API calls 1..16: 1 × 10 = 10',
    'API calls 16..1: 1 × 5 = 5',
  ])
})

test('an override of some values leaves the others at the price of the card', () => {
  const terms = catalog({
    products: [byRegion],
    metrics: [REGIONS],
    rates: [rate({ price: '10' })],
  })
  const half = override(times('0.5'), { specifiers: [{ pricingGroupValues: { region: 'eu' } }] })
  const events = [inRegion('eu', '2026-03-02'), inRegion('us', '2026-03-02')]
  expect(lines(rateEvents(terms, events, { terms: { overrides: [half] } }))).toEqual([
    'API calls eu 1..1: 1 × 5 = 5',
    'API calls us 1..1: 1 × 10 = 10',
  ])
})

test("a price of the caller's own and one that is not for usage leave usage unbilled, with why", () => {
  const custom = { rateType: 'CUSTOM' as const, customRate: '{}' }
  const percentage = { rateType: 'PERCENTAGE' as const, price: '0.1', minimum: null }
  for (const [price, reason] of [
    [custom, 'custom_price'],
    [percentage, 'not_a_usage_price'],
  ] as const) {
    const rated = rateEvents(catalog({ rates: [rate({ price })] }), uses('2026-03-02', 2))
    expect(lines(rated)).toEqual([])
    expect(unbilled(rated)).toEqual([`${reason}  1..1: 2`])
  }
})

test('TV27: 1536 MB are billed as 2 GB, and the parts of a period add up to the rounded whole', () => {
  const state = {
    quantityConversion: { factor: '1024', operation: 'DIVIDE' as const },
    quantityRounding: { method: 'ROUND_UP' as const, decimalPlaces: 0 },
  }
  const rates = [rate({ price: '10' }), rate({ price: '20', startingAt: at('2026-03-10') })]
  const terms = catalog({ products: [product({ state })], metrics: [SUM], rates })
  expect(lines(rateEvents(terms, [{ at: '2026-03-02', value: '1536' }]))).toEqual([
    'API calls 1..10: 2 × 10 = 20',
    'API calls 10..1: 0 × 20 = 0',
  ])
  const events = ['2026-03-02', '2026-03-12'].map((day) => ({ at: day, value: '1536' }))
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls 1..10: 2 × 10 = 20',
    'API calls 10..1: 1 × 20 = 20',
  ])
})

const anyEvents = fc.array(
  fc.record({
    hour: fc.integer({ min: 0, max: 743 }),
    value: fc.integer({ min: -1_000, max: 1_000 }),
    region: fc.constantFrom('eu', 'us'),
  }),
  { maxLength: 30 },
)
const anyCuts = fc.uniqueArray(fc.integer({ min: 1, max: 743 }), { maxLength: 8 })

function toEvents(specs: { hour: number; value: number; region: string }[]): TestEvent[] {
  return specs.map(({ hour, value, region }) => ({
    at: new Date(MARCH.startMs + hour * HOUR_MS).toISOString().slice(0, 13),
    value: String(value),
    properties: { region },
  }))
}

const anyPrice = fc.constantFrom<RateOptions['price']>(
  '0.37',
  tiered('3@5 0.5@2 10@1.25 @0.1'),
  tiered('10@0 @1'),
)
const anyChange = fc.oneof(
  fc.tuple(fc.nat(20), fc.nat(3)).map(([tenths, priority]) => times(`${tenths / 10}`, priority)),
  fc.nat(9).map((price) => overwrite(String(price))),
)
const anyOverrides = fc.array(
  fc.record({ change: anyChange, from: fc.nat(743), to: fc.option(fc.nat(743)) }).map((spec) =>
    override(spec.change, {
      startingAt: MARCH.startMs + spec.from * HOUR_MS,
      endingBefore: spec.to === null ? null : MARCH.startMs + spec.to * HOUR_MS,
    }),
  ),
  { maxLength: 5 },
)
const anyRules = fc.constantFrom<Partial<ProductState>>(
  {},
  { quantityRounding: { method: 'ROUND_UP', decimalPlaces: 0 } },
  {
    quantityConversion: { factor: '7', operation: 'DIVIDE' },
    quantityRounding: { method: 'ROUND_HALF_UP', decimalPlaces: 1 },
  },
)

test('cutting a period with a ladder, rounding or a gauge in it never changes the total', () => {
  const type = fc.constantFrom('SUM', 'MAX', 'LATEST', 'UNIQUE')
  fc.assert(
    fc.property(
      anyEvents,
      anyCuts,
      fc.tuple(type, anyPrice, anyRules),
      (specs, cuts, [aggregationType, price, state]) => {
        const metrics = [metric({ aggregationType, aggregationKey: 'n' })]
        const products = [product({ state })]
        const same = cuts.map((hour) => rate({ price, startingAt: MARCH.startMs + hour * HOUR_MS }))
        const whole = catalog({ products, metrics, rates: [rate({ price })] })
        const cut = catalog({ products, metrics, rates: [rate({ price }), ...same] })
        const events = toEvents(specs)
        expect(totalOf(rateEvents(cut, events))).toBe(totalOf(rateEvents(whole, events)))
      },
    ),
    { numRuns: 100 },
  )
})

test('an override that loses throughout changes no line', () => {
  fc.assert(
    fc.property(anyEvents, anyOverrides, anyPrice, (specs, overrides, price) => {
      const terms = catalog({ metrics: [SUM], rates: [rate({ price })] })
      const events = toEvents(specs)
      const rated = rateEvents(terms, events, { terms: { overrides } })
      const winners = new Set(rated.charges.map((charge) => charge.terms.override))
      for (const loser of overrides.filter((each) => !winners.has(each))) {
        const rest = overrides.filter((each) => each !== loser)
        expect(lines(rateEvents(terms, events, { terms: { overrides: rest } }))).toEqual(
          lines(rated),
        )
      }
    }),
    { numRuns: 60 },
  )
})
