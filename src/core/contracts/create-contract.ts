import type { Product } from '../catalog/product.ts'
import { cardAtAlias, type RateCard } from '../catalog/rate-card.ts'
import { referToBalances, type BalanceReferences } from '../ledger/balance-references.ts'
import type { Balance } from '../ledger/balance.ts'
import type { BalanceInput } from '../ledger/create-balance.ts'
import { createRecurringBalances, type RecurringInput } from '../ledger/create-recurring-balance.ts'
import { ok, refuse, unreachable, type Refusal, type Result } from '../result.ts'
import { checkThresholds, type ThresholdTerms } from '../thresholds/check-thresholds.ts'
import { isHourAligned, monthStart } from '../time.ts'
import type { CardContents } from './card-contents.ts'
import { createOverrides, type OverrideInput } from './create-override.ts'
import { createSubscriptions, namesOf, type SubscriptionInput } from './create-subscription.ts'
import type {
  Contract,
  ContractTerms,
  StatementFrequency,
  StatementSchedule,
  Transition,
} from './contract.ts'
import { createFixedTerms, type FixedTermsInput } from './fixed-terms.ts'
import { createHierarchy, type HierarchyInput, type HierarchySurroundings } from './hierarchy.ts'
import type { OverridePrioritization } from './override.ts'
import { checkTermsSize } from './terms-size.ts'
import { checkUsageFilter } from './usage-filter.ts'

export const STATEMENT_DAYS = ['FIRST_OF_MONTH', 'CONTRACT_START', 'CUSTOM_DATE'] as const
export type StatementDay = (typeof STATEMENT_DAYS)[number]

/** A contract as it is asked for. Instants are epoch milliseconds. */
export interface ContractInput extends ThresholdTerms, FixedTermsInput {
  id: string
  customerId: string
  rateCardId?: string
  rateCardAlias?: string
  /** The package that the input was made from. */
  packageId?: string
  startingAt: number
  endingBefore?: number
  name?: string
  uniquenessKey?: string
  netPaymentTermsDays?: number
  netsuiteSalesOrderId?: string
  salesforceOpportunityId?: string
  usageStatementSchedule?: {
    frequency: StatementFrequency
    day?: StatementDay
    billingAnchorDate?: number
    invoiceGenerationStartingAt?: number
  }
  multiplierOverridePrioritization?: OverridePrioritization
  overrides?: OverrideInput[]
  scheduledChargesOnUsageInvoices?: 'ALL'
  subscriptions?: SubscriptionInput[]
  /** Commits and credits alike. */
  recurringBalances?: RecurringInput[]
  /** From the contract's start on, if it says nothing else. */
  usageFilter?: { groupKey: string; groupValues: string[]; startingAt?: number }
  /** Its commits and credits, which are decided on for themselves (`create-balance.ts`). */
  balances?: BalanceInput[]
  /** A decimal text. */
  totalContractValue?: string
  /** The contract that this one takes over from; the edit that ends that one has the id. */
  transition?: Pick<Transition, 'type' | 'fromContractId' | 'trueup'> & { editId: string }
  hierarchy?: HierarchyInput
  customFields: Record<string, string>
  createdBy: string
}

/** What exists, as far as creating the contract depends on it. */
export interface ContractSurroundings {
  customer: { archivedAt: number | null } | null
  /** The cards that the input's id or alias may mean. */
  rateCards: RateCard[]
  /** What is on the cards, by their ids; only where overrides or a usage filter depend on it. */
  contents: Map<string, CardContents>
  /** What exists of the products that the input names (`named-products.ts`); absent for none. */
  products?: Product[]
  /** The customer's commits and credits, where overrides may name them; absent for none. */
  balances?: Pick<Balance, 'id'>[]
  /** The ids of custom pricing units, of all that recurring balances name; absent for none. */
  customUnitIds?: ReadonlySet<string>
  /** Only where the contract is to be below another one. */
  hierarchy?: HierarchySurroundings
  isUniquenessKeyUsed: boolean
}

export const UNIQUENESS_KEY_USED: Refusal = {
  code: 'conflict',
  message: 'This uniqueness key has already been used.',
}

const THRESHOLD_FIELDS = {
  spend: 'spend_threshold_configuration',
  prepaid: 'prepaid_balance_threshold_configuration',
  trackers: 'spend_trackers',
}

