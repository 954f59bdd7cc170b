import { expect, test } from 'vitest'
import { parseJson } from '../../../src/core/json-number.ts'
import { readReplay, type ReplayRequest } from '../../../src/core/metering/replay.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/core/time.ts'
import { at } from './builders.ts'

const RECEIVED = at('2026-03-01T00:00:00Z')
const window = {
  nowMs: at('2026-03-20T12:00:00Z'),
  backdatingMaxMs: 34 * DAY_MS,
  futureMaxMs: 5 * MINUTE_MS,
}

const textOf = (timestamp: string, rest = '') =>
  `{"transaction_id":"t","customer_id":"acme","event_type":"call","timestamp":"${timestamp}"${rest}}`

const stored = (raw: string, id = 1): ReplayRequest => {
  return { id, stored: { raw, receivedAtMs: RECEIVED } }
}

function outcomeOf(request: ReplayRequest) {
  const { replayable, refused } = readReplay([request], window)
  return replayable[0]?.text ?? refused[0]
}

test('a stored event is replayed with its text as it was received', () => {
  const raw = ` ${textOf('2026-02-20T00:00:00Z', ',"properties":{"n":1.000000000000000000001}')}`
  expect(outcomeOf(stored(raw))).toBe(raw)
})

test('a correction is written with all digits of its numbers', () => {
  const text = textOf('2026-02-20T00:00:00Z', ',"properties":{"n":1.000000000000000000001}')
  const request = { ...stored('nonsense'), correction: { event: parseJson(text) } }
  expect(outcomeOf(request)).toBe(text)
})

test('backdating is judged by the time of receipt, the future by the present', () => {
  const problem = (what: string) => ({ id: 1, message: `event.timestamp ${what}`, isReason: true })
  const oldest = textOf('2026-01-26T00:00:00Z')
  expect(outcomeOf(stored(oldest))).toBe(oldest)
  expect(outcomeOf(stored(textOf('2026-01-25T23:59:59Z')))).toEqual(
    problem('must not lie more than 34 days before the event was received.'),
  )
  const newest = textOf('2026-03-20T12:05:00Z')
  expect(outcomeOf(stored(newest))).toBe(newest)
  expect(outcomeOf(stored(textOf('2026-03-20T12:05:01Z')))).toEqual(
    problem('must not lie more than 5 minutes in the future.'),
  )
})

test('why a stored event fails is a reason to keep it, why a correction fails is not', () => {
  expect(outcomeOf(stored('[1]'))).toEqual({
    id: 1,
    message: 'event must be a JSON object.',
    isReason: true,
  })
  expect(outcomeOf({ ...stored('[1]'), correction: { event: undefined } })).toEqual({
    id: 1,
    message: 'event must be a JSON object.',
    isReason: false,
  })
  expect(outcomeOf(stored('{"transaction_id":'))).toEqual({
    id: 1,
    message: expect.stringMatching(/^event is not valid JSON: /),
    isReason: true,
  })
  expect(outcomeOf({ id: 1, stored: null, correction: { event: {} } })).toEqual({
    id: 1,
    message: 'There is no such event in the quarantine.',
    isReason: false,
  })
})
