import { z } from '@hono/zod-openapi'
import { STATEMENT_FREQUENCIES, TRANSITION_TYPES } from '../../core/contracts/contract.ts'
import { STATEMENT_DAYS, type ContractInput } from '../../core/contracts/create-contract.ts'
import { OVERRIDE_PRIORITIZATIONS } from '../../core/contracts/override.ts'
import {
  CustomFields,
  DecimalNumber,
  enumOf,
  HourTimestamp,
  Id,
  Unsupported,
  WellFormedText,
} from '../schemas.ts'
import { fromApiBalances, NewCommits, NewCredits } from './commit-bodies.ts'
import { fromApiFixedTerms, NewFixedTerms, OnUsageInvoices } from './fixed-terms-bodies.ts'
import { fromApiHierarchy, NewHierarchy } from './hierarchy-bodies.ts'
import { fromApiOverride, NewOverrides } from './override-bodies.ts'
import { fromApiSubscription, NewSubscriptions } from './subscription-bodies.ts'
import { PackageFields } from './packaged-contract.ts'
import { fromApiRecurring, NewRecurringCommits, NewRecurringCredits } from './recurring-bodies.ts'
import { NewSpendTrackers } from './spend-tracker-bodies.ts'
import { NewPrepaidThreshold, NewSpendThreshold } from './threshold-bodies.ts'

export const UniquenessKey = z.string().min(1).max(128)
export const NetPaymentTermsDays = z.int().min(0).max(3_650)

/** What a contract is billed for (pricing 4.2). */
export const UsageFilterMembers = {
  group_key: z.string().min(1),
  group_values: z.array(WellFormedText).min(1).max(1_000),
}

/** A contract as it is asked for, for a customer that the request names elsewhere. */
export const NewContractTerms = z.object({
  name: z.string().optional(),
  uniqueness_key: UniquenessKey.optional(),
  rate_card_id: Id.optional(),
  rate_card_alias: z.string().min(1).optional().openapi({
    description: 'Resolved as of starting_at.',
  }),
  starting_at: HourTimestamp,
  ending_before: HourTimestamp.optional(),
  net_payment_terms_days: NetPaymentTermsDays.optional(),
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  total_contract_value: DecimalNumber.optional().openapi({
    description: 'Shown as it was sent; it does not change what is billed.',
  }),
  usage_statement_schedule: z
    .object({
      frequency: enumOf(STATEMENT_FREQUENCIES),
      day: enumOf(STATEMENT_DAYS).optional(),
      billing_anchor_date: HourTimestamp.optional(),
      invoice_generation_starting_at: HourTimestamp.optional().openapi({
        description: 'Nothing before it is invoiced.',
      }),
    })
    .optional(),
  multiplier_override_prioritization: enumOf(OVERRIDE_PRIORITIZATIONS).optional(),
  overrides: NewOverrides.optional(),
  usage_filter: z
    .object({ ...UsageFilterMembers, starting_at: HourTimestamp.optional() })
    .optional(),
  transition: z
    .object({
      type: enumOf(TRANSITION_TYPES),
      from_contract_id: Id,
      future_invoice_behavior: z
        .object({ trueup: enumOf(['REMOVE', 'AS_IS']).nullish() })
        .optional()
        .openapi({ description: 'What becomes of true-ups of the former commits.' }),
    })
    .optional()
    .openapi({ description: 'The contract that this one takes over from ends where it starts.' }),
  custom_fields: CustomFields.optional(),
  billing_provider_configuration: Unsupported,
  commits: NewCommits.optional(),
  credits: NewCredits.optional(),
  ...NewFixedTerms,
  hierarchy_configuration: NewHierarchy.optional(),
  ...PackageFields,
  prepaid_balance_threshold_configuration: NewPrepaidThreshold.optional(),
  recurring_commits: NewRecurringCommits.optional(),
  recurring_credits: NewRecurringCredits.optional(),
  revenue_system_configuration: Unsupported,
  scheduled_charges_on_usage_invoices: OnUsageInvoices.optional(),
  spend_threshold_configuration: NewSpendThreshold.optional(),
  spend_trackers: NewSpendTrackers.optional(),
  subscriptions: NewSubscriptions.optional(),
})

/** @param newId makes ids for what the contract consists of */
export function fromApiContract(
  body: z.output<typeof NewContractTerms>,
  newId: () => string,
): Omit<ContractInput, 'id' | 'customerId' | 'createdBy'> {
  const { usage_statement_schedule: schedule, usage_filter: filter, transition } = body
  return {
    name: body.name,
    uniquenessKey: body.uniqueness_key,
    rateCardId: body.rate_card_id,
    rateCardAlias: body.rate_card_alias,
    startingAt: body.starting_at,
    endingBefore: body.ending_before,
    netPaymentTermsDays: body.net_payment_terms_days,
    netsuiteSalesOrderId: body.netsuite_sales_order_id,
    salesforceOpportunityId: body.salesforce_opportunity_id,
    totalContractValue: body.total_contract_value,
    usageStatementSchedule: schedule && {
      frequency: schedule.frequency,
      day: schedule.day,
      billingAnchorDate: schedule.billing_anchor_date,
      invoiceGenerationStartingAt: schedule.invoice_generation_starting_at,
    },
    multiplierOverridePrioritization: body.multiplier_override_prioritization,
    overrides: body.overrides?.map((override) => fromApiOverride(newId(), override)),
    subscriptions: body.subscriptions?.map((term) => fromApiSubscription(newId(), term)),
    ...fromApiFixedTerms(body, newId),
    scheduledChargesOnUsageInvoices: body.scheduled_charges_on_usage_invoices,
    recurringBalances: fromApiRecurring(newId, body.recurring_commits, body.recurring_credits),
    usageFilter: filter && {
      groupKey: filter.group_key,
      groupValues: filter.group_values,
      startingAt: filter.starting_at,
    },
    transition: transition && {
      type: transition.type,
      fromContractId: transition.from_contract_id,
      trueup: transition.future_invoice_behavior?.trueup ?? undefined,
      editId: newId(),
    },
    balances: fromApiBalances(newId, body.commits, body.credits),
    spendThreshold: body.spend_threshold_configuration,
    prepaidThreshold: body.prepaid_balance_threshold_configuration,
    spendTrackers: body.spend_trackers,
    hierarchy: fromApiHierarchy(body.hierarchy_configuration),
    customFields: body.custom_fields ?? {},
  }
}
