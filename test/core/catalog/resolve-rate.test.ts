import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Rate } from '../../../src/core/catalog/rate.ts'
import { indexRates, resolveRates } from '../../../src/core/catalog/resolve-rate.ts'
import { HOUR_MS } from '../../../src/core/time.ts'
import { at, period, rate } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')

function resolve(rates: Rate[], values: Record<string, string> | null = null, span = MARCH) {
  return resolveRates(indexRates(rates).get('product')!, values, span)
}

/** The spans as texts such as `1..17 = 2`, by day of March and price. */
function spans(rates: Rate[], values: Record<string, string> | null = null): string[] {
  return resolve(rates, values).map(({ startMs, endMs, rate: found }) => {
    const [from, to] = [startMs, endMs].map((ms) => new Date(ms).getUTCDate())
    const price = found?.price
    return `${from}..${to} = ${price === undefined ? 'none' : 'price' in price && price.price}`
  })
}

test('the newest entry wins inside its span and the earlier one resumes after it', () => {
  const standard = rate({ price: '10' })
  const promotion = rate({
    price: '5',
    startingAt: at('2026-03-10'),
    endingBefore: at('2026-03-20'),
  })
  expect(spans([standard, promotion])).toEqual(['1..10 = 10', '10..20 = 5', '20..1 = 10'])
})

test('an older entry does not show through a newer one, whenever it starts', () => {
  const older = rate({ price: '10', startingAt: at('2026-03-15') })
  const newer = rate({ price: '7' })
  expect(spans([newer, older])).toEqual(['1..1 = 7'])
})

test('before the first entry and after the last there is no rate', () => {
  const only = rate({ startingAt: at('2026-03-05'), endingBefore: at('2026-03-06') })
  expect(spans([only])).toEqual(['1..5 = none', '5..6 = 1', '6..1 = none'])
})

test('an entry for the values goes before the fallback, even before a newer one', () => {
  const own = rate({
    price: '3',
    pricingGroupValues: { region: 'eu' },
    endingBefore: at('2026-03-20'),
  })
  const fallback = rate({ price: '9' })
  expect(spans([own, fallback], { region: 'eu' })).toEqual(['1..20 = 3', '20..1 = 9'])
  expect(spans([own, fallback], { region: 'us' })).toEqual(['1..1 = 9'])
})

test('values match whole and by case, in any order of their names', () => {
  const own = rate({ price: '3', pricingGroupValues: { region: 'eu', tier: 'gold' } })
  expect(spans([own], { tier: 'gold', region: 'eu' })).toEqual(['1..1 = 3'])
  expect(spans([own], { tier: 'gold', region: 'EU' })).toEqual(['1..1 = none'])
  expect(spans([own], { region: 'eu' })).toEqual(['1..1 = none'])
  expect(spans([own], { region: 'gold', tier: 'eu' })).toEqual(['1..1 = none'])
})

test('an entry that is not entitled applies all the same: it hides older ones and the fallback', () => {
  const entries = [rate({ price: '9' }), rate({ price: '3', entitled: false })]
  expect(resolve(entries).map((span) => span.rate?.entitled)).toEqual([false])
})

test('values named like members of objects are values like others', () => {
  const values = JSON.parse('{"__proto__":"a","constructor":"b"}') as Record<string, string>
  const own = rate({ price: '3', pricingGroupValues: values })
  expect(spans([own], values)).toEqual(['1..1 = 3'])
  expect(spans([own], { constructor: 'b' })).toEqual(['1..1 = none'])
})

function newest(rates: Rate[]): Rate | undefined {
  return rates.toSorted((a, b) => b.sequence - a.sequence)[0]
}

const anyRates = fc.array(
  fc.record({
    start: fc.integer({ min: -50, max: 800 }),
    length: fc.option(fc.integer({ min: 1, max: 400 })),
    values: fc.constantFrom(null, { region: 'eu' }, { region: 'us' }),
  }),
  { minLength: 1, maxLength: 12 },
)

test('spans tile the period, neighbours differ, and at each hour the newest matching entry applies', () => {
  fc.assert(
    fc.property(anyRates, fc.constantFrom('eu', 'us', 'xx'), (specs, region) => {
      const rates = specs.map(({ start, length, values }) => {
        const startingAt = MARCH.startMs + start * HOUR_MS
        const endingBefore = length === null ? null : startingAt + length * HOUR_MS
        return rate({ startingAt, endingBefore, pricingGroupValues: values })
      })
      const found = resolve(rates, { region })
      expect(found[0]?.startMs).toBe(MARCH.startMs)
      expect(found.at(-1)?.endMs).toBe(MARCH.endMs)
      found.forEach((span, i) => {
        if (i === 0) return
        expect(span.startMs).toBe(found[i - 1]?.endMs)
        expect(span.rate).not.toBe(found[i - 1]?.rate)
      })
      for (let hour = MARCH.startMs; hour < MARCH.endMs; hour += HOUR_MS) {
        const inForce = rates.filter(
          (r) => r.startingAt <= hour && hour < (r.endingBefore ?? Infinity),
        )
        const expected =
          newest(inForce.filter((r) => r.pricingGroupValues?.['region'] === region)) ??
          newest(inForce.filter((r) => r.pricingGroupValues === null)) ??
          null
        const span = found.find(({ startMs, endMs }) => startMs <= hour && hour < endMs)
        expect(span?.rate).toBe(expected)
      }
    }),
    { numRuns: 30 },
  )
})

test('the order in which entries are listed does not matter, only their sequence', () => {
  const rates = [
    rate({ price: '1' }),
    rate({ price: '2', startingAt: at('2026-03-05'), endingBefore: at('2026-03-25') }),
    rate({ price: '3', startingAt: at('2026-03-10'), endingBefore: at('2026-03-15') }),
    rate({ price: '4', startingAt: at('2026-03-12') }),
  ]
  const expected = spans(rates)
  fc.assert(
    fc.property(fc.shuffledSubarray(rates, { minLength: 4 }), (shuffled) => {
      expect(spans(shuffled)).toEqual(expected)
    }),
  )
})
