import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MESSAGE_BYTES_MAX, packMessages } from '../../../src/core/metering/pack-messages.ts'

test('events go into one message while they fit, with the earliest timestamp', () => {
  const events = [
    { raw: { a: 1 }, timestampMs: 5 },
    { raw: { b: '"' }, timestampMs: 3 },
  ]
  expect(packMessages(events)).toEqual([{ events: '[{"a":1},{"b":"\\""}]', timeMin: 3 }])
  expect(packMessages([])).toEqual([])
})

test('law: messages hold all events in order, none is too large unless one event is', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\u0001', 'ä', '🙂'),
    maxLength: 30_000,
  })
  const event = fc.record({ raw: fc.record({ x: text }), timestampMs: fc.nat() })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      const messages = packMessages(events)
      const unpacked = messages.flatMap((message) => JSON.parse(message.events) as unknown[])
      expect(unpacked).toEqual(events.map(({ raw }) => raw))
      for (const message of messages) {
        const bytes = new TextEncoder().encode(JSON.stringify(message.events)).length
        const count = (JSON.parse(message.events) as unknown[]).length
        expect(count === 1 || bytes <= MESSAGE_BYTES_MAX + 100).toBe(true)
      }
    }),
    { numRuns: 50 },
  )
})
