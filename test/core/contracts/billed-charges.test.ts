import { expect, test } from 'vitest'
import { billedCharges, brokenCharge } from '../../../src/core/contracts/billed-charges.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { at, contract, quantities, subscription } from '../../support/terms.ts'

const NOW = at('2026-03-01T12')

function datesOf(terms: Subscription, ends: string[]): string[] {
  const finalEnds = new Set(ends.map((day) => at(day)))
  return billedCharges(terms, contract(), finalEnds, NOW).map((charge) => {
    return new Date(charge.at).toISOString().slice(0, 10)
  })
}

function broken(before: Subscription, change: Partial<Subscription>, ends = ['2026-02-01']) {
  const finalEnds = new Set(ends.map((day) => at(day)))
  return brokenCharge(before, { ...before, ...change }, contract(), finalEnds, NOW) !== null
}

test('what starts with the contract is final at once, the rest with the usage invoices', () => {
  expect(datesOf(subscription(), [])).toEqual(['2026-01-01'])
  expect(datesOf(subscription(), ['2026-02-01'])).toEqual(['2026-01-01', '2026-02-01'])
  const placed = subscription({ invoicePlacement: 'ON_SCHEDULED_INVOICE' })
  expect(datesOf(placed, [])).toEqual(['2026-01-01', '2026-02-01', '2026-03-01'])
  const arrears = subscription({ collectionSchedule: 'ARREARS', billingFrequency: 'WEEKLY' })
  expect(datesOf(arrears, ['2026-02-01'])).toEqual([
    '2026-01-08',
    '2026-01-15',
    '2026-01-22',
    '2026-01-29',
  ])
})

test('a change of a billed quantity breaks its charge, a later one and a lower one do not', () => {
  const from = (changes: Record<string, string>) => ({ quantities: quantities(changes) })
  const before = subscription()
  expect(broken(before, from({ '2026-01-01': '6' }))).toBe(true)
  expect(broken(before, from({ '2026-01-01': '5', '2026-02-01': '6' }))).toBe(true)
  expect(broken(before, from({ '2026-01-01': '5', '2026-03-01': '6' }))).toBe(false)
  expect(broken(before, from({ '2026-01-01': '5', '2026-02-10': '3' }))).toBe(false)
  const increased = subscription(from({ '2026-01-01': '5', '2026-02-20': '8' }))
  const earlier = from({ '2026-01-01': '5', '2026-02-10': '9', '2026-02-20': '8' })
  expect(broken(increased, earlier)).toBe(true)
})

test('an earlier end breaks nothing, a later one what was prorated up to the former', () => {
  expect(broken(subscription(), { endingBefore: at('2026-01-15') })).toBe(false)
  const ended = subscription({ endingBefore: at('2026-02-15') })
  expect(broken(ended, { endingBefore: at('2026-02-20') })).toBe(true)
  const whole = { isProrated: false, invoiceBehavior: 'BILL_IMMEDIATELY' as const }
  expect(broken({ ...ended, proration: whole }, { endingBefore: null })).toBe(false)
  expect(broken(subscription({ endingBefore: at('2026-03-01') }), { endingBefore: null })).toBe(
    false,
  )
})
