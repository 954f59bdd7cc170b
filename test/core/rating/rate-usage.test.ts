import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, sum, toText, ZERO } from '../../../src/core/decimal.ts'
import { planUsage } from '../../../src/core/rating/plan-usage.ts'
import { rateUsage } from '../../../src/core/rating/rate-usage.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { lines, MARCH, rateEvents, totalOf, unbilled } from '../../support/rate-events.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'
import type { TestEvent } from '../../support/usage.ts'

const SUM = metric({ aggregationType: 'SUM', aggregationKey: 'n' })
const LATEST = metric({ aggregationType: 'LATEST', aggregationKey: 'n' })
const REGIONS = metric({ groupKeys: [['region']] })
const byRegion = product({ state: { pricingGroupKey: ['region'] } })

function inRegion(region: string, day: string): TestEvent {
  return { at: day, properties: { region } }
}

test('usage at a flat rate is one line for the period', () => {
  const terms = catalog({ rates: [rate({ price: '25' })] })
  const rated = rateEvents(terms, [{ at: '2026-03-01' }, { at: '2026-03-31T23' }])
  expect(lines(rated)).toEqual(['API calls 1..1: 2 × 25 = 50'])
})

test('usage before and after the period is not on it', () => {
  const terms = catalog({ rates: [rate({ price: '25' })] })
  const rated = rateEvents(terms, [
    { at: '2026-02-28T23' },
    { at: '2026-04-01' },
    { at: '2026-03-02' },
  ])
  expect(lines(rated)).toEqual(['API calls 1..1: 1 × 25 = 25'])
})

test('a rate change inside the period splits the line at the change', () => {
  const rates = [rate({ price: '100' }), rate({ price: '150', startingAt: at('2026-03-11') })]
  const events = [{ at: '2026-03-10T23' }, { at: '2026-03-11' }, { at: '2026-03-20' }]
  expect(lines(rateEvents(catalog({ rates }), events))).toEqual([
    'API calls 1..11: 1 × 100 = 100',
    'API calls 11..1: 2 × 150 = 300',
  ])
})

test('a temporary rate leaves three lines, the last at the price of the first', () => {
  const temporary = { startingAt: at('2026-03-10'), endingBefore: at('2026-03-20') }
  const rates = [rate({ price: '100' }), rate({ price: '40', ...temporary })]
  const events = [{ at: '2026-03-05' }, { at: '2026-03-15' }, { at: '2026-03-25' }]
  expect(lines(rateEvents(catalog({ rates }), events))).toEqual([
    'API calls 1..10: 1 × 100 = 100',
    'API calls 10..20: 1 × 40 = 40',
    'API calls 20..1: 1 × 100 = 100',
  ])
})

test('TV-12: a gauge that falls after a rate change is credited at the new rate: $60 − $25 = $35', () => {
  const rates = [rate({ price: '200' }), rate({ price: '500', startingAt: at('2026-03-17') })]
  const events = [
    { at: '2026-03-03T10', value: '30' },
    { at: '2026-03-03T09', value: '99' },
    { at: '2026-03-18', value: '25' },
  ]
  const rated = rateEvents(catalog({ metrics: [LATEST], rates }), events)
  expect(lines(rated)).toEqual([
    'API calls 1..17: 30 × 200 = 6000',
    'API calls 17..1: -5 × 500 = -2500',
  ])
  expect(totalOf(rated)).toBe('3500')
})

test('TV28: what a gauge grew by is priced at the rate in force then: 7 at $3, then 9 at $4 is $29', () => {
  const rates = [rate({ price: '300' }), rate({ price: '400', startingAt: at('2026-03-15') })]
  const events = [
    { at: '2026-03-02', value: '7' },
    { at: '2026-03-16', value: '9' },
  ]
  const rated = rateEvents(catalog({ metrics: [LATEST], rates }), events)
  expect(lines(rated)).toEqual([
    'API calls 1..15: 7 × 300 = 2100',
    'API calls 15..1: 2 × 400 = 800',
  ])
  expect(totalOf(rated)).toBe('2900')
})

