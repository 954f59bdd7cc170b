import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareCodePoints } from '../../../src/core/metering/code-point.ts'

test('a character outside the basic plane comes after every character inside it', () => {
  expect(compareCodePoints('\u{1f600}', '\ufffd')).toBeGreaterThan(0)
  expect(['\u{1f600}', '\ufffd'].toSorted(compareCodePoints)).toEqual(['\ufffd', '\u{1f600}'])
  expect(compareCodePoints('a\ue000', 'a\u{10000}')).toBeLessThan(0)
})

test('a prefix comes before what it begins, and equal texts are equal', () => {
  expect(compareCodePoints('a', 'ab')).toBeLessThan(0)
  expect(compareCodePoints('', '')).toBe(0)
  expect(compareCodePoints('t10', 't9')).toBeLessThan(0)
})

test('the order is that of the lists of code points', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\ud7ff', '\ue000', '\uffff', '😀') })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [left, right] = [a, b].map((t) => Array.from(t, (c) => c.codePointAt(0)!))
      const differs = left!.findIndex((c, i) => c !== right![i])
      const expected =
        differs < 0 ? left!.length - right!.length : left![differs]! - (right![differs] ?? -1)
      expect(Math.sign(compareCodePoints(a, b))).toBe(Math.sign(expected))
    }),
  )
})
