import { expect, test } from 'vitest'
import { parseJson } from '../../../src/core/json-number.ts'
import { readEvents, validateEvent } from '../../../src/core/metering/read-events.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { at } from './builders.ts'

const window = {
  nowMs: at('2026-03-20T12:00:00Z'),
  backdatingMaxMs: 34 * DAY_MS,
  futureMaxMs: 5 * MINUTE_MS,
}

function raw(part: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    transaction_id: 't1',
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-20T11:00:00Z',
    ...part,
  }
}

function read(...events: unknown[]) {
  const result = readEvents(events, window)
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}

/** Why the only event is rejected; null when it is valid. */
function problemOf(event: unknown): string | null {
  return read(event).rejected[0]?.message ?? null
}

test('a valid event is read with its time in UTC and the digits beyond milliseconds', () => {
  const timestamp = '2026-03-02T03:04:05.678901+02:00'
  const { valid } = read(raw({ timestamp, properties: { a: '1' } }))
  expect(valid).toEqual([
    {
      index: 0,
      event: {
        transactionId: 't1',
        ingestId: 'acme',
        eventType: 'call',
        timestampMs: at('2026-03-02T01:04:05.678Z'),
        subMs: '901',
        properties: { a: '1' },
      },
      raw: raw({ timestamp, properties: { a: '1' } }),
    },
  ])
})

test('TV-9: a body that is no array of 1 to 100 elements is refused', () => {
  for (const body of [{}, null, 'x', raw()]) {
    expect(readEvents(body, window)).toMatchObject({ ok: false, error: { code: 'invalid' } })
  }
  expect(readEvents([], window)).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'The body must be a JSON array of 1 to 100 events; it has 0.',
    },
  })
  expect(readEvents(Array(101).fill(raw()), window).ok).toBe(false)
  expect(read(...Array(100).fill(raw())).valid).toHaveLength(100)
})

test('TV-7: timestamps are accepted up to 5 minutes ahead and 34 days back', () => {
  const problemAt = (timestamp: string) => problemOf(raw({ timestamp }))
  expect(problemAt('2026-03-20T12:04:59Z')).toBeNull()
  expect(problemAt('2026-03-20T12:05:01Z')).toBe(
    'events[0].timestamp must not lie more than 5 minutes in the future.',
  )
  expect(problemAt('2026-02-14T12:00:01Z')).toBeNull()
  expect(problemAt('2026-02-14T11:59:59Z')).toBe(
    'events[0].timestamp must not lie more than 34 days in the past.',
  )
})

test('the edges of the time window belong to it, to the last digit', () => {
  const problemAt = (timestamp: string) => problemOf(raw({ timestamp }))
  expect(problemAt('2026-03-20T12:05:00.000Z')).toBeNull()
  expect(problemAt('2026-03-20T12:05:00.000001Z')).toContain('future')
  expect(problemAt('2026-02-14T12:00:00Z')).toBeNull()
  expect(problemAt('2026-02-14T11:59:59.999999Z')).toContain('past')
})

test('TV-7: valid and rejected events of one request come apart', () => {
  const old = raw({ transaction_id: 't2', timestamp: '2026-02-14T11:59:59Z' })
  const { valid, rejected } = read(raw(), old, raw({ transaction_id: 't3' }))
  expect(valid.map(({ index }) => index)).toEqual([0, 2])
  expect(rejected).toEqual([
    {
      index: 1,
      transactionId: 't2',
      ingestId: 'acme',
      message: 'events[1].timestamp must not lie more than 34 days in the past.',
      raw: old,
    },
  ])
})

test('every member that is missing or of a wrong kind is named', () => {
  const problem = (part: Record<string, unknown>) => problemOf(raw(part))
  expect(problem({ transaction_id: undefined })).toBe(
    'events[0].transaction_id must be a string of 1 to 128 characters.',
  )
  expect(problem({ transaction_id: '' })).toContain('.transaction_id must be')
  expect(problem({ transaction_id: 7 })).toContain('.transaction_id must be')
  expect(problem({ customer_id: '' })).toContain('.customer_id must be')
  expect(problem({ event_type: '' })).toContain('.event_type must be')
  expect(problem({ timestamp: '2026-03-20' })).toContain('.timestamp must be an RFC 3339')
  expect(problem({ timestamp: 1_742_000_000 })).toContain('.timestamp must be an RFC 3339')
  expect(problem({ properties: [] })).toContain('.properties must be a JSON object')
  expect(problem({ properties: null })).toContain('.properties must be a JSON object')
  expect(problemOf('x')).toBe('events[0] must be a JSON object.')
  expect(problemOf(null)).toBe('events[0] must be a JSON object.')
  expect(read(null).rejected[0]).toMatchObject({ transactionId: null, ingestId: null, raw: null })
})

