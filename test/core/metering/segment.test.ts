import { expect, test } from 'vitest'
import { makeEvents } from '../../../scripts/bench/events.ts'
import { encodeSegment, PROPERTY_COLUMNS_MAX } from '../../../src/core/metering/segment.ts'
import { Segment } from '../../../src/core/metering/segment-reader.ts'
import { CODEC, entriesOf } from './segment-builder.ts'

test('events of the benchmark take at most 30 bytes each', () => {
  for (const customers of [1, 100]) {
    const ids = Array.from({ length: customers }, () => crypto.randomUUID())
    const events = makeEvents(ids, 4_000)
    const entries = entriesOf(events).map((entry, i) => {
      const [seq, index] = [1 + Math.floor(i / 250), i % 250]
      return { ...entry, seq, index, idIndex: 1 + (i % customers), acceptedAtMs: 1e12 + seq * 3 }
    })
    const bytes = encodeSegment(
      entries.sort((a, b) => a.idIndex - b.idIndex || a.seq - b.seq || a.index - b.index),
      CODEC,
    )
    expect(bytes.length / events.length).toBeLessThan(30)
    expect(bytes.length / events.length).toBeGreaterThan(24)
  }
})

const event = (i: number, properties: object) => ({
  transaction_id: `t${i}`,
  customer_id: 'acme',
  event_type: 'call',
  timestamp: '2026-03-02T10:00:00Z',
  properties,
})

test('properties of few events, and of too many names, have no columns and are read all the same', () => {
  const raws = Array.from({ length: 200 }, (_, i) => event(i, { all: i, ...(i < 3 && { few: i }) }))
  const segment = new Segment(encodeSegment(entriesOf(raws), CODEC), CODEC)
  expect(segment.propertyNames).toEqual(['all'])
  expect(segment.propertyValues('few').slice(0, 5)).toEqual([0, 1, 2, undefined, undefined])
  expect(segment.propertyTexts('few').slice(0, 5)).toEqual(['0', '1', '2', undefined, undefined])
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`p${i}`, i]))
  const wide = new Segment(encodeSegment(entriesOf([event(0, many)]), CODEC), CODEC)
  expect(wide.propertyNames).toHaveLength(PROPERTY_COLUMNS_MAX)
  expect(wide.propertyValues('p1999')).toEqual([1_999])
  expect(wide.events()[0]!.event.properties).toEqual(many)
})
