import { billingPeriodAt } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import { isCut } from '../contracts/cut-charges.ts'
import type { SpendSpecifier, SpendTracker } from '../contracts/spend-tracker.ts'
import { Decimal, sum, toText } from '../decimal.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Period } from '../time.ts'

export interface AccumulatedSpend {
  /** Decimal text. */
  amount: string
  period: Period
}

/** What a customer has bought. */
export interface Purchases {
  balances: readonly Balance[]
  /** The payments whose invoices are void; absent for none. */
  voidedChargeIds?: ReadonlySet<string>
}

/**
 * What a contract's commits have cost so far in the billing period of an instant, as far as a
 * tracker counts them (pricing 9.3): payments that fell due in it and are invoiced. One whose
 * invoice is void, or that an early end of the contract has cut off, costs nothing.
 * @param purchases of the contract's customer
 * @returns null when the contract has no period then
 */
export function accumulatedSpend(
  tracker: SpendTracker,
  contract: Contract,
  { balances, voidedChargeIds = new Set() }: Purchases,
  now: number,
): AccumulatedSpend | null {
  const period = billingPeriodAt(contract, now)
  if (period === null) return null
  const amounts = balances
    .filter((balance) => balance.archivedAt === null && isTracked(balance, tracker))
    .flatMap(({ payments }) => {
      if (payments === null || !payments.isInvoiced) return []
      const { contractId, schedule } = payments
      if (contractId !== contract.id || schedule.creditTypeId !== tracker.creditTypeId) return []
      return schedule.items
        .filter(({ at }) => period.startMs <= at && at <= now)
        .filter((item) => !voidedChargeIds.has(item.id) && !isCut(contract.terms, item))
    })
    .map(({ amount }) => new Decimal(amount))
  return { amount: toText(sum(amounts)), period }
}

function isTracked(balance: Balance, { specifiers }: SpendTracker): boolean {
  const isBought = balance.type !== 'CREDIT' && balance.recurringId === undefined
  return isBought && specifiers.some((specifier) => fits(balance, specifier))
}

function fits(
  { threshold, countsAsDiscounted = false }: Balance,
  { sources, discounted = 'ANY' }: SpendSpecifier,
): boolean {
  if (!sources.includes(threshold === undefined ? 'MANUAL' : 'THRESHOLD_RECHARGE')) return false
  return discounted === 'ANY' || countsAsDiscounted === (discounted === 'DISCOUNTED_ONLY')
}