test('ids have at most 128 characters, however many units those take (EV-5)', () => {
  expect(problemOf(raw({ transaction_id: 'x'.repeat(128) }))).toBeNull()
  expect(problemOf(raw({ transaction_id: 'x'.repeat(129) }))).toContain('.transaction_id')
  expect(problemOf(raw({ transaction_id: '😀'.repeat(128) }))).toBeNull()
  expect(problemOf(raw({ transaction_id: '😀'.repeat(129) }))).toContain('.transaction_id')
  expect(problemOf(raw({ customer_id: 'x'.repeat(129) }))).toContain('.customer_id')
})

test('ids that are no well-formed Unicode are rejected: storage would confuse them', () => {
  expect(problemOf(raw({ transaction_id: 'a\ud800' }))).toContain('.transaction_id')
  expect(problemOf(raw({ customer_id: 'a\udc00' }))).toContain('.customer_id')
  expect(problemOf(raw({ event_type: '\ud800' }))).toContain('.event_type')
})

test('properties have at most 2,000 members and 4 KiB a scalar (EV-11, EV-16)', () => {
  const members = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`p${i}`, 1]))
  expect(problemOf(raw({ properties: members(2_000) }))).toBeNull()
  expect(problemOf(raw({ properties: members(2_001) }))).toContain('at most 2000 members')
  expect(problemOf(raw({ properties: { a: 'x'.repeat(4_096) } }))).toBeNull()
  expect(problemOf(raw({ properties: { a: 'x'.repeat(4_097) } }))).toBe(
    'events[0].properties["a"] must be at most 4096 bytes long.',
  )
  expect(problemOf(raw({ properties: { a: 'ü'.repeat(2_048) } }))).toBeNull()
  expect(problemOf(raw({ properties: { a: 'ü'.repeat(2_049) } }))).toContain('4096 bytes')
  const number = (digits: number) => parseJson(`{"a":${'1'.repeat(digits)}}`)
  expect(problemOf(raw({ properties: number(4_096) }))).toBeNull()
  expect(problemOf(raw({ properties: number(4_097) }))).toContain('4096 bytes')
})

test('an event has at most 100 KiB of JSON, unknown members included', () => {
  const fill = (size: number) => {
    const empty = JSON.stringify(raw({ properties: { list: [''] } })).length
    return raw({ properties: { list: ['x'.repeat(size - empty)] } })
  }
  expect(problemOf(fill(102_400))).toBeNull()
  expect(problemOf(fill(102_401))).toBe('events[0] must be at most 102400 bytes of JSON.')
  expect(problemOf(raw({ note: 'x'.repeat(102_400) }))).toContain('102400 bytes')
  const flat = Object.fromEntries(Array.from({ length: 26 }, (_, i) => [i, 'x'.repeat(4_000)]))
  expect(problemOf(raw({ properties: flat }))).toContain('102400 bytes')
})

test('a deeply nested event is rejected without exhausting the stack', () => {
  const nested = (levels: number) =>
    parseJson(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`) as Record<string, unknown>
  expect(problemOf(raw({ properties: nested(60) }))).toBeNull()
  const { rejected } = read(raw({ properties: nested(40_000) }))
  expect(rejected[0]).toMatchObject({
    message: 'events[0] must not nest values deeper than 64 levels.',
    raw: null,
  })
})

test('unknown members are ignored', () => {
  expect(problemOf(raw({ extra: { a: [1] }, __proto__: 1 }))).toBeNull()
})

test('a single event is read like one of a batch, under the name that it is given', () => {
  const place = { index: 7, name: 'line 7: event' }
  expect(validateEvent(raw(), window, place)).toEqual({
    ok: true,
    value: { ...read(raw()).valid[0], index: 7 },
  })
  const bad = raw({ event_type: 1 })
  expect(validateEvent(bad, window, place)).toEqual({
    ok: false,
    error: {
      index: 7,
      transactionId: 't1',
      ingestId: 'acme',
      message: 'line 7: event.event_type must be a non-empty string.',
      raw: bad,
    },
  })
})

test('an event that was received earlier may be as old as it might have been then', () => {
  const received = { ...window, receivedAtMs: at('2026-03-10T12:00:00Z') }
  const place = { index: 0, name: 'event' }
  const validate = (timestamp: string) => validateEvent(raw({ timestamp }), received, place)
  expect(validate('2026-02-04T12:00:00Z')).toMatchObject({ ok: true })
  expect(validate('2026-02-04T11:59:59.999Z')).toMatchObject({
    ok: false,
    error: {
      message: 'event.timestamp must not lie more than 34 days before the event was received.',
    },
  })
  expect(validate('2026-03-20T12:05:00Z')).toMatchObject({ ok: true })
})
