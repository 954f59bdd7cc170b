import { expect, test } from 'vitest'
import type { UsageFilter } from '../../../src/core/contracts/usage-filter.ts'
import type { AggregationType } from '../../../src/core/metering/metric.ts'
import { isReadable, filterSpans, planReads } from '../../../src/core/rating/plan-reads.ts'
import { lines, MARCH, rateEvents, unbilled } from '../../support/rate-events.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { at, catalog, metric, product, rate } from '../../support/terms.ts'
import type { TestEvent } from '../../support/usage.ts'

const filter = (startingAt: string, groupKey: string, ...groupValues: string[]): UsageFilter => ({
  startingAt: at(startingAt),
  groupKey,
  groupValues,
})

function use(day: string, value: string, properties: Record<string, string>): TestEvent {
  return { at: day, value, properties }
}

const FROM_START = [filter('2026-01-01', 'org', 'a', 'b')]

function aggregate(aggregationType: AggregationType, groupKeys = [['org']]) {
  return metric({ aggregationType, aggregationKey: 'n', groupKeys })
}

test('a filter holds until the next one; before the first there is none', () => {
  const filters = [filter('2026-03-10', 'org', 'a'), filter('2026-03-20', 'org', 'b')]
  expect(
    filterSpans(filters, MARCH).map((span) => [
      new Date(span.startMs).getUTCDate(),
      new Date(span.endMs).getUTCDate(),
      span.filter?.groupValues.join() ?? null,
    ]),
  ).toEqual([
    [1, 10, null],
    [10, 20, 'a'],
    [20, 1, 'b'],
  ])
})

test('without filters a query is read as it is', () => {
  const query = { metricId: 'metric', groupKey: null, boundaries: [MARCH.startMs, MARCH.endMs] }
  expect(planReads([query], new Map([['metric', metric()]]), [])).toEqual([
    { query, of: 0, firstWindow: 0, filter: null },
  ])
})

test('only usage that passes the filter is billed', () => {
  const terms = catalog({ metrics: [aggregate('COUNT')], rates: [rate()] })
  const events = ['a', 'b', 'c', 'A'].map((org) => use('2026-03-02', '1', { org }))
  expect(lines(rateEvents(terms, events, { terms: { usageFilters: FROM_START } }))).toEqual([
    'API calls 1..1: 2 × 1 = 2',
  ])
})

test('a maximum, a reading and a count of values are those of all that passes together', () => {
  const events = [
    use('2026-03-02', '5', { org: 'a' }),
    use('2026-03-03', '9', { org: 'c' }),
    use('2026-03-04', '7', { org: 'b' }),
    use('2026-03-05', '7', { org: 'a' }),
    use('2026-03-06', '5', { org: 'b' }),
    use('2026-03-07', '1', { org: 'c' }),
  ]
  const billed = (type: AggregationType) => {
    const terms = catalog({ metrics: [aggregate(type)], rates: [rate()] })
    return lines(rateEvents(terms, events, { terms: { usageFilters: FROM_START } }))
  }
  expect(billed('MAX')).toEqual(['API calls 1..1: 7 × 1 = 7'])
  expect(billed('LATEST')).toEqual(['API calls 1..1: 5 × 1 = 5'])
  expect(billed('UNIQUE')).toEqual(['API calls 1..1: 2 × 1 = 2'])
  expect(billed('SUM')).toEqual(['API calls 1..1: 24 × 1 = 24'])
})

test('a filter that changes within the period counts what passes from then on', () => {
  const usageFilters = [filter('2026-03-10', 'org', 'a'), filter('2026-03-20', 'org', 'b')]
  const terms = catalog({ metrics: [aggregate('COUNT')], rates: [rate()] })
  const events = ['2026-03-05', '2026-03-15', '2026-03-25'].flatMap((day, i) =>
    Array.from({ length: i + 1 }, () => ['a', 'b']).flatMap((orgs) =>
      orgs.map((org) => use(day, '1', { org })),
    ),
  )
  // Both of 5 March, two of a on the 15th, three of b on the 25th.
  expect(lines(rateEvents(terms, events, { terms: { usageFilters } }))).toEqual([
    'API calls 1..1: 7 × 1 = 7',
  ])
})

