import { z } from '@hono/zod-openapi'
import type { BalanceKind } from '../../core/ledger/balance-kind.ts'
import { kindOf } from '../../core/ledger/balance-kind.ts'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import type { BalanceChanges } from '../../core/ledger/change-balances.ts'
import type { SegmentInput } from '../../core/ledger/create-segments.ts'
import type { BalanceUpdate } from '../../core/ledger/edit-balance.ts'
import type { AmountInput } from '../../core/contracts/item-amount.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { Id, TimestampText, toApiTimestamp } from '../schemas.ts'
import {
  ApplicabilityBody,
  CommitBody,
  CreditBody,
  toApiApplicability,
  toApiCommit,
  toApiCredit,
  type CommitContext,
} from './commit-answers.ts'
import { ChildAccessBody, toApiChildAccess } from './hierarchy-bodies.ts'

const Reference = z.object({ id: Id })

const SegmentBody = z.object({
  amount: z.number().optional(),
  starting_at: TimestampText.optional(),
  ending_before: TimestampText.optional(),
})

const PaymentBody = z.object({
  timestamp: TimestampText.optional(),
  amount: z.number().optional(),
  unit_price: z.number().optional(),
  quantity: z.number().optional(),
})

function updatesOf<T extends z.ZodRawShape>(item: z.ZodObject<T>) {
  return z.object({
    add_schedule_items: z.array(item).optional(),
    update_schedule_items: z.array(item.extend({ id: Id })).optional(),
    remove_schedule_items: z.array(Reference).optional(),
  })
}

const UpdateBody = z.object({
  id: Id,
  name: z.string().optional(),
  description: z.string().optional(),
  product_id: Id.optional(),
  priority: z.number().nullable().optional(),
  rate_type: z.enum(BALANCE_RATE_TYPES).optional(),
  netsuite_sales_order_id: z.string().nullable().optional(),
  rollover_fraction: z.number().nullable().optional(),
  hierarchy_configuration: ChildAccessBody.optional(),
  applicable_product_ids: ApplicabilityBody.applicable_product_ids.nullable(),
  applicable_product_tags: ApplicabilityBody.applicable_product_tags.nullable(),
  specifiers: ApplicabilityBody.specifiers.nullable(),
  access_schedule: updatesOf(SegmentBody).optional(),
  invoice_schedule: updatesOf(PaymentBody).optional(),
  invoice_contract_id: Id.optional(),
})

/** What an edit of a contract did to its commits and credits, as it is answered. */
export const CommitEditBodies = {
  add_commits: z.array(CommitBody).optional(),
  add_credits: z.array(CreditBody).optional(),
  update_commits: z.array(UpdateBody).optional(),
  update_credits: z.array(UpdateBody).optional(),
  archive_commits: z.array(Reference).optional(),
  archive_credits: z.array(Reference).optional(),
}

export function toApiCommitEdit(
  { addBalances = [], updateBalances = [], archiveBalances = [] }: BalanceChanges,
  context: CommitContext,
) {
  const added = (kind: BalanceKind) => addBalances.filter(({ type }) => kindOf(type) === kind)
  const updated = (kind: BalanceKind) =>
    listed(
      updateBalances.filter((one) => one.kind === kind).map(({ update }) => toApiUpdate(update)),
    )
  const archived = (kind: BalanceKind) =>
    listed(archiveBalances.filter((one) => one.kind === kind).map(({ id }) => ({ id })))
  return {
    add_commits: listed(added('COMMIT').map((commit) => toApiCommit(commit, context))),
    add_credits: listed(added('CREDIT').map((credit) => toApiCredit(credit, context))),
    update_commits: updated('COMMIT'),
    update_credits: updated('CREDIT'),
    archive_commits: archived('COMMIT'),
    archive_credits: archived('CREDIT'),
  }
}

function listed<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}

function toApiUpdate(update: BalanceUpdate): z.input<typeof UpdateBody> {
  const { applicableProductIds, applicableProductTags, specifiers, access, payments } = update
  const shown = toApiApplicability({ specifiers: specifiers ?? undefined })
  return {
    id: update.id,
    name: update.name,
    description: update.description,
    product_id: update.productId,
    priority: nullableNumber(update.priority),
    rate_type: update.rateType,
    netsuite_sales_order_id: update.netsuiteSalesOrderId,
    rollover_fraction: nullableNumber(update.rolloverFraction),
    hierarchy_configuration: toApiChildAccess(update.childAccess),
    applicable_product_ids: applicableProductIds,
    applicable_product_tags: applicableProductTags,
    specifiers: specifiers === null ? null : shown.specifiers,
    access_schedule: access && {
      add_schedule_items: access.add?.map(toApiSegment),
      update_schedule_items: access.update?.map((item) => ({ id: item.id, ...toApiSegment(item) })),
      remove_schedule_items: access.remove?.map((id) => ({ id })),
    },
    invoice_schedule: payments && {
      add_schedule_items: payments.add?.map(toApiPayment),
      update_schedule_items: payments.update?.map((item) => ({
        id: item.id,
        ...toApiPayment(item),
      })),
      remove_schedule_items: payments.remove?.map((id) => ({ id })),
    },
    invoice_contract_id: update.invoiceContractId,
  }
}

function toApiSegment({ amount, startingAt, endingBefore }: Partial<SegmentInput>) {
  return {
    amount: optionalNumber(amount),
    starting_at: startingAt === undefined ? undefined : toApiTimestamp(startingAt),
    ending_before: endingBefore === undefined ? undefined : toApiTimestamp(endingBefore),
  }
}

function toApiPayment({ at, amount, unitPrice, quantity }: AmountInput & { at?: number }) {
  return {
    timestamp: at === undefined ? undefined : toApiTimestamp(at),
    amount: optionalNumber(amount),
    unit_price: optionalNumber(unitPrice),
    quantity: optionalNumber(quantity),
  }
}

function optionalNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : jsonNumber(text)
}

function nullableNumber(text: string | null | undefined): number | null | undefined {
  return text === null ? null : optionalNumber(text)
}
