import { expect, test } from 'vitest'
import { CUSTOMERS } from '../../../src/dashboard/demo/company.ts'
import { eventsOf } from '../../../src/dashboard/demo/demo-events.ts'

const NOVEMBER = Date.parse('2026-11-01T00:00:00Z')
const TWENTY_SECOND = Date.parse('2026-11-22T21:22:00Z')

test('events are the same each time, each once, and none lies in the future', () => {
  for (const customer of CUSTOMERS) {
    const events = eventsOf(customer, NOVEMBER, TWENTY_SECOND)
    expect(events).toEqual(eventsOf(customer, NOVEMBER, TWENTY_SECOND))
    const ids = new Set(events.map(({ transaction_id }) => transaction_id))
    expect(ids.size).toBe(events.length)
    const times = events.map(({ timestamp }) => Date.parse(timestamp))
    expect(Math.min(...times)).toBeGreaterThanOrEqual(NOVEMBER)
    expect(Math.max(...times)).toBeLessThan(TWENTY_SECOND)
  }
})

test('a month of all customers is a bounded number of events', () => {
  const DECEMBER = Date.parse('2026-12-01T00:00:00Z')
  const count = CUSTOMERS.flatMap((each) => eventsOf(each, NOVEMBER, DECEMBER)).length
  expect(count).toBeGreaterThan(900)
  expect(count).toBeLessThan(1_600)
})
