import {
  addContribution,
  encodeState,
  emptyState,
  type AggregateState,
} from '../../src/core/metering/aggregate.ts'
import {
  isSqlMetric,
  type BillableMetric,
  type StreamingMetric,
} from '../../src/core/metering/metric.ts'
import type { UsageQuery, UsageReading, WindowUsage } from '../../src/core/metering/usage.ts'
import type { UsageEvent } from '../../src/core/metering/event.ts'
import { scanUsage } from '../../src/core/sql/scan-usage.ts'
import { at } from './terms.ts'

/** An event of a test: when it happened, what it counts, and its properties. */
export interface TestEvent {
  at: string
  value?: string
  properties?: Record<string, string>
}

/** What a meter that holds these events answers to some queries. */
export function answer(
  queries: UsageQuery[],
  metrics: BillableMetric[],
  events: TestEvent[],
): UsageReading {
  const usage = queries.map((query) => {
    const metric = metrics.find(({ id }) => id === query.metricId)
    if (metric === undefined) throw new Error(`No metric ${query.metricId}`)
    if (isSqlMetric(metric)) {
      const { boundaries, eventFilter } = query
      return scanUsage(metric.plan, boundaries, events.map(toEvent), eventFilter)
    }
    return windowUsage(query, metric, events)
  })
  return { cut: { configVersion: 1, positions: { meter: events.length } }, usage }
}

function toEvent({ at: text, value, properties }: TestEvent, i: number): UsageEvent {
  return {
    transactionId: String(i).padStart(6, '0'),
    ingestId: 'customer',
    eventType: 'use',
    timestampMs: at(text),
    subMs: '',
    properties: { value, ...properties },
  }
}

function windowUsage(
  query: UsageQuery,
  { aggregationType }: StreamingMetric,
  events: TestEvent[],
): WindowUsage[] {
  const states = new Map<string, AggregateState>()
  events.forEach((event, i) => {
    const timestampMs = at(event.at)
    const window = query.boundaries.findLastIndex((boundary) => boundary <= timestampMs)
    if (window < 0 || window === query.boundaries.length - 1) return
    const group = (query.groupKey ?? []).map((name) => event.properties?.[name] ?? '')
    const key = JSON.stringify([window, group])
    const state = states.get(key) ?? emptyState(aggregationType)
    const transactionId = String(i).padStart(6, '0')
    addContribution(state, event.value ?? '', {
      transactionId,
      ingestId: 'customer',
      eventType: 'use',
      timestampMs,
      subMs: '',
      properties: event.properties ?? {},
    })
    states.set(key, state)
  })
  return [...states].map(([key, state]) => {
    const [window, group] = JSON.parse(key) as [number, string[]]
    return { window, group, state: encodeState(state) }
  })
}
