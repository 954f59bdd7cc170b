import { z } from '@hono/zod-openapi'
import {
  PRORATION_ROUNDING_METHODS,
  type ProrationRounding,
} from '../../core/contracts/subscription.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { BALANCE_RATE_TYPES } from '../../core/ledger/balance.ts'
import type { RecurringChanges, UpdatedRecurring } from '../../core/ledger/change-recurring.ts'
import { termsAt } from '../../core/ledger/child-periods.ts'
import {
  RECURRENCE_FREQUENCIES,
  RECURRING_PRORATIONS,
  SEAT_ALLOCATIONS,
  type PeriodAmount,
  type RecurringBalance,
} from '../../core/ledger/recurring-balance.ts'
import { Id, TimestampText, toApiTimestamp } from '../schemas.ts'
import { ApplicabilityBody, toApiApplicability } from './commit-answers.ts'
import { ChildAccessBody, toApiChildAccess } from './hierarchy-bodies.ts'

export const AmountBody = z.object({
  unit_price: z.number(),
  quantity: z.number().optional(),
  credit_type_id: Id,
})

const OneRoundingBody = z.object({
  rounding_method: z.enum(PRORATION_ROUNDING_METHODS),
  decimal_places: z.number(),
})

const RoundingBody = z
  .object({ access: OneRoundingBody.optional(), invoice: OneRoundingBody.optional() })
  .optional()

/** What recurring commits and credits of contracts and packages show alike. */
export const RecurringFields = {
  id: Id,
  product: z.object({ id: Id, name: z.string() }),
  name: z.string().optional(),
  description: z.string().optional(),
  priority: z.number(),
  rate_type: z.enum(BALANCE_RATE_TYPES),
  access_amount: AmountBody,
  commit_duration: z.object({ value: z.number(), unit: z.literal('PERIODS') }),
  recurrence_frequency: z.enum(RECURRENCE_FREQUENCIES).optional(),
  proration: z.enum(RECURRING_PRORATIONS),
  proration_rounding: RoundingBody,
  rollover_fraction: z.number().optional(),
  ...ApplicabilityBody,
  netsuite_sales_order_id: z.string().optional(),
}

const LinkFields = {
  allocation: z.enum(SEAT_ALLOCATIONS),
  apply_seat_increase_config: z.object({ is_prorated: z.boolean() }),
}

/** Of packages, whose contracts have subscriptions of their own. */
export const TemplateLinkBody = z.object({ subscription_template_id: z.string(), ...LinkFields })

const RecurringCreditBody = z
  .object({
    ...RecurringFields,
    contract: z.object({ id: Id }),
    hierarchy_configuration: ChildAccessBody.optional(),
    starting_at: TimestampText,
    ending_before: TimestampText.optional(),
    subscription_config: z.object({ subscription_id: Id, ...LinkFields }).optional(),
  })
  .openapi('RecurringCredit')

const RecurringCommitBody = RecurringCreditBody.extend({
  invoice_amount: AmountBody.optional(),
}).openapi('RecurringCommit')

/** The recurring commits and credits of a contract. */
export const RecurringBodies = {
  recurring_commits: z.array(RecurringCommitBody).optional(),
  recurring_credits: z.array(RecurringCreditBody).optional(),
}

const AmountChangeBody = z
  .object({ unit_price: z.number(), quantity: z.number().optional() })
  .optional()

const CreditChangeBody = z.object({
  id: Id,
  access_amount: AmountChangeBody,
  ending_before: TimestampText.nullable().optional(),
  rate_type: z.enum(BALANCE_RATE_TYPES).optional(),
  proration_rounding: RoundingBody,
})

/** What an edit did to recurring commits and credits. */
export const RecurringEditBodies = {
  add_recurring_commits: z.array(RecurringCommitBody).optional(),
  add_recurring_credits: z.array(RecurringCreditBody).optional(),
  update_recurring_commits: z
    .array(CreditChangeBody.extend({ invoice_amount: AmountChangeBody }))
    .optional(),
  update_recurring_credits: z.array(CreditChangeBody).optional(),
}

/** What answers with them need besides them. */
export interface RecurringContext {
  contractId: string
  productNames: ReadonlyMap<string, string>
}

/** As they are for periods that start from now on. */
export function toApiRecurring(
  all: RecurringBalance[] | undefined,
  context: RecurringContext,
): { [Member in keyof typeof RecurringBodies]?: z.input<(typeof RecurringBodies)[Member]> } {
  if (all === undefined) return {}
  const commits = all.filter(({ type }) => type === 'PREPAID')
  const credits = all.filter(({ type }) => type === 'CREDIT')
  return {
    recurring_commits: commits.map((commit) => toApiRecurringCommit(commit, context)),
    recurring_credits: credits.map((credit) => toApiRecurringCredit(credit, context)),
  }
}

