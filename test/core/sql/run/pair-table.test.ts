import fc from 'fast-check'
import { expect, test } from 'vitest'
import { PairTable } from '../../../../src/core/sql/run/pair-table.ts'

test('pairs are numbered in the order of their first use', () => {
  const table = new PairTable()
  const pairs = [
    [0, 0],
    [0, 1],
    [1, 0],
    [0, 1],
    [0, 0],
    [7, 7],
  ] as const
  expect(pairs.map(([left, right]) => table.numberOf(left, right))).toEqual([0, 1, 2, 1, 0, 3])
  expect(table.size).toBe(4)
})

test('pairs of numbers beyond a grid are found too', () => {
  const table = new PairTable()
  const pairs = Array.from({ length: 5_000 }, (_, i) => [i * 3, 5_000 - i] as const)
  expect(pairs.map(([left, right]) => table.numberOf(left, right))).toEqual(pairs.map((_, i) => i))
  expect(pairs.map(([left, right]) => table.numberOf(left, right))).toEqual(pairs.map((_, i) => i))
  expect(table.lefts[17]).toBe(51)
  expect(table.rights[17]).toBe(4_983)
})

test('numbers stay as the table grows', () => {
  const some = fc.oneof(fc.nat(3), fc.nat(40), fc.nat(2_000))
  fc.assert(
    fc.property(fc.array(fc.tuple(some, some), { maxLength: 500 }), (pairs) => {
      const table = new PairTable()
      const known = new Map<string, number>()
      for (const [left, right] of pairs) {
        const key = `${left}/${right}`
        if (!known.has(key)) known.set(key, known.size)
        expect(table.numberOf(left, right)).toBe(known.get(key))
      }
      expect(table.size).toBe(known.size)
    }),
  )
})
