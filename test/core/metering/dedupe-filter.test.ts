import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addToFilter,
  BLOCK_WORDS,
  blockOf,
  DedupeFilter,
  filterBlocks,
} from '../../../src/core/metering/dedupe-filter.ts'
import {
  addId,
  roomForIds,
  sortIds,
  type IdColumns,
} from '../../../src/core/metering/dedupe-ids.ts'
import { hash128 } from '../../../src/core/metering/hash128.ts'

function hashed(from: number, count: number): IdColumns {
  const ids = roomForIds(count)
  const key = new Uint32Array(4)
  for (let i = 0; i < count; i++) {
    hash128(`id ${from + i}`, key, 0)
    addId(ids, key, 0, 1)
  }
  return sortIds(ids)
}

test('two bytes an id make one in five hundred new ids at most seem to be there, and miss none', () => {
  const ids = hashed(0, 100_000)
  const blocks = filterBlocks(ids.count)
  const words = new Uint32Array(blocks * BLOCK_WORDS)
  addToFilter(words, ids, { blocks })
  const filter = new DedupeFilter(words)
  expect(filter.bytes).toBe(200_000)
  for (let i = 0; i < ids.count; i++) if (!filter.has(ids.keys, i * 4)) expect.fail(`id ${i}`)
  const others = hashed(1_000_000, 200_000)
  let seeming = 0
  for (let i = 0; i < others.count; i++) if (filter.has(others.keys, i * 4)) seeming++
  expect(seeming / others.count).toBeLessThan(0.002)
})

test('a filter made of sorted ids piece by piece is the same as one made at once', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1 }), (cuts) => {
      const ids = hashed(0, 3_000)
      const blocks = filterBlocks(ids.count)
      const whole = new Uint32Array(blocks * BLOCK_WORDS)
      addToFilter(whole, ids, { blocks })
      const pieces = new Uint32Array(blocks * BLOCK_WORDS)
      const places = [...new Set([0, ...cuts, ids.count])].sort((a, b) => a - b)
      for (const [i, from] of places.slice(0, -1).entries()) {
        const to = places[i + 1]!
        const piece = {
          count: to - from,
          keys: ids.keys.subarray(from * 4, to * 4),
          seconds: ids.seconds.subarray(from, to),
        }
        const firstBlock = blockOf(piece.keys[0]!, blocks)
        addToFilter(pieces.subarray(firstBlock * BLOCK_WORDS), piece, { blocks, firstBlock })
      }
      expect(pieces).toEqual(whole)
    }),
    { numRuns: 20 },
  )
})

test('blocks follow the order of keys, from the first to the last', () => {
  expect(blockOf(0, 10)).toBe(0)
  expect(blockOf(0x8000_0000, 10)).toBe(5)
  expect(blockOf(0xffff_ffff, 10)).toBe(9)
  expect(blockOf(0xffff_ffff, 2_000_000)).toBe(1_999_999)
  expect(filterBlocks(0)).toBe(1)
  expect(filterBlocks(33)).toBe(2)
})
