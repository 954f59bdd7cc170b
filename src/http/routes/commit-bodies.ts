import { z } from '@hono/zod-openapi'
import { BALANCE_RATE_TYPES, type BalanceSpecifier } from '../../core/ledger/balance.ts'
import { SEGMENTS_MAX } from '../../core/ledger/create-segments.ts'
import type { BalanceInput } from '../../core/ledger/create-balance.ts'
import {
  CustomFields,
  DecimalNumber,
  enumOf,
  HourTimestamp,
  Id,
  mapOf,
  NonNegativeDecimal,
  Unsupported,
} from '../schemas.ts'
import { fromApiChildAccess, NewChildAccess } from './hierarchy-bodies.ts'
import { NewPaymentGate } from './payment-gate-bodies.ts'
import { fromApiSchedule, NewInvoiceSchedule } from './schedule-bodies.ts'

export const COMMIT_TYPES = ['PREPAID', 'POSTPAID'] as const

/** As many commits, or credits, as one request adds. */
export const COMMITS_MAX = 200

const LIST_MAX = 1_000

const Tag = z.string().min(1)
const Tags = z.array(Tag).min(1).max(LIST_MAX)
const GroupValues = mapOf(z.string(), { type: 'string' })

const NewSpecifier = z.object({
  product_id: Id.optional(),
  product_tags: Tags.optional().openapi({ description: 'All of these.' }),
  pricing_group_values: GroupValues.optional(),
  presentation_group_values: GroupValues.optional(),
  exclude: z
    .array(z.object({ product_tags: Tags }))
    .max(LIST_MAX)
    .optional()
    .openapi({ description: 'What has all tags of one of these is left out.' }),
})

const NewSpecifiers = z.array(NewSpecifier).max(LIST_MAX)

/** What usage a commit or credit is for: products or tags, any of them, or else specifiers. */
export const ApplicabilityFields = {
  applicable_product_ids: z.array(Id).max(LIST_MAX).nullish(),
  applicable_product_tags: z.array(Tag).max(LIST_MAX).nullish(),
  specifiers: NewSpecifiers.nullish(),
}

export const RolloverFraction = NonNegativeDecimal.openapi({
  description: 'What a contract that takes over gets of what is left: a fraction from 0 to 1.',
})

export const NewSegment = z.object({
  amount: NonNegativeDecimal,
  starting_at: HourTimestamp,
  ending_before: HourTimestamp,
})

/** The fields that commits and credits have, of customers, contracts and packages alike. */
export const SharedFields = {
  product_id: Id.openapi({ description: 'Of type FIXED.' }),
  name: z.string().optional(),
  description: z.string().optional(),
  rate_type: enumOf(BALANCE_RATE_TYPES).optional(),
  rollover_fraction: RolloverFraction.optional(),
  ...ApplicabilityFields,
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  custom_fields: CustomFields.optional(),
  hierarchy_configuration: NewChildAccess.optional(),
  spend_tracker_attributes: Unsupported,
}

const AccessSchedule = z.object({
  credit_type_id: Id.optional().openapi({
    description: 'A currency or a custom unit; US dollars by default.',
  }),
  schedule_items: z.array(NewSegment).min(1).max(SEGMENTS_MAX),
})

export const TemporaryId = z.string().min(1).optional().openapi({
  description: 'For other terms of the same request to name it by.',
})

/** Payment gates hold a commit back until it is paid; NONE is no gate. */
const NoPaymentGate = z
  .object({
    payment_gate_type: enumOf(['NONE'] as const),
    tax_type: enumOf(['NONE'] as const).optional(),
  })
  .strict()
  .optional()

const CreditFields = { ...SharedFields, access_schedule: AccessSchedule }

const CommitFields = {
  ...CreditFields,
  type: enumOf(COMMIT_TYPES),
  invoice_schedule: NewInvoiceSchedule.optional().openapi({
    description: 'What is paid for the commit, and when. Without it a PREPAID commit is free.',
  }),
  payment_gate_config: NoPaymentGate,
  spend_tracker_attributes: z
    .object({ counts_as_discounted: z.boolean() })
    .optional()
    .openapi({ description: 'Whether spend trackers count it as bought at a discount.' }),
}

const Priority = DecimalNumber.openapi({ description: 'Lower goes first.' })

const OfContract = {
  priority: Priority.optional().openapi({ description: 'Lower goes first; 100 by default.' }),
  temporary_id: TemporaryId,
  amount: Unsupported,
}

export const NewCommits = z.array(z.object({ ...CommitFields, ...OfContract })).max(COMMITS_MAX)
/** An edit may add commits that are paid for before they can be used (pricing 6.7). */
export const NewGatedCommits = z
  .array(
    z.object({ ...CommitFields, ...OfContract, payment_gate_config: NewPaymentGate.optional() }),
  )
  .max(COMMITS_MAX)

