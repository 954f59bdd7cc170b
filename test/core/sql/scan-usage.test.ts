import { expect, test } from 'vitest'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { batchOf } from '../../../src/core/sql/run/event-batch.ts'
import { FragmentScan } from '../../../src/core/sql/run/scan-fragment.ts'
import { windowsOf, scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, eventOf } from '../metering/builders.ts'

test('events go to their windows and groups; half-open windows leave the last boundary out', () => {
  const { plan } = sqlMetric(
    'SELECT SUM(properties.n) AS value, properties.zone FROM events GROUP BY zone',
  )
  const events = [
    ['2026-03-01T00:00:00Z', 'eu', '1'],
    ['2026-03-01T23:59:59.999999Z', 'eu', '2'],
    ['2026-03-02T00:00:00Z', 'us', '4'],
    ['2026-03-03T00:00:00Z', 'us', '8'],
  ].map(([timestamp, zone, n]) => eventOf({ timestamp: timestamp!, properties: { zone, n } }))
  const boundaries = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z'].map(
    at,
  )
  const usage = scanUsage(plan, boundaries, events)
  expect(usage.map(({ window, group }) => [window, ...group])).toEqual([
    [0, '0', '["eu"]'],
    [1, '0', '["us"]'],
  ])
  expect(scanUsage(plan, boundaries, [])).toEqual([])
})

test('what a scan found as groups has some for each window and fragment, also where nothing was found', () => {
  const { plan } = sqlMetric('SELECT COUNT(*) AS value, properties.zone FROM events GROUP BY zone')
  const groupsWith = (zones: string[]) => {
    const boundariesMs = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'].map(at)
    const options = { boundariesMs, budget: new Budget(), diagnostics: new Diagnostics() }
    const scan = new FragmentScan(plan.fragments[0]!, options)
    const events = zones.map((zone) =>
      eventOf({ timestamp: '2026-03-01T05:00:00Z', properties: { zone } }),
    )
    scan.add(batchOf(events))
    return windowsOf(plan, [scan], 1).map((window) => window.map((groups) => [...groups.entries()]))
  }
  expect(groupsWith(['eu', 'us', 'eu'])).toEqual([
    [
      [
        ['["eu"]', [{ fn: 'count-rows', count: 2 }]],
        ['["us"]', [{ fn: 'count-rows', count: 1 }]],
      ],
    ],
  ])
  expect(groupsWith([])).toEqual([[[]]])
})
