import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addId, roomForIds, sortIds } from '../../../src/core/metering/dedupe-ids.ts'
import {
  IdCursor,
  mergeIds,
  pickMerge,
  type RunShape,
} from '../../../src/core/metering/dedupe-merge.ts'
import { cutPages, DedupePage, pageOf } from '../../../src/core/metering/dedupe-page.ts'

type List = [key: number, second: number][]

/** Runs with small keys; pages of up to `pageIds` ids. */
function makeRun(list: List, pageIds: number) {
  const unsorted = roomForIds(list.length)
  for (const [key, second] of list) addId(unsorted, Uint32Array.of(key % 3, 0, 0, key), 0, second)
  const ids = sortIds(unsorted)
  const pages: Uint32Array[] = []
  const fence: number[] = []
  for (let from = 0; from < ids.count; from += pageIds) {
    const count = Math.min(pageIds, ids.count - from)
    const piece = { count, keys: ids.keys.slice(from * 4), seconds: ids.seconds.slice(from) }
    const cut = cutPages(piece)
    pages.push(...cut.pages)
    fence.push(...cut.fence)
  }
  return { pages, fence: Uint32Array.from(fence) }
}

function openCursor({ pages, fence }: ReturnType<typeof makeRun>, after: Uint32Array | null) {
  let page = after === null ? 0 : Math.max(0, pageOf(fence, after))
  return new IdCursor(() => (page < pages.length ? new DedupePage(pages[page++]!) : null), after)
}

test('runs merged in slices, begun anew for each, are the map of what was accepted last', () => {
  const list = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 20 })), { maxLength: 40 })
  const options = fc.record({
    lists: fc.array(list, { maxLength: 5 }),
    takenMax: fc.integer({ min: 1, max: 12 }),
    pageIds: fc.integer({ min: 1, max: 9 }),
    secondMin: fc.nat(10),
  })
  fc.assert(
    fc.property(options, ({ lists, takenMax, pageIds, secondMin }) => {
      const runs = lists.map((ids) => makeRun(ids, pageIds))
      const merged: List = []
      let after: Uint32Array | null = null
      let isDone = false
      while (!isDone) {
        const cursors = runs.map((run) => openCursor(run, after))
        const { ids, upTo } = mergeIds(cursors, { takenMax, secondMin })
        expect(ids.count).toBeLessThanOrEqual(takenMax)
        for (let i = 0; i < ids.count; i++) merged.push([ids.keys[i * 4 + 3]!, ids.seconds[i]!])
        after = upTo
        isDone = upTo === null
      }
      const expected = new Map<number, number>()
      for (const [key, second] of lists.flat()) {
        expected.set(key, Math.max(second, expected.get(key) ?? 0))
      }
      const kept = [...expected].filter(([, second]) => second >= secondMin)
      expect(merged).toEqual(kept.sort(([a], [b]) => (a % 3) - (b % 3) || a - b))
    }),
    { numRuns: 300 },
  )
})

const run = (id: number, part: Partial<RunShape> = {}): RunShape => ({
  id,
  level: 0,
  count: 100,
  acceptedMin: id * 10,
  acceptedMax: id * 10 + 9,
  ...part,
})
const idsOf = (runs: RunShape[]) => runs.map(({ id }) => id)

test('four runs of a level are merged, the oldest first', () => {
  const runs = [5, 3, 1, 2, 4].map((id) => run(id))
  expect(idsOf(pickMerge(runs, 1_000))).toEqual([1, 2, 3, 4])
  expect(pickMerge(runs.slice(0, 3), 1_000)).toEqual([])
  expect(pickMerge([...runs.slice(0, 3), run(9, { level: 1 })], 1_000)).toEqual([])
})

test('runs too far apart in time are not merged', () => {
  const runs = [0, 11, 12, 13, 14].map((id) => run(id))
  expect(idsOf(pickMerge(runs, 39))).toEqual([11, 12, 13, 14])
  expect(pickMerge(runs, 38)).toEqual([])
})

test('ids are written again three times at most', () => {
  const runs = (level: number) => [1, 2, 3, 4].map((id) => run(id, { level }))
  expect(idsOf(pickMerge(runs(2), 1_000))).toEqual([1, 2, 3, 4])
  expect(pickMerge(runs(3), 1_000)).toEqual([])
})
