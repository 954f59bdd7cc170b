import { z } from '@hono/zod-openapi'
import type { ContractEdit } from '../../core/contracts/contract-edit.ts'
import {
  STATEMENT_FREQUENCIES,
  TRANSITION_TYPES,
  type Contract,
} from '../../core/contracts/contract.ts'
import type { ContractLink } from '../../core/contracts/hierarchy.ts'
import { withPresentFields } from '../../core/custom-fields/present-fields.ts'
import { OVERRIDE_PRIORITIZATIONS, type Override } from '../../core/contracts/override.ts'
import { usageFilterAt, type UsageFilter } from '../../core/contracts/usage-filter.ts'
import { kindOf, type BalanceKind } from '../../core/ledger/balance-kind.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import { jsonNumber } from '../../core/json-number.ts'
import { accumulatedSpend, type Purchases } from '../../core/thresholds/accumulated-spend.ts'
import type { ContractHistory } from '../../db/contract-edits.ts'
import { Id, TimestampText, toApiTimestamp } from '../schemas.ts'
import {
  CommitBody,
  CreditBody,
  idsShownWith,
  toApiCommit,
  toApiCredit,
  type CommitContext,
  type CommitReading,
} from './commit-answers.ts'
import {
  FixedTermsOfAmendment,
  FixedTermsV1,
  FixedTermsV2,
  productsShown,
  toApiFixedTermsOfAmendment,
  toApiFixedTermsV1,
  toApiFixedTermsV2,
} from './fixed-terms-bodies.ts'
import { HierarchyBody, toApiHierarchy } from './hierarchy-bodies.ts'
import { OverrideBody, toApiOverride, type OverrideNames } from './override-bodies.ts'
import type { ChargeContext } from './scheduled-charge-bodies.ts'
import { RecurringBodies, toApiRecurring } from './recurring-answers.ts'
import { SubscriptionBody, toApiSubscription } from './subscription-answers.ts'
import { ThresholdBodies, toApiThresholds } from './threshold-answers.ts'

const FilterBody = z.object({ group_key: z.string(), group_values: z.array(z.string()) })

const FilterV1 = z.object({
  initial: FilterBody.extend({ starting_at: TimestampText.optional() }),
  current: FilterBody.extend({ starting_at: TimestampText.optional() }),
  updates: z.array(FilterBody.extend({ starting_at: TimestampText })),
})

export const FilterV2 = FilterBody.extend({
  starting_at: TimestampText,
  ending_before: TimestampText.optional(),
})

/** The terms of a contract, as both versions show them. */
const TermsBody = z.object({
  name: z.string().optional(),
  rate_card_id: Id.optional(),
  starting_at: TimestampText,
  ending_before: TimestampText.optional(),
  net_payment_terms_days: z.number().optional(),
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  total_contract_value: z.number().optional(),
  usage_statement_schedule: z.object({
    frequency: z.enum(STATEMENT_FREQUENCIES),
    billing_anchor_date: TimestampText,
  }),
  multiplier_override_prioritization: z.enum(OVERRIDE_PRIORITIZATIONS).optional(),
  created_at: TimestampText,
  created_by: z.string(),
  overrides: z.array(OverrideBody),
  commits: z.array(CommitBody),
  credits: z.array(CreditBody),
  subscriptions: z.array(SubscriptionBody),
  transitions: z.array(
    z.object({
      type: z.enum(TRANSITION_TYPES),
      from_contract_id: Id,
      to_contract_id: Id,
    }),
  ),
  hierarchy_configuration: HierarchyBody.optional(),
  ...RecurringBodies,
  ...ThresholdBodies,
})

const TermsV1 = TermsBody.extend({ ...FixedTermsV1, usage_filter: FilterV1.optional() })

const AmendmentBody = z.object({
  id: Id,
  starting_at: TimestampText,
  netsuite_sales_order_id: z.string().optional(),
  salesforce_opportunity_id: z.string().optional(),
  created_at: TimestampText,
  created_by: z.string(),
  overrides: z.array(OverrideBody),
  commits: z.array(CommitBody),
  credits: z.array(CreditBody),
  ...FixedTermsOfAmendment,
})

const EntityBody = z.object({
  id: Id,
  customer_id: Id,
  package_id: Id.optional(),
  uniqueness_key: z.string().optional(),
  custom_fields: z.record(z.string(), z.string()),
  archived_at: TimestampText.optional(),
})

export const ContractV1 = EntityBody.extend({
  initial: TermsV1,
  current: TermsV1,
  amendments: z.array(AmendmentBody),
}).openapi('ContractV1')

