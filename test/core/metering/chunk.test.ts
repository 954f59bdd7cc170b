import { expect, test } from 'vitest'
import {
  acceptedTimes,
  CHUNK_EVENTS_MAX,
  CHUNK_UNITS_MAX,
  packChunks,
  type LogEntry,
} from '../../../src/core/metering/chunk.ts'
import { hash128 } from '../../../src/core/metering/hash128.ts'
import { at, eventOf } from './builders.ts'

function entry(id: string, timestamp: string, acceptedAtMs = 1_000, idIndex = 7): LogEntry {
  const hashes = new Uint32Array(8)
  hash128(id, hashes, 4)
  return {
    event: eventOf({ transactionId: id, timestamp }),
    idIndex,
    acceptedAtMs,
    hashes,
    hashOffset: 4,
  }
}

test('a chunk has its events as they came, and the columns to find them by', () => {
  const [chunk, ...rest] = packChunks([
    {
      text: '{"a":1},{"b":2}',
      entries: [entry('t1', '2026-03-02T02:00:00Z'), entry('t2', '2026-03-02T01:00:00Z')],
    },
    { text: '{"c":1.00}', entries: [entry('t3', '2026-03-02T01:30:00Z', 2_000, 9)] },
  ])
  expect(rest).toEqual([])
  expect(chunk).toMatchObject({
    count: 3,
    timeMin: at('2026-03-02T01:00:00Z'),
    timeMax: at('2026-03-02T02:00:00Z'),
    acceptedAtMax: 2_000,
    acceptedRuns: [
      [2, 1_000],
      [1, 2_000],
    ],
    texts: ['{"a":1},{"b":2}', '{"c":1.00}'],
  })
  expect([...chunk!.idIndexes]).toEqual([7, 7, 9])
  const hashes = new Uint32Array(12)
  for (const [i, id] of ['t1', 't2', 't3'].entries()) hash128(id, hashes, i * 4)
  expect(chunk!.hashes).toEqual(hashes)
  expect(acceptedTimes(chunk!.acceptedRuns)).toEqual([1_000, 1_000, 2_000])
})

test('no pieces make no chunk', () => {
  expect(packChunks([])).toEqual([])
})

test('a chunk ends where the next piece would not fit', () => {
  const piece = (text: string) => ({ text, entries: [entry('t', '2026-03-02T00:00:00Z')] })
  const half = 'x'.repeat(CHUNK_UNITS_MAX / 2)
  const chunks = packChunks([half, half, 'y', half, half].map(piece))
  expect(chunks.map(({ count }) => count)).toEqual([2, 2, 1])
  expect(() => packChunks([piece(`${half}${half}x`)])).toThrow('fits into a chunk')
})

test('a chunk has a bounded number of events', () => {
  const one = entry('t', '2026-03-02T00:00:00Z')
  const pieces = Array.from({ length: CHUNK_EVENTS_MAX + 1 }, () => ({ text: '1', entries: [one] }))
  expect(packChunks(pieces).map(({ count }) => count)).toEqual([CHUNK_EVENTS_MAX, 1])
})
