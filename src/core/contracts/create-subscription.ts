import { groupKeyOf, productAt } from '../catalog/product.ts'
import type { BillingFrequency } from '../catalog/price.ts'
import { isSqlMetric } from '../metering/metric.ts'
import { ok, refuse, type Result } from '../result.ts'
import { formatTimestamp } from '../time.ts'
import type { CardContents } from './card-contents.ts'
import type { Contract } from './contract.ts'
import type { ProrationRounding, Subscription } from './subscription.ts'

/** A subscription as it is asked for. Instants are epoch milliseconds, numbers are decimal texts. */
export interface SubscriptionInput {
  id: string
  /** Other terms of the same request may name it so. */
  temporaryId?: string
  productId: string
  billingFrequency: BillingFrequency
  collectionSchedule: Subscription['collectionSchedule']
  proration: {
    isProrated?: boolean
    invoiceBehavior?: Subscription['proration']['invoiceBehavior']
    rounding?: ProrationRounding
  }
  initialQuantity?: string
  startingAt?: number
  endingBefore?: number
  quantityManagementMode?: Subscription['quantityManagementMode']
  seatConfig?: { seatGroupKey: string; initialSeatIds?: string[]; initialUnassignedSeats?: number }
  billingCycle?: { anchorMs?: number; invoicePlacement?: Subscription['invoicePlacement'] }
  name?: string
  description?: string
  customFields: Record<string, string>
}

/** What subscriptions depend on. */
export interface SubscriptionSurroundings {
  contract: Pick<Contract, 'startingAt' | 'endingBefore'>
  /** What is on the contract's rate card; null when it has none. */
  card: CardContents | null
}

/** The ids of subscriptions by the temporary ids that other terms of the request may name them by. */
export function namesOf(inputs: SubscriptionInput[]): ReadonlyMap<string, string> {
  return new Map(
    inputs.flatMap(({ id, temporaryId }) => (temporaryId === undefined ? [] : [[temporaryId, id]])),
  )
}

/** Decides on several, all or none; `field` is the list that they are members of. */
export function createSubscriptions(
  inputs: SubscriptionInput[],
  surroundings: SubscriptionSurroundings,
  now: number,
  field: string,
): Result<Subscription[]> {
  const subscriptions: Subscription[] = []
  const names = new Set<string>()
  for (const [i, input] of inputs.entries()) {
    const { temporaryId } = input
    if (temporaryId !== undefined) {
      if (names.has(temporaryId)) {
        return refuse('invalid', `${field}[${i}].temporary_id: expected one of its own`)
      }
      names.add(temporaryId)
    }
    const subscription = createSubscription(input, surroundings, now, `${field}[${i}].`)
    if (!subscription.ok) return subscription
    subscriptions.push(subscription.value)
  }
  return ok(subscriptions)
}

/**
 * Decides on a new subscription (pricing 8). Refusals name the field as the API calls it, with
 * `path` before it, such as `subscriptions[2].`.
 */
export function createSubscription(
  input: SubscriptionInput,
  { contract, card }: SubscriptionSurroundings,
  now: number,
  path: string,
): Result<Subscription> {
  const { proration, billingCycle = {}, quantityManagementMode = 'QUANTITY_ONLY' } = input
  const { startingAt = contract.startingAt, endingBefore = null } = input
  const rate = checkRate(input, card, startingAt, path)
  if (!rate.ok) return rate
  const dates = checkDates({ startingAt, endingBefore }, contract, path)
  if (!dates.ok) return dates
  const { isProrated = false, invoiceBehavior = 'BILL_ON_NEXT_COLLECTION_DATE' } = proration
  if (invoiceBehavior === 'BILL_IMMEDIATELY' && input.collectionSchedule !== 'ADVANCE') {
    return refuse(
      'invalid',
      `${path}proration.invoice_behavior: BILL_IMMEDIATELY is expected only with collection_schedule ADVANCE`,
    )
  }
  const cycle = checkCycle(input, startingAt, path)
  if (!cycle.ok) return cycle
  const quantity = initialQuantityOf(input, card, startingAt, path)
  if (!quantity.ok) return quantity
  return ok({
    id: input.id,
    productId: input.productId,
    billingFrequency: input.billingFrequency,
    collectionSchedule: input.collectionSchedule,
    proration: { isProrated, invoiceBehavior, rounding: proration.rounding },
    startingAt,
    endingBefore,
    quantityManagementMode,
    seatGroupKey: input.seatConfig?.seatGroupKey,
    quantities: [{ at: startingAt, ...quantity.value, createdAt: now }],
    cycleAnchorMs: billingCycle.anchorMs,
    invoicePlacement: billingCycle.invoicePlacement ?? 'ON_USAGE_INVOICE',
    name: input.name,
    description: input.description,
    customFields: input.customFields,
    createdAt: now,
  })
}

