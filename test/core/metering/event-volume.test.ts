import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addToWindows,
  decodeVolume,
  emptyWindow,
  encodeVolume,
  VolumeTally,
  type CountedEvent,
  type WindowVolume,
} from '../../../src/core/metering/event-volume.ts'

const HOUR = 3_600_000

const event = fc.record({
  timestampMs: fc.integer({ min: 0, max: 50 * HOUR }),
  idIndex: fc.nat({ max: 2 }),
  eventType: fc.constantFrom('call', 'page/1', ''),
  isDuplicate: fc.boolean(),
  isFed: fc.boolean(),
})

function tallyOf(events: CountedEvent[]): VolumeTally {
  const tally = new VolumeTally(HOUR)
  for (const each of events) tally.add(each)
  return tally
}

test('hours add up to windows, by who holds the id and what feeds a metric', () => {
  const tally = tallyOf([
    { timestampMs: 1, idIndex: 0, eventType: 'a', isDuplicate: false, isFed: true },
    { timestampMs: HOUR - 1, idIndex: 0, eventType: 'a', isDuplicate: false, isFed: false },
    { timestampMs: HOUR, idIndex: 1, eventType: 'a', isDuplicate: false, isFed: true },
    { timestampMs: 3 * HOUR, idIndex: 0, eventType: 'b', isDuplicate: true, isFed: true },
    { timestampMs: 4 * HOUR, idIndex: 0, eventType: 'b', isDuplicate: false, isFed: true },
  ])
  const windows = new Map<number, WindowVolume>()
  const range = { unitMs: HOUR, windowMs: 2 * HOUR, startMs: 0, endMs: 4 * HOUR }
  const isUnknown = (idIndex: number) => idIndex === 1
  addToWindows(windows, tally.entries(), { ...range, isFedOnly: false, isUnknown })
  expect([...windows.values()]).toEqual([
    { startMs: 0, accepted: 3, duplicates: 0, unmatched: 2 },
    { startMs: 2 * HOUR, accepted: 0, duplicates: 1, unmatched: 0 },
  ])
})

test('volumes are those of counting event by event, also after they were stored', () => {
  const ids = fc.option(fc.uniqueArray(fc.nat({ max: 2 })), { nil: undefined })
  const types = fc.option(fc.constant<string[]>(['page/1', '']), { nil: undefined })
  const range = { unitMs: HOUR, windowMs: 4 * HOUR, startMs: 4 * HOUR, endMs: 40 * HOUR }
  const isUnknown = (idIndex: number) => idIndex === 2
  fc.assert(
    fc.property(fc.array(event), ids, types, fc.boolean(), (events, id, type, isFedOnly) => {
      const question = {
        ...range,
        isFedOnly,
        isUnknown,
        ...(id && { idIndexes: new Set(id) }),
        ...(type && { eventTypes: new Set(type) }),
      }
      const windows = new Map<number, WindowVolume>()
      // In two parts, as a log has several.
      for (const part of [events.slice(0, 3), events.slice(3)]) {
        addToWindows(windows, decodeVolume(encodeVolume(tallyOf(part).entries())), question)
      }
      const expected = new Map<number, WindowVolume>()
      for (const { timestampMs, idIndex, eventType, isDuplicate, isFed } of events) {
        if (timestampMs < range.startMs || timestampMs >= range.endMs) continue
        if (id?.includes(idIndex) === false || type?.includes(eventType) === false) continue
        if (isFedOnly && !isFed) continue
        const startMs = timestampMs - (timestampMs % range.windowMs)
        const window = expected.get(startMs) ?? emptyWindow(startMs)
        expected.set(startMs, window)
        if (isDuplicate) window.duplicates++
        else {
          window.accepted++
          if (!isFed || idIndex === 2) window.unmatched++
        }
      }
      expect(windows).toEqual(expected)
    }),
  )
})
