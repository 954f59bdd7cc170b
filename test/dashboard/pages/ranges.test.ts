import { expect, test } from 'vitest'
import { chartEnd, toRange } from '../../../src/dashboard/pages/events/ranges.ts'

const NOW = new Date('2026-03-10T12:34:56Z')
const at = (text: string) => Date.parse(text)
const custom = { from: '', to: '' }

test('a range up to now begins on the border of a window, and its chart ends with the present one', () => {
  const range = toRange('day', custom, NOW)
  expect(range).toEqual({ startMs: at('2026-03-09T12:00:00Z'), endMs: null, windowSize: 'hour' })
  expect(chartEnd(range, NOW.getTime())).toBe(at('2026-03-10T13:00:00Z'))
  expect(toRange('hour', custom, NOW)).toEqual({
    startMs: at('2026-03-10T11:34:00Z'),
    endMs: null,
    windowSize: 'minute',
  })
  expect(toRange('month', custom, NOW).startMs).toBe(at('2026-02-04T00:00:00Z'))
})

test('of chosen dates the last one is inclusive, of chosen minutes it is not', () => {
  expect(toRange('custom', { from: '2026-03-01', to: '2026-03-01' }, NOW)).toEqual({
    startMs: at('2026-03-01T00:00:00Z'),
    endMs: at('2026-03-02T00:00:00Z'),
    windowSize: 'hour',
  })
  expect(toRange('custom', { from: '2026-03-01T10:00', to: '2026-03-01T12:00' }, NOW)).toEqual({
    startMs: at('2026-03-01T10:00:00Z'),
    endMs: at('2026-03-01T12:00:00Z'),
    windowSize: 'minute',
  })
  expect(toRange('custom', { from: '2026-02-01T10:20', to: '2026-03-01T12:30' }, NOW)).toEqual({
    startMs: at('2026-02-01T00:00:00Z'),
    endMs: at('2026-03-02T00:00:00Z'),
    windowSize: 'day',
  })
})

test('what no range can be made of gives one that can be asked for', () => {
  const backwards = toRange('custom', { from: '2026-03-09', to: '2026-03-01' }, NOW)
  expect(backwards.endMs! - backwards.startMs).toBe(60_000)
  const endless = toRange('custom', { from: '1990-01-01', to: 'soon' }, NOW)
  const days = (chartEnd(endless, NOW.getTime()) - endless.startMs) / 86_400_000
  expect(days).toBeGreaterThan(900)
  expect(days).toBeLessThanOrEqual(1_000)
})
