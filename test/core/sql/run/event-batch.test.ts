import { expect, test } from 'vitest'
import { ExactNumber } from '../../../../src/core/json-number.ts'
import { batchOf, Columns, eventValue } from '../../../../src/core/sql/run/event-batch.ts'
import { eventOf } from '../../metering/builders.ts'

test('a column of events has a value for each; what an event lacks is undefined', () => {
  const batch = batchOf([
    eventOf({
      transactionId: 'a',
      timestamp: '2026-03-02T00:00:00.0001234Z',
      properties: { n: new ExactNumber('1.50'), flag: true },
    }),
    eventOf({ transactionId: 'b', ingestId: 'other', eventType: 'page' }),
  ])
  expect([batch.from, batch.to, batch.skipped]).toEqual([0, 2, null])
  const column = (name: string) => Array.from(batch.column({ kind: 'property', name }))
  expect(column('n')).toEqual(['1.5', undefined])
  expect(column('flag')).toEqual(['true', undefined])
  expect(column('__proto__')).toEqual([undefined, undefined])
  expect(batch.column({ kind: 'event_type' })).toEqual(['call', 'page'])
  expect(batch.column({ kind: 'transaction_id' })).toEqual(['a', 'b'])
  expect(batch.column({ kind: 'customer_id' })).toEqual(['acme', 'other'])
  const start = Date.parse('2026-03-02T00:00:00Z') * 1_000
  expect(batch.column({ kind: 'timestamp' })).toEqual([start + 123, start])
})

test('of readings at one instant, the greater text is the later one (AG-5)', () => {
  const reading = (part: Parameters<typeof eventOf>[0]) =>
    eventValue(eventOf(part), { kind: 'reading' }) as string
  const first = reading({ transactionId: 'b' })
  expect(reading({ transactionId: 'a' }) < first).toBe(true)
  expect(reading({ transactionId: 'ba' }) > first).toBe(true)
  expect(reading({ transactionId: 'a', timestamp: '2026-03-02T00:00:00.0001Z' }) > first).toBe(true)
})

test('a column is made once', () => {
  let made = 0
  const columns = new Columns(() => [++made])
  expect(columns.get({ kind: 'event_type' })).toBe(columns.get({ kind: 'event_type' }))
  columns.get({ kind: 'property', name: 'event_type' })
  expect(made).toBe(2)
})
