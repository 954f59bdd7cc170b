import { expect, test } from 'vitest'
import { acceptedSecond, DedupeSet } from '../../../src/core/metering/dedupe-set.ts'
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

test('ids past their time make room, and others never do', () => {
  const set = new DedupeSet()
  const one = new Uint32Array(4)
  const add = (from: number, to: number) => {
    for (let i = from; i < to; i++) {
      hash128(`t${i}`, one, 0)
      set.add(1, one, 0, i * 1_000)
    }
  }
  add(0, 20_000)
  expect(set.size).toBe(20_000)
  set.forget(20_000_000)
  add(20_001, 40_001)
  expect(set.size).toBeLessThan(30_000)
  for (let i = 20_001; i < 40_001; i++) {
    hash128(`t${i}`, one, 0)
    if (!set.has(1, one, 0, 20_000_000)) expect.fail(`t${i}`)
  }
})

test('an id is deleted as it was accepted at an instant, and stays if it was accepted again', () => {
  const set = new DedupeSet()
  set.add(1, hashes, 0, 5_000)
  set.add(1, hashes, 4, 5_000)
  set.add(1, hashes, 4, 9_000)
  set.delete(2, hashes, 0, 5_000)
  expect(set.has(1, hashes, 0, 0)).toBe(true)
  set.delete(1, hashes, 0, 5_000)
  set.delete(1, hashes, 4, 5_000)
  expect(set.has(1, hashes, 0, 0)).toBe(false)
  expect(set.has(1, hashes, 4, 0)).toBe(true)
  set.shrink()
  expect(set.size).toBe(1)
})

test('an instant is rounded up to a second, and is a positive number of 32 bits', () => {
  expect(acceptedSecond(1_000)).toBe(1)
  expect(acceptedSecond(1_001)).toBe(2)
  expect(acceptedSecond(-5)).toBe(1)
  expect(acceptedSecond(1e15)).toBe(0xffff_ffff)
})