/** Decides on a new contract (pricing 4); refusals name the field as the API calls it. */
export function createContract(
  input: ContractInput,
  surroundings: ContractSurroundings,
  now: number,
): Result<Contract> {
  const customer = checkCustomer(input.customerId, surroundings.customer)
  if (!customer.ok) return customer
  if (surroundings.isUniquenessKeyUsed) return { ok: false, error: UNIQUENESS_KEY_USED }
  const dates = checkDates(input)
  if (!dates.ok) return dates
  const statementSchedule = scheduleStatements(input)
  if (!statementSchedule.ok) return statementSchedule
  const card = chooseRateCard(input, surroundings.rateCards)
  if (!card.ok) return card
  const contents = surroundings.contents.get(card.value?.id ?? '') ?? null
  const asked = [
    ...(input.balances ?? []).map((balance) => ({ ...balance, isRecurring: false })),
    ...(input.recurringBalances ?? []).map((each) => ({ ...each, isRecurring: true })),
  ]
  const balances = referToBalances(surroundings.balances ?? [], null, asked)
  if (!balances.ok) return balances
  const { products = [], customUnitIds = new Set() } = surroundings
  const named = { card: contents, products, customUnitIds, balances: balances.value }
  const terms = decideTerms(input, statementSchedule.value, named, now)
  if (!terms.ok) return terms
  const thresholds = checkThresholds(input, { rateCard: card.value, products }, THRESHOLD_FIELDS)
  if (!thresholds.ok) return thresholds
  const { hierarchy: asPlaced, customerId } = input
  const hierarchy = asPlaced && createHierarchy(asPlaced, customerId, surroundings.hierarchy)
  if (hierarchy?.ok === false) return hierarchy
  return ok({
    id: input.id,
    customerId: input.customerId,
    rateCardId: card.value?.id ?? null,
    packageId: input.packageId ?? null,
    uniquenessKey: input.uniquenessKey ?? null,
    startingAt: input.startingAt,
    endingBefore: input.endingBefore ?? null,
    terms: { ...terms.value, ...(hierarchy && { hierarchy: hierarchy.value }) },
    customFields: input.customFields,
    createdAt: now,
    createdBy: input.createdBy,
    archivedAt: null,
  })
}

interface TermsSurroundings {
  card: CardContents | null
  products: Product[]
  customUnitIds: ReadonlySet<string>
  balances: BalanceReferences
}

function decideTerms(
  input: ContractInput,
  statementSchedule: StatementSchedule,
  { card, products, customUnitIds, balances }: TermsSurroundings,
  now: number,
): Result<ContractTerms> {
  const { overrides: inputs = [], multiplierOverridePrioritization, usageFilter } = input
  const prioritization = multiplierOverridePrioritization ?? 'LOWEST_MULTIPLIER'
  const overrides = createOverrides(inputs, { card, prioritization, balances }, now, 'overrides')
  if (!overrides.ok) return overrides
  const { startingAt, endingBefore = null } = input
  const subscriptions = createSubscriptions(
    input.subscriptions ?? [],
    { contract: { startingAt, endingBefore }, card },
    now,
    'subscriptions',
  )
  if (!subscriptions.ok) return subscriptions
  const recurring = createRecurringBalances(
    input.recurringBalances ?? [],
    {
      contract: { startingAt, endingBefore },
      present: [],
      subscriptions: subscriptions.value,
      subscriptionNames: namesOf(input.subscriptions ?? []),
      products,
      customUnitIds,
    },
    now,
  )
  if (!recurring.ok) return recurring
  const filter = usageFilter && {
    ...usageFilter,
    startingAt: usageFilter.startingAt ?? input.startingAt,
  }
  if (filter !== undefined) {
    if (filter.startingAt < input.startingAt) {
      return refuse('invalid', "usage_filter.starting_at: expected the contract's start or later")
    }
    const checked = checkUsageFilter(filter, card, 'usage_filter.group_key')
    if (!checked.ok) return checked
  }
  const fixed = createFixedTerms(input, { products, royalties: [] }, now, '')
  if (!fixed.ok) return fixed
  const terms: ContractTerms = {
    name: input.name,
    netPaymentTermsDays: input.netPaymentTermsDays,
    netsuiteSalesOrderId: input.netsuiteSalesOrderId,
    salesforceOpportunityId: input.salesforceOpportunityId,
    statementSchedule,
    overrides: overrides.value.length === 0 ? undefined : overrides.value,
    multiplierOverridePrioritization,
    usageFilters: filter && [filter],
    spendThreshold: input.spendThreshold,
    prepaidThreshold: input.prepaidThreshold,
    spendTrackers: input.spendTrackers,
    ...fixed.value,
    scheduledChargesOnUsageInvoices: input.scheduledChargesOnUsageInvoices,
    subscriptions: subscriptions.value.length === 0 ? undefined : subscriptions.value,
    recurringBalances: recurring.value.length === 0 ? undefined : recurring.value,
    totalContractValue: input.totalContractValue,
    transitions: input.transition && [transitionOf(input, input.transition)],
  }
  const size = checkTermsSize(terms, 'overrides')
  return size.ok ? ok(terms) : size
}

