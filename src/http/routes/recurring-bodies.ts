import { z } from '@hono/zod-openapi'
import { PRORATION_ROUNDING_METHODS } from '../../core/contracts/subscription.ts'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import type { BalanceKind } from '../../core/ledger/balance-kind.ts'
import type { RecurringUpdate } from '../../core/ledger/change-recurring.ts'
import {
  DURATION_PERIODS_MAX,
  RECURRING_MAX,
  type RecurringInput,
} from '../../core/ledger/create-recurring-balance.ts'
import {
  RECURRENCE_FREQUENCIES,
  RECURRING_PRORATIONS,
  SEAT_ALLOCATIONS,
} from '../../core/ledger/recurring-balance.ts'
import { DecimalNumber, enumOf, HourTimestamp, Id, NonNegativeDecimal } from '../schemas.ts'
import {
  ApplicabilityFields,
  fromApiApplicability,
  RolloverFraction,
  TemporaryId,
} from './commit-bodies.ts'
import { fromApiChildAccess, NewChildAccess } from './hierarchy-bodies.ts'

const NewAmount = z.object({
  unit_price: NonNegativeDecimal,
  quantity: NonNegativeDecimal.optional().openapi({
    description: 'Required without subscription_config.',
  }),
  credit_type_id: Id.optional().openapi({ description: 'US dollars by default.' }),
})

const NewRounding = z.object({
  rounding_method: enumOf(PRORATION_ROUNDING_METHODS),
  decimal_places: z.int().min(-5).max(5).openapi({
    description: 'In the unit of the amount: -2 rounds cents to dollars.',
  }),
})

const ROUNDING = { description: 'Of amounts that are prorated.' }

const CommitRounding = z
  .object({ access: NewRounding.nullish(), invoice: NewRounding.nullish() })
  .openapi(ROUNDING)

const CreditRounding = z.object({ access: NewRounding.nullish() }).openapi(ROUNDING)

/** The fields of recurring commits and credits that say nothing of dates (pricing 6.5, 6.6). */
const UndatedFields = {
  product_id: Id.openapi({ description: 'Of type FIXED.' }),
  name: z.string().optional(),
  description: z.string().optional(),
  priority: DecimalNumber.openapi({ description: 'Lower goes first.' }),
  rate_type: enumOf(BALANCE_RATE_TYPES).optional(),
  access_amount: NewAmount.openapi({ description: 'For each period.' }),
  commit_duration: z
    .object({
      value: z.int().min(1).max(DURATION_PERIODS_MAX),
      unit: enumOf(['PERIODS'] as const).optional(),
    })
    .openapi({ description: 'How many periods each one can be drawn on.' }),
  recurrence_frequency: enumOf(RECURRENCE_FREQUENCIES).optional().openapi({
    description: 'Counted from starting_at. The periods of usage invoices if omitted.',
  }),
  proration: enumOf(RECURRING_PRORATIONS).optional().openapi({
    description: 'Which partial periods have a part of the amount; FIRST_AND_LAST by default.',
  }),
  rollover_fraction: RolloverFraction.optional(),
  ...ApplicabilityFields,
  temporary_id: TemporaryId,
  netsuite_sales_order_id: z.string().optional(),
  subscription_config: z
    .object({
      subscription_id: z.string().min(1).openapi({
        description: 'An id, or the temporary_id of a subscription of the same request.',
      }),
      allocation: enumOf(SEAT_ALLOCATIONS)
        .optional()
        .openapi({ description: 'POOLED by default.' }),
      apply_seat_increase_config: z.object({ is_prorated: z.boolean() }),
    })
    .optional(),
  hierarchy_configuration: NewChildAccess.optional(),
}

export const UndatedCredit = {
  ...UndatedFields,
  proration_rounding: CreditRounding.nullish(),
}

export const UndatedCommit = {
  ...UndatedFields,
  invoice_amount: NewAmount.optional().openapi({
    description: 'What is paid at the start of each period. Without it, nothing is.',
  }),
  proration_rounding: CommitRounding.nullish(),
}

const Dates = { starting_at: HourTimestamp, ending_before: HourTimestamp.optional() }

export const NewRecurringCommits = z
  .array(z.object({ ...UndatedCommit, ...Dates }))
  .max(RECURRING_MAX)
export const NewRecurringCredits = z
  .array(z.object({ ...UndatedCredit, ...Dates }))
  .max(RECURRING_MAX)

type UndatedCommitBody = z.output<z.ZodObject<typeof UndatedCommit>>
type UndatedCreditBody = z.output<z.ZodObject<typeof UndatedCredit>>

/** Several of both kinds; `fields` are the lists that they are in. */
export function fromApiRecurring(
  newId: () => string,
  commits: z.output<typeof NewRecurringCommits> = [],
  credits: z.output<typeof NewRecurringCredits> = [],
  fields = { commits: 'recurring_commits', credits: 'recurring_credits' },
): RecurringInput[] {
  const dated = (body: { starting_at: number; ending_before?: number }) => {
    return { startingAt: body.starting_at, endingBefore: body.ending_before }
  }
  return [
    ...commits.map((body, i) => ({
      ...fromApiUndated(newId(), body, 'PREPAID', `${fields.commits}[${i}].`),
      ...dated(body),
    })),
    ...credits.map((body, i) => ({
      ...fromApiUndated(newId(), body, 'CREDIT', `${fields.credits}[${i}].`),
      ...dated(body),
    })),
  ]
}

