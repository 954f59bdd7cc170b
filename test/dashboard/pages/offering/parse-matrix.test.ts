import { expect, test } from 'vitest'
import { parseMatrix } from '../../../../src/dashboard/pages/rate-cards/parse-matrix.ts'

const NAMES = ['model', 'region']

test('a table from a spreadsheet is read by the names of its columns, in any order', () => {
  const text = 'Region\tPrice\tmodel\tcommit_price\nus\t1,250.50\tlarge\t\neu\t.5\tsmall\t0.40\n'
  expect(parseMatrix(text, NAMES)).toEqual({
    rates: [
      { line: 2, values: { model: 'large', region: 'us' }, price: '1250.5' },
      { line: 3, values: { model: 'small', region: 'eu' }, price: '0.5', commitPrice: '0.4' },
    ],
    errors: [],
  })
})

test('without a head, the dimensions come in their order and the price last', () => {
  expect(parseMatrix('"a ""b"", c";us;0.10\r\n\r\nlarge;eu', NAMES)).toEqual({
    rates: [{ line: 1, values: { model: 'a "b", c', region: 'us' }, price: '0.1' }],
    errors: [{ line: 3, message: 'Expected 3 columns (model, region, price), and found 2.' }],
  })
  expect(parseMatrix('"a ""b"", c",us,0.10', NAMES).rates).toEqual([
    { line: 1, values: { model: 'a "b", c', region: 'us' }, price: '0.1' },
  ])
  expect(parseMatrix('large;eu;2', NAMES).rates).toEqual([
    { line: 1, values: { model: 'large', region: 'eu' }, price: '2' },
  ])
})

test('each line that cannot be a price is named with what is wrong about it', () => {
  const text = 'model,region,price\nlarge,us,cheap\n,us,1\nlarge,eu,1\nlarge,eu,2\nlarge,us,-1'
  expect(parseMatrix(text, NAMES)).toEqual({
    rates: [{ line: 4, values: { model: 'large', region: 'eu' }, price: '1' }],
    errors: [
      { line: 2, message: '“cheap” is no price.' },
      { line: 3, message: 'There is no value for model.' },
      { line: 5, message: 'These values have a price in line 4 already.' },
      { line: 6, message: '“-1” is no price.' },
    ],
  })
})

test('a head that does not fit the product is refused as a whole', () => {
  const errorOf = (text: string) => parseMatrix(text, NAMES).errors
  expect(errorOf('model,price\nlarge,1')).toEqual([
    { line: 1, message: 'There is no column region.' },
  ])
  expect(errorOf('model,region,tier,price\nlarge,us,1,1')).toEqual([
    { line: 1, message: 'The product has no dimension tier.' },
  ])
  expect(errorOf('model,region,model,price\n')).toEqual([
    { line: 1, message: 'The column model is there twice.' },
  ])
  expect(errorOf('')).toEqual([])
})

test('one request adds a thousand prices', () => {
  const lines = Array.from({ length: 1_001 }, (_, i) => `m${i},us,1`).join('\n')
  expect(parseMatrix(lines, NAMES).errors).toEqual([
    { line: 1_001, message: 'More than 1000 prices at once: add the rest afterwards.' },
  ])
})

test('a decimal comma is named and not read as thousands', () => {
  expect(parseMatrix('large;us;0,125\nsmall;us;1,250.5', NAMES)).toEqual({
    rates: [{ line: 2, values: { model: 'small', region: 'us' }, price: '1250.5' }],
    errors: [{ line: 1, message: '“0,125” is no price.' }],
  })
})
