import type { PrepaidThreshold } from '../contracts/prepaid-threshold.ts'
import {
  THRESHOLD_PRIORITY,
  type SpendThreshold,
  type ThresholdCommit,
  type ThresholdDiscount,
} from '../contracts/spend-threshold.ts'
import type { Applicability } from '../ledger/balance.ts'

/** Members that are absent stay as they are; null takes away what is there. */
export interface SpendThresholdUpdate {
  isEnabled?: boolean
  thresholdAmount?: string
  commit?: CommitUpdate
  paymentGate?: SpendThreshold['paymentGate']
  discount?: DiscountUpdate | null
}

export interface PrepaidThresholdUpdate extends Omit<SpendThresholdUpdate, 'commit'> {
  rechargeToAmount?: string
  customCreditTypeId?: string | null
  commit?: CommitUpdate & { [Member in keyof Applicability]?: Applicability[Member] | null }
  balanceSpecifiers?: PrepaidThreshold['balanceSpecifiers'] | null
}

export interface CommitUpdate {
  productId?: string
  name?: string
  description?: string
  /** Null: the usual one. */
  priority?: string | null
}

/** Without a fraction there is no discount, so null takes all of it away. */
export interface DiscountUpdate {
  paymentFraction?: string | null
  cap?: ThresholdDiscount['cap'] | null
}

/** The threshold as an update leaves it (pricing 11). */
export function updateSpendThreshold(
  threshold: SpendThreshold,
  update: SpendThresholdUpdate,
): SpendThreshold {
  return {
    ...updateSale(threshold, update),
    commit: updateCommit(threshold.commit, update.commit ?? {}),
  }
}

export function updatePrepaidThreshold(
  threshold: PrepaidThreshold,
  update: PrepaidThresholdUpdate,
): PrepaidThreshold {
  const { productIds, productTags, specifiers, ...commit } = update.commit ?? {}
  const { applicability } = threshold.commit
  return {
    ...updateSale(threshold, update),
    rechargeToAmount: update.rechargeToAmount ?? threshold.rechargeToAmount,
    customCreditTypeId: updated(threshold.customCreditTypeId, update.customCreditTypeId),
    commit: {
      ...updateCommit(threshold.commit, commit),
      applicability: {
        productIds: updated(applicability.productIds, productIds),
        productTags: updated(applicability.productTags, productTags),
        specifiers: updated(applicability.specifiers, specifiers),
      },
    },
    balanceSpecifiers: updated(threshold.balanceSpecifiers, update.balanceSpecifiers),
  }
}

function updateSale(
  threshold: Omit<SpendThreshold, 'commit'>,
  update: Omit<SpendThresholdUpdate, 'commit'>,
): Omit<SpendThreshold, 'commit'> {
  return {
    isEnabled: update.isEnabled ?? threshold.isEnabled,
    thresholdAmount: update.thresholdAmount ?? threshold.thresholdAmount,
    paymentGate: update.paymentGate ?? threshold.paymentGate,
    discount: updateDiscount(threshold.discount, update.discount),
  }
}

function updateCommit(commit: ThresholdCommit, update: CommitUpdate): ThresholdCommit {
  const priority = update.priority === null ? THRESHOLD_PRIORITY : update.priority
  return {
    productId: update.productId ?? commit.productId,
    name: update.name ?? commit.name,
    description: update.description ?? commit.description,
    priority: priority ?? commit.priority,
  }
}

/** A cap that comes without a fraction where there is none has a discount of nothing. */
function updateDiscount(
  discount: ThresholdDiscount | undefined,
  update: DiscountUpdate | null | undefined,
): ThresholdDiscount | undefined {
  if (update === undefined) return discount
  const paymentFraction = update?.paymentFraction
  if (update === null || paymentFraction === null) return undefined
  return {
    paymentFraction: paymentFraction ?? discount?.paymentFraction ?? '1',
    cap: updated(discount?.cap, update.cap),
  }
}

function updated<T>(value: T | undefined, update: T | null | undefined): T | undefined {
  return update === undefined ? value : (update ?? undefined)
}