export function fromApiUndated(
  id: string,
  body: UndatedCommitBody | UndatedCreditBody,
  type: RecurringInput['type'],
  path: string,
): Omit<RecurringInput, 'startingAt' | 'endingBefore'> {
  const { subscription_config: link } = body
  const rounding: z.output<typeof CommitRounding> | null | undefined = body.proration_rounding
  return {
    id,
    path,
    type,
    productId: body.product_id,
    name: body.name,
    description: body.description,
    priority: body.priority,
    rateType: body.rate_type,
    accessAmount: fromApiAmount(body.access_amount),
    invoiceAmount:
      'invoice_amount' in body && body.invoice_amount !== undefined
        ? fromApiAmount(body.invoice_amount)
        : undefined,
    durationPeriods: body.commit_duration.value,
    recurrenceFrequency: body.recurrence_frequency,
    proration: body.proration,
    prorationRounding:
      rounding == null
        ? undefined
        : {
            access: rounding.access == null ? undefined : fromApiRounding(rounding.access),
            invoice: rounding.invoice == null ? undefined : fromApiRounding(rounding.invoice),
          },
    ...fromApiApplicability(body),
    rolloverFraction: body.rollover_fraction,
    childAccess: fromApiChildAccess(body.hierarchy_configuration),
    subscription: link && {
      name: link.subscription_id,
      allocation: link.allocation,
      isIncreaseProrated: link.apply_seat_increase_config.is_prorated,
    },
    temporaryId: body.temporary_id,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    customFields: {},
  }
}

const AmountChange = z
  .object({ unit_price: NonNegativeDecimal.optional(), quantity: NonNegativeDecimal.optional() })
  .optional()

const UpdateFields = {
  access_amount: AmountChange,
  ending_before: HourTimestamp.nullish().openapi({ description: 'Null: with the contract.' }),
  rate_type: enumOf(BALANCE_RATE_TYPES).optional(),
}

/** What edits of contracts have of recurring commits and credits. */
export const RecurringVerbs = {
  add_recurring_commits: NewRecurringCommits.optional(),
  add_recurring_credits: NewRecurringCredits.optional(),
  update_recurring_commits: z
    .array(
      z.object({
        recurring_commit_id: Id,
        ...UpdateFields,
        invoice_amount: AmountChange,
        proration_rounding: CommitRounding.nullish(),
      }),
    )
    .max(RECURRING_MAX)
    .optional()
    .openapi({ description: 'Changes what periods bring that have not started yet.' }),
  update_recurring_credits: z
    .array(
      z.object({
        recurring_credit_id: Id,
        ...UpdateFields,
        proration_rounding: CreditRounding.nullish(),
      }),
    )
    .max(RECURRING_MAX)
    .optional()
    .openapi({ description: 'Changes what periods bring that have not started yet.' }),
}

type VerbsBody = z.output<z.ZodObject<typeof RecurringVerbs>>
type CommitUpdateBody = NonNullable<VerbsBody['update_recurring_commits']>[number]
type CreditUpdateBody = NonNullable<VerbsBody['update_recurring_credits']>[number]

/** Undefined where the edit has none of them. */
export function fromApiRecurringVerbs(body: VerbsBody, newId: () => string) {
  const { add_recurring_commits: commits, add_recurring_credits: credits } = body
  const fields = { commits: 'add_recurring_commits', credits: 'add_recurring_credits' }
  const added = fromApiRecurring(newId, commits, credits, fields)
  const updates = [
    ...(body.update_recurring_commits ?? []).map((update, i) =>
      fromApiUpdate(update.recurring_commit_id, update, 'COMMIT', i),
    ),
    ...(body.update_recurring_credits ?? []).map((update, i) =>
      fromApiUpdate(update.recurring_credit_id, update, 'CREDIT', i),
    ),
  ]
  return {
    addRecurring: added.length === 0 ? undefined : added,
    updateRecurring: updates.length === 0 ? undefined : updates,
  }
}

function fromApiUpdate(
  id: string,
  body: CommitUpdateBody | CreditUpdateBody,
  kind: BalanceKind,
  i: number,
): RecurringUpdate {
  const { access_amount: access, proration_rounding } = body
  const rounding: z.output<typeof CommitRounding> | null | undefined = proration_rounding
  const invoice = 'invoice_amount' in body ? body.invoice_amount : undefined
  return {
    id,
    path: `update_recurring_${kind.toLowerCase()}s[${i}].`,
    kind,
    accessAmount: access && { unitPrice: access.unit_price, quantity: access.quantity },
    invoiceAmount: invoice && { unitPrice: invoice.unit_price, quantity: invoice.quantity },
    endingBefore: body.ending_before,
    rateType: body.rate_type,
    prorationRounding: rounding && {
      access: rounding.access && fromApiRounding(rounding.access),
      invoice: rounding.invoice && fromApiRounding(rounding.invoice),
    },
  }
}

function fromApiAmount(body: z.output<typeof NewAmount>) {
  return {
    unitPrice: body.unit_price,
    quantity: body.quantity,
    creditTypeId: body.credit_type_id,
  }
}

function fromApiRounding(body: z.output<typeof NewRounding>) {
  return { method: body.rounding_method, decimalPlaces: body.decimal_places }
}
