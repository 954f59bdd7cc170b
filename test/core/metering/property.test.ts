import { expect, test } from 'vitest'
import { parseExactJson } from '../../../src/core/json-number.ts'
import { propertyOf, propertyText } from '../../../src/core/metering/property.ts'

const textOf = (json: string) => propertyText(parseExactJson(json))

test('a number and the numeric string of the same digits have the same text (EV-14)', () => {
  for (const digits of ['0', '5', '-7.25', '0.3', '123456789012345678901234567890', '0.1']) {
    expect(textOf(digits)).toBe(digits)
    expect(textOf(`"${digits}"`)).toBe(digits)
  }
})

test('numbers have plain decimal text: no exponent, no trailing zeros', () => {
  expect(textOf('1.0')).toBe('1')
  expect(textOf('-0')).toBe('0')
  expect(textOf('1.50')).toBe('1.5')
  expect(textOf('1e21')).toBe('1000000000000000000000')
  expect(textOf('1.5e-7')).toBe('0.00000015')
  expect(textOf('0.10000000000000000555')).toBe('0.10000000000000000555')
  expect(propertyText(1e300)).toBe(`1${'0'.repeat(300)}`)
})

test('a number beyond all quantities keeps the text that was sent', () => {
  expect(textOf('1e99999')).toBe('1e99999')
})

test('a string is never changed', () => {
  expect(textOf('"1.0"')).toBe('1.0')
  expect(textOf('" 1 "')).toBe(' 1 ')
  expect(textOf('""')).toBe('')
})

test('booleans are true and false; null is absent (BF-7, BF-8)', () => {
  expect(textOf('true')).toBe('true')
  expect(textOf('false')).toBe('false')
  expect(textOf('null')).toBeUndefined()
})

test('objects and arrays are opaque JSON with all digits (EV-15)', () => {
  expect(textOf('{"a":[1,2.0000000000000000001]}')).toBe('{"a":[1,2.0000000000000000001]}')
})

test('names that every object has are properties only where they were sent', () => {
  const sent = parseExactJson('{"__proto__":"x","toString":"y"}') as Record<string, unknown>
  expect(propertyOf({ properties: sent }, '__proto__')).toBe('x')
  expect(propertyOf({ properties: sent }, 'toString')).toBe('y')
  expect(propertyOf({ properties: {} }, 'constructor')).toBeUndefined()
  expect(propertyOf({ properties: {} }, '__proto__')).toBeUndefined()
  expect(propertyOf({}, 'a')).toBeUndefined()
})
