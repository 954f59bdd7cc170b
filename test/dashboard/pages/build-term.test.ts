import { expect, test } from 'vitest'
import {
  amountOf,
  buildTerm,
  buildTerms,
  placesOf,
} from '../../../src/dashboard/pages/contracts/build-term.ts'
import {
  DOLLARS,
  textOfRows,
  type Term,
  type TermContext,
} from '../../../src/dashboard/pages/contracts/term.ts'

const CREDITS = { id: 'credits', name: 'AI credits', is_currency: false }
const CONTEXT: TermContext = {
  currency: DOLLARS,
  units: [CREDITS],
  products: [],
  balances: [],
  subscriptions: [],
  start: '2026-01-01',
  end: '2027-01-01',
}
const EUROS = { ...CONTEXT, currency: { id: 'eur', name: 'EUR' } }

const AMOUNT = 'access_schedule.schedule_items[0].amount'

function term(kind: string, values: Record<string, string> = {}): Term {
  return { key: kind, kind, values }
}

/** As it is sent, so that numbers are compared digit by digit. */
function sent(value: unknown): string {
  return JSON.stringify(value)
}

test('a prepaid commit is paid once by default, at its price and when it begins, in cents', () => {
  const built = buildTerm(term('prepaid', { product_id: 'p', [AMOUNT]: '1,000.505' }), CONTEXT)
  expect(JSON.parse(sent(built))).toEqual({
    type: 'PREPAID',
    product_id: 'p',
    access_schedule: {
      schedule_items: [
        {
          amount: 100050.5,
          starting_at: '2026-01-01T00:00:00.000Z',
          ending_before: '2027-01-01T00:00:00.000Z',
        },
      ],
    },
    invoice_schedule: {
      schedule_items: [{ amount: 100050.5, timestamp: '2026-01-01T00:00:00.000Z' }],
    },
    priority: 100,
    rate_type: 'LIST_RATE',
  })
})

test('amounts keep all digits that were typed', () => {
  const built = buildTerm(term('credit', { [AMOUNT]: '0.12345678901234567891' }), CONTEXT)
  expect(sent(built)).toContain('"amount":12.345678901234567891')
})

test('amounts of custom units and of other currencies are not cents', () => {
  const ofUnit = buildTerm(
    term('credit', { [AMOUNT]: '500', 'access_schedule.credit_type_id': 'credits' }),
    CONTEXT,
  )
  expect(sent(ofUnit)).toContain('"amount":500')
  expect(sent(ofUnit)).toContain('"credit_type_id":"credits"')
  const ofEuros = buildTerm(term('credit', { [AMOUNT]: '500' }), EUROS)
  expect(sent(ofEuros)).toContain('"amount":500')
  expect(sent(ofEuros)).toContain('"credit_type_id":"eur"')
})

test('what is no number is sent as it was typed, for the server to name it', () => {
  expect(sent(buildTerm(term('credit', { [AMOUNT]: '12,5' }), CONTEXT))).toContain(
    '"amount":"12,5"',
  )
})

test('what a choice hides is not sent', () => {
  const free = buildTerm(term('prepaid', { [AMOUNT]: '10', $paid: 'free' }), EUROS)
  expect(free).not.toHaveProperty('invoice_schedule')
  expect(free).not.toHaveProperty('applicable_product_tags')
})

test('overrides have targets, and tiers in cents', () => {
  const built = buildTerm(
    term('override', {
      'override_specifiers[0].product_id': 'p',
      'override_specifiers[0].pricing_group_values': 'region=us, model=large',
      type: 'OVERWRITE',
      'overwrite_rate.rate_type': 'TIERED',
      'overwrite_rate.tiers': textOfRows([{ size: '1,000', price: '0.10' }, { price: '0.05' }]),
    }),
    CONTEXT,
  )
  expect(JSON.parse(sent(built))).toEqual({
    override_specifiers: [
      { product_id: 'p', pricing_group_values: { region: 'us', model: 'large' } },
    ],
    type: 'OVERWRITE',
    overwrite_rate: {
      rate_type: 'TIERED',
      tiers: [{ size: 1000, price: 10 }, { price: 5 }],
    },
    starting_at: '2026-01-01T00:00:00.000Z',
  })
})

test('an override of all products has a specifier without conditions', () => {
  const built = buildTerm(term('override', { $target: 'all', multiplier: '0.9' }), CONTEXT)
  expect(JSON.parse(sent(built))).toEqual({
    override_specifiers: [{}],
    type: 'MULTIPLIER',
    multiplier: 0.9,
    starting_at: '2026-01-01T00:00:00.000Z',
  })
})

test('further parts of a commit follow the first, each in the unit of the commit', () => {
  const parts = textOfRows([
    { amount: '5', starting_at: '2027-01-01', ending_before: '2028-01-01' },
  ])
  const values = { [AMOUNT]: '1', 'access_schedule.schedule_items': parts }
  const built = JSON.parse(sent(buildTerm(term('credit', values), CONTEXT))) as {
    access_schedule: { schedule_items: unknown[] }
  }
  expect(built.access_schedule.schedule_items[1]).toEqual({
    amount: 500,
    starting_at: '2027-01-01T00:00:00.000Z',
    ending_before: '2028-01-01T00:00:00.000Z',
  })
})

test('a term that another one names is given its key as a name in the request', () => {
  const key = '0f7d4a0c-6a51-4c7e-9a1e-5f3a2f6a7b10'
  const seats = { ...term('subscription'), key }
  const credit = term('recurring_credit', { 'subscription_config.subscription_id': key })
  const body = buildTerms([seats, credit], CONTEXT)
  expect(body['subscriptions']).toMatchObject([{ temporary_id: key }])
  expect(body['recurring_credits']).toMatchObject([
    { subscription_config: { subscription_id: key, allocation: 'POOLED' } },
  ])
  expect(buildTerms([seats], CONTEXT)['subscriptions']).not.toMatchObject([{ temporary_id: key }])
})

test('terms of the same member are told apart by their places', () => {
  const terms = [term('prepaid'), term('credit'), term('postpaid'), term('spend_threshold')]
  expect(placesOf(terms)).toEqual([
    'commits[0].',
    'credits[0].',
    'commits[1].',
    'spend_threshold_configuration.',
  ])
  expect(placesOf(terms, 'add_')[2]).toBe('add_commits[1].')
  const body = buildTerms(terms, CONTEXT, 'add_')
  expect(body['add_commits']).toHaveLength(2)
  expect(body['add_spend_threshold_configuration']).toMatchObject({ is_enabled: true })
})

test('commas of thousands are left out, and a decimal comma is left to the server to refuse', () => {
  const cents = (text: string) => sent(amountOf(text, true))
  expect(cents('1,234.5')).toBe('123450')
  expect(cents('12 345,678')).toBe('"12 345,678"')
  expect(cents('12,345,678')).toBe('1234567800')
  expect(cents('0,125')).toBe('"0,125"')
  expect(cents('0,5')).toBe('"0,5"')
  expect(cents('1.5,000')).toBe('"1.5,000"')
})
