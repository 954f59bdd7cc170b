import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { ROUNDING_METHODS, type QuantityRounding } from '../../../src/core/catalog/product.ts'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import {
  convertQuantity,
  countIncrements,
  nothingCounted,
  roundQuantity,
  type QuantityRules,
} from '../../../src/core/rating/convert-quantity.ts'

/** What is billed of each increment. */
function bill(steps: [QuantityRules, string][]): string[] {
  let counted = nothingCounted()
  return steps.map(([rules, raw]) => {
    const increment = { startMs: 0, endMs: 1, quantity: new Decimal(raw) }
    const step = countIncrements(counted, rules, [increment])
    counted = step.counted
    return toText(step.increments[0]!.quantity)
  })
}

const by = (operation: 'MULTIPLY' | 'DIVIDE', factor: string) => ({ operation, factor })
const to = (method: QuantityRounding['method'], decimalPlaces = 0) => ({ method, decimalPlaces })

test('TV27: 1536 MB are 2 GB, and 90 s are 2 min: converted first, rounded then', () => {
  const gigabytes = {
    quantityConversion: by('DIVIDE', '1024'),
    quantityRounding: to('ROUND_UP'),
  }
  expect(bill([[gigabytes, '1536']])).toEqual(['2'])
  const minutes = {
    quantityConversion: by('DIVIDE', '60'),
    quantityRounding: to('ROUND_HALF_UP'),
  }
  expect(bill([[minutes, '90']])).toEqual(['2'])
})

test('the methods round 1.5, 2.4 and −1.5 as their names say, at the given place', () => {
  const rounded = (method: QuantityRounding['method'], places = 0) =>
    ['1.5', '2.4', '-1.5'].map((text) =>
      toText(roundQuantity(to(method, places), new Decimal(text))),
    )
  expect(rounded('ROUND_UP')).toEqual(['2', '3', '-2'])
  expect(rounded('ROUND_DOWN')).toEqual(['1', '2', '-1'])
  expect(rounded('ROUND_HALF_UP')).toEqual(['2', '2', '-2'])
  expect(rounded('ROUND_UP', 1)).toEqual(['1.5', '2.4', '-1.5'])
})

test('a quotient that never ends keeps 34 digits, a product all of them', () => {
  const third = convertQuantity(by('DIVIDE', '3'), new Decimal(1))
  expect(toText(third)).toBe(`0.${'3'.repeat(34)}`)
  expect(toText(convertQuantity(by('MULTIPLY', '1.5'), new Decimal('0.3')))).toBe('0.45')
})

test('what is billed is by how much the rounded whole grew', () => {
  const up = { quantityRounding: to('ROUND_UP') }
  expect(bill([0.4, 0.4, 0.4].map((raw) => [up, String(raw)]))).toEqual(['1', '0', '1'])
  expect(
    bill([
      [up, '0.4'],
      [up, '-0.4'],
    ]),
  ).toEqual(['1', '-1'])
})

test('a third, three times, is billed as a whole', () => {
  const third = { quantityConversion: by('DIVIDE', '3') }
  const steps = bill([
    [third, '1'],
    [third, '1'],
    [third, '1'],
  ])
  expect(toText(sum(steps.map((step) => new Decimal(step))))).toBe('1')
})

test('after a change of the rules, what was counted stays converted as it was', () => {
  const halves = { quantityConversion: by('DIVIDE', '2') }
  const up = { quantityRounding: to('ROUND_UP') }
  expect(
    bill([
      [halves, '3'],
      [{}, '3'],
      [up, '0.1'],
    ]),
  ).toEqual(['1.5', '3', '0.5'])
})

test('the parts of a period add up to its rounded whole, however it is cut', () => {
  const rules = fc.record({
    quantityConversion: fc.option(
      fc.record({
        operation: fc.constantFrom('MULTIPLY' as const, 'DIVIDE' as const),
        factor: fc.integer({ min: 1, max: 70 }).map(String),
      }),
      { nil: undefined },
    ),
    quantityRounding: fc.record({
      method: fc.constantFrom(...ROUNDING_METHODS),
      decimalPlaces: fc.nat(3),
    }),
  })
  fc.assert(
    fc.property(
      rules,
      fc.array(fc.integer({ min: -50, max: 99 }), { minLength: 1 }),
      (of, raws) => {
        const parts = bill(raws.map((raw) => [of, String(raw)]))
        const whole = bill([[of, String(raws.reduce((a, b) => a + b, 0))]])
        expect(toText(sum(parts.map((part) => new Decimal(part))))).toBe(whole[0])
      },
    ),
  )
})
