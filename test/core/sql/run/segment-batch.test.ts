import { expect, test } from 'vitest'
import { encodeSegment } from '../../../../src/core/metering/segment.ts'
import { Segment } from '../../../../src/core/metering/segment-reader.ts'
import { batchOf } from '../../../../src/core/sql/run/event-batch.ts'
import type { ScanColumn } from '../../../../src/core/sql/plan.ts'
import { segmentBatches } from '../../../../src/core/sql/run/segment-batch.ts'
import { CODEC, entriesOf } from '../../metering/segment-builder.ts'

const COLUMNS: ScanColumn[] = [
  { kind: 'event_type' },
  { kind: 'timestamp' },
  { kind: 'transaction_id' },
  { kind: 'customer_id' },
  { kind: 'reading' },
  ...['n', 'zone', 'rare', 'none'].map((name) => ({ kind: 'property' as const, name })),
]

function event(number: number, part: object) {
  const timestamp = '2026-03-02T10:00:00Z'
  const known = { transaction_id: `t${number}`, customer_id: 'acme', event_type: 'call', timestamp }
  return { ...known, ...part }
}

function segmentOf(events: object[]): Segment {
  return new Segment(encodeSegment(entriesOf(events), CODEC), CODEC)
}

const EVENTS = [
  event(1, { properties: { n: 1.5, zone: 'eu' } }),
  event(2, { timestamp: '2026-03-02T10:00:00.0001234Z', properties: { n: '1e3' } }),
  event(3, {
    timestamp: '2026-03-02t10:00:01.000900z',
    event_type: 'page',
    properties: { zone: 'us' },
  }),
  event(4, { timestamp: '2026-03-02T12:00:00.5+01:00' }),
]

test('the columns of a segment are those of its events', () => {
  const segment = segmentOf(EVENTS)
  const [batch] = segmentBatches(segment, null, null)
  const expected = batchOf(segment.events().map((logged) => logged.event))
  expect([batch!.from, batch!.to, batch!.skipped]).toEqual([0, 4, null])
  for (const column of COLUMNS) {
    expect(Array.from(batch!.column(column))).toEqual(Array.from(expected.column(column)))
  }
  const start = Date.parse('2026-03-02T10:00:00Z') * 1_000
  expect(Array.from(batch!.column({ kind: 'timestamp' }))).toEqual([
    start,
    start + 123,
    start + 1_000_900,
    start + 3_600_500_000,
  ])
})

test('of some ingest ids, only their events are read', () => {
  const entries = entriesOf(EVENTS)
  entries.forEach((entry, i) => (entry.idIndex = i < 3 ? 4 : 7))
  const segment = new Segment(encodeSegment(entries, CODEC), CODEC)
  const skipped = new Set([1])
  const ranges = (ids: number[]) =>
    segmentBatches(segment, skipped, new Set(ids)).map((batch) => [batch.from, batch.to])
  expect(ranges([4])).toEqual([[0, 3]])
  expect(ranges([5, 7])).toEqual([[3, 4]])
  expect(ranges([1])).toEqual([])
  expect(segmentBatches(segment, skipped, new Set([7]))[0]!.skipped).toBe(skipped)
})
