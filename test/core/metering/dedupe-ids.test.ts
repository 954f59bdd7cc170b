import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addId, compareKeys, roomForIds, sortIds } from '../../../src/core/metering/dedupe-ids.ts'

const WORD = fc.oneof(fc.nat(3), fc.constantFrom(0x7fff_ffff, 0x8000_0000, 0xffff_ffff))
export const KEY = fc.tuple(WORD, WORD, WORD, WORD)

test('keys are compared word by word, as unsigned numbers', () => {
  const compare = (a: number[], b: number[]) =>
    Math.sign(compareKeys(Uint32Array.from(a), 0, Uint32Array.from(b), 0))
  expect(compare([1, 2, 3, 4], [1, 2, 3, 4])).toBe(0)
  expect(compare([0x7fff_ffff, 9, 9, 9], [0x8000_0000, 0, 0, 0])).toBe(-1)
  expect(compare([1, 0xffff_ffff, 0, 0], [1, 2, 0, 0])).toBe(1)
  expect(compare([1, 2, 3, 4], [1, 2, 3, 5])).toBe(-1)
  expect(compare([1, 2, 4, 0], [1, 2, 3, 5])).toBe(1)
})

test('sorting keeps each key once, with the second at which it was accepted last', () => {
  const id = fc.tuple(KEY, fc.integer({ min: 1, max: 0xffff_ffff }))
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), (list) => {
      const ids = roomForIds(list.length)
      const expected = new Map<string, number>()
      for (const [key, second] of list) {
        addId(ids, Uint32Array.from(key), 0, second)
        const name = nameOf(Uint32Array.from(key))
        expected.set(name, Math.max(second, expected.get(name) ?? 0))
      }
      const { count, keys, seconds } = sortIds(ids)
      const sorted = Array.from({ length: count }, (_, i) => [
        nameOf(keys.subarray(i * 4, i * 4 + 4)),
        seconds[i],
      ])
      // As texts of equal length, hexadecimal numbers are in their own order.
      expect(sorted).toEqual([...expected].sort(([a], [b]) => (a < b ? -1 : 1)))
    }),
  )
})

function nameOf(key: Uint32Array): string {
  return Array.from(key, (word) => word.toString(16).padStart(8, '0')).join('')
}
