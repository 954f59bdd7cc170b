import { expect, test } from 'vitest'
import {
  statementSubscriptionCharges,
  statementSubscriptions,
} from '../../../src/core/invoices/statement-subscriptions.ts'
import { at, catalog, contract, period, product, rate, subscription } from '../../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')
const seat = product({ id: 'seat', type: 'SUBSCRIPTION', state: { name: 'Seat' } })
const support = product({ id: 'support', type: 'SUBSCRIPTION', state: { name: 'Support' } })
const ofCard = { rateType: 'SUBSCRIPTION' as const, price: '9', quantity: '2', isProrated: true }
const card = catalog({
  products: [seat, support],
  rates: [
    rate({ productId: 'seat', price: '3000', billingFrequency: 'MONTHLY' }),
    rate({ productId: 'support', price: ofCard }),
  ],
})

function sign(options: Parameters<typeof subscription>[0]) {
  const signed = contract()
  const subscriptions = [subscription({ productId: 'seat', ...options })]
  return { ...signed, terms: { ...signed.terms, subscriptions } }
}

const show = (...args: Parameters<typeof sign>) =>
  statementSubscriptions(sign(...args), MARCH, card, MARCH.endMs).map(
    ({ name, total, startingAt }) =>
      `${name} ${new Date(startingAt).toISOString().slice(5, 10)} ${total}`,
  )

test('a statement has the subscriptions that are due at its end, and what the card sells', () => {
  expect(show({})).toEqual(['Seat 04-01 15000', 'Support 03-01 18'])
  expect(show({ collectionSchedule: 'ARREARS' })).toEqual(['Seat 03-01 15000', 'Support 03-01 18'])
})

test('what has an invoice of its own is not on the statement', () => {
  expect(show({ invoicePlacement: 'ON_SCHEDULED_INVOICE' })).toEqual(['Support 03-01 18'])
  // The first period of one that starts with the contract is charged at once.
  expect(statementSubscriptionCharges(sign({}), MARCH).map((charge) => charge.at)).toEqual([
    at('2026-04-01'),
  ])
})

test('a product that has never been on the card has no price', () => {
  const other = sign({ productId: 'unknown' })
  expect(statementSubscriptions(other, MARCH, { ...card, rates: [] }, 0)).toEqual([])
})
