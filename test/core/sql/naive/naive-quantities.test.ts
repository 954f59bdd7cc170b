import { expect, test } from 'vitest'
import { naiveQuantities } from '../../../../src/core/sql/naive/naive-quantities.ts'
import type { NaiveRow } from '../../../../src/core/sql/naive/naive-query.ts'

const QUERY = {
  value: 1,
  keys: [
    { name: 'region', column: 0 },
    { name: 'isLive', column: 2 },
  ],
}
const ROWS: NaiveRow[] = [
  ['eu', '0.1', true],
  ['eu', '0.2', false],
  ['us', null, true],
  [null, '-5', null],
  ['eu', '1e0', true],
]

test('SQ-12: without a group key the quantity is the sum over all rows', () => {
  expect(naiveQuantities(QUERY, ROWS, [])).toEqual([{ group: [], quantity: '-3.7' }])
  expect(naiveQuantities(QUERY, [], [])).toEqual([])
})

test('SQ-13, SQ-15, SQ-16: rows are summed by the keys, which are texts; NULL adds nothing', () => {
  expect(naiveQuantities(QUERY, ROWS, ['region'])).toEqual([
    { group: ['eu'], quantity: '1.3' },
    { group: ['us'], quantity: null },
    { group: [null], quantity: '-5' },
  ])
  expect(naiveQuantities(QUERY, ROWS, ['isLive', 'region'])).toEqual([
    { group: ['true', 'eu'], quantity: '1.1' },
    { group: ['false', 'eu'], quantity: '0.2' },
    { group: ['true', 'us'], quantity: null },
    { group: [null, null], quantity: '-5' },
  ])
  expect(naiveQuantities(QUERY, [], ['region'])).toEqual([])
})

test('a quantity that is a property is read, and adds nothing where it is no number', () => {
  expect(
    naiveQuantities(
      QUERY,
      [
        ['eu', ' 1e2 ', true],
        ['eu', 'n/a', true],
      ],
      [],
    ),
  ).toEqual([{ group: [], quantity: '100' }])
})

test('a name in another case means the column, unless another has exactly it', () => {
  const query = {
    value: 1,
    keys: [
      { name: 'Region', column: 2 },
      { name: 'region', column: 0 },
    ],
  }
  const row: NaiveRow[] = [['eu', '1', true]]
  expect(naiveQuantities(query, row, ['region'])).toEqual([{ group: ['eu'], quantity: '1' }])
  expect(naiveQuantities(query, row, ['REGION'])).toEqual([{ group: ['true'], quantity: '1' }])
})

test('only columns of the result are keys', () => {
  expect(() => naiveQuantities(QUERY, ROWS, ['zone'])).toThrow('zone')
})

test('a sum of more than 100 digits is an error', () => {
  const most = '9'.repeat(100)
  expect(() =>
    naiveQuantities(
      QUERY,
      [
        ['eu', most, true],
        ['eu', '1', true],
      ],
      [],
    ),
  ).toThrow('100 digits')
})