export function transitionOf(
  { id }: Pick<ContractInput, 'id'>,
  { type, fromContractId, trueup }: NonNullable<ContractInput['transition']>,
): Transition {
  return { type, fromContractId, toContractId: id, trueup }
}

function checkCustomer(id: string, customer: ContractSurroundings['customer']): Result<null> {
  if (customer === null) return refuse('not_found', `customer_id: no customer ${id}`)
  if (customer.archivedAt === null) return ok(null)
  return refuse('invalid', `customer_id: customer ${id} is archived and takes no new contracts`)
}

function checkDates({ startingAt, endingBefore }: ContractInput): Result<null> {
  if (!isHourAligned(startingAt)) return refuse('invalid', onTheHour('starting_at'))
  if (endingBefore === undefined) return ok(null)
  if (!isHourAligned(endingBefore)) return refuse('invalid', onTheHour('ending_before'))
  if (endingBefore > startingAt) return ok(null)
  return refuse('invalid', 'ending_before: expected an instant after starting_at')
}

function onTheHour(field: string): string {
  return `${field}: expected a timestamp on the hour, such as 2026-03-01T00:00:00Z`
}

/** When statements are cut, and from when on there are any (pricing 4.1). */
function scheduleStatements(input: ContractInput): Result<StatementSchedule> {
  const { frequency = 'MONTHLY', invoiceGenerationStartingAt: invoicedFrom } =
    input.usageStatementSchedule ?? {}
  const anchor = anchorOf(input, frequency)
  if (!anchor.ok) return anchor
  const anchorMs = anchor.value
  if (invoicedFrom === undefined) return ok({ frequency, anchorMs })
  const field = 'usage_statement_schedule.invoice_generation_starting_at'
  if (!isHourAligned(invoicedFrom)) return refuse('invalid', onTheHour(field))
  if (invoicedFrom >= (input.endingBefore ?? Infinity)) {
    return refuse('invalid', `${field}: expected an instant before ending_before`)
  }
  return ok({ frequency, anchorMs, invoicedFrom })
}

/**
 * The anchor that a contract's periods are counted from (pricing 4.1). FIRST_OF_MONTH counts from
 * the first of the month in which the contract starts, so quarters and years are the contract's
 * own; weeks know no month, so WEEKLY then counts from the contract's start.
 */
function anchorOf(input: ContractInput, frequency: StatementFrequency): Result<number> {
  const { day = 'FIRST_OF_MONTH', billingAnchorDate } = input.usageStatementSchedule ?? {}
  const field = 'usage_statement_schedule.billing_anchor_date'
  if (day !== 'CUSTOM_DATE' && billingAnchorDate !== undefined) {
    return refuse('invalid', `${field}: expected only with day CUSTOM_DATE`)
  }
  switch (day) {
    case 'FIRST_OF_MONTH':
      return ok(frequency === 'WEEKLY' ? input.startingAt : monthStart(input.startingAt))
    case 'CONTRACT_START':
      return ok(input.startingAt)
    case 'CUSTOM_DATE':
      if (billingAnchorDate === undefined) {
        return refuse('invalid', `${field}: required with day CUSTOM_DATE`)
      }
      if (!isHourAligned(billingAnchorDate)) return refuse('invalid', onTheHour(field))
      return ok(billingAnchorDate)
    default:
      return unreachable(day)
  }
}

/** The card by id, or by the alias as it stands at the contract's start (pricing 3.2); null for none. */
function chooseRateCard(input: ContractInput, cards: RateCard[]): Result<RateCard | null> {
  const { rateCardId, rateCardAlias, startingAt } = input
  if (rateCardId !== undefined && rateCardAlias !== undefined) {
    return refuse('invalid', 'rate_card_alias: expected only without rate_card_id')
  }
  if (rateCardId !== undefined) {
    const card = cards.find(({ id }) => id === rateCardId)
    if (card === undefined) return refuse('not_found', `rate_card_id: no rate card ${rateCardId}`)
    return refuseArchived(card, 'rate_card_id')
  }
  if (rateCardAlias === undefined) return ok(null)
  const card = cardAtAlias(cards, rateCardAlias, startingAt)
  if (card !== null) return refuseArchived(card, 'rate_card_alias')
  return refuse(
    'not_found',
    `rate_card_alias: no rate card has the alias "${rateCardAlias}" when the contract starts`,
  )
}

function refuseArchived(card: RateCard, field: string): Result<RateCard> {
  if (card.archivedAt === null) return ok(card)
  return refuse('invalid', `${field}: rate card ${card.id} is archived and takes no new contracts`)
}
