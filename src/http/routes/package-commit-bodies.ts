import { z } from '@hono/zod-openapi'
import { SCHEDULE_ITEMS_MAX } from '../../core/contracts/create-schedule.ts'
import { USD } from '../../core/currency.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import { PRIORITY_DEFAULT } from '../../core/ledger/create-balance.ts'
import { SEGMENTS_MAX } from '../../core/ledger/create-segments.ts'
import type { PackageBalance } from '../../core/packages/package-balance.ts'
import {
  CreditTypeBody,
  DecimalNumber,
  enumOf,
  Id,
  NonNegativeDecimal,
  toApiCreditType,
  Unsupported,
} from '../schemas.ts'
import { ApplicabilityBody, toApiApplicability, type CommitContext } from './commit-answers.ts'
import {
  COMMIT_TYPES,
  COMMITS_MAX,
  fromApiApplicability,
  SharedFields,
  TemporaryId,
} from './commit-bodies.ts'
import { NewDuration, NewOffset, OffsetBody } from './offset-bodies.ts'

const CreditFields = {
  ...SharedFields,
  hierarchy_configuration: Unsupported,
  priority: DecimalNumber.optional().openapi({ description: 'Lower goes first; 100 by default.' }),
  temporary_id: TemporaryId,
  access_schedule: z.strictObject({
    credit_type_id: Id.optional().openapi({
      description: 'A currency or a custom unit; US dollars by default.',
    }),
    schedule_items: z
      .array(
        z.strictObject({
          amount: NonNegativeDecimal,
          starting_at_offset: NewOffset.openapi({ description: "From the contract's start." }),
          duration: NewDuration.openapi({ description: "From the item's own start." }),
        }),
      )
      .min(1)
      .max(SEGMENTS_MAX),
  }),
}

const CommitFields = {
  ...CreditFields,
  type: enumOf(COMMIT_TYPES),
  invoice_schedule: z
    .strictObject({
      credit_type_id: Id.optional().openapi({ description: 'A currency; US dollars by default.' }),
      schedule_items: z
        .array(
          z.strictObject({
            unit_price: NonNegativeDecimal,
            quantity: NonNegativeDecimal,
            date_offset: NewOffset.openapi({ description: "From the contract's start." }),
          }),
        )
        .min(1)
        .max(SCHEDULE_ITEMS_MAX),
      do_not_invoice: z.boolean().optional(),
    })
    .optional(),
}

/** The commits and credits of a package as they are asked for (pricing 12). */
export const NewPackageCommits = z.array(z.object(CommitFields)).max(COMMITS_MAX)
export const NewPackageCredits = z.array(z.object(CreditFields)).max(COMMITS_MAX)

type NewCommit = z.output<typeof NewPackageCommits>[number]
type NewCredit = z.output<typeof NewPackageCredits>[number]

const CreditBodyFields = {
  id: Id,
  name: z.string().optional(),
  description: z.string().optional(),
  priority: z.number(),
  rate_type: z.enum(BALANCE_RATE_TYPES),
  product: z.object({ id: Id, name: z.string() }),
  access_schedule: z.object({
    credit_type: CreditTypeBody,
    schedule_items: z.array(
      z.object({
        id: Id,
        amount: z.number(),
        starting_at_offset: OffsetBody,
        duration: OffsetBody,
      }),
    ),
  }),
  ...ApplicabilityBody,
  rollover_fraction: z.number().optional(),
  custom_fields: z.record(z.string(), z.string()),
}

/** A commit of a package as it is answered. */
export const PackageCommitBody = z
  .object({
    ...CreditBodyFields,
    type: z.enum(COMMIT_TYPES),
    invoice_schedule: z
      .object({
        credit_type: CreditTypeBody,
        schedule_items: z.array(
          z.object({
            id: Id,
            unit_price: z.number(),
            quantity: z.number(),
            date_offset: OffsetBody,
          }),
        ),
        do_not_invoice: z.boolean(),
      })
      .optional(),
  })
  .openapi('PackageCommit')

export const PackageCreditBody = z
  .object({ ...CreditBodyFields, type: z.literal('CREDIT') })
  .openapi('PackageCredit')

/** @param newId makes ids for the commit and its items */
export function fromApiPackageCommit(body: NewCommit, newId: () => string): PackageBalance {
  const { invoice_schedule: payments } = body
  return {
    ...fromApiPackageCredit(body, newId),
    type: body.type,
    payments: payments && {
      isInvoiced: payments.do_not_invoice !== true,
      schedule: {
        creditTypeId: payments.credit_type_id,
        items: payments.schedule_items.map((item) => ({
          id: newId(),
          dateOffset: item.date_offset,
          unitPrice: item.unit_price,
          quantity: item.quantity,
        })),
      },
    },
  }
}

export function fromApiPackageCredit(body: NewCredit, newId: () => string): PackageBalance {
  const { access_schedule: access } = body
  return {
    id: newId(),
    type: 'CREDIT',
    productId: body.product_id,
    name: body.name,
    description: body.description,
    priority: body.priority,
    rateType: body.rate_type,
    accessCreditTypeId: access.credit_type_id,
    access: access.schedule_items.map((item) => ({
      id: newId(),
      amount: item.amount,
      startingAtOffset: item.starting_at_offset,
      duration: item.duration,
    })),
    ...fromApiApplicability(body),
    rolloverFraction: body.rollover_fraction,
    temporaryId: body.temporary_id,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    salesforceOpportunityId: body.salesforce_opportunity_id,
    customFields: body.custom_fields ?? {},
  }
}

export function toApiPackageCommit(
  commit: PackageBalance,
  context: CommitContext,
): z.input<typeof PackageCommitBody> {
  const { type, payments } = commit
  return {
    ...toApiShared(commit, context),
    type: type === 'POSTPAID' ? type : 'PREPAID',
    invoice_schedule: payments && {
      credit_type: toApiCreditType(payments.schedule.creditTypeId ?? USD.id),
      schedule_items: payments.schedule.items.map((item) => ({
        id: item.id,
        unit_price: jsonNumber(item.unitPrice),
        quantity: jsonNumber(item.quantity),
        date_offset: item.dateOffset,
      })),
      do_not_invoice: !payments.isInvoiced,
    },
  }
}

export function toApiPackageCredit(
  credit: PackageBalance,
  context: CommitContext,
): z.input<typeof PackageCreditBody> {
  return { ...toApiShared(credit, context), type: 'CREDIT' }
}

function toApiShared(balance: PackageBalance, { productNames, creditTypeNames }: CommitContext) {
  const { productId, accessCreditTypeId = USD.id, rolloverFraction } = balance
  const applicability = {
    productIds: balance.applicableProductIds,
    productTags: balance.applicableProductTags,
    specifiers: balance.specifiers,
  }
  return {
    id: balance.id,
    name: balance.name,
    description: balance.description,
    priority: jsonNumber(balance.priority ?? PRIORITY_DEFAULT),
    rate_type: balance.rateType ?? ('LIST_RATE' as const),
    product: { id: productId, name: productNames.get(productId) ?? '' },
    access_schedule: {
      credit_type: toApiCreditType(accessCreditTypeId, creditTypeNames),
      schedule_items: balance.access.map((item) => ({
        id: item.id,
        amount: jsonNumber(item.amount),
        starting_at_offset: item.startingAtOffset,
        duration: item.duration,
      })),
    },
    ...toApiApplicability(applicability),
    rollover_fraction: rolloverFraction === undefined ? undefined : jsonNumber(rolloverFraction),
    custom_fields: balance.customFields,
  }
}
