import type { Contract } from '../contracts/contract.ts'
import type { SpendThreshold, ThresholdDiscount } from '../contracts/spend-threshold.ts'
import { Decimal, toText } from '../decimal.ts'
import { deriveId } from '../id.ts'
import type { Applicability, Balance } from '../ledger/balance.ts'
import { assert } from '../result.ts'
import { addMonths, floorTo, HOUR_MS } from '../time.ts'
import { accumulatedSpend } from './accumulated-spend.ts'

export type ThresholdKind = 'SPEND' | 'PREPAID'

/** What a threshold is evaluated with, besides its own terms. */
export interface ThresholdCase {
  contract: Contract
  /** What the contract pays in. */
  fiatCreditTypeId: string
  /** All of the customer's, archived ones among them. */
  balances: Balance[]
  /** Of each kind, how many commits were never made because their payment failed. */
  failed: Record<ThresholdKind, number>
  /** The payments whose invoices are void; absent for none. */
  voidedChargeIds?: ReadonlySet<string>
  now: number
}

/** What a threshold sells. */
export interface ThresholdSale {
  kind: ThresholdKind
  threshold: SpendThreshold
  applicability: Applicability
  creditTypeId: string
  amount: Decimal
  /** Since when usage may draw on it. */
  startingAt: number
  /** In the contract's currency, before any discount. */
  price: Decimal
}

/** Without an end of the contract, access ends so long after the sale (pricing 18.11). */
const ACCESS_MONTHS = 12

/**
 * The commit that a threshold sells, for the price that is due at once. Its id tells the contract,
 * the threshold and how many sales there were before, so one that is made again is the same one.
 */
export function thresholdCommit(sale: ThresholdSale, each: ThresholdCase): Balance {
  const { kind, threshold, creditTypeId } = sale
  const { contract, fiatCreditTypeId, now } = each
  const { productId, name, description, priority } = threshold.commit
  const ordinal = salesBefore(kind, each) + 1
  const id = deriveId('threshold-commit', contract.id, kind, String(ordinal))
  const endingBefore = accessEnd(contract, now)
  assert(sale.startingAt < endingBefore, `contract ${contract.id} must be in force for a sale`)
  const fraction = paymentFraction(threshold.discount, each)
  const price = toText(sale.price.times(fraction))
  const item = { at: now, unitPrice: price, quantity: '1', amount: price }
  return {
    id,
    type: 'PREPAID',
    customerId: contract.customerId,
    contractId: contract.id,
    productId,
    name,
    description,
    priority,
    rateType: 'LIST_RATE',
    creditTypeId,
    segments: [
      {
        id: deriveId('access-segment', id, '0'),
        amount: toText(sale.amount),
        startingAt: sale.startingAt,
        endingBefore,
      },
    ],
    payments: {
      schedule: {
        creditTypeId: fiatCreditTypeId,
        items: [{ id: deriveId('schedule-item', id, '0'), ...item }],
      },
      isInvoiced: true,
      contractId: contract.id,
    },
    applicability: sale.applicability,
    applicableContractIds: null,
    rolloverFraction: null,
    threshold: { kind, ordinal },
    countsAsDiscounted: fraction.lessThan(1) ? true : undefined,
    uniquenessKey: null,
    customFields: {},
    createdAt: now,
    createdBy: contract.createdBy,
    archivedAt: null,
  }
}

/** Whether a contract is in force, so that its thresholds are evaluated. */
export function isInForce({ startingAt, endingBefore, archivedAt }: Contract, now: number) {
  return archivedAt === null && startingAt <= now && now < (endingBefore ?? Infinity)
}

function salesBefore(kind: ThresholdKind, { contract, balances, failed }: ThresholdCase): number {
  const sold = balances.filter(
    ({ contractId, threshold }) => contractId === contract.id && threshold?.kind === kind,
  )
  return sold.length + failed[kind]
}

function accessEnd({ endingBefore }: Contract, now: number): number {
  return endingBefore ?? addMonths(floorTo(now, HOUR_MS), ACCESS_MONTHS)
}

/** All of the price where there is no discount, or where its cap is reached (pricing 9.3). */
function paymentFraction(
  discount: ThresholdDiscount | undefined,
  { contract, balances, voidedChargeIds, now }: ThresholdCase,
): Decimal {
  if (discount === undefined) return new Decimal(1)
  const fraction = new Decimal(discount.paymentFraction)
  const { cap } = discount
  if (cap === undefined) return fraction
  const tracker = contract.terms.spendTrackers?.find(({ alias }) => alias === cap.spendTrackerAlias)
  const spent = tracker && accumulatedSpend(tracker, contract, { balances, voidedChargeIds }, now)
  if (!spent) return new Decimal(1)
  return new Decimal(spent.amount).lessThan(cap.amount) ? fraction : new Decimal(1)
}
