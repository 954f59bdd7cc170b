import { expect, test } from 'vitest'
import { storedEvent } from '../../../src/core/metering/event.ts'
import { at } from './builders.ts'

test('a stored event denotes what was accepted: its time in UTC, and the digits that order it', () => {
  const raw = {
    transaction_id: 't1',
    customer_id: 'acme',
    event_type: 'call',
    timestamp: '2026-03-02T03:04:05.678901+02:00',
    properties: { a: '1' },
    note: 'unknown',
  }
  expect(storedEvent(raw)).toEqual({
    transactionId: 't1',
    ingestId: 'acme',
    eventType: 'call',
    timestampMs: at('2026-03-02T01:04:05.678Z'),
    subMs: '901',
    properties: { a: '1' },
  })
  expect(() => storedEvent({ ...raw, timestamp: 'then' })).toThrow('valid timestamp')
})
