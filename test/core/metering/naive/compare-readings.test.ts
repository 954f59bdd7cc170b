import { expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/decimal.ts'
import { compareReadings } from '../../../../src/core/metering/naive/compare-readings.ts'
import type { AggregationType } from '../../../../src/core/metering/metric.ts'
import type { WindowUsage } from '../../../../src/core/metering/usage.ts'
import { incrementUsage } from '../../../../src/core/sql/known-increments.ts'
import { sqlMetric } from '../../../support/sql-metric.ts'
import { metricOf } from '../builders.ts'

const row = (state: string, window = 0, group: string[] = []): WindowUsage => {
  return { window, group, state }
}

function compare(type: AggregationType, fast: WindowUsage[], naive: WindowUsage[]) {
  const metric = metricOf({ aggregationType: type })
  const query = { metricId: metric.id, groupKey: null, boundaries: [10, 20, 30] }
  return compareReadings([metric], [query], [fast], [naive]).map((each) => [each.fast, each.naive])
}

test('several meters may answer a window; equal numbers are equal however they are written', () => {
  expect(compare('SUM', [row('1.5'), row('2')], [row('3.50')])).toEqual([])
  expect(compare('COUNT', [row('1'), row('1', 1)], [row('1'), row('2', 1)])).toEqual([['1', '2']])
  expect(compare('MAX', [row('2'), row('7')], [row('7')])).toEqual([])
})

test('a window that only one of them has is a difference', () => {
  expect(compare('COUNT', [], [row('2')])).toEqual([[null, '2']])
  expect(compare('COUNT', [row('2', 0, ['eu'])], [])).toEqual([['2', null]])
})

test('the same value of other events is a difference: merged with others it may count otherwise', () => {
  expect(compare('UNIQUE', [row('["a"]')], [row('["b"]')])).toEqual([['1', '1']])
  const reading = (ms: number) => JSON.stringify([ms, '', 't', 'acme', '5'])
  expect(compare('LATEST', [row(reading(1))], [row(reading(2))])).toEqual([['5', '5']])
})

test('of SQL metrics what each window adds is compared, and told with its place', () => {
  const metric = sqlMetric('SELECT count(*) AS value FROM events')
  const query = { metricId: metric.id, groupKey: null, boundaries: [10, 20, 30] }
  const fast = [incrementUsage(0, [], new Decimal(3)), incrementUsage(1, [], new Decimal(0))]
  const naive = [incrementUsage(0, [], new Decimal(2)), incrementUsage(1, [], new Decimal(1))]
  expect(compareReadings([metric], [query], [fast], [fast.slice(0, 1)])).toEqual([])
  const place = { metricId: metric.id, groupKey: null, group: [] }
  expect(compareReadings([metric], [query], [fast], [naive])).toEqual([
    { ...place, startingAt: 10, endingBefore: 20, fast: '3', naive: '2' },
    { ...place, startingAt: 20, endingBefore: 30, fast: '0', naive: '1' },
  ])
})
