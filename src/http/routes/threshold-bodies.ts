import { z } from '@hono/zod-openapi'
import { FILTERED_ENTITIES, type PrepaidThreshold } from '../../core/contracts/prepaid-threshold.ts'
import {
  THRESHOLD_PRIORITY,
  type SpendThreshold,
  type ThresholdDiscount,
} from '../../core/contracts/spend-threshold.ts'
import type { Applicability } from '../../core/ledger/balance.ts'
import { SPEND_TRACKERS_MAX } from '../../core/thresholds/check-thresholds.ts'
import { editsThresholds, type ThresholdEdits } from '../../core/thresholds/edit-thresholds.ts'
import type {
  DiscountUpdate,
  PrepaidThresholdUpdate,
  SpendThresholdUpdate,
} from '../../core/thresholds/update-threshold.ts'
import { DecimalNumber, Id, NonNegativeDecimal } from '../schemas.ts'
import { ApplicabilityFields, fromApiBalanceSpecifier } from './commit-bodies.ts'
import { NewPaymentGate } from './payment-gate-bodies.ts'
import { NewSpendTrackers } from './spend-tracker-bodies.ts'

const LIST_MAX = 1_000

const IsEnabled = z.boolean().openapi({
  description: 'While false, nothing is sold. Setting it to true evaluates the contract at once.',
})

const CommitFields = {
  product_id: Id.openapi({ description: 'Of type FIXED.' }),
  name: z.string().optional(),
  description: z.string().optional(),
  priority: DecimalNumber.optional().openapi({ description: '100 if omitted.' }),
}

const CommitChanges = {
  product_id: Id.optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  priority: DecimalNumber.nullish(),
}

const Cap = z
  .object({ spend_tracker_alias: z.string().min(1), amount: NonNegativeDecimal })
  .transform(({ spend_tracker_alias, amount }) => ({
    spendTrackerAlias: spend_tracker_alias,
    amount,
  }))
  .openapi({
    description: 'Once the tracker has this much in a period, the rest of it has no discount.',
  })

/** The guides call the discount `discount_config`, and its fraction `fraction`. */
const NewDiscount = z
  .object({
    payment_fraction: DecimalNumber.optional().openapi({
      description: 'The part of the price that is paid: 0.85 is a discount of 15 %.',
    }),
    fraction: DecimalNumber.optional().openapi({ description: 'The same as payment_fraction.' }),
    cap: Cap.optional(),
  })
  .transform(({ payment_fraction, fraction, cap }, context): ThresholdDiscount => {
    const paymentFraction = payment_fraction ?? fraction
    if (paymentFraction !== undefined) return { paymentFraction, cap }
    context.addIssue({ code: 'custom', path: ['payment_fraction'], message: 'required' })
    return z.NEVER
  })

const DiscountChange = z
  .object({
    payment_fraction: DecimalNumber.nullish(),
    fraction: DecimalNumber.nullish(),
    cap: Cap.nullish(),
  })
  .transform(({ payment_fraction, fraction, cap }): DiscountUpdate => ({
    paymentFraction: payment_fraction === undefined ? fraction : payment_fraction,
    cap,
  }))

const BalanceSpecifiers = z
  .array(
    z.object({
      exclude: z
        .array(
          z.object({
            custom_field_filters: z
              .array(
                z.object({ entity: z.enum(FILTERED_ENTITIES), key: z.string(), value: z.string() }),
              )
              .min(1)
              .max(LIST_MAX),
          }),
        )
        .max(LIST_MAX),
    }),
  )
  .max(LIST_MAX)

const SaleFields = {
  is_enabled: IsEnabled,
  threshold_amount: NonNegativeDecimal,
  payment_gate_config: NewPaymentGate,
  discount_configuration: NewDiscount.optional(),
  discount_config: NewDiscount.optional().openapi({
    description: 'The same as discount_configuration.',
  }),
}

const SaleChanges = {
  is_enabled: IsEnabled.optional(),
  threshold_amount: NonNegativeDecimal.optional(),
  payment_gate_config: NewPaymentGate.optional(),
  discount_configuration: DiscountChange.nullish(),
  discount_config: DiscountChange.nullish(),
}

/** A threshold of spend as it is asked for (pricing 9.1). */
export const NewSpendThreshold = z
  .object({ ...SaleFields, commit: z.object(CommitFields) })
  .transform((body): SpendThreshold => ({
    ...fromApiSale(body),
    commit: fromApiCommit(body.commit),
  }))

/** A threshold of balance as it is asked for (pricing 9.2). */
export const NewPrepaidThreshold = z
  .object({
    ...SaleFields,
    recharge_to_amount: NonNegativeDecimal,
    custom_credit_type_id: Id.optional().openapi({
      description: 'A custom pricing unit that the amounts are in, instead of the currency.',
    }),
    commit: z.object({ ...CommitFields, ...ApplicabilityFields }),
    threshold_balance_specifiers: BalanceSpecifiers.optional().openapi({
      description: 'Which balances do not count.',
    }),
  })
  .transform((body): PrepaidThreshold => ({
    ...fromApiSale(body),
    rechargeToAmount: body.recharge_to_amount,
    customCreditTypeId: body.custom_credit_type_id,
    commit: {
      ...fromApiCommit(body.commit),
      applicability: withoutNulls(fromApiApplicability(body.commit)),
    },
    balanceSpecifiers: body.threshold_balance_specifiers?.map(fromApiExclusions),
  }))

