import type { Product } from '../catalog/product.ts'
import type { RateCard } from '../catalog/rate-card.ts'
import type { ContractTerms } from '../contracts/contract.ts'
import type { PrepaidThreshold } from '../contracts/prepaid-threshold.ts'
import type { SpendThreshold, ThresholdDiscount } from '../contracts/spend-threshold.ts'
import type { SpendTracker } from '../contracts/spend-tracker.ts'
import { findFiatCreditType, USD } from '../currency.ts'
import { Decimal } from '../decimal.ts'
import { ok, refuse, type Result } from '../result.ts'

export type ThresholdTerms = Pick<
  ContractTerms,
  'spendThreshold' | 'prepaidThreshold' | 'spendTrackers'
>

/** What exists, as far as thresholds depend on it. */
export interface ThresholdSurroundings {
  /** The contract's; null for none. */
  rateCard: Pick<RateCard, 'fiatCreditTypeId' | 'conversions'> | null
  /** The products that the thresholds name, as far as they exist. */
  products: Pick<Product, 'id' | 'type' | 'archivedAt'>[]
}

/** Fields as messages name them: each call has names of its own. */
export interface ThresholdFields {
  spend: string
  prepaid: string
  trackers: string
}

/** As many as a contract has. */
export const SPEND_TRACKERS_MAX = 100

/** The least threshold, and the least by which a recharge exceeds it, in whole units (pricing 9.2). */
const THRESHOLD_MIN = 5
const RECHARGE_MIN = 10

/** Whether a contract can have these thresholds and trackers (pricing 9). */
export function checkThresholds(
  terms: ThresholdTerms,
  surroundings: ThresholdSurroundings,
  fields: ThresholdFields,
): Result<null> {
  const { spendThreshold, prepaidThreshold, spendTrackers = [] } = terms
  const trackers = checkTrackers(spendTrackers, fields.trackers)
  if (!trackers.ok) return trackers
  if (spendThreshold !== undefined) {
    const checked = checkSpend(spendThreshold, terms, surroundings, fields.spend)
    if (!checked.ok) return checked
  }
  if (prepaidThreshold === undefined) return ok(null)
  return checkPrepaid(prepaidThreshold, terms, surroundings, fields.prepaid)
}

/** The currency of what a contract pays for thresholds: that of its invoices. */
export function fiatOf({ rateCard }: Pick<ThresholdSurroundings, 'rateCard'>): string {
  return rateCard?.fiatCreditTypeId ?? USD.id
}

/** What one unit of a threshold's amounts costs, in the contract's currency; null for no price. */
export function unitPriceOf(
  { customCreditTypeId }: Pick<PrepaidThreshold, 'customCreditTypeId'>,
  { rateCard }: Pick<ThresholdSurroundings, 'rateCard'>,
): Decimal | null {
  if (customCreditTypeId === undefined) return new Decimal(1)
  const conversion = rateCard?.conversions.find(
    (each) => each.customCreditTypeId === customCreditTypeId,
  )
  return conversion === undefined ? null : new Decimal(conversion.fiatPerCustomCredit)
}

function checkTrackers(trackers: SpendTracker[], field: string): Result<null> {
  if (trackers.length > SPEND_TRACKERS_MAX) {
    return refuse('invalid', `${field}: a contract has at most ${SPEND_TRACKERS_MAX} trackers`)
  }
  const aliases = new Set<string>()
  for (const { alias, creditTypeId } of trackers) {
    if (aliases.has(alias)) {
      return refuse('invalid', `${field}: the contract has a tracker "${alias}" already`)
    }
    aliases.add(alias)
    if (findFiatCreditType(creditTypeId) !== undefined) continue
    return refuse('invalid', `${field}: credit_type_id of "${alias}": expected a currency`)
  }
  return ok(null)
}

