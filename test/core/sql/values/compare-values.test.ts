import { expect, test } from 'vitest'
import { comparatorOf, isIdentity } from '../../../../src/core/sql/values/compare-values.ts'
import { parseNumeric } from '../../../../src/core/sql/values/numeric.ts'

const numbers = (texts: string[]) => texts.map((text) => parseNumeric(text))

test('each type has its order', () => {
  const [ten, nine, ten0] = numbers(['10', '9', '10.0'])
  expect(comparatorOf('numeric')(ten!, nine!)).toBeGreaterThan(0)
  expect(comparatorOf('numeric')(ten!, ten0!)).toBe(0)
  expect(comparatorOf('text')('10', '9')).toBeLessThan(0)
  expect(comparatorOf('property')('\u{1f600}', '\ufffd')).toBeGreaterThan(0)
  expect(comparatorOf('text')('a', 'a')).toBe(0)
  expect(comparatorOf('timestamp')(2, 10)).toBeLessThan(0)
  expect(comparatorOf('boolean')(false, true)).toBeLessThan(0)
})

test('only numbers have several forms of one value', () => {
  expect(isIdentity('numeric')).toBe(false)
  expect(isIdentity('text')).toBe(true)
  expect(isIdentity('timestamp')).toBe(true)
})
