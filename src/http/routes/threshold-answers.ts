import { z } from '@hono/zod-openapi'
import { FILTERED_ENTITIES, type PrepaidThreshold } from '../../core/contracts/prepaid-threshold.ts'
import type {
  SpendThreshold,
  ThresholdCommit,
  ThresholdDiscount,
} from '../../core/contracts/spend-threshold.ts'
import type { SpendTracker } from '../../core/contracts/spend-tracker.ts'
import { jsonNumber } from '../../core/json-number.ts'
import type { AccumulatedSpend } from '../../core/thresholds/accumulated-spend.ts'
import type { ThresholdTerms } from '../../core/thresholds/check-thresholds.ts'
import type { ThresholdChanges } from '../../core/thresholds/edit-thresholds.ts'
import { Id } from '../schemas.ts'
import { ApplicabilityBody, toApiApplicability } from './commit-answers.ts'
import { PaymentGateBody, toApiPaymentGate } from './payment-gate-bodies.ts'
import { SpendTrackerBody, toApiSpendTracker } from './spend-tracker-bodies.ts'

const CommitFields = {
  product_id: Id,
  name: z.string().optional(),
  description: z.string().optional(),
  priority: z.number(),
}

const SaleFields = {
  is_enabled: z.boolean(),
  threshold_amount: z.number(),
  payment_gate_config: PaymentGateBody,
  discount_configuration: z
    .object({
      payment_fraction: z.number(),
      cap: z.object({ spend_tracker_alias: z.string(), amount: z.number() }).optional(),
    })
    .optional(),
}

const SpendThresholdBody = z
  .object({ ...SaleFields, commit: z.object(CommitFields) })
  .openapi('SpendThreshold')

const PrepaidThresholdBody = z
  .object({
    ...SaleFields,
    recharge_to_amount: z.number(),
    custom_credit_type_id: Id.optional(),
    commit: z.object({ ...CommitFields, ...ApplicabilityBody }),
    threshold_balance_specifiers: z
      .array(
        z.object({
          exclude: z.array(
            z.object({
              custom_field_filters: z.array(
                z.object({ entity: z.enum(FILTERED_ENTITIES), key: z.string(), value: z.string() }),
              ),
            }),
          ),
        }),
      )
      .optional(),
  })
  .openapi('PrepaidBalanceThreshold')

function toApiSpendThreshold(threshold: SpendThreshold): z.input<typeof SpendThresholdBody> {
  return { ...toApiSale(threshold), commit: toApiThresholdCommit(threshold.commit) }
}

function toApiPrepaidThreshold(threshold: PrepaidThreshold): z.input<typeof PrepaidThresholdBody> {
  const { rechargeToAmount, customCreditTypeId, commit, balanceSpecifiers } = threshold
  return {
    ...toApiSale(threshold),
    recharge_to_amount: jsonNumber(rechargeToAmount),
    custom_credit_type_id: customCreditTypeId,
    commit: { ...toApiThresholdCommit(commit), ...toApiApplicability(commit.applicability) },
    threshold_balance_specifiers: balanceSpecifiers?.map(({ exclude }) => ({
      exclude: exclude.map(({ fieldFilters }) => ({ custom_field_filters: fieldFilters })),
    })),
  }
}

/** The thresholds and trackers of a contract or package, as they are answered. */
export const ThresholdBodies = {
  spend_threshold_configuration: SpendThresholdBody.optional(),
  prepaid_balance_threshold_configuration: PrepaidThresholdBody.optional(),
  spend_trackers: z.array(SpendTrackerBody).optional(),
}

/** @param accumulated what a tracker has so far; absent where that is not known */
export function toApiThresholds(
  { spendThreshold, prepaidThreshold, spendTrackers }: ThresholdTerms,
  accumulated?: (tracker: SpendTracker) => AccumulatedSpend | null,
) {
  return {
    spend_threshold_configuration: spendThreshold && toApiSpendThreshold(spendThreshold),
    prepaid_balance_threshold_configuration:
      prepaidThreshold && toApiPrepaidThreshold(prepaidThreshold),
    spend_trackers: spendTrackers?.map((tracker) =>
      toApiSpendTracker(tracker, accumulated?.(tracker)),
    ),
  }
}

/** What an edit changed of thresholds and trackers; an update shows all of the threshold. */
export const ThresholdEditBodies = {
  add_spend_threshold_configuration: SpendThresholdBody.optional(),
  update_spend_threshold_configuration: SpendThresholdBody.optional(),
  add_prepaid_balance_threshold_configuration: PrepaidThresholdBody.optional(),
  update_prepaid_balance_threshold_configuration: PrepaidThresholdBody.optional(),
  add_spend_trackers: z.array(SpendTrackerBody).optional(),
  archive_spend_trackers: z.array(z.string()).optional(),
}

export function toApiThresholdEdit(changes: ThresholdChanges) {
  const added = toApiThresholds({
    spendThreshold: changes.addSpendThreshold,
    prepaidThreshold: changes.addPrepaidThreshold,
    spendTrackers: changes.addSpendTrackers,
  })
  const updated = toApiThresholds({
    spendThreshold: changes.updateSpendThreshold,
    prepaidThreshold: changes.updatePrepaidThreshold,
  })
  return {
    add_spend_threshold_configuration: added.spend_threshold_configuration,
    update_spend_threshold_configuration: updated.spend_threshold_configuration,
    add_prepaid_balance_threshold_configuration: added.prepaid_balance_threshold_configuration,
    update_prepaid_balance_threshold_configuration: updated.prepaid_balance_threshold_configuration,
    add_spend_trackers: added.spend_trackers,
    archive_spend_trackers: changes.archiveSpendTrackers,
  }
}

function toApiSale(threshold: Omit<SpendThreshold, 'commit'>) {
  const { isEnabled, thresholdAmount, paymentGate, discount } = threshold
  return {
    is_enabled: isEnabled,
    threshold_amount: jsonNumber(thresholdAmount),
    payment_gate_config: toApiPaymentGate(paymentGate),
    discount_configuration: discount && toApiDiscount(discount),
  }
}

function toApiThresholdCommit({ productId, name, description, priority }: ThresholdCommit) {
  return { product_id: productId, name, description, priority: jsonNumber(priority) }
}

function toApiDiscount({ paymentFraction, cap }: ThresholdDiscount) {
  return {
    payment_fraction: jsonNumber(paymentFraction),
    cap: cap && { spend_tracker_alias: cap.spendTrackerAlias, amount: jsonNumber(cap.amount) },
  }
}
