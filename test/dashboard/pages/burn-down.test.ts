import { expect, test } from 'vitest'
import { burnDown, sampleBurnDown } from '../../../src/dashboard/pages/customers/burn-down.ts'

const LEDGER = [
  { type: 'CREDIT_AUTOMATED_INVOICE_DEDUCTION', timestamp: '2026-01-03T00:00:00Z', amount: -0.1 },
  { type: 'CREDIT_SEGMENT_START', timestamp: '2026-01-01T00:00:00Z', amount: 0.3 },
  { type: 'CREDIT_EXPIRATION', timestamp: '2026-01-03T00:00:00Z', amount: -0.2 },
]

test('what is left is the exact sum of the entries until then, those of one instant together', () => {
  expect(burnDown(LEDGER).map(({ at, left }) => [at.toISOString().slice(0, 10), left])).toEqual([
    ['2026-01-01', '0.3'],
    ['2026-01-03', '0'],
  ])
})

test('a chart has a point for each day until today', () => {
  const samples = sampleBurnDown(burnDown(LEDGER), new Date('2026-01-04T12:00:00Z'))
  expect(samples.map(({ left }) => left)).toEqual(['0.3', '0.3', '0', '0', '0'])
})
