import { expect, test } from 'vitest'
import { bindNumber, bindTimestamp } from '../../../../src/core/sql/bind/literal.ts'

const at = { start: 3, end: 5 }

test('numbers are plain decimals, whatever form they have', () => {
  expect(bindNumber('1e3', at)).toEqual({ op: 'numeric', type: 'numeric', text: '1000' })
  expect(bindNumber('.50', at).text).toBe('0.5')
  expect(bindNumber('25E-4', at).text).toBe('0.0025')
  expect(bindNumber('007', at).text).toBe('7')
  expect(() => bindNumber('1e999', at)).toThrow('number literal is out of range (60 digits)')
})

test('timestamps are microseconds of UTC; a date is the start of its day', () => {
  expect(bindTimestamp('1970-01-01T00:00:01.5Z', false, at)).toEqual({
    op: 'timestamp',
    type: 'timestamp',
    micros: 1_500_000,
  })
  expect(bindTimestamp('1970-01-01 01:00+01:00', false, at).micros).toBe(0)
  expect(bindTimestamp('1970-01-02 13:00:00', true, at).micros).toBe(86_400_000_000)
})

test('what is no timestamp is refused where it stands', () => {
  expect(() => bindTimestamp('2025-02-30', true, at)).toThrow("'2025-02-30' is not a date")
  expect(() => bindTimestamp('soon', false, at)).toThrow(
    expect.objectContaining({ code: 'bad_literal', start: 3, end: 5 }),
  )
})
