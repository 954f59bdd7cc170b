import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, sum } from '../../../src/core/decimal.ts'
import { childBalances, childPayments } from '../../../src/core/ledger/child-balances.ts'
import { RECURRENCE_FREQUENCIES } from '../../../src/core/ledger/recurring-balance.ts'
import type { RecurringBalance } from '../../../src/core/ledger/recurring-balance.ts'
import { DAY_MS, formatTimestamp, HOUR_MS } from '../../../src/core/time.ts'
import { contractWith, quantity, recurring, subscription } from '../../support/recurring.ts'
import { at, contract } from '../../support/terms.ts'

/** `01-16..02-01 516`: access and amount of each. */
function shown(made: ReturnType<typeof childBalances>): string[] {
  return made.flatMap(({ segments }) =>
    segments.map(
      ({ amount, startingAt, endingBefore }) =>
        `${day(startingAt)}..${day(endingBefore)} ${amount}`,
    ),
  )
}

function day(ms: number): string {
  return formatTimestamp(ms).slice(5, 10)
}

function commit(options: Partial<RecurringBalance> = {}): RecurringBalance {
  const invoiceAmount = { ...recurring().accessAmount, unitPrice: '800' }
  return recurring({ type: 'PREPAID', invoiceAmount, ...options })
}

const fromJan16 = contract({ startingAt: at('2026-01-16') })
const startsJan16 = { startingAt: at('2026-01-16') }

test('TV37: a first period from 16 January has 16/31 of the amount, rounded as is agreed on', () => {
  const inJanuary = (options: Partial<RecurringBalance>) =>
    shown(childBalances(fromJan16, recurring({ ...startsJan16, ...options }), at('2026-01-20')))
  const half = (decimalPlaces: number) => ({
    prorationRounding: { access: { method: 'HALF_UP', decimalPlaces } } as const,
  })
  expect(inJanuary({})).toEqual(['01-16..02-01 516.1290322580645161290322580645161'])
  expect(inJanuary({ proration: 'NONE' })).toEqual(['01-16..02-01 1000'])
  expect(inJanuary({ proration: 'LAST' })).toEqual(['01-16..02-01 1000'])
  expect(inJanuary(half(0))).toEqual(['01-16..02-01 516'])
  expect(inJanuary(half(-2))).toEqual(['01-16..02-01 500'])
})

test('each statement period that has started makes one, under an id that never changes', () => {
  const made = childBalances(contract(), recurring(), at('2026-03-01'))
  expect(shown(made)).toEqual(['01-01..02-01 1000', '02-01..03-01 1000', '03-01..04-01 1000'])
  expect(new Set(made.map(({ id }) => id)).size).toBe(3)
  const before = childBalances(contract(), recurring(), at('2026-03-01') - 1)
  expect(before).toEqual(made.slice(0, 2))
  expect(childBalances(contract(), recurring(), at('2025-12-31'))).toEqual([])
  const later = childBalances(contract(), recurring({ endingBefore: at('2026-04-10') }), Infinity)
  expect(later.map(({ id }) => id).slice(0, 3)).toEqual(made.map(({ id }) => id))
})

test('a last period has its part too, and the contract or the recurring one may end in it', () => {
  const until = at('2027-01-01')
  const parts = ['01-01..02-01 1000', '02-01..02-15 500']
  const ended = contract({ endingBefore: at('2026-02-15') })
  expect(shown(childBalances(ended, recurring(), until))).toEqual(parts)
  const own = recurring({ endingBefore: at('2026-02-15') })
  expect(shown(childBalances(contract(), own, until))).toEqual(parts)
  const whole = ['01-01..02-01 1000', '02-01..02-15 1000']
  expect(shown(childBalances(ended, recurring({ proration: 'FIRST' }), until))).toEqual(whole)
})

test('a period that starts late and ends early counts each end only as far as it is prorated', () => {
  const short = contract({ startingAt: at('2026-02-08'), endingBefore: at('2026-02-22') })
  const amountFor = (proration: RecurringBalance['proration']) =>
    shown(
      childBalances(short, recurring({ startingAt: at('2026-02-08'), proration }), Infinity),
    ).join()
  expect(amountFor('FIRST_AND_LAST')).toBe('02-08..02-22 500')
  expect(amountFor('FIRST')).toBe('02-08..02-22 750')
  expect(amountFor('LAST')).toBe('02-08..02-22 750')
  expect(amountFor('NONE')).toBe('02-08..02-22 1000')
})

