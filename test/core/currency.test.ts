import { expect, test } from 'vitest'
import { FIAT_CREDIT_TYPES, findFiatCreditType, USD } from '../../src/core/currency.ts'

test('US dollars have their documented id and count cents', () => {
  expect(findFiatCreditType('2714e483-4ff1-48e4-9e25-ac732e8f24f2')).toBe(USD)
  expect(USD.name).toBe('USD (cents)')
})

test('the 18 listed currencies have ids of their own', () => {
  expect(new Set(FIAT_CREDIT_TYPES.map(({ id }) => id)).size).toBe(18)
  expect(findFiatCreditType('00000000-0000-0000-0000-000000000000')).toBeUndefined()
})
