import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { planSubscriptionCharges } from '../../../src/core/contracts/plan-subscription-charges.ts'
import type { Subscription } from '../../../src/core/contracts/subscription.ts'
import { DAY_MS } from '../../../src/core/time.ts'
import { at, contract, quantities, subscription } from '../../support/terms.ts'

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** `date PLACEMENT quantity × covered days/days of the period`, the fraction only where prorated. */
function chargesUntil(until: string, options: Partial<Subscription>, terms = contract()) {
  return planSubscriptionCharges(subscription(options), terms, at(until)).map(
    ({ at: dueAt, placement, item: { quantity, covered, billingPeriod, isProrated } }) => {
      const [days, ofDays] = [covered, billingPeriod].map(
        ({ startMs, endMs }) => (endMs - startMs) / DAY_MS,
      )
      const part = isProrated ? ` ${days}/${ofDays}` : ''
      return `${day(dueAt)} ${placement} ${quantity}${part}`
    },
  )
}

const increasing = quantities({ '2026-01-01': '5', '2026-01-11': '8' })
const later = { isProrated: true, invoiceBehavior: 'BILL_ON_NEXT_COLLECTION_DATE' as const }
const whole = { isProrated: false, invoiceBehavior: 'BILL_IMMEDIATELY' as const }

test('in advance, a period is charged as it starts, on the usage invoice that ends there', () => {
  expect(chargesUntil('2026-03-01', {})).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-02-01 ENDING_USAGE 5',
    '2026-03-01 ENDING_USAGE 5',
  ])
})

test('in arrears, a period is charged when it is over, on the usage invoice of that time', () => {
  const arrears = { collectionSchedule: 'ARREARS' as const, proration: later }
  expect(chargesUntil('2026-03-01', arrears)).toEqual([
    '2026-02-01 CONTAINING_USAGE 5',
    '2026-03-01 CONTAINING_USAGE 5',
  ])
  expect(chargesUntil('2026-02-15', { ...arrears, quantities: increasing })).toEqual([
    '2026-02-01 CONTAINING_USAGE 5',
    '2026-02-01 CONTAINING_USAGE 3 21/31',
  ])
})

test('charges go onto scheduled invoices where the terms say so', () => {
  const placed = { invoicePlacement: 'ON_SCHEDULED_INVOICE' as const, quantities: increasing }
  expect(chargesUntil('2026-02-01', { ...placed, proration: later })).toEqual([
    '2026-01-01 SCHEDULED 5',
    '2026-02-01 SCHEDULED 3 21/31',
    '2026-02-01 SCHEDULED 8',
  ])
})

test('an increase is charged as it happens, or together with the next period', () => {
  expect(chargesUntil('2026-02-01', { quantities: increasing })).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-01-11 SCHEDULED 3 21/31',
    '2026-02-01 ENDING_USAGE 8',
  ])
  expect(chargesUntil('2026-02-01', { quantities: increasing, proration: later })).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-02-01 ENDING_USAGE 3 21/31',
    '2026-02-01 ENDING_USAGE 8',
  ])
})

test('without proration, increases and partial periods cost as much as whole ones', () => {
  const options = { startingAt: at('2026-01-20'), proration: whole }
  const changes = quantities({ '2026-01-20': '5', '2026-01-25': '6' })
  expect(chargesUntil('2026-02-01', { ...options, quantities: changes })).toEqual([
    '2026-01-20 ENDING_USAGE 5',
    '2026-01-25 SCHEDULED 1',
    '2026-02-01 ENDING_USAGE 6',
  ])
})

test('with proration, a subscription pays for what it has of its first and last periods', () => {
  const options = { startingAt: at('2026-01-20'), endingBefore: at('2026-02-08') }
  expect(chargesUntil('2027-01-01', options)).toEqual([
    '2026-01-20 ENDING_USAGE 5 12/31',
    '2026-02-01 ENDING_USAGE 5 7/28',
  ])
})

test('a decrease counts from the next period on and refunds nothing', () => {
  const changes = quantities({ '2026-01-01': '5', '2026-01-11': '2' })
  expect(chargesUntil('2026-02-01', { quantities: changes })).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-02-01 ENDING_USAGE 2',
  ])
})

test('an increase after a decrease is charged only beyond the most that was charged', () => {
  const changes = quantities({
    '2026-01-01': '5',
    '2026-01-06': '2',
    '2026-01-11': '4',
    '2026-01-16': '9',
    '2026-01-21': '7',
    '2026-01-26': '10',
  })
  expect(chargesUntil('2026-02-01', { quantities: changes })).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-01-16 SCHEDULED 4 16/31',
    '2026-01-26 SCHEDULED 1 6/31',
    '2026-02-01 ENDING_USAGE 10',
  ])
})

test('an increase knows what its period charges already', () => {
  const changes = quantities({ '2026-01-01': '5', '2026-01-11': '8', '2026-01-21': '9' })
  const charges = planSubscriptionCharges(
    subscription({ quantities: changes }),
    contract(),
    at('2026-01-31'),
  )
  expect(charges.map(({ item }) => item.position)).toEqual([undefined, '5', '8'])
})

