import { expect, test } from 'vitest'
import { quantityAt, quantitySteps } from '../../../src/core/contracts/subscription-quantity.ts'
import { at, quantities, subscription } from '../../support/terms.ts'

const changing = subscription({
  quantities: [
    ...quantities({ '2026-01-01': '5', '2026-01-10': '8' }),
    { at: at('2026-01-10'), quantity: '7', createdAt: 0 },
  ],
})

test('of changes at one instant the last one counts', () => {
  const countAt = (day: string) => quantityAt(changing, at(day)).quantity
  expect(countAt('2026-01-01')).toBe('5')
  expect(countAt('2026-01-09T23')).toBe('5')
  expect(countAt('2026-01-10')).toBe('7')
  expect(quantitySteps(changing).map(({ quantity }) => quantity)).toEqual(['5', '7'])
})

test('before its start, a subscription has what it starts with', () => {
  expect(quantityAt(changing, at('2025-01-01')).quantity).toBe('5')
})
