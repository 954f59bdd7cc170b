import { expect, test } from 'vitest'
import {
  subscriptionLife,
  subscriptionPeriods,
} from '../../../src/core/contracts/subscription-periods.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { at, contract, period, subscription } from '../../support/terms.ts'

function day(ms: number): string {
  return new Date(ms).toISOString().replace('T00:00:00.000Z', '')
}

/** The covered parts up to a day; of a partial one the whole period, too. */
function periodsUntil(until: string, options: Partial<Subscription>, terms = contract()): string[] {
  const range = { startMs: 0, endMs: at(until) }
  return [...subscriptionPeriods(subscription(options), terms, range)].map(({ whole, covered }) => {
    const text = ({ startMs, endMs }: typeof whole) => `${day(startMs)}..${day(endMs)}`
    return text(whole) === text(covered) ? text(whole) : `${text(covered)} of ${text(whole)}`
  })
}

test('periods are counted from the anchor of the statements, the first and last ones cut short', () => {
  const options = { startingAt: at('2026-01-15'), endingBefore: at('2026-03-10') }
  expect(periodsUntil('2027-01-01', options)).toEqual([
    '2026-01-15..2026-02-01 of 2026-01-01..2026-02-01',
    '2026-02-01..2026-03-01',
    '2026-03-01..2026-03-10 of 2026-03-01..2026-04-01',
  ])
})

test('an anchor of its own moves the periods, whatever the statements do', () => {
  const options = { startingAt: at('2026-02-01'), cycleAnchorMs: at('2025-12-31') }
  expect(periodsUntil('2026-05-01', options)).toEqual([
    '2026-02-01..2026-02-28 of 2026-01-31..2026-02-28',
    '2026-02-28..2026-03-31',
    '2026-03-31..2026-04-30',
    '2026-04-30..2026-05-31',
  ])
})

test('weeks, quarters and years go on beside monthly statements', () => {
  expect(periodsUntil('2026-01-10', { billingFrequency: 'WEEKLY' })).toEqual([
    '2026-01-01..2026-01-08',
    '2026-01-08..2026-01-15',
  ])
  expect(periodsUntil('2026-05-01', { billingFrequency: 'QUARTERLY' })).toEqual([
    '2026-01-01..2026-04-01',
    '2026-04-01..2026-07-01',
  ])
  const leap = { billingFrequency: 'ANNUAL' as const, cycleAnchorMs: at('2024-02-29') }
  expect(periodsUntil('2027-01-01', { ...leap, startingAt: at('2026-02-28') })).toEqual([
    '2026-02-28..2027-02-28',
  ])
})

test('a subscription is there only while its contract is', () => {
  const short = contract({ startingAt: at('2026-01-10'), endingBefore: at('2026-02-05') })
  expect(periodsUntil('2027-01-01', {}, short)).toEqual([
    '2026-01-10..2026-02-01 of 2026-01-01..2026-02-01',
    '2026-02-01..2026-02-05 of 2026-02-01..2026-03-01',
  ])
  expect(subscriptionLife(subscription({ endingBefore: at('2026-01-20') }), short)).toEqual(
    period('2026-01-10', '2026-01-20'),
  )
  expect(subscriptionLife(subscription(), contract()).endMs).toBe(Infinity)
})