test('values have their own rates, and the fallback prices the others', () => {
  const rates = [
    rate({ price: '10', pricingGroupValues: { region: 'eu' } }),
    rate({ price: '20', pricingGroupValues: { region: 'us' } }),
    rate({ price: '30' }),
  ]
  const terms = catalog({ products: [byRegion], metrics: [REGIONS], rates })
  const events = [
    inRegion('us', '2026-03-02'),
    inRegion('eu', '2026-03-02'),
    inRegion('EU', '2026-03-02'),
    inRegion('eu', '2026-03-03'),
  ]
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls EU 1..1: 1 × 30 = 30',
    'API calls eu 1..1: 2 × 10 = 20',
    'API calls us 1..1: 1 × 20 = 20',
  ])
})

test('a rate change of one value splits the lines of that value only', () => {
  const rates = [
    rate({ price: '10' }),
    rate({ price: '20', pricingGroupValues: { region: 'us' }, startingAt: at('2026-03-10') }),
  ]
  const terms = catalog({ products: [byRegion], metrics: [REGIONS], rates })
  const events = ['2026-03-05', '2026-03-15'].flatMap((day) => [
    inRegion('us', day),
    inRegion('eu', day),
  ])
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls eu 1..1: 2 × 10 = 20',
    'API calls us 1..10: 1 × 10 = 10',
    'API calls us 10..1: 1 × 20 = 20',
  ])
})

test('usage that no rate matches is not billed but told of', () => {
  const rates = [rate({ price: '10', pricingGroupValues: { region: 'eu' } })]
  const terms = catalog({ products: [byRegion], metrics: [REGIONS], rates })
  const rated = rateEvents(terms, [inRegion('Eu', '2026-03-02'), inRegion('eu', '2026-03-02')])
  expect(lines(rated)).toEqual(['API calls eu 1..1: 1 × 10 = 10'])
  expect(unbilled(rated)).toEqual(['no_rate Eu 1..1: 1'])
})

test('usage while the product is not entitled is not billed but told of, and has no zero line', () => {
  const off = { entitled: false, startingAt: at('2026-03-10'), endingBefore: at('2026-03-20') }
  const terms = catalog({ rates: [rate({ price: '10' }), rate({ price: '10', ...off })] })
  const rated = rateEvents(terms, [{ at: '2026-03-12' }, { at: '2026-03-25' }])
  expect(lines(rated)).toEqual(['API calls 1..10: 0 × 10 = 0', 'API calls 20..1: 1 × 10 = 10'])
  expect(unbilled(rated)).toEqual(['not_entitled  10..20: 1'])
})

test('a product without pricing group key shows a line of quantity 0 for each of its rates', () => {
  const rates = [rate({ price: '10' }), rate({ price: '20', startingAt: at('2026-03-10') })]
  expect(lines(rateEvents(catalog({ rates }), []))).toEqual([
    'API calls 1..10: 0 × 10 = 0',
    'API calls 10..1: 0 × 20 = 0',
  ])
})

test('a product that is priced in a part of the period only shows nothing before', () => {
  const terms = catalog({ rates: [rate({ price: '10', startingAt: at('2026-03-10') })] })
  const rated = rateEvents(terms, [{ at: '2026-03-02' }])
  expect(lines(rated)).toEqual(['API calls 10..1: 0 × 10 = 0'])
  expect(unbilled(rated)).toEqual(['no_rate  1..10: 1'])
})

test('a product with pricing group key shows no line without usage', () => {
  const terms = catalog({ products: [byRegion], metrics: [REGIONS], rates: [rate()] })
  expect(lines(rateEvents(terms, []))).toEqual([])
})

