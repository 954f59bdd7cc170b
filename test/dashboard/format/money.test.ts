import { expect, test } from 'vitest'
import { decimalsOf, moneyText, unitName } from '../../../src/dashboard/format/money.ts'

const USD = { name: 'USD (cents)' }

test('dollars come in cents and are shown in dollars, with all digits', () => {
  expect(moneyText(116146.4, USD)).toBe('$1,161.464')
  expect(moneyText(-10000, USD)).toBe('−$100.00')
  expect(moneyText(0.016, USD)).toBe('$0.00016')
  expect(moneyText(0, USD)).toBe('$0.00')
})

test('other currencies are shown as they come', () => {
  expect(moneyText(12.5, { name: 'EUR' })).toBe('€12.50')
  expect(moneyText('1999', { name: 'SEK' })).toBe('SEK 1,999.00')
})

test('pricing units are named after their amount', () => {
  expect(moneyText(1500, { name: 'AI credits' })).toBe('1,500 AI credits')
})

test('a column has the decimals of its longest amount', () => {
  const amounts = [100, 12.5, 0.016].map((value) => ({ value, unit: USD }))
  expect(decimalsOf(amounts)).toBe(5)
  expect(decimalsOf([])).toBe(0)
  expect(unitName(USD)).toBe('USD')
})
