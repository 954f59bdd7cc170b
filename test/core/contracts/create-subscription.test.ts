import { expect, test } from 'vitest'
import {
  createSubscription,
  createSubscriptions,
  type SubscriptionInput,
} from '../../../src/core/contracts/create-subscription.ts'
import { at, contract, metric, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-03-10')
const card = {
  rateCard: rateCard(),
  products: [
    product({ id: 'seat', type: 'SUBSCRIPTION', state: { name: 'Seat' } }),
    product({ state: { presentationGroupKey: ['user'] } }),
  ],
  metrics: [metric({ groupKeys: [['user']] })],
  subscriptionRates: [{ productId: 'seat', billingFrequency: 'MONTHLY' as const }],
}
const terms = contract({ endingBefore: at('2027-01-01') })

const plain: SubscriptionInput = {
  id: 'subscription',
  productId: 'seat',
  billingFrequency: 'MONTHLY',
  collectionSchedule: 'ADVANCE',
  proration: {},
  initialQuantity: '5',
  customFields: {},
}

function decide(input: Partial<SubscriptionInput>, contents: typeof card | null = card) {
  return createSubscription({ ...plain, ...input }, { contract: terms, card: contents }, NOW, 's.')
}

function messageOf(...asked: Parameters<typeof decide>): string {
  const decided = decide(...asked)
  return decided.ok ? 'accepted' : decided.error.message
}

const seated = {
  quantityManagementMode: 'SEAT_BASED' as const,
  initialQuantity: undefined,
  seatConfig: {
    seatGroupKey: 'user',
    initialSeatIds: ['ann', 'bob', 'ann'],
    initialUnassignedSeats: 2,
  },
}

test('what is not said is the plainest', () => {
  expect(decide({})).toEqual({
    ok: true,
    value: {
      id: 'subscription',
      productId: 'seat',
      billingFrequency: 'MONTHLY',
      collectionSchedule: 'ADVANCE',
      proration: { isProrated: false, invoiceBehavior: 'BILL_ON_NEXT_COLLECTION_DATE' },
      startingAt: at('2026-01-01'),
      endingBefore: null,
      quantityManagementMode: 'QUANTITY_ONLY',
      quantities: [{ at: at('2026-01-01'), quantity: '5', createdAt: NOW }],
      invoicePlacement: 'ON_USAGE_INVOICE',
      customFields: {},
      createdAt: NOW,
    },
  })
})

test('seats count once each, together with those that nobody has', () => {
  expect(decide(seated)).toMatchObject({
    value: { seatGroupKey: 'user', quantities: [{ quantity: '4', seatIds: ['ann', 'bob'] }] },
  })
})

test('the rate must be on the card, for the product and as often as it is billed', () => {
  expect(messageOf({ productId: 'none' })).toMatch(/^s\.subscription_rate\.product_id: /)
  expect(messageOf({}, null)).toMatch(/^s\.subscription_rate\.product_id: .*no rate card/)
  expect(messageOf({ productId: 'product' })).toMatch(/expected a SUBSCRIPTION product/)
  expect(messageOf({ billingFrequency: 'ANNUAL' })).toMatch(
    /^s\.subscription_rate\.billing_frequency: /,
  )
})

test('dates lie in the contract, and an own anchor before the start of what is paid in advance', () => {
  expect(messageOf({ startingAt: at('2025-12-01') })).toMatch(/^s\.starting_at: /)
  expect(messageOf({ startingAt: at('2027-01-01') })).toMatch(/^s\.starting_at: /)
  expect(messageOf({ endingBefore: at('2026-01-01') })).toMatch(/^s\.ending_before: /)
  const anchor = (day: string) => ({ billingCycle: { anchorMs: at(day) } })
  expect(messageOf(anchor('2025-12-15'))).toBe('accepted')
  expect(messageOf(anchor('2026-01-02'))).toMatch(/^s\.billing_cycle_config\.anchor_date: /)
  const arrears = { collectionSchedule: 'ARREARS' as const, ...anchor('2025-12-15') }
  expect(messageOf(arrears)).toMatch(/^s\.billing_cycle_config\.anchor_date: /)
})

test('a quantity is said by the mode in which it is managed', () => {
  expect(messageOf({ initialQuantity: undefined })).toMatch(/^s\.initial_quantity: required/)
  expect(messageOf({ seatConfig: seated.seatConfig })).toMatch(/^s\.seat_config: /)
  expect(messageOf({ ...seated, seatConfig: undefined })).toMatch(/^s\.seat_config: required/)
  expect(messageOf({ ...seated, initialQuantity: '1' })).toMatch(/^s\.initial_quantity: /)
  const other = { ...seated, seatConfig: { seatGroupKey: 'team' } }
  expect(messageOf(other)).toMatch(/^s\.seat_config\.seat_group_key: /)
  const arrears = { collectionSchedule: 'ARREARS' as const }
  const immediately = { proration: { invoiceBehavior: 'BILL_IMMEDIATELY' as const } }
  expect(messageOf({ ...arrears, ...immediately })).toMatch(/^s\.proration\.invoice_behavior: /)
})

test('all are made or none, each with a temporary id of its own', () => {
  const make = (...inputs: Partial<SubscriptionInput>[]) => {
    const all = inputs.map((input) => ({ ...plain, ...input }))
    return createSubscriptions(all, { contract: terms, card }, NOW, 'subscriptions')
  }
  expect(make({ temporaryId: 'a' }, { temporaryId: 'b' })).toMatchObject({ ok: true })
  const twice = make({ temporaryId: 'a' }, { temporaryId: 'a' })
  expect(twice.ok ? '' : twice.error.message).toMatch(/^subscriptions\[1\]\.temporary_id: /)
  const broken = make({}, { productId: 'none' })
  expect(broken.ok ? '' : broken.error.message).toMatch(/^subscriptions\[1\]\.subscription_rate\./)
})