export function toApiRecurringEdit(
  { addRecurring = [], updateRecurring = [] }: RecurringChanges,
  context: RecurringContext,
): {
  [Member in keyof typeof RecurringEditBodies]?: z.input<(typeof RecurringEditBodies)[Member]>
} {
  const added = toApiRecurring(addRecurring, context)
  const updated = (type: RecurringBalance['type']) =>
    updateRecurring.filter((update) => update.type === type).map(toApiChange)
  return {
    add_recurring_commits: unlessEmpty(added.recurring_commits),
    add_recurring_credits: unlessEmpty(added.recurring_credits),
    update_recurring_commits: unlessEmpty(updated('PREPAID')),
    update_recurring_credits: unlessEmpty(updated('CREDIT')),
  }
}

/** @param invoice whether to show what is paid */
export function toApiRecurringFields(
  recurring: Pick<
    RecurringBalance,
    | 'id'
    | 'productId'
    | 'name'
    | 'description'
    | 'priority'
    | 'rateType'
    | 'accessAmount'
    | 'durationPeriods'
    | 'recurrenceFrequency'
    | 'proration'
    | 'prorationRounding'
    | 'rolloverFraction'
    | 'applicability'
    | 'netsuiteSalesOrderId'
  >,
  productNames: ReadonlyMap<string, string>,
) {
  const { productId, recurrenceFrequency, rolloverFraction } = recurring
  return {
    id: recurring.id,
    product: { id: productId, name: productNames.get(productId) ?? '' },
    name: recurring.name,
    description: recurring.description,
    priority: jsonNumber(recurring.priority),
    rate_type: recurring.rateType,
    access_amount: toApiAmount(recurring.accessAmount),
    commit_duration: { value: recurring.durationPeriods, unit: 'PERIODS' as const },
    recurrence_frequency: recurrenceFrequency ?? undefined,
    proration: recurring.proration,
    proration_rounding: toApiRoundings(recurring.prorationRounding),
    rollover_fraction: rolloverFraction === null ? undefined : jsonNumber(rolloverFraction),
    ...toApiApplicability(recurring.applicability),
    netsuite_sales_order_id: recurring.netsuiteSalesOrderId,
  }
}

function toApiRecurringCommit(
  recurring: RecurringBalance,
  context: RecurringContext,
): z.input<typeof RecurringCommitBody> {
  const { invoiceAmount } = termsAt(recurring, Infinity)
  return {
    ...toApiRecurringCredit(recurring, context),
    invoice_amount: invoiceAmount === null ? undefined : toApiAmount(invoiceAmount),
  }
}

function toApiRecurringCredit(
  recurring: RecurringBalance,
  { contractId, productNames }: RecurringContext,
): z.input<typeof RecurringCreditBody> {
  const terms = termsAt(recurring, Infinity)
  const { startingAt, endingBefore, subscription } = terms
  return {
    ...toApiRecurringFields(terms, productNames),
    contract: { id: contractId },
    hierarchy_configuration: toApiChildAccess(terms.childAccess),
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    subscription_config: subscription && {
      subscription_id: subscription.subscriptionId,
      ...toApiLink(subscription),
    },
  }
}

export function toApiLink({
  allocation,
  isIncreaseProrated,
}: Pick<NonNullable<RecurringBalance['subscription']>, 'allocation' | 'isIncreaseProrated'>) {
  return { allocation, apply_seat_increase_config: { is_prorated: isIncreaseProrated } }
}

function toApiChange({ id, change }: UpdatedRecurring) {
  const { accessAmount, invoiceAmount, endingBefore } = change
  return {
    id,
    access_amount: accessAmount && toApiAmountChange(accessAmount),
    invoice_amount: invoiceAmount && toApiAmountChange(invoiceAmount),
    ending_before: typeof endingBefore === 'number' ? toApiTimestamp(endingBefore) : endingBefore,
    rate_type: change.rateType,
    proration_rounding: change.prorationRounding && toApiRoundings(change.prorationRounding),
  }
}

export function toApiAmount({ unitPrice, quantity, creditTypeId }: PeriodAmount) {
  return { ...toApiAmountChange({ unitPrice, quantity }), credit_type_id: creditTypeId }
}

function toApiAmountChange({ unitPrice, quantity }: Pick<PeriodAmount, 'unitPrice' | 'quantity'>) {
  return {
    unit_price: jsonNumber(unitPrice),
    quantity: quantity === null ? undefined : jsonNumber(quantity),
  }
}

function toApiRoundings(rounding: RecurringBalance['prorationRounding']) {
  if (rounding === undefined) return undefined
  const { access, invoice } = rounding
  return {
    access: access && toApiRounding(access),
    invoice: invoice && toApiRounding(invoice),
  }
}

function toApiRounding({ method, decimalPlaces }: ProrationRounding) {
  return { rounding_method: method, decimal_places: decimalPlaces }
}

function unlessEmpty<T>(list: T[] | undefined): T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list
}