export const NewCredits = z.array(z.object({ ...CreditFields, ...OfContract })).max(COMMITS_MAX)

const OfCustomer = {
  customer_id: Id,
  priority: Priority,
  applicable_contract_ids: z.array(Id).max(LIST_MAX).optional().openapi({
    description: 'All contracts of the customer if omitted.',
  }),
  uniqueness_key: z.string().min(1).max(128).optional(),
}

export const NewCustomerCommit = z
  .object({
    ...CommitFields,
    ...OfCustomer,
    invoice_contract_id: Id.optional().openapi({
      description: 'Whose invoices have the payments; required unless nothing is invoiced.',
    }),
  })
  .openapi('NewCustomerCommit')

export const NewCustomerCredit = z
  .object({ ...CreditFields, ...OfCustomer })
  .openapi('NewCustomerCredit')

type ContractCommitBody =
  | z.output<typeof NewCommits>[number]
  | z.output<typeof NewGatedCommits>[number]
type CommitBody = ContractCommitBody | z.output<typeof NewCustomerCommit>
type CreditBody = z.output<typeof NewCredits>[number] | z.output<typeof NewCustomerCredit>

/** @param path how messages name its members, such as `commits[0].` */
export function fromApiCommit(id: string, body: CommitBody, path: string): BalanceInput {
  const { invoice_schedule: payments, payment_gate_config: gate } = body
  return {
    ...fromApiShared(id, body, path),
    paymentGate: gate !== undefined && 'type' in gate && gate.type !== 'NONE' ? gate : undefined,
    countsAsDiscounted: body.spend_tracker_attributes?.counts_as_discounted,
    type: body.type,
    invoiceContractId: 'invoice_contract_id' in body ? body.invoice_contract_id : undefined,
    payments: payments && {
      schedule: fromApiSchedule(payments),
      isInvoiced: payments.do_not_invoice !== true,
    },
  }
}

/** @param path how messages name its members, such as `credits[0].` */
export function fromApiCredit(id: string, body: CreditBody, path: string): BalanceInput {
  return { ...fromApiShared(id, body, path), type: 'CREDIT' }
}

/** Several of both kinds, as a contract has them; `fields` are the lists that they are in. */
export function fromApiBalances(
  newId: () => string,
  commits: ContractCommitBody[] = [],
  credits: z.output<typeof NewCredits> = [],
  fields = { commits: 'commits', credits: 'credits' },
): BalanceInput[] {
  return [
    ...commits.map((body, i) => fromApiCommit(newId(), body, `${fields.commits}[${i}].`)),
    ...credits.map((body, i) => fromApiCredit(newId(), body, `${fields.credits}[${i}].`)),
  ]
}

function fromApiShared(
  id: string,
  body: CommitBody | CreditBody,
  path: string,
): Omit<BalanceInput, 'type'> {
  const { access_schedule: access } = body
  return {
    id,
    path,
    productId: body.product_id,
    name: body.name,
    description: body.description,
    priority: body.priority,
    rateType: body.rate_type,
    accessCreditTypeId: access.credit_type_id,
    access: access.schedule_items.map(fromApiSegment),
    ...fromApiApplicability(body),
    applicableContractIds:
      'applicable_contract_ids' in body ? body.applicable_contract_ids : undefined,
    rolloverFraction: body.rollover_fraction,
    childAccess: fromApiChildAccess(body.hierarchy_configuration),
    uniquenessKey: 'uniqueness_key' in body ? body.uniqueness_key : undefined,
    temporaryId: 'temporary_id' in body ? body.temporary_id : undefined,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    salesforceOpportunityId: body.salesforce_opportunity_id,
    customFields: body.custom_fields ?? {},
  }
}

export function fromApiSegment(body: z.output<typeof NewSegment>) {
  return { amount: body.amount, startingAt: body.starting_at, endingBefore: body.ending_before }
}

/** For new commits and credits, where null says the same as nothing. */
export function fromApiApplicability(body: z.output<z.ZodObject<typeof ApplicabilityFields>>) {
  return {
    applicableProductIds: body.applicable_product_ids ?? undefined,
    applicableProductTags: body.applicable_product_tags ?? undefined,
    specifiers: body.specifiers?.map(fromApiBalanceSpecifier),
  }
}

export function fromApiBalanceSpecifier(body: z.output<typeof NewSpecifier>): BalanceSpecifier {
  return {
    productId: body.product_id,
    productTags: body.product_tags,
    pricingGroupValues: body.pricing_group_values,
    presentationGroupValues: body.presentation_group_values,
    exclude: body.exclude?.map(({ product_tags }) => ({ productTags: product_tags })),
  }
}
