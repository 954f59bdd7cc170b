import type { PrepaidThreshold } from '../../src/core/contracts/prepaid-threshold.ts'
import type { SpendThreshold } from '../../src/core/contracts/spend-threshold.ts'
import type { SpendTracker } from '../../src/core/contracts/spend-tracker.ts'
import { USD } from '../../src/core/currency.ts'
import type { ThresholdTerms } from '../../src/core/thresholds/check-thresholds.ts'
import type { ThresholdCase } from '../../src/core/thresholds/threshold-commit.ts'
import { MINUTE_MS } from '../../src/core/time.ts'
import { at, contract } from './terms.ts'

/** Builders of thresholds for tests; amounts are US cents: $100 of spend, $5 of balance. */

export function spendThreshold(options: Partial<SpendThreshold> = {}): SpendThreshold {
  return {
    isEnabled: true,
    thresholdAmount: '10000',
    commit: { productId: 'top-up', priority: '100' },
    paymentGate: { type: 'NONE' },
    ...options,
  }
}

export function prepaidThreshold(options: Partial<PrepaidThreshold> = {}): PrepaidThreshold {
  return {
    ...spendThreshold(),
    thresholdAmount: '500',
    rechargeToAmount: '5000',
    commit: { productId: 'top-up', priority: '100', applicability: {} },
    ...options,
  }
}

export function spendTracker(options: Partial<SpendTracker> = {}): SpendTracker {
  return {
    alias: 'top-ups',
    creditTypeId: USD.id,
    resetFrequency: 'BILLING_PERIOD',
    specifiers: [{ spendType: 'COMMIT_PURCHASE', sources: ['THRESHOLD_RECHARGE', 'MANUAL'] }],
    ...options,
  }
}

/** Some thresholds of the contract since January, on 20 March, half past ten. */
export function thresholdCase(
  terms: ThresholdTerms,
  options: Partial<ThresholdCase> = {},
): ThresholdCase {
  const made = contract()
  return {
    contract: { ...made, terms: { ...made.terms, ...terms } },
    fiatCreditTypeId: USD.id,
    balances: [],
    failed: { SPEND: 0, PREPAID: 0 },
    now: at('2026-03-20T10') + 30 * MINUTE_MS,
    ...options,
  }
}
