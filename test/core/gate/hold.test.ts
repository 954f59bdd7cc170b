import { expect, test } from 'vitest'
import { isActive } from '../../../src/core/gate/hold.ts'

test('a hold keeps what it has until it expires; while it is settled, even then', () => {
  expect(isActive({ state: 'HELD', expiresAt: 10 }, 9)).toBe(true)
  expect(isActive({ state: 'HELD', expiresAt: 10 }, 10)).toBe(false)
  expect(isActive({ state: 'SETTLING', expiresAt: 10 }, 11)).toBe(true)
  expect(isActive({ state: 'SETTLED', expiresAt: 10 }, 9)).toBe(false)
  expect(isActive({ state: 'RELEASED', expiresAt: 10 }, 9)).toBe(false)
})
