import { expect, test } from 'vitest'
import { toText } from '../../../src/core/decimal.ts'
import { measureIncrements, measureValues } from '../../../src/core/metering/measure-usage.ts'
import { scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, eventOf, metricOf } from './builders.ts'

const BOUNDARIES = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'].map(at)
const QUERY = { metricId: 'metric', groupKey: null, boundaries: BOUNDARIES }

test('windows without usage of a group are told from those that add nothing', () => {
  const metric = metricOf({ aggregationType: 'MAX', aggregationKey: 'v' })
  const usage = [
    { window: 0, group: [], state: '5' },
    { window: 1, group: [], state: '4' },
  ]
  const increments = (part: typeof usage) =>
    measureIncrements(metric, QUERY, part).map((group) =>
      group.increments.map((increment) => increment && toText(increment)),
    )
  expect(increments(usage)).toEqual([['5', '0']])
  expect(increments(usage.slice(0, 1))).toEqual([['5', null]])
  expect(measureValues(metric, QUERY, usage)[0]!.values.map((value) => toText(value!))).toEqual([
    '5',
    '4',
  ])
})

test('a SQL metric is measured by its plan, and named where it takes too much', () => {
  const metric = sqlMetric('SELECT SUM(properties.n) AS value FROM events')
  const event = (n: string) => eventOf({ timestamp: '2026-03-01T10:00:00Z', properties: { n } })
  const usage = scanUsage(metric.plan, BOUNDARIES, [event('0.1'), event('0.2')])
  expect(toText(measureIncrements(metric, QUERY, usage)[0]!.increments[0]!)).toBe('0.3')
  const huge = scanUsage(metric.plan, BOUNDARIES, [event('9'.repeat(100)), event('9'.repeat(100))])
  expect(() => measureValues(metric, QUERY, huge)).toThrow(
    /^sql_limit_exceeded \(number\): the metric "Metric": /,
  )
})
