import type { UsageEvent } from '../../../src/core/metering/event.ts'
import type { StreamingMetric } from '../../../src/core/metering/metric.ts'
import { parseTimestamp } from '../../../src/core/time.ts'

/** The instant that a timestamp denotes, in epoch milliseconds. */
export function at(timestamp: string): number {
  return parseTimestamp(timestamp)!.ms
}

export function metricOf(part: Partial<StreamingMetric>): StreamingMetric {
  return {
    id: 'metric',
    name: 'Metric',
    aggregationType: 'COUNT',
    propertyFilters: [],
    groupKeys: [],
    ...part,
  }
}

export function eventOf(
  part: Partial<Omit<UsageEvent, 'timestampMs' | 'subMs'>> & { timestamp?: string } = {},
): UsageEvent {
  const { timestamp = '2026-03-02T00:00:00Z', ...rest } = part
  const { ms, subMs } = parseTimestamp(timestamp)!
  return {
    transactionId: 't1',
    ingestId: 'acme',
    eventType: 'call',
    timestampMs: ms,
    subMs,
    ...rest,
  }
}