/** It must be on the card, as often as it is billed; whether it is entitled is seen at each period. */
function checkRate(
  { productId, billingFrequency }: SubscriptionInput,
  card: CardContents | null,
  startingAt: number,
  path: string,
): Result<null> {
  const field = `${path}subscription_rate`
  const product = card?.products.find(({ id }) => id === productId)
  if (card === null || product === undefined) {
    const why = card === null ? 'the contract has no rate card' : productId
    return refuse('invalid', `${field}.product_id: No such product in rate card: ${why}`)
  }
  const { name } = productAt(product, startingAt)
  if (product.type !== 'SUBSCRIPTION') {
    return refuse(
      'invalid',
      `${field}.product_id: expected a SUBSCRIPTION product; "${name}" is of type ${product.type}`,
    )
  }
  const isPriced = card.subscriptionRates?.some(
    (rate) => rate.productId === productId && rate.billingFrequency === billingFrequency,
  )
  if (isPriced === true) return ok(null)
  return refuse(
    'invalid',
    `${field}.billing_frequency: the rate card has no ${billingFrequency} rate for the product "${name}"`,
  )
}

function checkDates(
  { startingAt, endingBefore }: Pick<Subscription, 'startingAt' | 'endingBefore'>,
  contract: SubscriptionSurroundings['contract'],
  path: string,
): Result<null> {
  if (startingAt < contract.startingAt) {
    const start = formatTimestamp(contract.startingAt)
    return refuse(
      'invalid',
      `${path}starting_at: expected the contract's start, ${start}, or later`,
    )
  }
  if (contract.endingBefore !== null && startingAt >= contract.endingBefore) {
    const end = formatTimestamp(contract.endingBefore)
    return refuse(
      'invalid',
      `${path}starting_at: expected an instant before the contract's end, ${end}`,
    )
  }
  if (endingBefore === null || endingBefore > startingAt) return ok(null)
  return refuse('invalid', `${path}ending_before: expected an instant after starting_at`)
}

function checkCycle(
  { billingCycle, collectionSchedule }: SubscriptionInput,
  startingAt: number,
  path: string,
): Result<null> {
  const { anchorMs } = billingCycle ?? {}
  if (anchorMs === undefined) return ok(null)
  const field = `${path}billing_cycle_config.anchor_date`
  if (collectionSchedule !== 'ADVANCE') {
    return refuse('invalid', `${field}: expected only with collection_schedule ADVANCE`)
  }
  if (anchorMs <= startingAt) return ok(null)
  return refuse('invalid', `${field}: expected the subscription's start or earlier`)
}

function initialQuantityOf(
  input: SubscriptionInput,
  card: CardContents | null,
  startingAt: number,
  path: string,
): Result<Pick<Subscription['quantities'][number], 'quantity' | 'seatIds'>> {
  const { quantityManagementMode, initialQuantity, seatConfig } = input
  if (quantityManagementMode !== 'SEAT_BASED') {
    if (seatConfig !== undefined) {
      return refuse(
        'invalid',
        `${path}seat_config: expected only with quantity_management_mode SEAT_BASED`,
      )
    }
    if (initialQuantity !== undefined) return ok({ quantity: initialQuantity })
    return refuse(
      'invalid',
      `${path}initial_quantity: required unless quantity_management_mode is SEAT_BASED`,
    )
  }
  if (seatConfig === undefined) {
    return refuse(
      'invalid',
      `${path}seat_config: required with quantity_management_mode SEAT_BASED`,
    )
  }
  if (initialQuantity !== undefined) {
    return refuse(
      'invalid',
      `${path}initial_quantity: expected only without quantity_management_mode SEAT_BASED; seat_config says how many seats there are`,
    )
  }
  const { seatGroupKey, initialSeatIds = [], initialUnassignedSeats = 0 } = seatConfig
  const key = checkSeatGroupKey(seatGroupKey, card, startingAt, `${path}seat_config`)
  if (!key.ok) return key
  const seatIds = [...new Set(initialSeatIds)]
  return ok({ quantity: String(seatIds.length + initialUnassignedSeats), seatIds })
}

/**
 * Usage is told apart by seat only where a product on the card is grouped by the property, and its
 * metric keeps it apart.
 * @param path of the seat configuration
 */
export function checkSeatGroupKey(
  seatGroupKey: string,
  card: CardContents | null,
  at: number,
  path: string,
): Result<null> {
  const isKnown = card?.products.some((product) => {
    const state = productAt(product, at)
    const metric = card.metrics.find(({ id }) => id === state.billableMetricId)
    if (metric === undefined || !groupKeyOf(state).includes(seatGroupKey)) return false
    return isSqlMetric(metric) || metric.groupKeys.some((key) => key.includes(seatGroupKey))
  })
  if (isKnown === true) return ok(null)
  return refuse(
    'invalid',
    `${path}.seat_group_key: expected a group key of a metric that is in the pricing or presentation group key of its product on the rate card`,
  )
}