export const ContractV2 = EntityBody.extend(TermsBody.shape)
  .extend({
    ...FixedTermsV2,
    usage_filter: z.array(FilterV2),
    has_more: z
      .object({ commits: z.boolean(), credits: z.boolean() })
      .openapi({ description: 'Whether there are more than are shown here.' }),
  })
  .openapi('ContractV2')

/** What answers need besides contracts. */
export interface AnswerContext extends OverrideNames, ChargeContext, CommitContext {
  now: number
  /** The commits and credits of the contracts, by the contracts' ids. */
  balances: ReadonlyMap<string, Balance[]>
  /** The contracts below some of them, by the ids of these. */
  children: ReadonlyMap<string, ContractLink[]>
  /** What spend trackers of the contracts add up. */
  tracked: Purchases
  /** What has become of commits and credits, by their ids, where it is asked for. */
  readings?: ReadonlyMap<string, CommitReading>
}

/** As many commits, or credits, as a contract is shown with. */
const COMMITS_SHOWN_MAX = 1_000

/** The products and credit types whose names are shown with some contracts and edits. */
export function idsShown(
  contracts: Contract[],
  edits: ContractEdit[] = [],
  balances: Balance[] = [],
) {
  const added = edits.flatMap(({ changes }) => changes.addBalances ?? [])
  const ofBalances = idsShownWith([...balances, ...added])
  const overrides: Override[] = [
    ...contracts.flatMap(({ terms }) => terms.overrides ?? []),
    ...edits.flatMap(({ changes }) => changes.addOverrides ?? []),
  ]
  const creditTypes = overrides.flatMap(({ change }) =>
    change?.type === 'OVERWRITE' ? change.creditTypeId : [],
  )
  const subscriptions = [
    ...contracts.flatMap(({ terms }) => terms.subscriptions ?? []),
    ...edits.flatMap(({ changes }) => changes.addSubscriptions ?? []),
  ]
  const recurring = [
    ...contracts.flatMap(({ terms }) => terms.recurringBalances ?? []),
    ...edits.flatMap(({ changes }) => changes.addRecurring ?? []),
  ]
  const products = [
    ...overrides.flatMap(({ targeting }) => targeting?.productId ?? []),
    ...subscriptions.map(({ productId }) => productId),
    ...recurring.map(({ productId }) => productId),
    ...contracts.flatMap(({ terms }) => productsShown(terms)),
    ...edits.flatMap(({ changes }) => productsShown(changes.addTerms ?? {})),
    ...ofBalances.productIds,
  ]
  return {
    productIds: [...new Set(products)],
    creditTypeIds: [...new Set([...creditTypes, ...ofBalances.creditTypeIds])],
  }
}

export function toApiV1(
  contract: Contract,
  history: ContractHistory | undefined,
  context: AnswerContext,
): z.input<typeof ContractV1> {
  const { endingBefore, terms } = history?.initial ?? contract
  const initial = { ...contract, endingBefore, terms: withPresentFields(terms, contract.terms) }
  const { edits = [] } = history ?? {}
  const balances = balancesShown(contract, context)
  const added = edits.flatMap(({ changes }) => changes.addBalances ?? []).map(({ id }) => id)
  const first = balances.filter(({ id }) => !added.includes(id))
  return {
    ...toApiEntity(contract),
    initial: toApiTermsV1(initial, first, context),
    current: toApiTermsV1(contract, balances, context),
    amendments: edits.flatMap((edit) => toApiAmendment(edit, context)),
  }
}

export function toApiV2(contract: Contract, context: AnswerContext): z.input<typeof ContractV2> {
  const { usageFilters = [] } = contract.terms
  const balances = balancesShown(contract, context)
  const counts = Map.groupBy(balances, ({ type }) => kindOf(type))
  const hasMore = (kind: BalanceKind) => (counts.get(kind)?.length ?? 0) > COMMITS_SHOWN_MAX
  return {
    ...toApiEntity(contract),
    ...toApiTerms(contract, balances, context),
    ...toApiFixedTermsV2(contract.terms, context),
    has_more: { commits: hasMore('COMMIT'), credits: hasMore('CREDIT') },
    usage_filter: usageFilters.map((filter, i) => toApiFilter(filter, usageFilters[i + 1])),
  }
}

function toApiEntity(contract: Contract) {
  const { id, customerId, packageId, uniquenessKey, customFields, archivedAt } = contract
  return {
    id,
    customer_id: customerId,
    package_id: packageId ?? undefined,
    uniqueness_key: uniquenessKey ?? undefined,
    custom_fields: customFields,
    archived_at: archivedAt === null ? undefined : toApiTimestamp(archivedAt),
  }
}