test('a gauge that repeats its reading had usage: its line says 0', () => {
  const gauge = metric({ ...LATEST, groupKeys: [['region']] })
  const rates = [rate({ price: '10' }), rate({ price: '20', startingAt: at('2026-03-10') })]
  const terms = catalog({ products: [byRegion], metrics: [gauge], rates })
  const properties = { region: 'eu' }
  const first = { at: '2026-03-02', value: '5', properties }
  expect(lines(rateEvents(terms, [first]))).toEqual(['API calls eu 1..10: 5 × 10 = 50'])
  expect(lines(rateEvents(terms, [first, { ...first, at: '2026-03-15' }]))).toEqual([
    'API calls eu 1..10: 5 × 10 = 50',
    'API calls eu 10..1: 0 × 20 = 0',
  ])
})

test('presentation group values split the lines without choosing the rate', () => {
  const byTeam = product({ state: { pricingGroupKey: ['region'], presentationGroupKey: ['team'] } })
  const teams = metric({ groupKeys: [['team', 'region']] })
  const rates = [
    rate({ price: '10', pricingGroupValues: { region: 'eu' } }),
    rate({ price: '20', pricingGroupValues: { region: 'us' } }),
  ]
  const events = [
    ['us', 'b'],
    ['eu', 'b'],
    ['eu', 'a'],
    ['eu', 'b'],
  ].map(([region, team]) => ({ at: '2026-03-02', properties: { region: region!, team: team! } }))
  const terms = catalog({ products: [byTeam], metrics: [teams], rates })
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls eu (a) 1..1: 1 × 10 = 10',
    'API calls eu (b) 1..1: 2 × 10 = 20',
    'API calls us (b) 1..1: 1 × 20 = 20',
  ])
})

test('a product with only a presentation group key shows one zero line where nobody used it', () => {
  const byTeam = product({ state: { presentationGroupKey: ['team'] } })
  const teams = metric({ groupKeys: [['team']] })
  const rates = [rate({ price: '10' }), rate({ price: '20', startingAt: at('2026-03-10') })]
  const terms = catalog({ products: [byTeam], metrics: [teams], rates })
  const events = [{ at: '2026-03-02', properties: { team: 'a' } }]
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls (a) 1..10: 1 × 10 = 10',
    'API calls 10..1: 0 × 20 = 0',
  ])
})

test('a property may both choose the rate and split the lines', () => {
  const both = product({ state: { pricingGroupKey: ['region'], presentationGroupKey: ['region'] } })
  const terms = catalog({ products: [both], metrics: [REGIONS], rates: [rate({ price: '3' })] })
  expect(lines(rateEvents(terms, [inRegion('eu', '2026-03-02')]))).toEqual([
    'API calls eu (eu) 1..1: 1 × 3 = 3',
  ])
})

test('values and names like members of objects are billed like others', () => {
  const odd = product({ state: { pricingGroupKey: ['__proto__', 'constructor'] } })
  const odds = metric({ groupKeys: [['__proto__', 'constructor']] })
  const pricingGroupValues = JSON.parse('{"__proto__":"x","constructor":"toString"}') as Record<
    string,
    string
  >
  const terms = catalog({
    products: [odd],
    metrics: [odds],
    rates: [rate({ price: '2', pricingGroupValues })],
  })
  const events = [{ at: '2026-03-02', properties: pricingGroupValues }]
  const rated = rateEvents(terms, events)
  expect(lines(rated)).toEqual(['API calls x toString 1..1: 1 × 2 = 2'])
  expect(JSON.stringify(rated.charges[0]?.pricingGroupValues)).toBe(
    '{"__proto__":"x","constructor":"toString"}',
  )
})

test('a change of the product cuts the line, and its new name is on the second part', () => {
  const renamed = product({
    updates: [{ startingAt: at('2026-03-16'), name: 'Requests', createdAt: 0, createdBy: 'test' }],
  })
  const terms = catalog({ products: [renamed], rates: [rate({ price: '10' })] })
  expect(lines(rateEvents(terms, [{ at: '2026-03-15' }, { at: '2026-03-16' }]))).toEqual([
    'API calls 1..16: 1 × 10 = 10',
    'Requests 16..1: 1 × 10 = 10',
  ])
})

