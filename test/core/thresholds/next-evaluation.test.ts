import { expect, test } from 'vitest'
import { MINUTE_MS } from '../../../src/core/time.ts'
import { firstEvaluation, nextEvaluation } from '../../../src/core/thresholds/next-evaluation.ts'
import { at } from '../../support/terms.ts'
import { prepaidThreshold, spendThreshold, thresholdCase } from '../../support/thresholds.ts'

const { contract } = thresholdCase({ spendThreshold: spendThreshold() })
const NOW = at('2026-03-20')

test('a contract with a threshold that is on is evaluated at once, and every three minutes', () => {
  expect(firstEvaluation(contract, NOW)).toBe(NOW)
  expect(nextEvaluation(contract, NOW)).toBe(NOW + 3 * MINUTE_MS)
  const recharged = thresholdCase({ prepaidThreshold: prepaidThreshold() }).contract
  expect(firstEvaluation(recharged, NOW)).toBe(NOW)
})

test('before its start it waits, and after its end or without a threshold that is on it is left alone', () => {
  const start = contract.startingAt
  const early = at('2025-12-01')
  expect([firstEvaluation(contract, early), nextEvaluation(contract, early)]).toEqual([
    start,
    start,
  ])
  const ended = { ...contract, endingBefore: NOW }
  expect(firstEvaluation(ended, NOW)).toBeNull()
  expect(nextEvaluation(ended, NOW - 3 * MINUTE_MS)).toBeNull()
  expect(nextEvaluation(ended, NOW - 3 * MINUTE_MS - 1)).toBe(NOW - 1)
  expect(firstEvaluation({ ...contract, archivedAt: 1 }, NOW)).toBeNull()
  expect(firstEvaluation(thresholdCase({}).contract, NOW)).toBeNull()
  const off = thresholdCase({ spendThreshold: spendThreshold({ isEnabled: false }) })
  expect(firstEvaluation(off.contract, NOW)).toBeNull()
})