function checkSpend(
  threshold: SpendThreshold,
  terms: ThresholdTerms,
  surroundings: ThresholdSurroundings,
  field: string,
): Result<null> {
  // The documented minimum is that of balances; without any amount there would be no end of commits.
  if (!new Decimal(threshold.thresholdAmount).greaterThan(0)) {
    return refuse('invalid', `${field}.threshold_amount: expected a number above 0`)
  }
  return checkSale(threshold, terms, surroundings, field)
}

function checkPrepaid(
  threshold: PrepaidThreshold,
  terms: ThresholdTerms,
  surroundings: ThresholdSurroundings,
  field: string,
): Result<null> {
  const { customCreditTypeId, thresholdAmount, rechargeToAmount } = threshold
  const unitPrice = unitPriceOf(threshold, surroundings)
  if (unitPrice === null) {
    return refuse(
      'invalid',
      `${field}.custom_credit_type_id: the contract's rate card has no price for ${customCreditTypeId}`,
    )
  }
  const fiat = fiatOf(surroundings)
  const worth = (amount: string) => unitPrice.times(amount)
  const least = (whole: number) => (fiat === USD.id ? 100 * whole : whole)
  const name = findFiatCreditType(fiat)?.name ?? fiat
  if (worth(thresholdAmount).lessThan(least(THRESHOLD_MIN))) {
    return refuse(
      'invalid',
      `${field}.threshold_amount: expected what is worth at least ${least(THRESHOLD_MIN)} ${name}`,
    )
  }
  if (worth(rechargeToAmount).minus(worth(thresholdAmount)).lessThan(least(RECHARGE_MIN))) {
    return refuse(
      'invalid',
      `${field}.recharge_to_amount: expected what is worth at least ${least(RECHARGE_MIN)} ${name} more than threshold_amount`,
    )
  }
  const { productIds, productTags, specifiers } = threshold.commit.applicability
  if (specifiers !== undefined && (productIds ?? productTags) !== undefined) {
    return refuse(
      'invalid',
      `${field}.commit.specifiers: expected only without applicable_product_ids and applicable_product_tags`,
    )
  }
  return checkSale(threshold, terms, surroundings, field)
}

/** What both kinds have in common: what is sold, and for how much. */
function checkSale(
  { commit, discount }: Pick<SpendThreshold, 'discount'> & { commit: { productId: string } },
  { spendTrackers = [] }: ThresholdTerms,
  surroundings: ThresholdSurroundings,
  field: string,
): Result<null> {
  const product = surroundings.products.find(({ id }) => id === commit.productId)
  const productField = `${field}.commit.product_id`
  if (product === undefined) {
    return refuse('not_found', `${productField}: no product ${commit.productId}`)
  }
  if (product.type !== 'FIXED') {
    return refuse('invalid', `${productField}: expected a product of type FIXED`)
  }
  if (discount === undefined) return ok(null)
  return checkDiscount(
    discount,
    spendTrackers,
    fiatOf(surroundings),
    `${field}.discount_configuration`,
  )
}

function checkDiscount(
  { paymentFraction, cap }: ThresholdDiscount,
  trackers: SpendTracker[],
  fiat: string,
  field: string,
): Result<null> {
  const fraction = new Decimal(paymentFraction)
  if (!fraction.greaterThan(0) || fraction.greaterThan(1)) {
    return refuse('invalid', `${field}.payment_fraction: expected a number above 0, at most 1`)
  }
  if (cap === undefined) return ok(null)
  const aliasField = `${field}.cap.spend_tracker_alias`
  const tracker = trackers.find(({ alias }) => alias === cap.spendTrackerAlias)
  if (tracker === undefined) {
    return refuse(
      'not_found',
      `${aliasField}: the contract has no tracker "${cap.spendTrackerAlias}"`,
    )
  }
  if (tracker.creditTypeId === fiat) return ok(null)
  return refuse('invalid', `${aliasField}: expected a tracker in the contract's currency`)
}
