import { expect, test } from 'vitest'
import { readPreviewEvents } from '../../../src/core/metering/preview-events.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { at } from './builders.ts'

const window = {
  nowMs: at('2026-03-10T12:00:00Z'),
  backdatingMaxMs: 34 * DAY_MS,
  futureMaxMs: 5 * MINUTE_MS,
}
const read = (events: Parameters<typeof readPreviewEvents>[0]) =>
  readPreviewEvents(events, 'customer', window)

test('PE-2: an event needs a type only; it happens now, to the customer', () => {
  const properties = { n: '1' }
  expect(
    read([
      { event_type: 'call' },
      {
        event_type: 'call',
        timestamp: '2026-03-01T00:00:00+01:00',
        transaction_id: 'a',
        properties,
      },
    ]),
  ).toEqual({
    ok: true,
    value: [
      {
        transactionId: null,
        raw: {
          transaction_id: 'preview-000',
          customer_id: 'customer',
          event_type: 'call',
          timestamp: '2026-03-10T12:00:00.000Z',
        },
      },
      {
        transactionId: 'a',
        raw: {
          transaction_id: 'a',
          customer_id: 'customer',
          event_type: 'call',
          timestamp: '2026-03-01T00:00:00+01:00',
          properties,
        },
      },
    ],
  })
})

test('the rules of ingest hold, and the message names the event and the field', () => {
  const call = { event_type: 'call' }
  const cases: [Parameters<typeof read>[0][number], string][] = [
    [{ event_type: '' }, 'events[1].event_type must be a non-empty string.'],
    [
      { ...call, timestamp: '2026-03-10T12:05:00.001Z' },
      'events[1].timestamp must not lie more than 5 minutes in the future.',
    ],
    [
      { ...call, timestamp: '2026-02-04T11:59:59.999Z' },
      'events[1].timestamp must not lie more than 34 days in the past.',
    ],
    [{ ...call, timestamp: 'now' }, 'events[1].timestamp must be an RFC 3339 timestamp'],
    [{ ...call, properties: [] }, 'events[1].properties must be a JSON object.'],
    [{ ...call, properties: { a: 'x'.repeat(4_097) } }, 'events[1].properties["a"] must be at'],
    [{ ...call, transaction_id: '' }, 'events[1].transaction_id must be a string of 1 to 128'],
    [{ ...call, transaction_id: 'x'.repeat(129) }, 'events[1].transaction_id must be a string of'],
  ]
  for (const [event, message] of cases) {
    expect(read([call, event])).toMatchObject({
      ok: false,
      error: { code: 'invalid', message: expect.stringContaining(message) },
    })
  }
})

test('PE-7: a transaction id that comes twice is refused, also beside events without one', () => {
  const call = { event_type: 'call' }
  const one = { ...call, transaction_id: 'a' }
  expect(read([call, one, call, { ...one, timestamp: '2026-03-01T00:00:00Z' }])).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'events[3].transaction_id must be unique within the request; events[1] has the same.',
    },
  })
  expect(read([call, one, { ...call, transaction_id: 'b' }])).toMatchObject({ ok: true })
})