/** Archived ones are hidden, unless their contract is archived, which takes them along (pricing 17). */
function balancesShown({ id, archivedAt }: Contract, { balances }: AnswerContext): Balance[] {
  const own = balances.get(id) ?? []
  return archivedAt === null ? own.filter((balance) => balance.archivedAt === null) : own
}

/** The commits and credits that terms, or an amendment, are shown with. */
function toApiBalances(balances: Balance[], context: AnswerContext) {
  const { readings } = context
  const commits = balances.filter(({ type }) => kindOf(type) === 'COMMIT')
  const credits = balances.filter(({ type }) => kindOf(type) === 'CREDIT')
  return {
    commits: commits
      .slice(0, COMMITS_SHOWN_MAX)
      .map((commit) => toApiCommit(commit, context, readings?.get(commit.id))),
    credits: credits
      .slice(0, COMMITS_SHOWN_MAX)
      .map((credit) => toApiCredit(credit, context, readings?.get(credit.id))),
  }
}

function toApiTermsV1(
  contract: Contract,
  balances: Balance[],
  context: AnswerContext,
): z.input<typeof TermsV1> {
  const [initial, ...updates] = contract.terms.usageFilters ?? []
  const terms = {
    ...toApiTerms(contract, balances, context),
    ...toApiFixedTermsV1(contract.terms, context),
  }
  if (initial === undefined) return terms
  const current = usageFilterAt([initial, ...updates], context.now) ?? initial
  const filters = {
    initial: toApiFilter(initial),
    current: toApiFilter(current),
    updates: updates.map((filter) => toApiFilter(filter)),
  }
  return { ...terms, usage_filter: filters }
}

function toApiTerms(
  contract: Contract,
  balances: Balance[],
  context: AnswerContext,
): z.input<typeof TermsBody> {
  const { terms, rateCardId, startingAt, endingBefore, createdAt, createdBy } = contract
  const { totalContractValue, statementSchedule, overrides = [] } = terms
  return {
    name: terms.name,
    rate_card_id: rateCardId ?? undefined,
    starting_at: toApiTimestamp(startingAt),
    ending_before: endingBefore === null ? undefined : toApiTimestamp(endingBefore),
    net_payment_terms_days: terms.netPaymentTermsDays,
    netsuite_sales_order_id: terms.netsuiteSalesOrderId,
    salesforce_opportunity_id: terms.salesforceOpportunityId,
    total_contract_value:
      totalContractValue === undefined ? undefined : jsonNumber(totalContractValue),
    usage_statement_schedule: {
      frequency: statementSchedule.frequency,
      billing_anchor_date: toApiTimestamp(statementSchedule.anchorMs),
    },
    multiplier_override_prioritization: terms.multiplierOverridePrioritization,
    created_at: toApiTimestamp(createdAt),
    created_by: createdBy,
    overrides: overrides.map((override) => toApiOverride(override, context)),
    ...toApiBalances(balances, context),
    subscriptions: (terms.subscriptions ?? []).map((subscription) =>
      toApiSubscription(subscription, { ...context, contract }),
    ),
    transitions: (terms.transitions ?? []).map(({ type, fromContractId, toContractId }) => ({
      type,
      from_contract_id: fromContractId,
      to_contract_id: toContractId,
    })),
    hierarchy_configuration: toApiHierarchy(contract, context.children),
    ...toApiRecurring(terms.recurringBalances, { ...context, contractId: contract.id }),
    ...toApiThresholds(terms, (tracker) =>
      accumulatedSpend(tracker, contract, context.tracked, context.now),
    ),
  }
}

function toApiAmendment(edit: ContractEdit, context: AnswerContext) {
  const { amendment, changes } = edit
  if (amendment === null) return []
  return {
    id: edit.id,
    starting_at: toApiTimestamp(amendment.startingAt),
    netsuite_sales_order_id: amendment.netsuiteSalesOrderId,
    salesforce_opportunity_id: amendment.salesforceOpportunityId,
    created_at: toApiTimestamp(edit.createdAt),
    created_by: edit.createdBy,
    overrides: (changes.addOverrides ?? []).map((override) => toApiOverride(override, context)),
    ...toApiBalances(changes.addBalances ?? [], context),
    ...toApiFixedTermsOfAmendment(changes.addTerms ?? {}, context),
  }
}

/** @param next the filter that replaces it, if any */
export function toApiFilter(
  { groupKey, groupValues, startingAt }: UsageFilter,
  next?: UsageFilter,
): z.input<typeof FilterV2> {
  return {
    group_key: groupKey,
    group_values: groupValues,
    starting_at: toApiTimestamp(startingAt),
    ending_before: next === undefined ? undefined : toApiTimestamp(next.startingAt),
  }
}
