import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hash128 } from '../../../src/core/metering/hash128.ts'
import { HashTable, mixKey } from '../../../src/core/metering/hash-table.ts'

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
  table.reserve(1_000, 401)
  expect(table.size).toBe(200)
  expect(table.get(0, hashOf('id 400'), 0)).toBe(0)
  expect(table.get(0, hashOf('id 401'), 0)).toBe(401)
})

test('the table behaves as a Map does when keys are removed too, and when it shrinks', () => {
  // Few different first words make keys collide, so that removed ones leave gaps in long rows.
  const key = fc.tuple(fc.nat(7), fc.nat(40)).map(([a, b]) => Uint32Array.of(a, b, 0, 0))
  const step = fc.record({ key, value: fc.integer({ min: 1, max: 3 }), isAdded: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new HashTable(0)
      const map = new Map<string, number>()
      for (const { key: words, value, isAdded } of steps) {
        const name = words.join('/')
        if (isAdded) {
          table.reserve(1)
          table.set(1, words, 0, value)
          map.set(name, value)
        } else {
          table.delete(1, words, 0, value)
          if (map.get(name) === value) map.delete(name)
        }
        if (steps.length % 3 === 0) table.shrink()
        expect(table.size).toBe(map.size)
      }
      for (let a = 0; a <= 7; a++) {
        for (let b = 0; b <= 40; b++) {
          const value = table.get(1, Uint32Array.of(a, b, 0, 0), 0)
          expect(value).toBe(map.get(`${a}/${b}/0/0`) ?? 0)
        }
      }
    }),
    { numRuns: 200 },
  )
})

test('a table of which most keys were removed gives its room back, and keeps the others', () => {
  const table = new HashTable(0)
  for (let i = 0; i < 10_000; i++) {
    table.reserve(1)
    table.set(0, hashOf(String(i)), 0, 1)
  }
  for (let i = 10; i < 10_000; i++) table.delete(0, hashOf(String(i)), 0, 1)
  table.shrink()
  expect(table.size).toBe(10)
  for (let i = 0; i < 12; i++) expect(table.get(0, hashOf(String(i)), 0)).toBe(i < 10 ? 1 : 0)
})

test('under one owner different hashes stay different, under two owners one hash does not stay one', () => {
  const [one, two, three] = [new Uint32Array(4), new Uint32Array(4), new Uint32Array(4)]
  mixKey(5, hashOf('a'), 0, one, 0)
  mixKey(5, hashOf('b'), 0, two, 0)
  mixKey(6, hashOf('a'), 0, three, 0)
  const difference = (a: Uint32Array, b: Uint32Array) => a.map((word, i) => word ^ b[i]!)
  expect(difference(one, two)).toEqual(difference(hashOf('a'), hashOf('b')))
  expect(one).not.toEqual(three)
})