test('a frequency of its own is counted from its start, so that the first period is whole', () => {
  const monthly = recurring({
    startingAt: at('2026-01-31'),
    endingBefore: at('2026-04-15'),
    recurrenceFrequency: 'MONTHLY',
  })
  expect(shown(childBalances(contract(), monthly, Infinity))).toEqual([
    '01-31..02-28 1000',
    '02-28..03-31 1000',
    '03-31..04-15 500',
  ])
  const quarterly = recurring({ ...startsJan16, recurrenceFrequency: 'QUARTERLY' })
  expect(shown(childBalances(contract(), quarterly, at('2026-07-16')))).toEqual([
    '01-16..04-16 1000',
    '04-16..07-16 1000',
    '07-16..10-16 1000',
  ])
  const annual = recurring({ ...startsJan16, recurrenceFrequency: 'ANNUAL' })
  expect(shown(childBalances(contract(), annual, at('2026-12-31')))).toEqual(['01-16..01-16 1000'])
})

test('DAILY and WEEKLY ones come by the day and the week', () => {
  const daily = recurring({ ...startsJan16, recurrenceFrequency: 'DAILY' })
  expect(shown(childBalances(contract(), daily, at('2026-01-18T05')))).toEqual([
    '01-16..01-17 1000',
    '01-17..01-18 1000',
    '01-18..01-19 1000',
  ])
  const weekly = recurring({ ...startsJan16, recurrenceFrequency: 'WEEKLY' })
  expect(shown(childBalances(contract(), weekly, at('2026-01-25')))).toEqual([
    '01-16..01-23 1000',
    '01-23..01-30 1000',
  ])
})

test('what lasts several periods overlaps the next ones, beyond its own end but not the contract', () => {
  const lasting = recurring({ ...startsJan16, durationPeriods: 3, endingBefore: at('2026-03-01') })
  expect(shown(childBalances(fromJan16, lasting, Infinity))).toEqual([
    '01-16..04-01 516.1290322580645161290322580645161',
    '02-01..05-01 1000',
  ])
  const ended = contract({ startingAt: at('2026-01-16'), endingBefore: at('2026-04-11') })
  expect(shown(childBalances(ended, lasting, Infinity))).toEqual([
    '01-16..04-01 516.1290322580645161290322580645161',
    '02-01..04-11 1000',
  ])
})

test('a commit is paid for at the start of each period, in proportion', () => {
  const rounding = { invoice: { method: 'CEILING', decimalPlaces: 0 } } as const
  const made = commit({ ...startsJan16, prorationRounding: rounding })
  const [january] = childBalances(fromJan16, made, at('2026-01-16'))
  const [item] = january!.payments!.schedule.items
  expect(item).toMatchObject({
    at: at('2026-01-16'),
    unitPrice: '413',
    quantity: '1',
    amount: '413',
  })
  expect(january).toMatchObject({
    type: 'PREPAID',
    contractId: 'contract',
    recurringId: 'recurring',
    createdAt: at('2026-01-16'),
    payments: { isInvoiced: true, contractId: 'contract' },
  })
  const payments = childPayments(fromJan16, made, at('2026-03-15'))
  expect(payments.map((charge) => [day(charge.at), charge.placement])).toEqual([
    ['01-16', 'SCHEDULED'],
    ['02-01', 'SCHEDULED'],
    ['03-01', 'SCHEDULED'],
  ])
  expect(payments[0]?.id).toBe(item?.id)
  expect(payments[1]?.item).toMatchObject({ item: { unitPrice: '800', amount: '800' } })
  expect(childPayments(fromJan16, recurring(), at('2026-03-15'))).toEqual([])
  const passedOver = new Set([at('2026-02-01')])
  expect(childPayments(fromJan16, made, at('2026-03-15'), passedOver)).toEqual([
    payments[0],
    payments[2],
  ])
})

test('payments go onto the usage invoices of a contract that has its charges there', () => {
  const consolidated = contractWith({ scheduledChargesOnUsageInvoices: 'ALL' })
  const [charge] = childPayments(consolidated, commit(), at('2026-01-01'))
  expect(charge?.placement).toBe('ENDING_USAGE')
})

test('an edit changes the periods that start at its instant or later', () => {
  const edited = recurring({
    changes: [
      {
        from: at('2026-02-01'),
        accessAmount: { ...recurring().accessAmount, unitPrice: '600', quantity: '2' },
        rateType: 'COMMIT_RATE',
      },
      { from: at('2026-02-10'), endingBefore: at('2026-03-20') },
    ],
  })
  const made = childBalances(contract(), edited, Infinity)
  expect(shown(made)).toEqual([
    '01-01..02-01 1000',
    '02-01..03-01 1200',
    '03-01..03-20 735.4838709677419354838709677419355',
  ])
  expect(made.map(({ rateType }) => rateType)).toEqual(['LIST_RATE', 'COMMIT_RATE', 'COMMIT_RATE'])
})

