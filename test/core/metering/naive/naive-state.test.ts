import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeState } from '../../../../src/core/metering/aggregate.ts'
import { AGGREGATION_TYPES } from '../../../../src/core/metering/metric.ts'
import { previewUsage } from '../../../../src/core/metering/preview-usage.ts'
import { storedEvent } from '../../../../src/core/metering/event.ts'
import { parseJson } from '../../../../src/core/json-number.ts'
import { emptyTally } from '../../../../src/core/metering/naive/naive-tally.ts'
import { tallyState } from '../../../../src/core/metering/naive/naive-state.ts'
import { NaiveUsage } from '../../../../src/core/metering/naive/naive-usage.ts'
import { at, metricOf } from '../builders.ts'
import { readAll, sent } from './stored-events.ts'

const boundaries = ['2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z'].map(at)

test('states of the same usage have the same texts as those that meters answer', () => {
  const value = fc.oneof(
    fc.constantFrom('0.10', '-0', '1e3', '1.50', '007', 'n/a', '.5'),
    fc.integer(),
  )
  const time = fc.constantFrom(
    '02T10:00:00Z',
    '02T10:00:00.12345Z',
    '03T01:00:00.5Z',
    '03T23:00:00Z',
  )
  const events = fc.array(fc.tuple(value, time), { maxLength: 8 })
  fc.assert(
    fc.property(fc.constantFrom(...AGGREGATION_TYPES), events, (aggregationType, values) => {
      const metric = metricOf({
        aggregationType,
        aggregationKey: 'v',
        propertyFilters: [{ name: 'v', exists: true }],
      })
      const raw = JSON.stringify(
        values.map(([v, on], i) =>
          sent({ transaction_id: `t${i}`, timestamp: `2026-03-${on}`, properties: { v } }),
        ),
      )
      const naive = new NaiveUsage({
        ingestIds: new Set(['acme']),
        lifetimeMs: 1,
        questions: [{ metric, groupKey: null, boundaries }],
      })
      for (const event of readAll(raw)) naive.add(event, 0)
      const query = { metricId: metric.id, groupKey: null, boundaries }
      const fast = previewUsage(metric, query, (parseJson(raw) as unknown[]).map(storedEvent))
      const byWindow = (a: { window: number }, b: { window: number }) => a.window - b.window
      expect(naive.usage()[0]!.toSorted(byWindow)).toEqual(fast.toSorted(byWindow))
    }),
  )
})

test('of nothing, a state is that of nothing', () => {
  expect(tallyState('COUNT', emptyTally())).toBe('0')
  expect(tallyState('SUM', emptyTally())).toBe('0')
  expect(tallyState('MAX', emptyTally())).toBe(encodeState({ type: 'MAX', max: null }))
  expect(tallyState('LATEST', emptyTally())).toBe('')
  expect(tallyState('UNIQUE', emptyTally())).toBe('[]')
})
