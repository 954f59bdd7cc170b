import { expect, test } from 'vitest'
import {
  addToFilter,
  BLOCK_WORDS,
  DedupeFilter,
  filterBlocks,
} from '../../../src/core/metering/dedupe-filter.ts'
import { addId, roomForIds, sortIds } from '../../../src/core/metering/dedupe-ids.ts'
import { DedupeSummary } from '../../../src/core/metering/dedupe-summary.ts'
import { hash128 } from '../../../src/core/metering/hash128.ts'

function hashed(from: number, count: number) {
  const ids = roomForIds(count)
  const key = new Uint32Array(4)
  for (let i = 0; i < count; i++) {
    hash128(`id ${from + i}`, key, 0)
    addId(ids, key, 0, 1)
  }
  return sortIds(ids)
}

const FULL = 2 ** 17

function summarize(ids: ReturnType<typeof hashed>): DedupeSummary {
  const summary = new DedupeSummary(FULL / 2)
  for (let i = 0; i < ids.count; i++) summary.add(ids.keys, i * 4)
  return summary
}

test('a full summary has a byte for each id, knows all, and nearly no other', () => {
  const ids = hashed(0, FULL)
  const summary = summarize(ids)
  expect([summary.isFull, summary.bytes]).toEqual([true, FULL])
  for (let i = 0; i < ids.count; i++) if (!summary.has(ids.keys, i * 4)) expect.fail(`id ${i}`)
  const others = hashed(1_000_000, 100_000)
  let seeming = 0
  for (let i = 0; i < others.count; i++) if (summary.has(others.keys, i * 4)) seeming++
  expect(seeming / others.count).toBeLessThan(0.035)
})

test("what seems to be in a run's filter does not therefore seem to be in the summary", () => {
  const ids = hashed(0, FULL)
  const summary = summarize(ids)
  // Of all ids, an overfull filter: many others seem to be in it.
  const blocks = filterBlocks(FULL / 4)
  const words = new Uint32Array(blocks * BLOCK_WORDS)
  addToFilter(words, ids, { blocks })
  const filter = new DedupeFilter(words)
  const others = hashed(1_000_000, 100_000)
  let [inFilter, inBoth] = [0, 0]
  for (let i = 0; i < others.count; i++) {
    if (!filter.has(others.keys, i * 4)) continue
    inFilter++
    if (summary.has(others.keys, i * 4)) inBoth++
  }
  expect(inFilter).toBeGreaterThan(10_000)
  expect(inBoth / inFilter).toBeLessThan(0.05)
})

test('memory is bounded, and there is room for as many ids again', () => {
  expect(new DedupeSummary(1_000_000).bytes).toBe(2_000_000)
  expect(new DedupeSummary(100_000_000).bytes).toBe(16 * 1024 * 1024)
  const summary = new DedupeSummary(0)
  const key = new Uint32Array(4)
  expect([summary.has(key), summary.isFull]).toEqual([false, false])
})