test('after a change of metric, the new one is counted from the start of the period', () => {
  const swapped = product({
    updates: [
      { startingAt: at('2026-03-16'), billableMetricId: 'peak', createdAt: 0, createdBy: 'test' },
    ],
  })
  const peak = metric({ id: 'peak', aggregationType: 'MAX', aggregationKey: 'n' })
  const terms = catalog({
    products: [swapped],
    metrics: [SUM, peak],
    rates: [rate({ price: '1' })],
  })
  const events = [
    { at: '2026-03-02', value: '4' },
    { at: '2026-03-03', value: '6' },
    { at: '2026-03-20', value: '9' },
  ]
  // SUM to the 16th: 10. The peak was 6 by then and rises to 9 after: 3, not 9.
  expect(lines(rateEvents(terms, events))).toEqual([
    'API calls 1..16: 10 × 1 = 10',
    'API calls 16..1: 3 × 1 = 3',
  ])
})

test('lines stand in the order of the products on the card', () => {
  const products = ['zebra', 'ant'].map((id) => product({ id, state: { name: id } }))
  const rates = [rate({ productId: 'ant' }), rate({ productId: 'zebra' })]
  expect(lines(rateEvents(catalog({ products, rates }), []))).toEqual([
    'zebra 1..1: 0 × 1 = 0',
    'ant 1..1: 0 × 1 = 0',
  ])
})

test('products without usage charges, and those without a rate in the period, have no lines', () => {
  const products = [
    product({ id: 'fee', type: 'FIXED' }),
    product({ id: 'unmeasured', state: { billableMetricId: undefined } }),
    product({ id: 'unpriced' }),
  ]
  const rates = [rate({ productId: 'fee' }), rate({ productId: 'unmeasured' })]
  const terms = catalog({ products, rates })
  expect(planUsage(terms, MARCH).queries).toEqual([])
  expect(lines(rateEvents(terms, [{ at: '2026-03-02' }]))).toEqual([])
})

test('huge and tiny prices and quantities keep every digit', () => {
  const terms = catalog({
    metrics: [SUM],
    rates: [rate({ price: '0.000000000000000000000000000001234567' })],
  })
  const value = '98765432109876543210987654321.000000000123456789'
  const [charge] = rateEvents(terms, [{ at: '2026-03-02', value }]).charges
  // Worked out by integer arithmetic: 98765432109876543210987654321000000000123456789 × 1234567.
  const digits = (98765432109876543210987654321000000000123456789n * 1234567n).toString()
  expect(toText(charge!.total)).toBe(`0.${digits.padStart(18 + 36, '0')}`.replace(/0+$/, ''))
  expect(toText(charge!.quantity)).toBe(value)
})

