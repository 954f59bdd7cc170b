import fc from 'fast-check'
import { expect, test } from 'vitest'
import { suppressedEvents } from '../../../src/core/metering/suppression.ts'

const event = (seq: number, index: number, acceptedAtMs: number) => ({
  meter: 'm',
  seq,
  index,
  acceptedAtMs,
})

test('the first of the log counts, the others do not', () => {
  const events = [event(3, 0, 30), event(1, 5, 10), event(1, 2, 10)]
  expect(suppressedEvents(events, 100)).toEqual([event(1, 5, 10), event(3, 0, 30)])
})

test('an event counts again when the lifetime has passed since the last one that counted', () => {
  const events = [event(1, 0, 0), event(2, 0, 99), event(3, 0, 100), event(4, 0, 199)]
  expect(suppressedEvents(events, 100)).toEqual([event(2, 0, 99), event(4, 0, 199)])
})

test('one event alone counts', () => {
  expect(suppressedEvents([event(1, 0, 0)], 100)).toEqual([])
})

test('over several meters, the first accepted counts; then the names of the meters decide', () => {
  const there = { meter: 'a', seq: 9, index: 0, acceptedAtMs: 20 }
  const here = { meter: 'b', seq: 1, index: 0, acceptedAtMs: 10 }
  expect(suppressedEvents([there, here], 100)).toEqual([there])
  expect(suppressedEvents([there, { ...here, acceptedAtMs: 30 }], 100)).toEqual([
    { ...here, acceptedAtMs: 30 },
  ])
  const tied = { ...here, acceptedAtMs: 20 }
  expect(suppressedEvents([tied, there], 100)).toEqual([tied])
  expect(suppressedEvents([there, { ...here, acceptedAtMs: 120 }], 100)).toEqual([])
})

test('of several meters, the order does not depend on the order in which they are told of', () => {
  const events = fc.uniqueArray(
    fc.record({
      meter: fc.constantFrom('a', 'b', 'c'),
      seq: fc.nat(3),
      index: fc.nat(2),
      acceptedAtMs: fc.nat(300),
    }),
    { selector: ({ meter, seq, index }) => `${meter}/${seq}/${index}`, maxLength: 8 },
  )
  fc.assert(
    fc.property(events, fc.array(fc.nat(100)), (some, keys) => {
      const shuffled = some
        .map((item, i) => ({ item, key: keys[i] ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item)
      const left = new Set(suppressedEvents(shuffled, 100))
      expect(new Set(suppressedEvents(some, 100))).toEqual(left)
      // Those that count are a lifetime apart, and every other one is near one that counts.
      const counted = some.filter((item) => !left.has(item))
      expect(some.length === 0 || counted.length > 0).toBe(true)
    }),
  )
})
