import { expect, test } from 'vitest'
import { createdId, deriveId, isUuid } from '../../src/core/id.ts'

test('the same parts give the same id, other parts another one', () => {
  expect(deriveId('invoice', 'a', 'b')).toBe(deriveId('invoice', 'a', 'b'))
  expect(isUuid(deriveId('invoice', 'a', 'b'))).toBe(true)
  // Parts are told apart by their lengths: joining them differently is another id.
  const ids = [
    deriveId('a', 'bc'),
    deriveId('ab', 'c'),
    deriveId('a/b', 'c'),
    deriveId('a', 'b', 'c'),
  ]
  expect(new Set(ids).size).toBe(4)
})

test('created ids sort by the instant of their creation', () => {
  const random = new Uint8Array(16).fill(255)
  const ids = [1_000, 2_000, 2_000_000_000_000].map((ms) => createdId(ms, random))
  expect([...ids].sort()).toEqual(ids)
  expect(ids.every(isUuid)).toBe(true)
})
