import type { Contract } from '../contracts/contract.ts'
import type { Subscription } from '../contracts/subscription.ts'
import { findFiatCreditType, USD } from '../currency.ts'
import { Decimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'
import type { Applicability, BalanceRateType, BalanceSpecifier } from './balance.ts'
import { checkApplicability, checkProduct, type BalanceSurroundings } from './check-balance.ts'
import { checkChildAccess, type ChildAccess } from './child-access.ts'
import { unlessEmpty } from './create-balance.ts'
import type { PeriodAmount, RecurringBalance } from './recurring-balance.ts'
import { SEATS_MAX } from './seat-grants.ts'

/** As many as one contract has; archived ones and those that are over count. */
export const RECURRING_MAX = 200

/** Longer access could not be written as a date. */
export const DURATION_PERIODS_MAX = 1_000

/** An amount as it is asked for: in US dollars if it says nothing else. */
export interface AmountInput {
  unitPrice: string
  quantity?: string
  creditTypeId?: string
}

/** A recurring commit or credit as it is asked for. Instants are epoch milliseconds. */
export interface RecurringInput {
  id: string
  /** How messages name its members, such as `recurring_commits[0].`. */
  path: string
  type: RecurringBalance['type']
  productId: string
  name?: string
  description?: string
  priority: string
  rateType?: BalanceRateType
  accessAmount: AmountInput
  invoiceAmount?: AmountInput
  startingAt: number
  endingBefore?: number
  durationPeriods: number
  recurrenceFrequency?: NonNullable<RecurringBalance['recurrenceFrequency']>
  proration?: RecurringBalance['proration']
  prorationRounding?: RecurringBalance['prorationRounding']
  applicableProductIds?: string[]
  applicableProductTags?: string[]
  specifiers?: BalanceSpecifier[]
  rolloverFraction?: string
  /** NONE if absent. */
  childAccess?: ChildAccess
  /** The subscription is named by its id, or by the `temporary_id` of one of the same request. */
  subscription?: {
    name: string
    allocation?: NonNullable<RecurringBalance['subscription']>['allocation']
    isIncreaseProrated: boolean
  }
  /** By which other terms of the same request name it. */
  temporaryId?: string
  netsuiteSalesOrderId?: string
  customFields: Record<string, string>
}

/** What exists, as far as recurring commits and credits depend on it. */
export interface RecurringSurroundings extends Pick<
  BalanceSurroundings,
  'products' | 'customUnitIds'
> {
  contract: Pick<Contract, 'startingAt' | 'endingBefore'>
  /** Those that the contract has already. */
  present: RecurringBalance[]
  /** Of the contract, those of the same request among them. */
  subscriptions: Subscription[]
  /** The ids of subscriptions of the same request, by their temporary ids. */
  subscriptionNames: ReadonlyMap<string, string>
}

/** Decides on new recurring commits and credits of a contract, all or none (pricing 6.5, 6.6). */
export function createRecurringBalances(
  inputs: RecurringInput[],
  surroundings: RecurringSurroundings,
  now: number,
): Result<RecurringBalance[]> {
  const made: RecurringBalance[] = []
  for (const input of inputs) {
    const recurring = createRecurringBalance(input, surroundings, now)
    if (!recurring.ok) return recurring
    made.push(recurring.value)
    const all = [...surroundings.present, ...made]
    if (all.length > RECURRING_MAX) {
      return refuse(
        'invalid',
        `${input.path}id: a contract has at most ${RECURRING_MAX} recurring commits and credits`,
      )
    }
    const daily = all.filter(({ recurrenceFrequency }) => recurrenceFrequency === 'DAILY')
    if (recurring.value.recurrenceFrequency === 'DAILY' && daily.length > 1) {
      return refuse(
        'invalid',
        `${input.path}recurrence_frequency: a contract has at most one DAILY recurring commit or credit`,
      )
    }
  }
  return ok(made)
}

/** The credit types that they grant, as far as they say so. */
export function unitsOf(inputs: RecurringInput[] = []): string[] {
  return inputs.flatMap(({ accessAmount }) => accessAmount.creditTypeId ?? [])
}

function createRecurringBalance(
  input: RecurringInput,
  surroundings: RecurringSurroundings,
  now: number,
): Result<RecurringBalance> {
  const { path, productId, accessAmount, invoiceAmount } = input
  const named = { ...surroundings, contracts: [] }
  const product = checkProduct(productId, named, path)
  if (!product.ok) return product
  const dates = checkDates(input, surroundings)
  if (!dates.ok) return dates
  const subscription = linkSubscription(input, surroundings)
  if (!subscription.ok) return subscription
  const access = checkAccessAmount(input, surroundings)
  if (!access.ok) return access
  const invoice = checkInvoiceAmount(input)
  if (!invoice.ok) return invoice
  const applicability = decideApplicability(input, named)
  if (!applicability.ok) return applicability
  if (new Decimal(input.rolloverFraction ?? 0).greaterThan(1)) {
    return refuse(
      'invalid',
      `${path}rollover_fraction: expected a fraction from 0 to 1, such as 0.5 for one half`,
    )
  }
  const shared = checkChildAccess(
    {
      type: input.type,
      rolloverFraction: input.rolloverFraction ?? null,
      hasSeats: subscription.value?.allocation === 'INDIVIDUAL',
      childAccess: input.childAccess,
    },
    path,
  )
  if (!shared.ok) return shared
  return ok({
    id: input.id,
    type: input.type,
    productId,
    name: input.name,
    description: input.description,
    priority: input.priority,
    rateType: input.rateType ?? 'LIST_RATE',
    accessAmount: amountOf(accessAmount),
    invoiceAmount: invoiceAmount === undefined ? null : amountOf(invoiceAmount),
    startingAt: input.startingAt,
    endingBefore: input.endingBefore ?? null,
    durationPeriods: input.durationPeriods,
    recurrenceFrequency: input.recurrenceFrequency ?? null,
    proration: input.proration ?? 'FIRST_AND_LAST',
    prorationRounding: input.prorationRounding,
    applicability: applicability.value,
    rolloverFraction: input.rolloverFraction ?? null,
    childAccess: input.childAccess,
    subscription: subscription.value,
    netsuiteSalesOrderId: input.netsuiteSalesOrderId,
    customFields: input.customFields,
    createdAt: now,
  })
}

function checkDates(
  { path, startingAt, endingBefore }: RecurringInput,
  { contract }: RecurringSurroundings,
): Result<null> {
  if (startingAt < contract.startingAt) {
    return refuse('invalid', `${path}starting_at: expected the contract's start or later`)
  }
  if (startingAt >= (contract.endingBefore ?? Infinity)) {
    return refuse('invalid', `${path}starting_at: expected an instant before the contract's end`)
  }
  if (endingBefore === undefined || endingBefore > startingAt) return ok(null)
  return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
}

function linkSubscription(
  { path, subscription: link, recurrenceFrequency }: RecurringInput,
  { subscriptions, subscriptionNames }: RecurringSurroundings,
): Result<RecurringBalance['subscription']> {
  if (link === undefined) return ok(undefined)
  const { name, allocation = 'POOLED', isIncreaseProrated } = link
  const id = subscriptionNames.get(name) ?? name
  const subscription = subscriptions.find((one) => one.id === id)
  const field = `${path}subscription_config.`
  if (subscription === undefined) {
    return refuse('not_found', `${field}subscription_id: the contract has no subscription ${name}`)
  }
  if (recurrenceFrequency === 'DAILY') {
    return refuse(
      'invalid',
      `${path}recurrence_frequency: expected no DAILY one with subscription_config`,
    )
  }
  if (allocation === 'INDIVIDUAL' && subscription.quantityManagementMode !== 'SEAT_BASED') {
    return refuse(
      'invalid',
      `${field}allocation: INDIVIDUAL needs a subscription whose quantity_management_mode is SEAT_BASED`,
    )
  }
  const linked = { subscriptionId: id, allocation, isIncreaseProrated }
  const seats = checkSeats([linked], [subscription], `${field}allocation`)
  return seats.ok ? ok(linked) : seats
}

/**
 * Whether all seats of individually linked subscriptions can have parts of their own (pricing
 * 6.6): for new links as for changes of seats.
 */
export function checkSeats(
  links: NonNullable<RecurringBalance['subscription']>[],
  subscriptions: Pick<Subscription, 'id' | 'quantities'>[],
  field: string,
): Result<null> {
  const individual = links.filter(({ allocation }) => allocation === 'INDIVIDUAL')
  const ids = new Set(individual.map(({ subscriptionId }) => subscriptionId))
  const tooMany = subscriptions.some(
    ({ id, quantities }) =>
      ids.has(id) && quantities.some(({ seatIds = [] }) => seatIds.length > SEATS_MAX),
  )
  if (!tooMany) return ok(null)
  return refuse('invalid', `${field}: at most ${SEATS_MAX} seats have INDIVIDUAL credits`)
}

function checkAccessAmount(
  { path, accessAmount, subscription }: RecurringInput,
  { customUnitIds }: RecurringSurroundings,
): Result<null> {
  const { quantity, creditTypeId = USD.id } = accessAmount
  const counted = checkQuantity(quantity, subscription !== undefined, `${path}access_amount.`)
  if (!counted.ok) return counted
  if (findFiatCreditType(creditTypeId) !== undefined || customUnitIds.has(creditTypeId)) {
    return ok(null)
  }
  return refuse('not_found', `${path}access_amount.credit_type_id: no credit type ${creditTypeId}`)
}

/** A subscription says how many there are: a number beside it would be another one. */
export function checkQuantity(
  quantity: string | undefined,
  isLinked: boolean,
  path: string,
): Result<null> {
  if (isLinked && quantity !== undefined) {
    return refuse(
      'invalid',
      `${path}quantity: expected only without subscription_config, whose subscription has one`,
    )
  }
  if (isLinked || quantity !== undefined) return ok(null)
  return refuse('invalid', `${path}quantity: required without subscription_config`)
}

function checkInvoiceAmount({ path, invoiceAmount, subscription }: RecurringInput): Result<null> {
  if (invoiceAmount === undefined) return ok(null)
  const { quantity, creditTypeId = USD.id } = invoiceAmount
  if (findFiatCreditType(creditTypeId) === undefined) {
    return refuse(
      'invalid',
      `${path}invoice_amount.credit_type_id: expected a currency, which invoices are in`,
    )
  }
  if (quantity !== undefined || subscription !== undefined) return ok(null)
  return refuse('invalid', `${path}invoice_amount.quantity: required without subscription_config`)
}

function decideApplicability(
  input: RecurringInput,
  surroundings: BalanceSurroundings,
): Result<Applicability> {
  const applicability: Applicability = {
    productIds: unlessEmpty(input.applicableProductIds),
    productTags: unlessEmpty(input.applicableProductTags),
    specifiers: unlessEmpty(input.specifiers),
  }
  const { productIds, productTags, specifiers } = applicability
  if (specifiers !== undefined && (productIds ?? productTags) !== undefined) {
    return refuse(
      'invalid',
      `${input.path}specifiers: expected only without applicable_product_ids and applicable_product_tags`,
    )
  }
  const checked = checkApplicability(applicability, surroundings, input.path)
  return checked.ok ? ok(applicability) : checked
}

function amountOf({ unitPrice, quantity, creditTypeId = USD.id }: AmountInput): PeriodAmount {
  return { unitPrice, quantity: quantity ?? null, creditTypeId }
}
