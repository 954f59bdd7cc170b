import { expect, test } from 'vitest'
import { demoTimes } from '../../../src/dashboard/demo/demo-times.ts'

function texts(now: string): Record<string, string> {
  const times = Object.entries(demoTimes(new Date(now)))
  return Object.fromEntries(times.map(([name, ms]) => [name, new Date(ms).toISOString()]))
}

test('the story ends at the present minute, with last month over', () => {
  expect(texts('2026-11-22T21:22:05.981Z')).toEqual({
    lastMonthMs: '2026-10-01T00:00:00.000Z',
    monthMs: '2026-11-01T00:00:00.000Z',
    nowMs: '2026-11-22T21:22:00.000Z',
    endsMs: '2027-10-01T00:00:00.000Z',
  })
})

test('in the first days of a month it ends on the 20th of the month before, over new year too', () => {
  expect(texts('2027-01-02T08:00:00Z')).toEqual({
    lastMonthMs: '2026-11-01T00:00:00.000Z',
    monthMs: '2026-12-01T00:00:00.000Z',
    nowMs: '2026-12-20T12:00:00.000Z',
    endsMs: '2027-11-01T00:00:00.000Z',
  })
})