test('ending the recurring one in a period that has started leaves that period as it is', () => {
  const cut = recurring({ changes: [{ from: at('2026-02-10'), endingBefore: at('2026-02-15') }] })
  expect(shown(childBalances(contract(), cut, Infinity))).toEqual([
    '01-01..02-01 1000',
    '02-01..03-01 1000',
  ])
})

test('ending the contract in a period that has started takes the rest of the time, not the amount', () => {
  const ended = contractWith(
    {
      recurringBalances: [recurring(), recurring({ id: 'later' })],
      formerEnds: [{ until: at('2026-02-10'), endingBefore: null, recurringCount: 1 }],
    },
    { endingBefore: at('2026-02-15') },
  )
  expect(shown(childBalances(ended, recurring(), Infinity))).toEqual([
    '01-01..02-01 1000',
    '02-01..02-15 1000',
  ])
  const addedLater = recurring({ id: 'later' })
  expect(shown(childBalances(ended, addedLater, Infinity))).toEqual([
    '01-01..02-01 1000',
    '02-01..02-15 500',
  ])
})

test('archiving stops what has not started, and an archived contract archives what it had', () => {
  const archived = recurring({ archivedAt: at('2026-02-10') })
  expect(childBalances(contract(), archived, Infinity)).toHaveLength(2)
  const over = childBalances(
    contract({ archivedAt: at('2026-02-10') }),
    recurring(),
    at('2026-06-01'),
  )
  expect(over.map(({ archivedAt }) => archivedAt)).toEqual([at('2026-02-10'), at('2026-02-10')])
})

test('terms are passed on', () => {
  const [child] = childBalances(
    contract(),
    recurring({
      name: 'Monthly credit',
      description: 'For all',
      applicability: { productTags: ['ai'] },
      rolloverFraction: '0.5',
      netsuiteSalesOrderId: 'NS-1',
    }),
    at('2026-01-01'),
  )
  expect(child).toMatchObject({
    type: 'CREDIT',
    customerId: 'customer',
    name: 'Monthly credit',
    description: 'For all',
    priority: '1',
    applicability: { productTags: ['ai'] },
    rolloverFraction: '0.5',
    netsuiteSalesOrderId: 'NS-1',
    payments: null,
    archivedAt: null,
  })
})

const seatTerms = { ...recurring().accessAmount, unitPrice: '10', quantity: null }

function linked(allocation: 'POOLED' | 'INDIVIDUAL', isIncreaseProrated: boolean) {
  const link = { subscriptionId: 'subscription', allocation, isIncreaseProrated }
  return recurring({ accessAmount: seatTerms, subscription: link })
}

test('a pooled one has the price of each seat, and more for seats that are added in a period', () => {
  const seats = [quantity('2026-01-01', 5), quantity('2026-02-15', 9), quantity('2026-02-20', 2)]
  const withSeats = contractWith({ subscriptions: [subscription(seats)] })
  const made = childBalances(withSeats, linked('POOLED', true), at('2026-03-01'))
  expect(shown(made)).toEqual(['01-01..02-01 50', '02-01..03-01 50', '03-01..04-01 20'])
  expect(made.map(({ segments: [only] }) => only?.adjustments)).toEqual([
    undefined,
    [{ at: at('2026-02-15'), amount: '20' }],
    undefined,
  ])
  expect(made[0]?.seats).toBeUndefined()
  const [, known] = childBalances(withSeats, linked('POOLED', true), at('2026-02-14'))
  expect(known?.segments[0]?.adjustments).toBeUndefined()
  const [, full] = childBalances(withSeats, linked('POOLED', false), at('2026-02-28'))
  expect(full?.segments[0]?.adjustments).toEqual([{ at: at('2026-02-15'), amount: '40' }])
})

