import { expect, test } from 'vitest'
import { DedupeSet } from '../../../src/core/metering/dedupe-set.ts'
import { hash128 } from '../../../src/core/metering/hash128.ts'

const hashes = new Uint32Array(8)
hash128('t1', hashes, 0)
hash128('t2', hashes, 4)

test('an id is known under the ingest id that it came with, and no other', () => {
  const set = new DedupeSet()
  set.add(1, hashes, 0, 5_000)
  expect(set.has(1, hashes, 0, 0)).toBe(true)
  expect(set.has(2, hashes, 0, 0)).toBe(false)
  expect(set.has(1, hashes, 4, 0)).toBe(false)
})

test('an id counts as new once it was accepted no later than the instant asked for', () => {
  const set = new DedupeSet()
  set.add(1, hashes, 0, 5_000)
  expect(set.has(1, hashes, 0, 4_999)).toBe(true)
  expect(set.has(1, hashes, 0, 5_000)).toBe(false)
  set.add(1, hashes, 0, 9_000)
  expect(set.has(1, hashes, 0, 5_000)).toBe(true)
  expect(set.size).toBe(1)
})

test('an id is never forgotten before its time, whatever the milliseconds', () => {
  const set = new DedupeSet()
  set.add(1, hashes, 0, 5_001)
  expect(set.has(1, hashes, 0, 5_000)).toBe(true)
  set.add(2, hashes, 0, 0)
  expect(set.has(2, hashes, 0, -1)).toBe(true)
})

test('ids past their time make room', () => {
  const set = new DedupeSet()
  const one = new Uint32Array(4)
  for (let i = 0; i < 600; i++) {
    hash128(`t${i}`, one, 0)
    set.add(1, one, 0, i * 1_000)
  }
  set.reserve(500, 500_000)
  expect(set.size).toBe(99)
  expect(set.has(1, one, 0, 500_000)).toBe(true)
})
