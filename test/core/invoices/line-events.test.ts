import { expect, test } from 'vitest'
import type { UsageLine } from '../../../src/core/invoices/invoice.ts'
import { countPlan, selectLineEvents } from '../../../src/core/invoices/line-events.ts'
import type { BillableMetric } from '../../../src/core/metering/metric.ts'
import { previewRows } from '../../../src/core/sql/preview-rows.ts'
import type { PropertyCondition } from '../../../src/core/sql/run/restrict-fragment.ts'
import { scanUsage } from '../../../src/core/sql/scan-usage.ts'
import { MARCH } from '../../support/rate-events.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, metric } from '../../support/terms.ts'

const EVENTS = [
  { type: 'use', properties: { region: 'eu', size: '3' } },
  { type: 'use', properties: { region: 'us' } },
  { type: 'test', properties: { region: 'eu', size: '5' } },
  { type: 'use', properties: { size: '5' } },
].map(({ type, properties }, i) => ({
  transactionId: String(i),
  ingestId: 'acme',
  eventType: type,
  timestampMs: at('2026-03-02'),
  subMs: '',
  properties,
}))

function count(of: BillableMetric, conditions: PropertyCondition[] = []): string | null {
  const plan = countPlan(of, conditions)
  const usage = scanUsage(plan, [MARCH.startMs, MARCH.endMs], EVENTS)
  const notes = { diagnostics: [], properties: new Set<string>() }
  return previewRows(plan, { usage, ...notes }).rows[0]!.value
}

test('events are counted that feed the metric and have the values', () => {
  expect(count(metric())).toBe('4')
  expect(count(metric({ eventTypeFilter: { inValues: ['use'] } }))).toBe('3')
  expect(count(metric({ eventTypeFilter: { notInValues: ['use'] } }))).toBe('1')
  expect(count(metric({ groupKeys: [['region']] }))).toBe('3')
  expect(count(metric(), [{ property: 'region', values: ['eu'] }])).toBe('2')
  expect(count(metric(), [{ property: 'region', values: [] }])).toBe('0')
})

test('all kinds of filters of a metric are honoured', () => {
  const filtered = (filter: object) =>
    count(metric({ propertyFilters: [{ name: 'size', ...filter }] }))
  expect(filtered({ exists: true })).toBe('3')
  expect(filtered({ exists: false })).toBe('1')
  expect(filtered({ inValues: ['5'] })).toBe('2')
  expect(filtered({ notInValues: ['5'] })).toBe('2')
  expect(filtered({ inValues: [] })).toBe('0')
})

test("of a SQL metric those are counted that pass the query's own filter", () => {
  const own = sqlMetric("SELECT SUM(properties.size) AS value FROM events WHERE event_type = 'use'")
  expect(count(own)).toBe('3')
  expect(count(own, [{ property: 'region', values: ['eu'] }])).toBe('1')
})

const LINE = {
  startingAt: at('2026-03-10'),
  endingBefore: at('2026-03-20'),
  pricingGroupValues: { region: 'eu' },
  presentationGroupValues: { team: 'a' },
  derivation: { metricId: 'metric', rateId: 'rate', increments: [] },
} as unknown as UsageLine
const INVOICE = { startingAt: MARCH.startMs }

test('a line has the events of its time with its values', () => {
  expect(selectLineEvents(INVOICE, LINE, metric())).toEqual([
    {
      startMs: LINE.startingAt,
      endMs: LINE.endingBefore,
      conditions: [
        { property: 'team', values: ['a'] },
        { property: 'region', values: ['eu'] },
      ],
    },
  ])
})

test("of a SQL metric it has all since the period's start, and filters divide its time", () => {
  const usageFilters = ['2026-01-01', '2026-03-15'].map((day) => ({
    groupKey: 'org',
    groupValues: [day],
    startingAt: at(day),
  }))
  const derivation = { ...LINE.derivation, pricing: { usageFilters } }
  const sql = sqlMetric('SELECT COUNT(*) AS value FROM events')
  const line = { ...LINE, derivation } as unknown as UsageLine
  expect(selectLineEvents(INVOICE, line, sql)).toEqual([
    {
      startMs: MARCH.startMs,
      endMs: at('2026-03-15'),
      conditions: [{ property: 'org', values: ['2026-01-01'] }],
    },
    {
      startMs: at('2026-03-15'),
      endMs: LINE.endingBefore,
      conditions: [{ property: 'org', values: ['2026-03-15'] }],
    },
  ])
})
