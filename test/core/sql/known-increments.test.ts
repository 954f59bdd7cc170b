import { expect, test } from 'vitest'
import { Decimal } from '../../../src/core/decimal.ts'
import { incrementUsage, readIncrements } from '../../../src/core/sql/known-increments.ts'
import { sqlIncrements } from '../../../src/core/sql/measure-usage.ts'
import { sqlMetric } from '../../support/sql-metric.ts'

test('increments that are known are taken as they are, by group and window', () => {
  const usage = [
    incrementUsage(1, ['us', null], new Decimal('-2.5')),
    incrementUsage(0, ['eu', 'x'], new Decimal(0)),
    incrementUsage(0, ['us', null], new Decimal(4)),
  ]
  const read = readIncrements(usage, 2)!
  expect(read.map(({ group, increments }) => [group, increments.map(String)])).toEqual([
    [
      ['eu', 'x'],
      ['0', 'null'],
    ],
    [
      ['us', null],
      ['4', '-2.5'],
    ],
  ])
  const { plan } = sqlMetric('SELECT count(*) AS value FROM events')
  const question = { groupKey: null, boundaries: [0, 1, 2] }
  expect(sqlIncrements(plan, question, usage)).toEqual(read)
})

test('what meters answer is no known increment', () => {
  expect(readIncrements([], 1)).toBeNull()
  expect(readIncrements([{ window: 0, group: ['0', '[]'], state: '[1]' }], 1)).toBeNull()
})