/** Members that are omitted stay as they are. */
const SpendThresholdChange = z
  .object({ ...SaleChanges, commit: z.object(CommitChanges).optional() })
  .transform((body): SpendThresholdUpdate => ({
    ...fromApiSaleChange(body),
    commit: body.commit && fromApiCommitChange(body.commit),
  }))

const PrepaidThresholdChange = z
  .object({
    ...SaleChanges,
    recharge_to_amount: NonNegativeDecimal.optional(),
    custom_credit_type_id: Id.nullish(),
    commit: z.object({ ...CommitChanges, ...ApplicabilityFields }).optional(),
    threshold_balance_specifiers: BalanceSpecifiers.nullish(),
  })
  .transform(
    ({ commit, threshold_balance_specifiers: specifiers, ...body }): PrepaidThresholdUpdate => ({
      ...fromApiSaleChange(body),
      rechargeToAmount: body.recharge_to_amount,
      customCreditTypeId: body.custom_credit_type_id,
      commit: commit && { ...fromApiCommitChange(commit), ...fromApiApplicability(commit) },
      balanceSpecifiers: specifiers && specifiers.map(fromApiExclusions),
    }),
  )

/** The verbs of an edit that are about thresholds and trackers (pricing 11). */
export const ThresholdVerbs = {
  add_spend_threshold_configuration: NewSpendThreshold.optional(),
  update_spend_threshold_configuration: SpendThresholdChange.optional(),
  add_prepaid_balance_threshold_configuration: NewPrepaidThreshold.optional(),
  update_prepaid_balance_threshold_configuration: PrepaidThresholdChange.optional(),
  add_spend_trackers: NewSpendTrackers.optional(),
  archive_spend_trackers: z
    .array(z.string())
    .max(SPEND_TRACKERS_MAX)
    .optional()
    .openapi({ description: 'Aliases.' }),
}

/** @returns undefined for an edit of other things only */
export function fromApiThresholdVerbs(
  body: z.output<z.ZodObject<typeof ThresholdVerbs>>,
): ThresholdEdits | undefined {
  const edits: ThresholdEdits = {
    addSpendThreshold: body.add_spend_threshold_configuration,
    updateSpendThreshold: body.update_spend_threshold_configuration,
    addPrepaidThreshold: body.add_prepaid_balance_threshold_configuration,
    updatePrepaidThreshold: body.update_prepaid_balance_threshold_configuration,
    addSpendTrackers: body.add_spend_trackers,
    archiveSpendTrackers: body.archive_spend_trackers,
  }
  return editsThresholds(edits) ? edits : undefined
}

function fromApiSale(body: z.output<z.ZodObject<typeof SaleFields>>) {
  return {
    isEnabled: body.is_enabled,
    thresholdAmount: body.threshold_amount,
    paymentGate: body.payment_gate_config,
    discount: body.discount_configuration ?? body.discount_config,
  }
}

function fromApiSaleChange(body: z.output<z.ZodObject<typeof SaleChanges>>) {
  const { discount_configuration, discount_config } = body
  return {
    isEnabled: body.is_enabled,
    thresholdAmount: body.threshold_amount,
    paymentGate: body.payment_gate_config,
    discount: discount_configuration === undefined ? discount_config : discount_configuration,
  }
}

function fromApiCommit(body: z.output<z.ZodObject<typeof CommitFields>>) {
  const { product_id: productId, name, description, priority = THRESHOLD_PRIORITY } = body
  return { productId, name, description, priority }
}

function fromApiCommitChange(body: z.output<z.ZodObject<typeof CommitChanges>>) {
  const { product_id: productId, name, description, priority } = body
  return { productId, name, description, priority }
}

function fromApiApplicability(body: z.output<z.ZodObject<typeof ApplicabilityFields>>) {
  return {
    productIds: emptyAsNull(body.applicable_product_ids),
    productTags: emptyAsNull(body.applicable_product_tags),
    specifiers: emptyAsNull(body.specifiers && body.specifiers.map(fromApiBalanceSpecifier)),
  }
}

function emptyAsNull<T>(list: T[] | null | undefined): T[] | null | undefined {
  return list?.length === 0 ? null : list
}

function withoutNulls({
  productIds,
  productTags,
  specifiers,
}: ReturnType<typeof fromApiApplicability>): Applicability {
  return {
    productIds: productIds ?? undefined,
    productTags: productTags ?? undefined,
    specifiers: specifiers ?? undefined,
  }
}

function fromApiExclusions({ exclude }: z.output<typeof BalanceSpecifiers>[number]) {
  return {
    exclude: exclude.map(({ custom_field_filters }) => ({ fieldFilters: custom_field_filters })),
  }
}
