import { expect, test } from 'vitest'
import { demoTimes, timesOfBegun } from '../../../src/dashboard/demo/demo-times.ts'

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

test('a story that was left goes on in its month, never before where its clock stands', () => {
  const endOf = (clock: string, now: string) => {
    const { lastMonthMs, monthMs, nowMs } = timesOfBegun(Date.parse(clock), new Date(now))
    return [lastMonthMs, monthMs, nowMs].map((ms) => new Date(ms).toISOString().slice(0, 16))
  }
  const now = '2026-11-22T21:22:05Z'
  expect(endOf('2026-11-01T00:00:00Z', now)).toEqual([
    '2026-10-01T00:00',
    '2026-11-01T00:00',
    '2026-11-22T21:22',
  ])
  expect(endOf('2026-11-23T05:00:00Z', now)[2]).toBe('2026-11-23T05:00')
  expect(endOf('2026-11-01T00:00:00Z', '2026-12-09T00:00:00Z')[2]).toBe('2026-11-20T12:00')
  expect(endOf('2026-01-01T00:00:00Z', now)[0]).toBe('2025-12-01T00:00')
})
