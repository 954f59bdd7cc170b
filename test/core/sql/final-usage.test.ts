import { expect, test } from 'vitest'
import { toText } from '../../../src/core/decimal.ts'
import type { UsageEvent } from '../../../src/core/metering/event.ts'
import { Budget } from '../../../src/core/sql/run/budget.ts'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { batchOf } from '../../../src/core/sql/run/event-batch.ts'
import { finalUsage, readFinal } from '../../../src/core/sql/final-usage.ts'
import { sqlValues } from '../../../src/core/sql/measure-usage.ts'
import { FragmentScan } from '../../../src/core/sql/run/scan-fragment.ts'
import { scanUsage, windowsOf } from '../../../src/core/sql/scan-usage.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, eventOf } from '../metering/builders.ts'

const BOUNDARIES = ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'].map((day) =>
  at(`${day}T00:00:00Z`),
)
const EVENTS: UsageEvent[] = [
  ['2026-03-01T10:00:00Z', { zone: 'eu', user: 'a', n: '1.50' }],
  ['2026-03-01T11:00:00Z', { zone: 'eu', user: 'b', n: '2' }],
  ['2026-03-01T12:00:00Z', { user: 'a', n: '1000000000000000000000000000000.1' }],
  ['2026-03-03T10:00:00Z', { zone: 'us', user: 'c', n: 'none' }],
].map(([timestamp, properties], i) =>
  eventOf({
    transactionId: `t${i}`,
    timestamp: timestamp as string,
    properties: properties as Record<string, unknown>,
  }),
)

/** The result as a meter computes it, and as it is computed of what meters found. */
function bothWays(sql: string, groupKey: string[] | null) {
  const { plan } = sqlMetric(sql)
  const question = { groupKey, boundaries: BOUNDARIES }
  const options = {
    boundariesMs: BOUNDARIES,
    budget: new Budget(),
    diagnostics: new Diagnostics(),
  }
  const scans = plan.fragments.map((fragment) => new FragmentScan(fragment, options))
  for (const scan of scans) scan.add(batchOf(EVENTS))
  const final = finalUsage(plan, groupKey, windowsOf(plan, scans, BOUNDARIES.length - 1))
  const texts = (usage: Parameters<typeof sqlValues>[2]) =>
    sqlValues(plan, question, usage).map(({ group, values }) => [
      group,
      values.map((value) => value && toText(value)),
    ])
  return { final: texts(final), otherwise: texts(scanUsage(plan, BOUNDARIES, EVENTS)) }
}

test('a window without events has no result; a sum of nothing is NULL there', () => {
  const { final, otherwise } = bothWays(
    'SELECT SUM(properties.n) AS value, properties.zone FROM events GROUP BY zone',
    ['zone'],
  )
  expect(final).toEqual([
    [['eu'], ['3.5', null, null]],
    [['us'], [null, null, null]],
    [[null], ['1000000000000000000000000000000.1', null, null]],
  ])
  expect(otherwise).toEqual(final)
})

test('a meter that has all events gives the result that is computed of what meters found', () => {
  const nested =
    "SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY n) AS value, zone FROM (SELECT DATE_TRUNC('hour', timestamp) AS hour, properties.zone AS zone, COUNT(DISTINCT properties.user) AS n FROM events GROUP BY hour, zone) GROUP BY zone"
  const raw =
    'SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY properties.n) AS value FROM events'
  const joined =
    'SELECT SUM(a.n * b.n) AS value FROM (SELECT properties.zone AS zone, COUNT(*) AS n FROM events GROUP BY zone) a JOIN (SELECT properties.zone AS zone, COUNT(DISTINCT properties.user) AS n FROM events GROUP BY zone) b ON a.zone = b.zone'
  for (const [sql, groupKey] of [
    [nested, ['zone']],
    [nested, null],
    [raw, null],
    [joined, null],
  ] as const) {
    const { final, otherwise } = bothWays(sql, groupKey && [...groupKey])
    expect(final).not.toEqual([])
    expect(final).toEqual(otherwise)
  }
})

test('what meters found is no result', () => {
  const { plan } = sqlMetric('SELECT COUNT(*) AS value FROM events')
  expect(readFinal(scanUsage(plan, BOUNDARIES, EVENTS))).toBeNull()
  expect(readFinal([])).toBeNull()
})
