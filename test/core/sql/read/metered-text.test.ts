import { expect, test } from 'vitest'
import { MeteredText, ReadingLimitError } from '../../../../src/core/sql/read/metered-text.ts'

test('a metered text reads as the text does', () => {
  const metered = new MeteredText('SELECT', 100)
  expect(metered.trim().length).toBe(6)
  expect(metered.charAt(1)).toBe('E')
  expect(metered.charAt(9)).toBe('')
  expect(metered.charCodeAt(0)).toBe(83)
  expect(metered.charCodeAt(9)).toBe(Number.NaN)
  expect(metered.substr(2, 3)).toBe('LEC')
  expect(String(metered)).toBe('SELECT')
})

test('it gives out after as many looks as were granted', () => {
  const metered = new MeteredText('SELECT', 3)
  metered.charAt(0)
  metered.charCodeAt(0)
  metered.substr(0, 1)
  expect(() => metered.charAt(0)).toThrow(ReadingLimitError)
})
