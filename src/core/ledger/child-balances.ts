import type { Contract } from '../contracts/contract.ts'
import { prorateRounded } from '../contracts/proration.ts'
import type { ProrationRounding, Subscription } from '../contracts/subscription.ts'
import { Decimal, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import type { ChargePlacement, FixedCharge } from '../invoices/fixed-charge.ts'
import { assert } from '../result.ts'
import type { AccessSegment, Balance, BalancePayments } from './balance.ts'
import type { PeriodAmount, RecurringBalance } from './recurring-balance.ts'
import { childPeriods, termsAt, type ChildPeriod } from './child-periods.ts'
import { grantEachSeat, poolSeats, seatCountAt } from './seat-grants.ts'

/**
 * The commits or credits that a recurring one has made for its periods that have started by an
 * instant, in the order of time (pricing 6.5). Nothing of them is kept: their ids are derived from
 * their periods' starts, so that each is the same one whenever it is asked for.
 */
export function childBalances(
  contract: Contract,
  recurring: RecurringBalance,
  now: number,
): Balance[] {
  const periods = childPeriods(contract, recurring, now)
  return Array.from(periods, (period) => createChild(contract, recurring, period, now))
}

/**
 * What is to be paid for them: at the start of each period until an instant, which may lie in the
 * future. A later payment may still become another one by an edit, under the same id.
 * @param passedOver the starts of periods whose payments are known otherwise
 */
export function childPayments(
  contract: Contract,
  recurring: RecurringBalance,
  until: number,
  passedOver: ReadonlySet<number> = new Set(),
): FixedCharge[] {
  if (recurring.invoiceAmount === null) return []
  const placement: ChargePlacement =
    contract.terms.scheduledChargesOnUsageInvoices === 'ALL' ? 'ENDING_USAGE' : 'SCHEDULED'
  const charges: FixedCharge[] = []
  for (const period of childPeriods(contract, recurring, until)) {
    if (passedOver.has(period.covered.startMs)) continue
    const balance = createChild(contract, recurring, period, until)
    for (const item of balance.payments?.schedule.items ?? []) {
      charges.push({
        id: item.id,
        contractId: contract.id,
        at: item.at,
        placement,
        item: { kind: 'commit_payment', balance, item },
      })
    }
  }
  return charges
}

export function childId(recurringId: string, periodStart: number): string {
  return rememberedId('recurring-balance', recurringId, String(periodStart))
}

const REMEMBERED_IDS_MAX = 20_000
const rememberedIds = new Map<string, string>()

/** Children are made again at each reading, and most of the time of that is for their ids. */
function rememberedId(kind: string, of: string, ordinal: string): string {
  const key = `${kind}/${of}/${ordinal}`
  const known = rememberedIds.get(key)
  if (known !== undefined) return known
  const id = deriveId(kind, of, ordinal)
  if (rememberedIds.size >= REMEMBERED_IDS_MAX) rememberedIds.clear()
  rememberedIds.set(key, id)
  return id
}

function createChild(
  contract: Contract,
  recurring: RecurringBalance,
  period: ChildPeriod,
  now: number,
): Balance {
  const { startMs } = period.covered
  const terms = termsAt(recurring, startMs)
  const id = childId(recurring.id, startMs)
  const { subscription: link } = recurring
  const subscription = link && findSubscription(contract, link.subscriptionId)
  const groupKey = link?.allocation === 'INDIVIDUAL' ? subscription?.seatGroupKey : undefined
  const segment: AccessSegment = {
    id: rememberedId('access-segment', id, '0'),
    ...grantsOf(terms, period, subscription, now),
    startingAt: startMs,
    endingBefore: period.access.endMs,
  }
  return {
    id,
    type: recurring.type,
    customerId: contract.customerId,
    contractId: contract.id,
    productId: recurring.productId,
    name: recurring.name,
    description: recurring.description,
    priority: recurring.priority,
    rateType: terms.rateType,
    creditTypeId: terms.accessAmount.creditTypeId,
    segments: [segment],
    payments: paymentsOf(contract.id, id, terms, period, subscription),
    applicability: recurring.applicability,
    applicableContractIds: null,
    rolloverFraction: recurring.rolloverFraction,
    childAccess: recurring.childAccess,
    recurringId: recurring.id,
    seats:
      subscription === undefined || groupKey === undefined
        ? undefined
        : { subscriptionId: subscription.id, groupKey },
    uniquenessKey: null,
    netsuiteSalesOrderId: recurring.netsuiteSalesOrderId,
    customFields: recurring.customFields,
    createdAt: startMs,
    createdBy: contract.createdBy,
    archivedAt: contract.archivedAt,
  }
}

function findSubscription({ id, terms }: Contract, subscriptionId: string): Subscription {
  const found = terms.subscriptions?.find((subscription) => subscription.id === subscriptionId)
  assert(found !== undefined, `contract ${id} must have the subscription ${subscriptionId}`)
  return found
}

function grantsOf(
  terms: RecurringBalance,
  period: ChildPeriod,
  subscription: Subscription | undefined,
  now: number,
): Pick<AccessSegment, 'amount' | 'seats' | 'adjustments'> {
  const { subscription: link, accessAmount, prorationRounding } = terms
  const rounding = prorationRounding?.access
  if (link === undefined || subscription === undefined) {
    const amount = amountOf(accessAmount, new Decimal(0))
    return { amount: toText(shareOf(terms, period, amount, rounding)) }
  }
  const grantSeats = link.allocation === 'INDIVIDUAL' ? grantEachSeat : poolSeats
  return grantSeats(
    subscription,
    {
      unitPrice: new Decimal(accessAmount.unitPrice),
      covered: period.covered,
      whole: period.whole,
      share: (amount) => shareOf(terms, period, amount, rounding),
      isIncreaseProrated: link.isIncreaseProrated,
      rounding,
    },
    now,
  )
}

function paymentsOf(
  contractId: string,
  balanceId: string,
  terms: RecurringBalance,
  period: ChildPeriod,
  subscription: Subscription | undefined,
): BalancePayments | null {
  const { invoiceAmount, prorationRounding } = terms
  if (invoiceAmount === null) return null
  const at = period.covered.startMs
  const quantity =
    invoiceAmount.quantity === null && subscription !== undefined
      ? seatCountAt(subscription, at)
      : new Decimal(invoiceAmount.quantity ?? 0)
  const whole = amountOf(invoiceAmount, quantity)
  const amount = toText(shareOf(terms, period, whole, prorationRounding?.invoice))
  const isWhole = amount === toText(whole)
  const item = {
    id: rememberedId('schedule-item', balanceId, '0'),
    at,
    unitPrice: isWhole ? invoiceAmount.unitPrice : amount,
    quantity: isWhole ? toText(quantity) : '1',
    amount,
  }
  const schedule = { creditTypeId: invoiceAmount.creditTypeId, items: [item] }
  return { schedule, isInvoiced: true, contractId }
}

function amountOf({ unitPrice, quantity }: PeriodAmount, ofSubscription: Decimal): Decimal {
  return new Decimal(unitPrice).times(quantity ?? ofSubscription)
}

/**
 * What of a period's amount is left after proration (pricing 6.5): a first period is partial where
 * it starts late, a last one where it ends early, and each counts only as far as it is prorated.
 */
function shareOf(
  { proration }: RecurringBalance,
  { covered, whole }: ChildPeriod,
  amount: Decimal,
  rounding: ProrationRounding | undefined,
): Decimal {
  const isFirstProrated = proration === 'FIRST' || proration === 'FIRST_AND_LAST'
  const isLastProrated = proration === 'LAST' || proration === 'FIRST_AND_LAST'
  const counted = {
    startMs: isFirstProrated ? covered.startMs : whole.startMs,
    endMs: isLastProrated ? covered.endMs : whole.endMs,
  }
  return prorateRounded(amount, counted, whole, rounding)
}
