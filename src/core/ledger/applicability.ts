import { isSpecified, type OverrideSubject } from '../rating/match-override.ts'
import type { Period } from '../time.ts'
import type { AccessSegment, Balance } from './balance.ts'

/** The balances among which some may pay for what is used on a contract. */
export interface PayingBalances {
  contractId: string
  balances: readonly Balance[]
}

/** What a balance may pay for. */
export type PaymentSubject = Pick<
  OverrideSubject,
  'productId' | 'tags' | 'pricingGroupValues' | 'presentationGroupValues'
>

/** The balances that invoices of the contract may draw on at all (pricing 6.1); never archived ones. */
export function payersOf({ contractId, balances }: PayingBalances): Balance[] {
  return balances.filter((balance) => {
    if (balance.archivedAt !== null) return false
    if (balance.contractId !== null) return balance.contractId === contractId
    return balance.applicableContractIds?.includes(contractId) ?? true
  })
}

/**
 * Whether a balance is for some usage, subscription or fraction of spend (pricing 6.1): the
 * product is listed, or one of its tags, or a specifier fits; without any of these, all is. Values
 * that a specifier asks for must be there, so it is never for lines that have none; nor is a
 * balance with seats for anything but the usage of one of its seats.
 * @param subject null for amounts that are of no product: only unrestricted balances pay them
 */
export function mayPay(balance: Balance, subject: PaymentSubject | null): boolean {
  if (balance.seats !== undefined && seatOf(balance, subject) === null) return false
  if (isUnrestricted(balance)) return true
  if (subject === null) return false
  const { specifiers = [] } = balance.applicability
  return isListed(balance, subject) || specifiers.some((each) => isSpecified(each, subject))
}

/** Whether a balance is for the product with some values, whichever. */
export function mayPayForProduct(
  balance: Balance,
  product: Pick<PaymentSubject, 'productId' | 'tags'>,
): boolean {
  const { specifiers = [] } = balance.applicability
  return (
    isUnrestricted(balance) ||
    isListed(balance, product) ||
    specifiers.some(({ productId, productTags, exclude }) =>
      isSpecified(
        { productId, productTags, exclude },
        { ...product, pricingGroupValues: null, presentationGroupValues: null },
      ),
    )
  )
}

/** Whether it depends on the values of usage if a balance may pay for it. */
export function dependsOnValues({ seats, applicability: { specifiers = [] } }: Balance): boolean {
  return (
    seats !== undefined ||
    specifiers.some(
      ({ pricingGroupValues, presentationGroupValues }) =>
        pricingGroupValues !== undefined || presentationGroupValues !== undefined,
    )
  )
}

export function isUnrestricted({ applicability }: Pick<Balance, 'applicability'>): boolean {
  const { productIds = [], productTags = [], specifiers = [] } = applicability
  return productIds.length + productTags.length + specifiers.length === 0
}

/** The seat that usage belongs to; null where the balance has none, or the usage does not say. */
export function seatOf({ seats }: Balance, subject: PaymentSubject | null): string | null {
  if (seats === undefined || subject === null) return null
  const { pricingGroupValues, presentationGroupValues } = subject
  for (const values of [pricingGroupValues, presentationGroupValues]) {
    if (values !== null && Object.hasOwn(values, seats.groupKey)) return values[seats.groupKey]!
  }
  return null
}

/**
 * When a segment may be drawn on: of a seat that is added in its course, from then on. Null for a
 * seat that has no part of it.
 * @param seatId null for balances without seats
 */
export function accessOf(segment: AccessSegment, seatId: string | null): Period | null {
  const { startingAt, endingBefore, seats = {}, adjustments = [] } = segment
  const whole = { startMs: startingAt, endMs: endingBefore }
  if (seatId === null || Object.hasOwn(seats, seatId)) return whole
  const added = adjustments.filter((each) => each.seatId === seatId).map((each) => each.at)
  if (added.length === 0) return null
  return { startMs: Math.max(startingAt, Math.min(...added)), endMs: endingBefore }
}

/** Every instant at which some usage can begin or cease to draw on a balance. */
export function accessChanges(balance: Balance, subject: PaymentSubject): number[] {
  const seatId = seatOf(balance, subject)
  return balance.segments.flatMap((segment) => {
    const access = accessOf(segment, seatId)
    return access === null ? [] : [access.startMs, access.endMs]
  })
}

/** Every instant at which a balance can begin or cease to pay for anything. */
export function segmentChanges({ seats, segments }: Balance): number[] {
  return segments.flatMap(({ startingAt, endingBefore, adjustments = [] }) => [
    startingAt,
    endingBefore,
    // Only what is a seat's own is not there before it is added.
    ...(seats === undefined ? [] : adjustments.map(({ at }) => at)),
  ])
}

function isListed(
  { applicability: { productIds = [], productTags = [] } }: Pick<Balance, 'applicability'>,
  { productId, tags }: Pick<PaymentSubject, 'productId' | 'tags'>,
): boolean {
  return productIds.includes(productId) || productTags.some((tag) => tags.includes(tag))
}
