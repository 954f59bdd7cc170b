import { expect, test } from 'vitest'
import { eventsOf, summarizeMessage } from '../../../src/core/metering/dead-letter.ts'

const NOTHING = { eventCount: 0, timeMin: 0, acceptedAtMs: 0 }

test('a message tells how many events it has, the earliest time, and when they were accepted', () => {
  const events = '[{"timestamp":"1970-01-01T00:00:09Z"},{"timestamp":"1970-01-01T00:00:07.5Z"}]'
  expect(summarizeMessage({ events, acceptedAtMs: 12_000 })).toEqual({
    eventCount: 2,
    timeMin: 7_500,
    acceptedAtMs: 12_000,
  })
})

test('what cannot be read counts as being of the earliest time, so that nothing passes it by', () => {
  for (const message of [null, undefined, 7, 'x', {}, { events: 7 }, { events: '{' }]) {
    expect(summarizeMessage(message)).toEqual(NOTHING)
    expect(eventsOf(message)).toBeNull()
  }
  expect(summarizeMessage({ events: '{"a":1}', acceptedAtMs: 'x' })).toEqual(NOTHING)
  expect(summarizeMessage({ events: '[]' })).toEqual(NOTHING)
  const half = '[{"timestamp":"2026-03-01T00:00:00Z"},{"timestamp":"?"},null]'
  expect(summarizeMessage({ events: half })).toEqual({ ...NOTHING, eventCount: 3 })
})

test('events keep the digits that were sent', () => {
  const events = '[{"properties":{"n":0.12345678901234567890}}]'
  expect(JSON.stringify(eventsOf({ events }))).toBe(events)
})