test('a filter on the pricing property leaves out values, and one beside it needs a compound key', () => {
  const byRegion = product({ state: { pricingGroupKey: ['region'] } })
  const metrics = [aggregate('COUNT', [['region'], ['region', 'org']])]
  const terms = catalog({ products: [byRegion], metrics, rates: [rate()] })
  const events = [
    use('2026-03-02', '1', { region: 'eu', org: 'a' }),
    use('2026-03-02', '1', { region: 'eu', org: 'c' }),
    use('2026-03-02', '1', { region: 'us', org: 'b' }),
  ]
  const billed = (usageFilters: UsageFilter[]) =>
    lines(rateEvents(terms, events, { terms: { usageFilters } }))
  expect(billed([filter('2026-01-01', 'region', 'us')])).toEqual(['API calls us 1..1: 1 × 1 = 1'])
  expect(billed(FROM_START)).toEqual([
    'API calls eu 1..1: 1 × 1 = 1',
    'API calls us 1..1: 1 × 1 = 1',
  ])
})

test('usage that cannot be told apart by the filter is not billed but told of', () => {
  const terms = catalog({ metrics: [metric()], rates: [rate()] })
  const rated = rateEvents(terms, [use('2026-03-02', '1', { org: 'a' })], {
    terms: { usageFilters: FROM_START },
  })
  expect(lines(rated)).toEqual([])
  expect(unbilled(rated)).toContain('not_filterable  1..1: 1')
  expect(isReadable(metric(), null, FROM_START)).toBe(false)
})

test('a filter that was replaced before the period leaves nothing unbilled', () => {
  const usageFilters = [filter('2026-01-01', 'team', 'x'), filter('2026-02-01', 'org', 'a')]
  const terms = catalog({ metrics: [aggregate('COUNT')], rates: [rate()] })
  const rated = rateEvents(terms, [use('2026-03-02', '1', { org: 'a' })], {
    terms: { usageFilters },
  })
  expect(lines(rated)).toEqual(['API calls 1..1: 1 × 1 = 1'])
})

test('a SQL metric that takes over from one that cannot be filtered is not billed for both', () => {
  const sum = sqlMetric('SELECT COUNT(*) AS value FROM events', 'sql')
  const swapped = product({
    updates: [
      { startingAt: at('2026-03-16'), billableMetricId: 'sql', createdAt: 0, createdBy: 'test' },
    ],
  })
  const terms = catalog({ products: [swapped], metrics: [metric(), sum], rates: [rate()] })
  const rated = rateEvents(terms, [use('2026-03-02', '1', { org: 'c' })], {
    terms: { usageFilters: FROM_START },
  })
  expect(lines(rated)).toEqual([])
  expect(unbilled(rated)).toEqual(['not_filterable  16..1: 1'])
})

test('a SQL metric is computed from the events that pass, whatever their property', () => {
  const sum = sqlMetric('SELECT MAX(properties.value) AS value FROM events')
  const hourly = product({ state: { sqlBreakdownGranularity: 'HOUR' } })
  const terms = catalog({ products: [hourly], metrics: [sum], rates: [rate()] })
  const events = [
    use('2026-03-02', '5', { org: 'a' }),
    use('2026-03-03', '9', { org: 'c' }),
    use('2026-03-25', '7', { org: 'b' }),
    use('2026-03-26', '8', { org: 'a' }),
  ]
  const billed = (usageFilters: UsageFilter[]) =>
    lines(rateEvents(terms, events, { terms: { usageFilters } }))
  expect(billed(FROM_START)).toEqual(['API calls 1..1: 8 × 1 = 8'])
  expect(billed([...FROM_START, filter('2026-03-20', 'org', 'b')])).toEqual([
    'API calls 1..1: 7 × 1 = 7',
  ])
})
