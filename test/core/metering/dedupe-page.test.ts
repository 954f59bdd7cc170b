import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addId,
  roomForIds,
  sortIds,
  type IdColumns,
} from '../../../src/core/metering/dedupe-ids.ts'
import { cutPages, DedupePage, PAGE_IDS, pageOf } from '../../../src/core/metering/dedupe-page.ts'
import { hash128 } from '../../../src/core/metering/hash128.ts'

function hashed(from: number, count: number, secondOf: (i: number) => number): IdColumns {
  const ids = roomForIds(count)
  const key = new Uint32Array(4)
  for (let i = 0; i < count; i++) {
    hash128(`id ${from + i}`, key, 0)
    addId(ids, key, 0, secondOf(i))
  }
  return sortIds(ids)
}

function find({ pages, fence }: ReturnType<typeof cutPages>, key: Uint32Array, at = 0): number {
  const page = pageOf(fence, key, at)
  return page < 0 ? 0 : new DedupePage(pages[page]!).find(key, at)
}

test('every id is found on its page with its second, and no other id is', () => {
  const ids = hashed(0, 3 * PAGE_IDS + 5, (i) => 1_770_000_000 + i)
  const cut = cutPages(ids)
  expect(cut.pages.map((page) => new DedupePage(page).count)).toEqual([2048, 2048, 2048, 5])
  for (let i = 0; i < ids.count; i++) {
    if (find(cut, ids.keys, i * 4) !== ids.seconds[i]) expect.fail(`id ${i}`)
  }
  const others = hashed(1_000_000, 10_000, () => 1)
  for (let i = 0; i < others.count; i++) {
    if (find(cut, others.keys, i * 4) !== 0) expect.fail(`other id ${i}`)
  }
})

test('pages keep any keys and any seconds, however close together or far apart', () => {
  const word = fc.oneof(
    fc.nat(2),
    fc.integer({ min: 0, max: 0xffff_ffff }),
    fc.constantFrom(0x8000_0000, 0xffff_ffff),
  )
  const id = fc.tuple(word, word, word, word, fc.integer({ min: 1, max: 0xffff_ffff }))
  fc.assert(
    fc.property(fc.array(id, { minLength: 1, maxLength: 200 }), (list) => {
      const unsorted = roomForIds(list.length)
      for (const [a, b, c, d, second] of list)
        addId(unsorted, Uint32Array.of(a, b, c, d), 0, second)
      const ids = sortIds(unsorted)
      const { pages, fence } = cutPages(ids)
      expect(fence).toEqual(ids.keys.slice(0, 4))
      const page = new DedupePage(pages[0]!)
      const key = new Uint32Array(4)
      const place = page.start()
      for (let i = 0; i < ids.count; i++) {
        page.copyKey(place, key)
        expect(key).toEqual(ids.keys.slice(i * 4, i * 4 + 4))
        expect([page.second(i), page.find(key)]).toEqual([ids.seconds[i], ids.seconds[i]])
        expect(page.lowerBound(key)).toEqual(place)
        page.next(place)
      }
      expect(place.index).toBe(page.count)
    }),
    { numRuns: 300 },
  )
})

test('keys that share their first words are found across pages', () => {
  const ids = roomForIds(5_000)
  for (let i = 0; i < 5_000; i++) addId(ids, Uint32Array.of(7, 7, 7, i * 2), 0, i + 1)
  const cut = cutPages(ids)
  for (let i = 0; i < 5_000; i++) {
    expect(find(cut, Uint32Array.of(7, 7, 7, i * 2))).toBe(i + 1)
    expect(find(cut, Uint32Array.of(7, 7, 7, i * 2 + 1))).toBe(0)
  }
  expect(find(cut, Uint32Array.of(7, 7, 6, 9_999))).toBe(0)
})

test('an id of a large run takes sixteen bytes, and a page half of what fits into a row at most', () => {
  const day = 86_400
  const ids = hashed(0, 200_000, (i) => 1_770_000_000 + Math.floor((i / 200_000) * day))
  const { pages, fence } = cutPages(ids)
  const bytes = pages.reduce((sum, page) => sum + page.byteLength, fence.byteLength)
  expect(bytes / ids.count).toBeLessThan(16.5)
  expect(Math.max(...pages.map((page) => page.byteLength))).toBeLessThan(64 * 1024)
})
