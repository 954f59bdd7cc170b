import { expect, test } from 'vitest'
import { Diagnostics } from '../../../src/core/sql/values/diagnostics.ts'
import { previewRows } from '../../../src/core/sql/preview-rows.ts'
import { scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, eventOf } from '../metering/builders.ts'

const RANGE = ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'].map(at)

function preview(sql: string, events: Record<string, unknown>[], properties: string[]) {
  const { plan } = sqlMetric(sql)
  const usage = scanUsage(
    plan,
    RANGE,
    events.map((event, i) =>
      eventOf({ transactionId: `t${i}`, timestamp: '2026-03-01T10:30:00Z', properties: event }),
    ),
  )
  const diagnostics = new Diagnostics()
  diagnostics.badText('badNumbers', 'n/a')
  return previewRows(plan, {
    usage,
    diagnostics: [diagnostics.counts(), diagnostics.counts()],
    properties: new Set(properties),
  })
}

test('rows have the quantity and the other columns as text, in their order', () => {
  const sql =
    "SELECT date_trunc('hour', timestamp) AS hour, SUM(properties.n) / 3 AS value, properties.zone FROM events GROUP BY 1, zone"
  const { rows, warnings } = preview(sql, [{ n: 1, zone: 'eu' }, { n: 2 }], ['n', 'zone'])
  expect(rows.toSorted((a, b) => (a.value! < b.value! ? -1 : 1))).toEqual(
    [
      {
        value: '0.333333333333333333333333333333333',
        keys: ['2026-03-01T10:00:00.000Z', 'eu'],
      },
      {
        value: '0.6666666666666666666666666666666667',
        keys: ['2026-03-01T10:00:00.000Z', null],
      },
    ].map((row) => ({ ...row, value: expect.stringMatching(`^${row.value.slice(0, 30)}`) })),
  )
  expect(warnings).toEqual([
    'Values that are no number where one is needed, and count as NULL: 2 ("n/a").',
  ])
})

test('properties that no event has, and columns of very many values, are pointed out', () => {
  const sql =
    'SELECT COUNT(*) AS value, properties.user FROM events WHERE properties.zonee IS NULL GROUP BY user'
  const events = Array.from({ length: 1_001 }, (_, i) => ({ user: `u${i}` }))
  const { rows, warnings } = preview(sql, events, ['user'])
  expect(rows).toHaveLength(1_001)
  expect(warnings.slice(0, 1)).toEqual(['No event that was read has the property "zonee".'])
  expect(warnings.at(-1)).toBe(
    'The column "user" has 1001 values; a group key should have at most 1000.',
  )
})
