import { z } from '@hono/zod-openapi'
import {
  BALANCE_RATE_TYPES,
  type Applicability,
  type Balance,
  type BalancePayments,
  type BalanceSpecifier,
} from '../../core/ledger/balance.ts'
import { costBasis } from '../../core/ledger/cost-basis.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { CreditTypeBody, Id, TimestampText, toApiCreditType, toApiTimestamp } from '../schemas.ts'
import { ChildAccessBody, toApiChildAccess } from './hierarchy-bodies.ts'

const Reference = z.object({ id: Id })
const Tags = z.array(z.string())
const GroupValues = z.record(z.string(), z.string())

const SpecifierBody = z.object({
  product_id: Id.optional(),
  product_tags: Tags.optional(),
  pricing_group_values: GroupValues.optional(),
  presentation_group_values: GroupValues.optional(),
  exclude: z.array(z.object({ product_tags: Tags })).optional(),
})

/** What usage a commit or credit is for, as it is answered; absent: all. */
export const ApplicabilityBody = {
  applicable_product_ids: z.array(Id).optional(),
  applicable_product_tags: Tags.optional(),
  specifiers: z.array(SpecifierBody).optional(),
}

const AccessBody = z.object({
  credit_type: CreditTypeBody,
  schedule_items: z.array(
    z.object({
      id: Id,
      amount: z.number(),
      starting_at: TimestampText,
      ending_before: TimestampText,
    }),
  ),
})

const PaymentsBody = z.object({
  credit_type: CreditTypeBody,
  schedule_items: z.array(
    z.object({
      id: Id,
      timestamp: TimestampText,
      amount: z.number(),
      unit_price: z.number(),
      quantity: z.number(),
      invoice_id: Id.optional(),
    }),
  ),
  do_not_invoice: z.boolean(),
})

/** An entry of a ledger (pricing 16). */
export const LedgerEntryBody = z.object({
  type: z.string(),
  timestamp: TimestampText,
  amount: z.number(),
  segment_id: Id.optional(),
  invoice_id: Id.optional(),
  contract_id: Id.optional(),
  new_contract_id: Id.optional(),
  reason: z.string().optional(),
})

const SharedBody = {
  id: Id,
  contract: Reference.optional(),
  name: z.string().optional(),
  description: z.string().optional(),
  priority: z.number(),
  rate_type: z.enum(BALANCE_RATE_TYPES),
  product: z.object({ id: Id, name: z.string() }),
  access_schedule: AccessBody,
  ...ApplicabilityBody,
  applicable_contract_ids: z.array(Id).optional(),
  rollover_fraction: z.number().optional(),
  hierarchy_configuration: ChildAccessBody.optional(),
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  uniqueness_key: z.string().optional(),
  custom_fields: z.record(z.string(), z.string()),
  created_at: TimestampText,
  created_by: z.string().optional(),
  archived_at: TimestampText.optional(),
  balance: z.number().optional(),
  ledger: z.array(LedgerEntryBody).nullable().optional(),
}

export const CommitBody = z
  .object({
    ...SharedBody,
    type: z.enum(['PREPAID', 'POSTPAID']),
    invoice_schedule: PaymentsBody.optional(),
    invoice_contract: Reference.optional(),
    cost_basis: z.number().optional(),
    recurring_commit_id: Id.optional(),
    spend_tracker_attributes: z.object({ counts_as_discounted: z.boolean() }).optional(),
    rolled_over_from: z.object({ commit_id: Id, contract_id: Id }).optional(),
  })
  .openapi('Commit')

export const CreditBody = z
  .object({
    ...SharedBody,
    type: z.literal('CREDIT'),
    recurring_credit_id: Id.optional(),
    rolled_over_from: z.object({ credit_id: Id, contract_id: Id }).optional(),
  })
  .openapi('Credit')

/** What answers with commits and credits need besides them. */
export interface CommitContext {
  productNames: ReadonlyMap<string, string>
  /** Of custom pricing units. */
  creditTypeNames: ReadonlyMap<string, string>
  /** The invoices of payments, by the ids of their schedule items, where they are known. */
  invoiceIds?: ReadonlyMap<string, string>
}

/** What has become of a commit or credit, where it is asked for. */
export interface CommitReading {
  /** Decimal text. */
  balance?: string
  /** Null of archived ones (pricing 17). */
  ledger?: z.input<typeof LedgerEntryBody>[] | null
}

