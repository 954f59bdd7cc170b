import { expect, test } from 'vitest'
import { verifyReadings } from '../../../src/core/invoices/verify-usage-readings.ts'
import { at, metric } from '../../support/terms.ts'

const query = { metricId: 'm', groupKey: null, boundaries: [at('2026-03-01'), at('2026-04-01')] }

/** The causes that are told where meters answer one count, and the log has another. */
function causes(fast: string | null, naive: string | null) {
  const rows = (state: string | null) => [state === null ? [] : [{ window: 0, group: [], state }]]
  const metrics = [metric({ id: 'm' })]
  const pair = { metrics, queries: [query], fast: rows(fast), naive: rows(naive) }
  return verifyReadings([pair]).map(({ expected, found, cause }) => [expected, found, cause])
}

test('usage that differs is told with what may be the cause', () => {
  expect(causes('3', '3')).toEqual([])
  expect(causes('3', '2')).toEqual([['2', '3', expect.stringContaining('add up to')]])
  expect(causes('3', null)).toEqual([[null, '3', expect.stringContaining('has no events')]])
  expect(causes(null, '2')).toEqual([['2', null, expect.stringContaining('have no usage')]])
})
