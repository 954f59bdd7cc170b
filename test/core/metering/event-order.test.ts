import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  boundOf,
  compareNewest,
  mergeNewest,
  type EventKey,
  type EventSource,
  type NewestEvents,
} from '../../../src/core/metering/event-order.ts'

const key = (part: Partial<EventKey>): EventKey => {
  return { atMs: 5, meterName: 'a', source: 'log', row: 1, index: 0, ...part }
}

const keys = fc.record({
  atMs: fc.nat({ max: 3 }),
  meterName: fc.constantFrom('a', 'b', 'c'),
  source: fc.constantFrom<EventSource>('log', 'duplicates'),
  row: fc.nat({ max: 3 }),
  index: fc.nat({ max: 2 }),
})

test('later acceptance comes first, then the meter by name, duplicates, and the later place', () => {
  const ordered = [
    key({ atMs: 6, meterName: 'b' }),
    key({ source: 'duplicates', row: 9 }),
    key({ row: 2 }),
    key({ index: 1 }),
    key({}),
    key({ meterName: 'b', row: 7 }),
    key({ atMs: 4, row: 9 }),
  ]
  expect(ordered.toReversed().sort(compareNewest)).toEqual(ordered)
})

test('a source goes on before the place of its own cursor, and by time after that of another', () => {
  const after = key({ meterName: 'b', row: 3, index: 2 })
  expect(boundOf(null, { meterName: 'b', source: 'log' })).toBeNull()
  expect(boundOf(after, { meterName: 'b', source: 'log' })).toEqual({ row: 3, index: 2 })
  expect(boundOf(after, { meterName: 'b', source: 'duplicates' })).toEqual({ atMs: 4 })
  expect(boundOf(after, { meterName: 'a', source: 'log' })).toEqual({ atMs: 4 })
  expect(boundOf(after, { meterName: 'c', source: 'duplicates' })).toEqual({ atMs: 5 })
})

test('the bound of a source leaves exactly what comes after the cursor', () => {
  fc.assert(
    fc.property(keys, keys, (after, event) => {
      const bound = boundOf(after, event)!
      const isBefore =
        'row' in bound
          ? event.row < bound.row || (event.row === bound.row && event.index < bound.index)
          : event.atMs <= bound.atMs
      // Along one source, time never falls: only such events are compared.
      const isOneSource = 'row' in bound
      const grows = (event.row - after.row || event.index - after.index) * (event.atMs - after.atMs)
      fc.pre(!isOneSource || grows > 0 || event.atMs === after.atMs)
      expect(isBefore).toBe(compareNewest(after, event) < 0)
    }),
  )
})

/** Sources with events of the times; each is read as far as `depths` says. */
function partsOf(times: number[][], depths: number[]): NewestEvents<string>[] {
  return times.map((unsorted, i) => {
    const events = [...unsorted]
      .sort((a, b) => a - b)
      .map((atMs, row) => ({ event: `${i}/${row}`, key: key({ atMs, meterName: `m${i}`, row }) }))
      .toReversed()
    const depth = depths[i] ?? events.length
    const isWhole = depth >= events.length
    const read = events.slice(0, depth)
    return { events: read, end: isWhole ? null : (read.at(-1)?.key ?? key({ atMs: 99, row: 99 })) }
  })
}

const logs = fc.array(fc.array(fc.nat({ max: 9 }), { maxLength: 6 }), { maxLength: 4 })
const depths = fc.array(fc.nat({ max: 6 }), { maxLength: 4 })

test('what is merged is the beginning of the whole, and no event that was not looked at comes before', () => {
  fc.assert(
    fc.property(logs, depths, fc.integer({ min: 1, max: 9 }), (times, depthOf, limit) => {
      const whole = partsOf(times, [])
        .flatMap(({ events }) => events)
        .sort((a, b) => compareNewest(a.key, b.key))
      const { events, end } = mergeNewest(partsOf(times, depthOf), limit)
      expect(events).toEqual(whole.slice(0, events.length))
      expect(events.length).toBeLessThanOrEqual(limit)
      if (end === null) expect(events).toEqual(whole)
      else {
        const later = whole.slice(events.length)
        expect(later.every((each) => compareNewest(end, each.key) < 0)).toBe(true)
      }
    }),
  )
})

test('parts may be merged one after the other', () => {
  fc.assert(
    fc.property(logs, depths, fc.integer({ min: 1, max: 9 }), (times, depthOf, limit) => {
      const parts = partsOf(times, depthOf)
      const nothing: NewestEvents<string> = { events: [], end: null }
      const stepwise = parts.reduce((merged, part) => mergeNewest([merged, part], limit), nothing)
      expect(stepwise).toEqual(mergeNewest(parts, limit))
    }),
  )
})
