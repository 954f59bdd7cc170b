import { expect, test } from 'vitest'
import { mirror, reorderRuns, resolveLevels } from '../../src/documents/text/bidi.ts'

const levels = (text: string) => resolveLevels([...text]).join('')

test('text from left to right has level 0, numbers and signs included', () => {
  expect(levels('Acme, Inc. 12%')).toBe('00000000000000')
})

test('text from right to left has level 1, and numbers in it are read from left to right', () => {
  expect(levels('שלום')).toBe('1111')
  expect(levels('שלום 12')).toBe('1111122')
  expect(levels('عربى 12')).toBe('1111122')
  expect(levels('שלום abc')).toBe('11111222')
  expect(levels('abc שלום')).toBe('00001111')
  expect(levels('abc שלום!')).toBe('000011110')
})

test('runs are printed by their levels', () => {
  const order = (runs: [text: string, level: number][]) =>
    reorderRuns(runs.map(([text, level]) => ({ text, level })))
      .map(({ text }) => text)
      .join('')
  const mixed = order([
    ['a', 0],
    ['B', 1],
    ['2', 2],
    ['C', 1],
    ['d', 0],
  ])
  expect(mixed).toBe('aC2Bd')
  expect(mirror('(')).toBe(')')
  expect(mirror('x')).toBe('x')
})
