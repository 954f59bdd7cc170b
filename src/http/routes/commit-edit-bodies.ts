import { z } from '@hono/zod-openapi'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import type { BalanceEdits } from '../../core/ledger/change-balances.ts'
import { SEGMENTS_MAX } from '../../core/ledger/create-segments.ts'
import type { BalanceUpdate } from '../../core/ledger/edit-balance.ts'
import { DecimalNumber, enumOf, HourTimestamp, Id, NonNegativeDecimal } from '../schemas.ts'
import {
  ApplicabilityFields,
  COMMITS_MAX,
  fromApiBalances,
  fromApiBalanceSpecifier,
  fromApiSegment,
  NewGatedCommits,
  NewCredits,
  NewSegment,
  RolloverFraction,
} from './commit-bodies.ts'
import { fromApiChildAccess, NewChildAccess } from './hierarchy-bodies.ts'
import { fromApiScheduleUpdate, ScheduleUpdateBody } from './schedule-bodies.ts'

const AccessUpdate = z.object({
  add_schedule_items: z.array(NewSegment).max(SEGMENTS_MAX).optional(),
  update_schedule_items: z
    .array(
      z.object({
        id: Id,
        amount: NonNegativeDecimal.optional(),
        starting_at: HourTimestamp.optional(),
        ending_before: HourTimestamp.optional(),
      }),
    )
    .max(SEGMENTS_MAX)
    .optional(),
  remove_schedule_items: z
    .array(z.object({ id: Id }))
    .max(SEGMENTS_MAX)
    .optional(),
})

/** What edits change of a credit; null clears (pricing 6.8). */
export const CreditUpdateFields = {
  name: z.string().optional(),
  description: z.string().optional(),
  product_id: Id.optional(),
  priority: DecimalNumber.nullish().openapi({ description: 'Null: 100, as by default.' }),
  rate_type: enumOf(BALANCE_RATE_TYPES).optional(),
  netsuite_sales_order_id: z.string().nullish(),
  rollover_fraction: RolloverFraction.nullish(),
  ...ApplicabilityFields,
  access_schedule: AccessUpdate.optional(),
  hierarchy_configuration: NewChildAccess.optional(),
}

/** What edits change of a commit. */
export const CommitUpdateFields = {
  ...CreditUpdateFields,
  invoice_schedule: ScheduleUpdateBody.optional(),
  invoice_contract_id: Id.optional(),
}

type UpdateBody = z.output<z.ZodObject<typeof CommitUpdateFields>>

export function fromApiUpdate(id: string, body: UpdateBody): BalanceUpdate {
  const { access_schedule: access, invoice_schedule: payments, specifiers } = body
  return {
    id,
    name: body.name,
    description: body.description,
    productId: body.product_id,
    priority: body.priority,
    rateType: body.rate_type,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    rolloverFraction: body.rollover_fraction,
    childAccess: fromApiChildAccess(body.hierarchy_configuration),
    applicableProductIds: body.applicable_product_ids,
    applicableProductTags: body.applicable_product_tags,
    specifiers: specifiers == null ? specifiers : specifiers.map(fromApiBalanceSpecifier),
    invoiceContractId: body.invoice_contract_id,
    access: access && {
      add: access.add_schedule_items?.map(fromApiSegment),
      update: access.update_schedule_items?.map((item) => ({
        id: item.id,
        amount: item.amount,
        startingAt: item.starting_at,
        endingBefore: item.ending_before,
      })),
      remove: access.remove_schedule_items?.map((item) => item.id),
    },
    payments: payments && fromApiScheduleUpdate(payments),
  }
}

const CommitUpdates = z
  .array(z.strictObject({ commit_id: Id, ...CommitUpdateFields }))
  .max(COMMITS_MAX)
const CreditUpdates = z
  .array(z.strictObject({ credit_id: Id, ...CreditUpdateFields }))
  .max(COMMITS_MAX)
const References = z.array(z.object({ id: Id })).max(COMMITS_MAX)

/** What an edit of a contract does to its commits and credits. */
export const CommitVerbs = {
  add_commits: NewGatedCommits.optional(),
  add_credits: NewCredits.optional(),
  update_commits: CommitUpdates.optional(),
  update_credits: CreditUpdates.optional(),
  archive_commits: References.optional(),
  archive_credits: References.optional(),
}

export function fromApiCommitVerbs(
  body: z.output<z.ZodObject<typeof CommitVerbs>>,
  newId: () => string,
): BalanceEdits {
  const {
    update_commits = [],
    update_credits = [],
    archive_commits = [],
    archive_credits = [],
  } = body
  const fields = { commits: 'add_commits', credits: 'add_credits' }
  return {
    addBalances: fromApiBalances(newId, body.add_commits, body.add_credits, fields),
    updateBalances: [
      ...update_commits.map((update, i) => ({
        kind: 'COMMIT' as const,
        path: `update_commits[${i}].`,
        update: fromApiUpdate(update.commit_id, update),
      })),
      ...update_credits.map((update, i) => ({
        kind: 'CREDIT' as const,
        path: `update_credits[${i}].`,
        update: fromApiUpdate(update.credit_id, update),
      })),
    ],
    archiveBalances: [
      ...archive_commits.map(({ id }, i) => ({
        kind: 'COMMIT' as const,
        path: `archive_commits[${i}].`,
        id,
      })),
      ...archive_credits.map(({ id }, i) => ({
        kind: 'CREDIT' as const,
        path: `archive_credits[${i}].`,
        id,
      })),
    ],
  }
}