test('a free product is billed at 0, and fractions of a cent are not rounded', () => {
  const free = rateEvents(catalog({ rates: [rate({ price: '0' })] }), [{ at: '2026-03-02' }])
  expect(lines(free)).toEqual(['API calls 1..1: 1 × 0 = 0'])
  const events = Array.from({ length: 3 }, () => ({ at: '2026-03-02' }))
  const fraction = rateEvents(catalog({ rates: [rate({ price: '88.9' })] }), events)
  expect(lines(fraction)).toEqual(['API calls 1..1: 3 × 88.9 = 266.7'])
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

test('cutting the period at any instants never changes the total at a constant price', () => {
  const type = fc.constantFrom('COUNT', 'SUM', 'MAX', 'LATEST', 'UNIQUE')
  fc.assert(
    fc.property(anyEvents, anyCuts, type, (specs, cuts, aggregationType) => {
      const metrics = [metric({ aggregationType, aggregationKey: 'n', groupKeys: [['region']] })]
      const products = [product({ state: { presentationGroupKey: ['region'] } })]
      const price = '0.37'
      const same = cuts.map((hour) => rate({ price, startingAt: MARCH.startMs + hour * HOUR_MS }))
      const whole = catalog({ products, metrics, rates: [rate({ price })] })
      const cut = catalog({ products, metrics, rates: [rate({ price }), ...same] })
      const events = toEvents(specs)
      expect(totalOf(rateEvents(cut, events))).toBe(totalOf(rateEvents(whole, events)))
    }),
    { numRuns: 100 },
  )
})

test('every sum is priced at the rate of its hour, whatever the rates', () => {
  fc.assert(
    fc.property(
      anyEvents,
      fc.array(fc.tuple(fc.integer({ min: 0, max: 743 }), fc.nat(50)), { maxLength: 6 }),
      (specs, changes) => {
        const rates = [rate({ price: '1' })]
        for (const [hour, price] of changes) {
          rates.push(rate({ price: String(price), startingAt: MARCH.startMs + hour * HOUR_MS }))
        }
        const priceAt = (hour: number) => changes.findLast(([from]) => from <= hour)?.[1] ?? 1
        const expected = specs.reduce((total, { hour, value }) => total + value * priceAt(hour), 0)
        const rated = rateEvents(catalog({ metrics: [SUM], rates }), toEvents(specs))
        expect(totalOf(rated)).toBe(String(expected === 0 ? 0 : expected))
      },
    ),
    { numRuns: 100 },
  )
})

test('each charge is its quantity times its price, and its increments add up to its quantity', () => {
  fc.assert(
    fc.property(anyEvents, anyCuts, (specs, cuts) => {
      const rates = [0, ...cuts].map((hour, i) =>
        rate({ price: `${i}.5`, startingAt: MARCH.startMs + hour * HOUR_MS }),
      )
      const rated = rateEvents(catalog({ metrics: [LATEST], rates }), toEvents(specs))
      for (const { quantity, unitPrice, total, increments } of rated.charges) {
        expect(toText(quantity.times(unitPrice))).toBe(toText(total))
        expect(toText(sum(increments.map((increment) => increment.quantity)))).toBe(
          toText(quantity),
        )
      }
    }),
    { numRuns: 50 },
  )
})

test('the order in which rates are listed does not matter', () => {
  const rates = [
    rate({ price: '1' }),
    rate({ price: '2', startingAt: at('2026-03-05') }),
    rate({ price: '3', startingAt: at('2026-03-03'), endingBefore: at('2026-03-25') }),
    rate({ price: '4', pricingGroupValues: { region: 'eu' }, startingAt: at('2026-03-20') }),
  ]
  const events = Array.from({ length: 30 }, (_, i) =>
    inRegion(
      i % 2 === 0 ? 'eu' : 'us',
      new Date(MARCH.startMs + i * 24 * HOUR_MS).toISOString().slice(0, 10),
    ),
  )
  const terms = catalog({ products: [byRegion], metrics: [REGIONS] })
  const expected = lines(rateEvents({ ...terms, rates }, events))
  fc.assert(
    fc.property(fc.shuffledSubarray(rates, { minLength: 4 }), (shuffled) => {
      expect(lines(rateEvents({ ...terms, rates: shuffled }, events))).toEqual(expected)
    }),
    { numRuns: 24 },
  )
})

test('a hundred thousand combinations are rated without trouble', () => {
  const increments = Array.from({ length: 100_000 }, (_, i) => ({
    window: 0,
    group: [String(i)],
    quantity: new Decimal(1),
  }))
  const terms = catalog({ products: [byRegion], metrics: [REGIONS], rates: [rate({ price: '2' })] })
  const { charges } = rateUsage(terms, planUsage(terms, MARCH), [increments])
  expect(charges.length).toBe(100_000)
  expect(toText(charges.reduce((total, charge) => total.plus(charge.total), ZERO))).toBe('200000')
})
