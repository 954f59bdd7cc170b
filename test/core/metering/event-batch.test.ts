import { expect, test } from 'vitest'
import { readBatch, refuseAll } from '../../../src/core/metering/event-batch.ts'
import { DAY_MS, MINUTE_MS, parseTimestamp } from '../../../src/core/time.ts'

const window = {
  nowMs: parseTimestamp('2026-03-20T12:00:00Z')!.ms,
  backdatingMaxMs: 34 * DAY_MS,
  futureMaxMs: 5 * MINUTE_MS,
}

function event(transaction_id: string, part: Record<string, unknown> = {}) {
  const timestamp = '2026-03-20T11:00:00Z'
  return { transaction_id, customer_id: 'acme', event_type: 'call', timestamp, ...part }
}

function read(text: string, isStrict = false) {
  return readBatch(text, window, { isStrict })
}

test('a body that is no JSON is refused with what is wrong', () => {
  const refused = read('[{"transaction_id": ')
  expect(refused).toMatchObject({ ok: false, error: { code: 'invalid', rejected: [] } })
  expect(!refused.ok && refused.error.message).toMatch(/^The request body is not valid JSON: \S/)
})

test('valid and invalid events come apart, in their order (EV-35)', () => {
  const batch = [event('a'), event('b', { event_type: '' }), event('c')]
  const both = read(JSON.stringify(batch))
  expect(both).toMatchObject({
    ok: true,
    value: {
      valid: [
        { index: 0, event: { transactionId: 'a' } },
        { index: 2, event: { transactionId: 'c' } },
      ],
      rejected: [{ index: 1, transactionId: 'b' }],
    },
  })
})

test('where all or nothing is wanted, one invalid event fails the batch (EV-35)', () => {
  const batch = JSON.stringify([event('a'), event('b', { event_type: '' })])
  expect(read(batch, true)).toMatchObject({
    ok: false,
    error: {
      code: 'invalid',
      message: 'Nothing was ingested: events[1].event_type must be a non-empty string.',
      rejected: [{ index: 1 }],
    },
  })
  expect(read(JSON.stringify([event('a')]), true)).toMatchObject({ ok: true })
})

test('a refusal of all events shows the first three reasons and counts the rest', () => {
  const result = read(JSON.stringify(Array.from({ length: 5 }, () => 7)))
  const { rejected } = result.ok ? result.value : { rejected: [] }
  expect(refuseAll(rejected).error.message).toBe(
    'No event was valid: events[0] must be a JSON object. events[1] must be a JSON object. events[2] must be a JSON object. (and 2 more)',
  )
})

test('numbers of the body keep all their digits, wherever they stand', () => {
  const digits = '12345678901234567890.123'
  const bodies = [
    `[${JSON.stringify(event('a')).slice(0, -1)},"properties":{"n":${digits}}}]`,
    `[${JSON.stringify(event('a')).slice(0, -1)},"properties":{"list":[{"n":${digits}}]}}]`,
    `[${JSON.stringify(event('a')).slice(0, -1)},"note":${digits}}]`,
  ]
  for (const body of bodies) {
    const result = read(body)
    expect(JSON.stringify(result.ok && result.value.valid[0]!.raw)).toContain(digits)
  }
  const rejected = read(`[{"transaction_id":"a","customer_id":${digits}}]`)
  expect(JSON.stringify(rejected.ok && rejected.value.rejected[0]!.raw)).toContain(digits)
})