/** @param commit of type PREPAID or POSTPAID */
export function toApiCommit(
  commit: Balance,
  context: CommitContext,
  reading?: CommitReading,
): z.input<typeof CommitBody> {
  const { type, payments, recurringId, rolledOverFrom, countsAsDiscounted } = commit
  const basis = costBasis(commit)
  return {
    ...toApiShared(commit, context, reading),
    type: type === 'POSTPAID' ? type : 'PREPAID',
    invoice_schedule: payments === null ? undefined : toApiPayments(payments, context),
    invoice_contract: payments?.contractId == null ? undefined : { id: payments.contractId },
    cost_basis: basis === null ? undefined : jsonNumber(basis),
    recurring_commit_id: recurringId,
    spend_tracker_attributes:
      countsAsDiscounted === undefined ? undefined : { counts_as_discounted: countsAsDiscounted },
    rolled_over_from: rolledOverFrom && {
      commit_id: rolledOverFrom.balanceId,
      contract_id: rolledOverFrom.contractId,
    },
  }
}

export function toApiCredit(
  credit: Balance,
  context: CommitContext,
  reading?: CommitReading,
): z.input<typeof CreditBody> {
  const { recurringId, rolledOverFrom } = credit
  return {
    ...toApiShared(credit, context, reading),
    type: 'CREDIT',
    recurring_credit_id: recurringId,
    rolled_over_from: rolledOverFrom && {
      credit_id: rolledOverFrom.balanceId,
      contract_id: rolledOverFrom.contractId,
    },
  }
}

/** The products and credit types whose names are shown with some commits and credits. */
export function idsShownWith(balances: Balance[]) {
  const creditTypeIds = balances.flatMap(({ creditTypeId, payments }) =>
    payments === null ? creditTypeId : [creditTypeId, payments.schedule.creditTypeId],
  )
  return { productIds: balances.map(({ productId }) => productId), creditTypeIds }
}

function toApiShared(balance: Balance, context: CommitContext, reading: CommitReading = {}) {
  const { productId, rolloverFraction, uniquenessKey, archivedAt } = balance
  return {
    id: balance.id,
    contract: balance.contractId === null ? undefined : { id: balance.contractId },
    name: balance.name,
    description: balance.description,
    priority: jsonNumber(balance.priority),
    rate_type: balance.rateType,
    product: { id: productId, name: context.productNames.get(productId) ?? '' },
    access_schedule: toApiAccess(balance, context),
    ...toApiApplicability(balance.applicability),
    applicable_contract_ids: balance.applicableContractIds ?? undefined,
    rollover_fraction: rolloverFraction === null ? undefined : jsonNumber(rolloverFraction),
    hierarchy_configuration: toApiChildAccess(balance.childAccess),
    netsuite_sales_order_id: balance.netsuiteSalesOrderId,
    salesforce_opportunity_id: balance.salesforceOpportunityId,
    uniqueness_key: uniquenessKey ?? undefined,
    custom_fields: balance.customFields,
    created_at: toApiTimestamp(balance.createdAt),
    created_by: balance.createdBy === '' ? undefined : balance.createdBy,
    archived_at: archivedAt === null ? undefined : toApiTimestamp(archivedAt),
    balance: reading.balance === undefined ? undefined : jsonNumber(reading.balance),
    ledger: reading.ledger,
  }
}

function toApiAccess(
  { creditTypeId, segments }: Balance,
  { creditTypeNames }: CommitContext,
): z.input<typeof AccessBody> {
  return {
    credit_type: toApiCreditType(creditTypeId, creditTypeNames),
    schedule_items: segments.map(({ id, amount, startingAt, endingBefore }) => ({
      id,
      amount: jsonNumber(amount),
      starting_at: toApiTimestamp(startingAt),
      ending_before: toApiTimestamp(endingBefore),
    })),
  }
}

function toApiPayments(
  { schedule, isInvoiced }: BalancePayments,
  { creditTypeNames, invoiceIds }: CommitContext,
): z.input<typeof PaymentsBody> {
  return {
    credit_type: toApiCreditType(schedule.creditTypeId, creditTypeNames),
    schedule_items: schedule.items.map(({ id, at, amount, unitPrice, quantity }) => ({
      id,
      timestamp: toApiTimestamp(at),
      amount: jsonNumber(amount),
      unit_price: jsonNumber(unitPrice),
      quantity: jsonNumber(quantity),
      invoice_id: invoiceIds?.get(id),
    })),
    do_not_invoice: !isInvoiced,
  }
}

export function toApiApplicability({ productIds, productTags, specifiers }: Applicability) {
  return {
    applicable_product_ids: productIds,
    applicable_product_tags: productTags,
    specifiers: specifiers?.map(toApiSpecifier),
  }
}

function toApiSpecifier(specifier: BalanceSpecifier): z.input<typeof SpecifierBody> {
  return {
    product_id: specifier.productId,
    product_tags: specifier.productTags,
    pricing_group_values: specifier.pricingGroupValues,
    presentation_group_values: specifier.presentationGroupValues,
    exclude: specifier.exclude?.map(({ productTags }) => ({ product_tags: productTags })),
  }
}