test('changes of one instant are one change, and one at the start is the start', () => {
  const changes = [
    ...quantities({ '2026-01-01': '5' }),
    ...quantities({ '2026-01-01': '6' }),
    ...quantities({ '2026-01-11': '20' }),
    ...quantities({ '2026-01-11': '8' }),
  ]
  expect(chargesUntil('2026-01-31', { quantities: changes })).toEqual([
    '2026-01-01 ENDING_USAGE 6',
    '2026-01-11 SCHEDULED 2 21/31',
  ])
})

test('nothing is charged for a quantity of zero', () => {
  const changes = quantities({ '2026-01-01': '0', '2026-02-15': '1.5' })
  expect(chargesUntil('2026-03-01', { quantities: changes })).toEqual([
    '2026-02-15 SCHEDULED 1.5 14/28',
    '2026-03-01 ENDING_USAGE 1.5',
  ])
})

test('nothing is charged before the first invoice of the contract', () => {
  const plain = contract()
  const { statementSchedule } = plain.terms
  const imported = {
    ...plain,
    terms: { statementSchedule: { ...statementSchedule, invoicedFrom: at('2026-03-01') } },
  }
  expect(chargesUntil('2026-04-01', {}, imported)).toEqual([
    '2026-03-01 ENDING_USAGE 5',
    '2026-04-01 ENDING_USAGE 5',
  ])
})

test('a year in advance is charged on its day, an increase in it by its days', () => {
  const changes = quantities({ '2026-01-01': '5', '2026-07-20': '6' })
  const options = { billingFrequency: 'ANNUAL' as const, quantities: changes }
  expect(chargesUntil('2027-06-01', options)).toEqual([
    '2026-01-01 ENDING_USAGE 5',
    '2026-07-20 SCHEDULED 1 165/365',
    '2027-01-01 ENDING_USAGE 6',
  ])
})

const arbitrarySubscription = fc
  .record({
    billingFrequency: fc.constantFrom('MONTHLY' as const, 'QUARTERLY', 'ANNUAL', 'WEEKLY'),
    collectionSchedule: fc.constantFrom('ADVANCE' as const, 'ARREARS'),
    proration: fc.constantFrom(whole, later, { ...whole, isProrated: true }),
    anchorDay: fc.integer({ min: -400, max: 0 }),
    endDay: fc.option(fc.integer({ min: 1, max: 700 })),
    changes: fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 9 })), {
      maxLength: 8,
    }),
  })
  .map(({ anchorDay, endDay, changes, ...options }) => {
    const startingAt = at('2026-01-10')
    const after = (days: number) => startingAt + days * DAY_MS
    return subscription({
      ...options,
      startingAt,
      cycleAnchorMs: after(anchorDay),
      endingBefore: endDay === null ? null : after(endDay),
      quantities: [
        { at: startingAt, quantity: '3', createdAt: 0 },
        ...changes
          .toSorted(([a], [b]) => a - b)
          .map(([days, n]) => ({ at: after(days), quantity: String(n), createdAt: 0 })),
      ],
    })
  })

test('planning further adds charges and changes none; no two have one id', () => {
  fc.assert(
    fc.property(arbitrarySubscription, fc.integer({ min: 0, max: 800 }), (terms, days) => {
      const until = terms.startingAt + days * DAY_MS
      const all = planSubscriptionCharges(terms, contract(), terms.startingAt + 800 * DAY_MS)
      const some = planSubscriptionCharges(terms, contract(), until)
      expect(some).toEqual(all.filter((charge) => charge.at <= until))
      expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
    }),
  )
})

test('a later change leaves alone what was charged before', () => {
  const { startingAt } = subscription()
  fc.assert(
    fc.property(arbitrarySubscription, fc.integer({ min: 401, max: 800 }), (terms, days) => {
      const changeAt = startingAt + days * DAY_MS
      const changed = {
        ...terms,
        quantities: [...terms.quantities, { at: changeAt, quantity: '50', createdAt: 0 }],
      }
      const chargesOf = (each: Subscription) =>
        planSubscriptionCharges(each, contract(), changeAt - 1).map(({ id, item }) => {
          return [id, item.quantity, item.covered]
        })
      expect(chargesOf(changed)).toEqual(chargesOf(terms))
    }),
  )
})

test('a period charges the most that there is in it', () => {
  fc.assert(
    fc.property(arbitrarySubscription, (terms) => {
      const charges = planSubscriptionCharges(terms, contract(), terms.startingAt + 800 * DAY_MS)
      const byPeriod = Map.groupBy(charges, ({ item }) => item.billingPeriod.startMs)
      for (const own of byPeriod.values()) {
        const { startMs, endMs } = own[0]!.item.billingPeriod
        const counts: number[] = []
        for (let ms = Math.max(startMs, terms.startingAt); ms < endMs; ms += DAY_MS) {
          const isOver = terms.endingBefore !== null && ms >= terms.endingBefore
          const last = terms.quantities.filter((change) => change.at <= ms).at(-1)
          if (!isOver) counts.push(Number(last!.quantity))
        }
        const isAllDue = own.every(({ at: dueAt }) => dueAt < terms.startingAt + 790 * DAY_MS)
        const charged = own.reduce((total, { item }) => total + Number(item.quantity), 0)
        if (isAllDue && endMs < terms.startingAt + 700 * DAY_MS) {
          expect(charged).toBe(Math.max(...counts))
        }
      }
    }),
  )
})
