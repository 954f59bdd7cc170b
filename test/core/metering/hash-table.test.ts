import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash128 } from '../../../src/core/metering/hash128.ts'
import { HashTable } from '../../../src/core/metering/hash-table.ts'

function hashOf(text: string): Uint32Array {
  const words = new Uint32Array(4)
  hash128(text, words, 0)
  return words
}

test('the table behaves as a Map does, over growth', () => {
  const entry = fc.tuple(fc.nat(3), fc.nat(3_000), fc.integer({ min: 1, max: 0xffff_ffff }))
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1_500, maxLength: 2_500 }), (entries) => {
      const table = new HashTable()
      const map = new Map<string, number>()
      for (const [owner, id, value] of entries) {
        table.reserve(1)
        table.set(owner, hashOf(String(id)), 0, value)
        map.set(`${owner}/${id}`, value)
      }
      expect(table.size).toBe(map.size)
      for (let owner = 0; owner < 4; owner++) {
        for (let id = 0; id <= 3_000; id++) {
          const value = table.get(owner, hashOf(String(id)), 0)
          if (value !== (map.get(`${owner}/${id}`) ?? 0)) expect.fail(`${owner}/${id}: ${value}`)
        }
      }
    }),
    { numRuns: 20 },
  )
})

test('a key of nothing but zeros is a key as any other', () => {
  const table = new HashTable()
  const zeros = new Uint32Array(4)
  expect(table.get(0xffff_ffff, zeros, 0)).toBe(0)
  table.set(0xffff_ffff, zeros, 0, 5)
  expect(table.get(0xffff_ffff, zeros, 0)).toBe(5)
})

test('where the table grows, only the values that are wanted stay', () => {
  const table = new HashTable()
  for (let i = 1; i <= 600; i++) table.set(0, hashOf(`id ${i}`), 0, i)
  table.reserve(1_000, (value) => value > 400)
  expect(table.size).toBe(200)
  expect(table.get(0, hashOf('id 400'), 0)).toBe(0)
  expect(table.get(0, hashOf('id 401'), 0)).toBe(401)
})
