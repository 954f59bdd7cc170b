import { expect, test } from 'vitest'
import { clusterEntries, encodeSegments } from '../../../src/core/metering/block.ts'
import { Segment } from '../../../src/core/metering/segment-reader.ts'
import { CODEC, entriesOf } from './segment-builder.ts'

/** Events of these ingest ids, in the order of the log. */
function logOf(...idIndexes: number[]) {
  const raws = idIndexes.map((idIndex, i) => ({
    transaction_id: `t${i}`,
    customer_id: `id ${idIndex}`,
    event_type: 'call',
    timestamp: `2026-03-02T10:00:0${i % 10}Z`,
    properties: { noise: crypto.randomUUID().repeat(50) },
  }))
  return entriesOf(raws).map((entry, i) => ({ ...entry, idIndex: idIndexes[i]! }))
}

function cut(idIndexes: number[], bounds: { eventsMax?: number; bytesMax?: number }) {
  const all = { eventsMax: 100, bytesMax: 1_000_000, ...bounds }
  return [...encodeSegments(clusterEntries(logOf(...idIndexes)), all, CODEC)]
}

test('events lie by ingest id, and within it as in the log', () => {
  const entries = clusterEntries(logOf(2, 1, 2, 1))
  expect(entries.map(({ idIndex, index }) => [idIndex, index])).toEqual([
    [1, 1],
    [1, 3],
    [2, 0],
    [2, 2],
  ])
})

test('an id is cut only where it does not fit into a segment', () => {
  const ids = (idIndexes: number[]) =>
    cut(idIndexes, { eventsMax: 3 }).map(({ bytes }) => [...new Segment(bytes, CODEC).idIndexes])
  expect(ids([1, 1, 2, 2])).toEqual([
    [1, 1],
    [2, 2],
  ])
  expect(ids([1, 2, 3, 4])).toEqual([[1, 2, 3], [4]])
  expect(ids([1, 2, 2, 2, 2, 3, 3])).toEqual([[1], [2, 2, 2], [2, 3, 3]])
  expect(ids([])).toEqual([])
})

test('a segment says which ids and times it holds', () => {
  const [segment] = cut([5, 9, 5], {})
  expect(segment).toMatchObject({
    count: 3,
    idMin: 5,
    idMax: 9,
    timeMin: Date.UTC(2026, 2, 2, 10),
    timeMax: Date.UTC(2026, 2, 2, 10) + 2_000,
  })
})

test('a segment that is too large is cut, down to single events', () => {
  const ids = Array.from({ length: 10 }, () => 1)
  const [whole] = cut(ids, {})
  const parts = cut(ids, { bytesMax: Math.floor(whole!.bytes.length / 2) })
  expect(parts.map(({ count }) => count).every((count) => count < 10)).toBe(true)
  expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(10)
  expect(cut(ids, { bytesMax: 10 }).map(({ count }) => count)).toEqual(ids)
})
