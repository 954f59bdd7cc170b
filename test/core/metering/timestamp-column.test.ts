import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinTimestamp, splitTimestamp } from '../../../src/core/metering/timestamp-column.ts'
import { parseTimestamp } from '../../../src/core/time.ts'

const split = (text: string) => splitTimestamp(text, parseTimestamp(text)!.ms)

test('a timestamp is an instant, a form, and digits beyond milliseconds', () => {
  const ms = Date.UTC(2026, 0, 2, 3, 4, 5)
  expect(split('2026-01-02T03:04:05Z')).toEqual({ ms, form: '0Z', subDigits: '' })
  expect(split('2026-01-02T03:04:05.670Z')).toEqual({ ms: ms + 670, form: '3Z', subDigits: '' })
  expect(split('2026-01-02T05:04:05.6789010+02:00')).toEqual({
    ms: ms + 678,
    form: '7+02:00',
    subDigits: '9010',
  })
})

test('unusual forms are kept as texts', () => {
  const texts = ['2026-01-02 03:04:05Z', '2026-01-02t03:04:05z', '2016-12-31T23:59:60Z']
  expect(texts.map((text) => split(text).form)).toEqual(['', '', ''])
})

test('every other timestamp comes back as it was written', () => {
  const pad = (value: number) => String(value).padStart(2, '0')
  const timestamp = fc
    .record({
      day: fc.date({ min: new Date(-6e13), max: new Date(2.5e14), noInvalidDate: true }),
      fraction: fc.option(fc.stringMatching(/^\d{1,12}$/), { nil: null }),
      zone: fc.oneof(
        fc.constant('Z'),
        fc
          .tuple(fc.constantFrom('+', '-'), fc.nat(23), fc.nat(59))
          .map(([sign, hour, minute]) => `${sign}${pad(hour)}:${pad(minute)}`),
      ),
    })
    .map(({ day, fraction, zone }) => {
      const time = day.toISOString().slice(0, 19)
      return `${time}${fraction === null ? '' : `.${fraction}`}${zone}`
    })
  fc.assert(
    fc.property(timestamp, (text) => {
      const written = split(text)
      expect(written.form).not.toBe('')
      expect(joinTimestamp(written)).toBe(text)
    }),
    { numRuns: 1_000 },
  )
})
