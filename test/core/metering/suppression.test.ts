import { expect, test } from 'vitest'
import { suppressedEvents } from '../../../src/core/metering/suppression.ts'

const event = (seq: number, index: number, acceptedAtMs: number) => ({ seq, index, acceptedAtMs })

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
