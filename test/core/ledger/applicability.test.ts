import { expect, test } from 'vitest'
import {
  accessChanges,
  accessOf,
  dependsOnValues,
  isUnrestricted,
  mayPay,
  mayPayForProduct,
  payersOf,
  seatOf,
  segmentChanges,
} from '../../../src/core/ledger/applicability.ts'
import type { Applicability, Balance } from '../../../src/core/ledger/balance.ts'
import { balance, FEB, JAN, MID_JAN, segment } from '../../support/balances.ts'

const USAGE = {
  productId: 'tokens',
  tags: ['ai', 'text'],
  pricingGroupValues: { region: 'eu' },
  presentationGroupValues: { user: 'ada', seat: null },
}
const PLAIN = { ...USAGE, pricingGroupValues: null, presentationGroupValues: null }

const pays = (applicability: Applicability, subject: typeof USAGE | typeof PLAIN | null = USAGE) =>
  mayPay(balance({ applicability }), subject)

test('invoices draw on their contract and on what the customer may use there, archived ones never', () => {
  const own = (id: string, changes: Partial<Balance>) => balance({ id, ...changes })
  const balances = [
    own('own', { contractId: 'a' }),
    own('other', { contractId: 'b' }),
    own('all', {}),
    own('listed', { applicableContractIds: ['b', 'a'] }),
    own('elsewhere', { applicableContractIds: ['b'] }),
    own('archived', { archivedAt: 1 }),
  ]
  const payers = payersOf({ contractId: 'a', balances })
  expect(payers.map(({ id }) => id)).toEqual(['own', 'all', 'listed'])
})

test('without products, tags and specifiers a balance is for all, what is of no product too', () => {
  expect([pays({}), pays({}, PLAIN), pays({}, null)]).toEqual([true, true, true])
  expect(pays({ productIds: [], productTags: [] }, null)).toBe(true)
  expect(isUnrestricted(balance({ applicability: { specifiers: [{}] } }))).toBe(false)
})

test('one of the products or one of the tags is enough', () => {
  expect(pays({ productIds: ['images', 'tokens'] })).toBe(true)
  expect(pays({ productIds: ['images'] })).toBe(false)
  expect(pays({ productIds: ['images'], productTags: ['text', 'other'] })).toBe(true)
  expect(pays({ productTags: ['other'] })).toBe(false)
  expect(pays({ productIds: ['tokens'] }, null)).toBe(false)
})

test('one specifier is enough, of which all members fit', () => {
  expect(pays({ specifiers: [{ productTags: ['ai', 'text'] }] })).toBe(true)
  expect(pays({ specifiers: [{ productTags: ['ai', 'other'] }] })).toBe(false)
  expect(pays({ specifiers: [{ productId: 'images' }, { productId: 'tokens' }] })).toBe(true)
  const inEurope = { pricingGroupValues: { region: 'eu' } }
  expect(pays({ specifiers: [{ ...inEurope, productId: 'tokens' }] })).toBe(true)
  expect(pays({ specifiers: [{ ...inEurope, productId: 'images' }] })).toBe(false)
  expect(pays({ specifiers: [{ presentationGroupValues: { user: 'ada' } }] })).toBe(true)
  expect(pays({ specifiers: [{ presentationGroupValues: { user: 'bob' } }] })).toBe(false)
  expect(pays({ specifiers: [{ exclude: [{ productTags: ['ai', 'text'] }] }] })).toBe(false)
  expect(pays({ specifiers: [{ exclude: [{ productTags: ['ai', 'other'] }] }] })).toBe(true)
})

test('what lacks the values that a specifier asks for is never paid', () => {
  const specifiers = [{ pricingGroupValues: { region: 'eu' } }]
  expect([pays({ specifiers }, PLAIN), pays({ specifiers }, null)]).toEqual([false, false])
  expect(pays({ specifiers: [{ pricingGroupValues: { toString: 'x' } }] })).toBe(false)
})

test('a product may be paid with some values, whichever they are', () => {
  const specifiers = [{ productId: 'tokens', pricingGroupValues: { region: 'us' } }]
  const some = balance({ applicability: { specifiers } })
  expect(mayPay(some, USAGE)).toBe(false)
  expect(mayPayForProduct(some, USAGE)).toBe(true)
  expect(mayPayForProduct(some, { productId: 'images', tags: [] })).toBe(false)
  expect(mayPayForProduct(balance(), USAGE)).toBe(true)
  expect(mayPayForProduct(balance({ applicability: { productTags: ['ai'] } }), USAGE)).toBe(true)
  expect([dependsOnValues(some), dependsOnValues(balance())]).toEqual([true, false])
})

const SEATS = { subscriptionId: 'sub', groupKey: 'user' }

test('a balance with seats is for usage with a value of the key, which is the seat', () => {
  const seats = balance({ seats: SEATS })
  expect(seatOf(seats, USAGE)).toBe('ada')
  expect(seatOf(balance({ seats: { ...SEATS, groupKey: 'region' } }), USAGE)).toBe('eu')
  expect(seatOf(balance(), USAGE)).toBeNull()
  expect([mayPay(seats, USAGE), mayPay(seats, PLAIN), mayPay(seats, null)]).toEqual([
    true,
    false,
    false,
  ])
  expect(mayPay(balance({ seats: { ...SEATS, groupKey: 'seat' } }), USAGE)).toBe(false)
  expect(dependsOnValues(seats)).toBe(true)
})

test('a seat draws on its own part: from the start of the segment, or since it was added', () => {
  const adjustments = [{ at: MID_JAN, amount: '5', seatId: 'bob' }]
  const shared = segment('10', { seats: { ada: '10' }, adjustments })
  const whole = { startMs: JAN, endMs: FEB }
  expect(accessOf(shared, null)).toEqual(whole)
  expect(accessOf(shared, 'ada')).toEqual(whole)
  expect(accessOf(shared, 'bob')).toEqual({ startMs: MID_JAN, endMs: FEB })
  expect(accessOf(shared, 'eve')).toBeNull()
  const seats = balance({ seats: SEATS, segments: [shared] })
  expect(accessChanges(seats, USAGE)).toEqual([JAN, FEB])
  const bob = { ...USAGE, presentationGroupValues: { user: 'bob', seat: null } }
  expect(accessChanges(seats, bob)).toEqual([MID_JAN, FEB])
  expect(segmentChanges(seats)).toEqual([JAN, FEB, MID_JAN])
  expect(segmentChanges({ ...seats, seats: undefined })).toEqual([JAN, FEB])
})
