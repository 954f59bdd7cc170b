import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CountTable } from '../../../../src/core/sql/run/count-table.ts'

test('each integer has how often it was added', () => {
  const table = new CountTable()
  for (const key of [5, 0, -5, 5]) table.add(key, 1)
  table.add(0, 3)
  expect([...table.entries()].sort(([a], [b]) => a - b)).toEqual([
    [-5, 1],
    [0, 4],
    [5, 2],
  ])
  expect([-5, 0, 5, 7].map((key) => table.countOf(key))).toEqual([1, 4, 2, 0])
  expect([...table.sortedKeys()]).toEqual([-5, 0, 5])
  expect(table.size).toBe(3)
})

test('it counts as a map does, also integers that differ only far up', () => {
  const keys = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.maxSafeInteger())
  const far = keys.map((key) => (Math.abs(key) < 2 ** 20 ? key * 2 ** 32 : key))
  fc.assert(
    fc.property(fc.array(fc.oneof(keys, far), { maxLength: 200 }), (list) => {
      const table = new CountTable()
      const counts = new Map<number, number>()
      for (const key of list) {
        table.add(key, 2)
        counts.set(key, (counts.get(key) ?? 0) + 2)
      }
      expect(new Map(table.entries())).toEqual(counts)
      expect([...table.sortedKeys()]).toEqual([...counts.keys()].sort((a, b) => a - b))
    }),
  )
})
