import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWrittenJson } from '../../../src/core/json-number.ts'
import { storedEvent } from '../../../src/core/metering/event.ts'
import { feedSegment } from '../../../src/core/metering/feed-segment.ts'
import { matcherOf } from '../../../src/core/metering/match-event.ts'
import { encodeSegment } from '../../../src/core/metering/segment.ts'
import { Segment } from '../../../src/core/metering/segment-reader.ts'
import { sqlMetric } from '../../support/sql-metric.ts'
import { metricOf } from './builders.ts'
import { CODEC, entriesOf } from './segment-builder.ts'

const METRICS = [
  metricOf({ eventTypeFilter: { inValues: ['call'] } }),
  metricOf({ eventTypeFilter: { notInValues: ['call'] }, groupKeys: [['zone']] }),
  metricOf({ propertyFilters: [{ name: 'n', inValues: ['1'] }] }),
  metricOf({ propertyFilters: [{ name: 'zone', exists: false }] }),
  sqlMetric("SELECT count() AS value FROM events WHERE properties.n > 1 AND event_type = 'page'"),
]

const event = fc.record({
  transaction_id: fc.uuid(),
  customer_id: fc.constant('acme'),
  event_type: fc.constantFrom('call', 'page', 'ring'),
  timestamp: fc.constant('2026-03-02T10:00:00Z'),
  properties: fc.oneof(
    fc.constant(undefined),
    fc.record(
      { n: fc.constantFrom('1', 2, null), zone: fc.constantFrom('eu', 1) },
      { requiredKeys: [] },
    ),
  ),
})

test('a segment tells by its columns which events feed a metric, as they would one by one', () => {
  const metrics = fc.subarray(METRICS)
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 12 }), metrics, (events, some) => {
      const texts = JSON.stringify(events)
      const written = parseWrittenJson(texts) as object[]
      const segment = new Segment(encodeSegment(entriesOf(written), CODEC), CODEC)
      const matchers = some.map(matcherOf)
      const expected = (JSON.parse(texts) as object[])
        .map(storedEvent)
        .map((each) => (matchers.some((matcher) => matcher.unmet(each) === null) ? 1 : 0))
      expect([...feedSegment(segment, some)]).toEqual(expected)
    }),
  )
})
