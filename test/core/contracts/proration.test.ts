import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { prorate, prorateRounded, roundProrated } from '../../../src/core/contracts/proration.ts'
import type { ProrationRounding } from '../../../src/core/contracts/subscription.ts'
import { Decimal } from '../../../src/core/decimal.ts'
import { period } from '../../support/terms.ts'

const JANUARY = period('2026-01-01', '2026-02-01')

test('TV37: 16 of 31 days of 1000 are 516.129032…', () => {
  const share = prorate(new Decimal(1000), period('2026-01-16', '2026-02-01'), JANUARY)
  expect(share.toFixed()).toBe('516.1290322580645161290322580645161')
  const rounded = (decimalPlaces: number) =>
    roundProrated(share, { method: 'HALF_UP', decimalPlaces }).toFixed()
  expect(rounded(0)).toBe('516')
  expect(rounded(-2)).toBe('500')
  expect(rounded(2)).toBe('516.13')
})

test('a whole period has the whole amount, with all its digits', () => {
  const amount = new Decimal('0.1234567890123456789012345678901234567890123')
  expect(prorate(amount, JANUARY, JANUARY).toFixed()).toBe(amount.toFixed())
})

test('the share of a part is rounded, and what is whole is not', () => {
  const rounding = { method: 'FLOOR', decimalPlaces: 0 } as const
  const [amount, part] = [new Decimal('1000.5'), period('2026-01-16', '2026-02-01')]
  expect(prorateRounded(amount, part, JANUARY, rounding).toFixed()).toBe('516')
  expect(prorateRounded(amount, JANUARY, JANUARY, rounding).toFixed()).toBe('1000.5')
})

test('amounts are rounded as asked, to hundreds as to hundredths', () => {
  const rounded = (amount: string, method: ProrationRounding['method'], decimalPlaces: number) =>
    roundProrated(new Decimal(amount), { method, decimalPlaces }).toFixed()
  expect(rounded('1250', 'HALF_UP', -2)).toBe('1300')
  expect(rounded('1249.99', 'HALF_UP', -2)).toBe('1200')
  expect(rounded('1299', 'FLOOR', -2)).toBe('1200')
  expect(rounded('1201', 'CEILING', -2)).toBe('1300')
  expect(rounded('1200', 'CEILING', -2)).toBe('1200')
  expect(rounded('33.333', 'CEILING', 2)).toBe('33.34')
  expect(rounded('0.125', 'HALF_UP', 2)).toBe('0.13')
  expect(roundProrated(new Decimal('33.333'), undefined).toFixed()).toBe('33.333')
})

test('the shares of the parts of a period add up to the amount, but for the last of 30 digits', () => {
  const cut = fc.integer({ min: JANUARY.startMs + 1, max: JANUARY.endMs - 1 })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), cut, (cents, at) => {
      const amount = new Decimal(cents)
      const before = prorate(amount, { startMs: JANUARY.startMs, endMs: at }, JANUARY)
      const after = prorate(amount, { startMs: at, endMs: JANUARY.endMs }, JANUARY)
      expect(before.plus(after).minus(amount).abs().lessThan('1e-24')).toBe(true)
    }),
  )
})