test('an individual one has a part for each assigned seat, and is paid for all seats', () => {
  const seats = [quantity('2026-01-01', 3, ['ann', 'bob']), quantity('2026-01-16T12', 3, ['ann'])]
  const withSeats = contractWith({ subscriptions: [subscription(seats)] })
  const paid = {
    ...linked('INDIVIDUAL', false),
    invoiceAmount: seatTerms,
    type: 'PREPAID',
  } as const
  const [january, february] = childBalances(withSeats, paid, at('2026-02-01'))
  expect(january?.segments[0]).toMatchObject({ amount: '20', seats: { ann: '10', bob: '10' } })
  expect(january?.seats).toEqual({ subscriptionId: 'subscription', groupKey: 'user' })
  expect(january?.payments?.schedule.items[0]).toMatchObject({ quantity: '3', amount: '30' })
  expect(february?.segments[0]).toMatchObject({ amount: '10', seats: { ann: '10' } })
})

test('ids of children, segments and payments do not collide', () => {
  const made = childBalances(contract(), commit(), at('2026-12-31'))
  const ids = made.flatMap(({ id, segments, payments }) => [
    id,
    ...segments.map((segment) => segment.id),
    ...payments!.schedule.items.map((item) => item.id),
  ])
  expect(new Set(ids).size).toBe(36)
})

const hour = (days: number) => fc.integer({ min: 0, max: days * 24 }).map((h) => h * HOUR_MS)

const agreements = fc.record({
  contractDays: hour(900),
  startOffset: hour(90),
  ownDays: fc.option(hour(600), { nil: null }),
  frequency: fc.option(fc.constantFrom(...RECURRENCE_FREQUENCIES), { nil: null }),
  anchor: hour(40),
})

function agreed({
  contractDays,
  startOffset,
  ownDays,
  frequency,
  anchor,
}: typeof agreements extends fc.Arbitrary<infer T> ? T : never) {
  const startingAt = at('2026-01-01')
  const made = recurring({
    startingAt: startingAt + startOffset,
    endingBefore: ownDays === null ? null : startingAt + startOffset + ownDays,
    recurrenceFrequency: frequency,
  })
  return {
    made,
    over: contract({
      startingAt,
      endingBefore: startingAt + DAY_MS + contractDays,
      statements: { frequency: 'MONTHLY', anchorMs: startingAt - anchor },
    }),
  }
}

test('children tile the time of the recurring one within the contract', () => {
  fc.assert(
    fc.property(agreements, (agreement) => {
      const { made, over } = agreed(agreement)
      const end = Math.min(over.endingBefore!, made.endingBefore ?? Infinity)
      const spans = childBalances(over, made, Infinity).map(({ segments: [only] }) => only!)
      if (end <= made.startingAt) {
        expect(spans).toEqual([])
        return
      }
      expect(spans[0]?.startingAt).toBe(made.startingAt)
      expect(spans.at(-1)?.endingBefore).toBe(end)
      const [, ...next] = spans.map(({ startingAt }) => startingAt)
      expect(spans.slice(0, -1).map(({ endingBefore }) => endingBefore)).toEqual(next)
    }),
    { numRuns: 60 },
  )
})

test('the parts of a period that is cut in two are worth the whole period', () => {
  fc.assert(
    fc.property(hour(30), fc.constantFrom('MONTHLY', 'QUARTERLY'), (cut, frequency) => {
      const over = contract({ statements: { frequency, anchorMs: at('2026-01-01') } })
      const middle = at('2026-01-01') + HOUR_MS + cut
      const end = frequency === 'MONTHLY' ? at('2026-02-01') : at('2026-04-01')
      const parts = [
        recurring({ endingBefore: middle }),
        recurring({ startingAt: middle, endingBefore: end }),
      ].flatMap((part) => childBalances(over, part, Infinity))
      const total = sum(parts.map(({ segments: [only] }) => new Decimal(only!.amount)))
      expect(total.minus(1000).abs().lessThan('1e-30')).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('edits never change what started before them', () => {
  const change = fc.record({
    afterMs: hour(400),
    accessAmount: fc.option(
      fc.nat(5_000).map((n) => ({ ...recurring().accessAmount, unitPrice: String(n) })),
      { nil: undefined },
    ),
    endsAfterMs: fc.option(hour(500), { nil: undefined }),
  })
  fc.assert(
    fc.property(agreements, change, (agreement, { afterMs, accessAmount, endsAfterMs }) => {
      const { made, over } = agreed(agreement)
      const from = over.startingAt + afterMs
      const endingBefore = endsAfterMs === undefined ? undefined : over.startingAt + endsAfterMs
      const edited = { ...made, changes: [{ from, accessAmount, endingBefore }] }
      const past = (all: ReturnType<typeof childBalances>) =>
        all.filter(({ createdAt }) => createdAt < from)
      expect(past(childBalances(over, edited, Infinity))).toEqual(
        past(childBalances(over, made, Infinity)),
      )
    }),
    { numRuns: 60 },
  )
})
