import { expect, test } from 'vitest'
import type { Catalog } from '../../../src/core/catalog/catalog.ts'
import { planSubscriptionCharges } from '../../../src/core/contracts/plan-subscription-charges.ts'
import { replayLine } from '../../../src/core/invoices/replay-line.ts'
import { subscriptionLines } from '../../../src/core/invoices/subscription-line.ts'
import { composite, draftMarch, percentage } from '../../support/drafts.ts'
import { commit, credit, postpaid, QUANTITY, summary, use } from '../../support/drawing.ts'
import { override, tiered, times } from '../../support/rate-events.ts'
import {
  at,
  catalog,
  contract,
  product,
  rate,
  rateCard,
  subscription,
} from '../../support/terms.ts'
import { sqlMetric } from '../../support/sql-metric.ts'

const tokens = catalog({
  products: [product({ state: { name: 'Tokens' } })],
  metrics: [QUANTITY],
  rates: [rate({ price: '100' })],
})

test('TV01: a commit pays for a part of a line, and the rest is charged', () => {
  const draft = draftMarch(tokens, [use('80')], {}, { balances: [commit('prepaid', '5000')] })
  expect(summary(draft)).toEqual({
    lines: [
      'Tokens 1..1: 50 × 100 = 5000',
      'prepaid applied: -5000',
      'Tokens 1..1: 30 × 100 = 3000',
    ],
    total: '3000',
    draws: ['prepaid 5000'],
  })
  expect(draft.derivation.draws).toEqual([
    { balanceId: 'prepaid', segmentId: 'prepaid-1', amount: '5000', at: at('2026-04-01') },
  ])
})

test('TV02: what is left of a commit pays for as many units', () => {
  const draft = draftMarch(tokens, [use('10')], {}, { balances: [commit('rest', '400')] })
  expect(summary(draft)).toEqual({
    lines: ['Tokens 1..1: 4 × 100 = 400', 'rest applied: -400', 'Tokens 1..1: 6 × 100 = 600'],
    total: '600',
    draws: ['rest 400'],
  })
})

test('TV03: usage counts towards a postpaid commit after prepaid ones, and is charged all the same', () => {
  const balances = [postpaid('later', '40000'), commit('prepaid', '40000')]
  const draft = draftMarch(tokens, [use('500')], {}, { balances })
  expect(summary(draft)).toEqual({
    lines: [
      'Tokens 1..1: 400 × 100 = 40000',
      'prepaid applied: -40000',
      'Tokens 1..1: 100 × 100 = 10000',
      'later applied: -10000',
    ],
    total: '10000',
    draws: ['prepaid 40000', 'later 10000'],
  })
})

/** A product whose price depends on what is used. */
const cloud = (prices: Record<string, string>, options: Parameters<typeof rate>[0] = {}) =>
  catalog({
    products: [product({ state: { name: 'Cloud', pricingGroupKey: ['kind'] } })],
    metrics: [{ ...QUANTITY, groupKeys: [['kind']] }],
    rates: Object.entries(prices).map(([kind, price]) =>
      rate({ price, pricingGroupValues: { kind }, ...options }),
    ),
  })

test('TV06: a commit pays for whole lines at prices that an override made', () => {
  const terms = { overrides: [override(times('0.8'))] }
  const events = [use('1000', { kind: 'compute' }), use('250', { kind: 'storage' })]
  const card = cloud({ compute: '100', storage: '50' })
  const draft = draftMarch(card, events, terms, { balances: [commit('prepaid', '1000000')] })
  expect(summary(draft)).toEqual({
    lines: [
      'Cloud 1..1: 1000 × 80 = 80000',
      'prepaid applied: -80000',
      'Cloud 1..1: 250 × 40 = 10000',
      'prepaid applied: -10000',
    ],
    total: '0',
    draws: ['prepaid 90000'],
  })
})

test('TV09: a credit pays for the usage of its own time, where lines are cut', () => {
  const events = [
    use('360', { kind: 'compute', day: '2026-03-02' }),
    use('100', { kind: 'storage', day: '2026-03-02' }),
    use('384', { kind: 'compute', day: '2026-03-16' }),
    use('150', { kind: 'storage', day: '2026-03-30' }),
  ]
  const card = cloud({ compute: '100', storage: '50' })
  const balances = [credit('trial', '50000', { to: '2026-03-16' })]
  const draft = draftMarch(card, events, {}, { balances })
  expect(summary(draft)).toEqual({
    lines: [
      'Cloud 1..16: 360 × 100 = 36000',
      'trial applied: -36000',
      'Cloud 1..16: 100 × 50 = 5000',
      'trial applied: -5000',
      'Cloud 16..1: 384 × 100 = 38400',
      'Cloud 16..1: 150 × 50 = 7500',
    ],
    total: '45900',
    draws: ['trial 41000'],
  })
  expect(draft.derivation.draws![0]!.at).toBe(at('2026-03-16'))
})

test('TV11: what a commit is for decides on the whole draft, as it is when that is computed', () => {
  const card = catalog({
    products: ['Reads', 'Writes'].map((id) => product({ id, state: { name: id } })),
    metrics: [QUANTITY],
    rates: [rate({ productId: 'Reads', price: '10' }), rate({ productId: 'Writes', price: '5' })],
  })
  const bill = (productIds: string[]) => {
    const balances = [commit('A', '1000', { applicability: { productIds } })]
    return draftMarch(card, [use('3')], {}, { balances })
  }
  expect(summary(bill(['Reads']))).toEqual({
    lines: ['Reads 1..1: 3 × 10 = 30', 'A applied: -30', 'Writes 1..1: 3 × 5 = 15'],
    total: '15',
    draws: ['A 30'],
  })
  expect(summary(bill(['Reads', 'Writes']))).toMatchObject({ total: '0', draws: ['A 45'] })
})

test('TV14: a credit goes before a postpaid commit, whatever their priorities', () => {
  const balances = [
    postpaid('later', '900', { priority: '1' }),
    credit('credit', '100', { priority: '1000' }),
  ]
  const draft = draftMarch(tokens, [use('2')], {}, { balances })
  expect(summary(draft)).toMatchObject({ draws: ['credit 100', 'later 100'], total: '100' })
  const [, applied] = draft.lines
  expect(applied).toMatchObject({
    paidBy: {
      balanceId: 'credit',
      remainingBefore: '100',
      remainingAfter: '0',
      runnerUp: { balanceId: 'later', decidedBy: 'class' },
    },
  })
})

test('TV15: what was paid for a commit changes neither its lines nor what they draw', () => {
  const draft = draftMarch(tokens, [use('500')], {}, { balances: [commit('prepaid', '100000')] })
  expect(summary(draft)).toEqual({
    lines: ['Tokens 1..1: 500 × 100 = 50000', 'prepaid applied: -50000'],
    total: '0',
    draws: ['prepaid 50000'],
  })
})

const FLAT = (price: string) => ({ rateType: 'FLAT' as const, price })

test('TV22: a commit of the rate type COMMIT_RATE pays the commit price for as many units', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens' } })],
    metrics: [QUANTITY],
    rates: [rate({ price: '1000', commitPrice: FLAT('800') })],
  })
  const bill = (rateType: 'COMMIT_RATE' | 'LIST_RATE') =>
    summary(draftMarch(card, [use('20')], {}, { balances: [commit('c', '10000', { rateType })] }))
  expect(bill('COMMIT_RATE')).toEqual({
    lines: [
      'Tokens 1..1: 12.5 × 800 = 10000',
      'c applied: -10000',
      'Tokens 1..1: 7.5 × 1000 = 7500',
    ],
    total: '7500',
    draws: ['c 10000'],
  })
  expect(bill('LIST_RATE')).toEqual({
    lines: [
      'Tokens 1..1: 10 × 1000 = 10000',
      'c applied: -10000',
      'Tokens 1..1: 10 × 1000 = 10000',
    ],
    total: '10000',
    draws: ['c 10000'],
  })
})

test('TV23: what is free beyond a commit costs the commit price as long as that lasts', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens' } })],
    metrics: [QUANTITY],
    rates: [rate({ price: '0', commitPrice: FLAT('100') })],
  })
  const balances = [commit('c', '10000', { rateType: 'COMMIT_RATE' })]
  expect(summary(draftMarch(card, [use('150')], {}, { balances }))).toEqual({
    lines: ['Tokens 1..1: 100 × 100 = 10000', 'c applied: -10000', 'Tokens 1..1: 50 × 0 = 0'],
    total: '0',
    draws: ['c 10000'],
  })
})

test('TV25: a credit for one day pays for what an hourly metric grew by on it, and else nothing', () => {
  const events = [
    use('5', { day: '2026-03-01' }),
    use('10', { day: '2026-03-02' }),
    use('15', { day: '2026-03-03' }),
  ]
  const bill = (sqlBreakdownGranularity: 'HOUR' | 'SERVICE_PERIOD') => {
    const card = catalog({
      products: [product({ state: { name: 'Units', sqlBreakdownGranularity } })],
      metrics: [sqlMetric('SELECT SUM(properties.value) AS value FROM events')],
      rates: [rate({ price: '1000' }), rate({ price: '2000', startingAt: at('2026-03-15') })],
    })
    const balances = [credit('day', '99999', { from: '2026-03-02', to: '2026-03-03' })]
    return summary(draftMarch(card, events, {}, { balances }))
  }
  expect(bill('HOUR')).toMatchObject({ total: '20000', draws: ['day 10000'] })
  expect(bill('SERVICE_PERIOD')).toMatchObject({ total: '60000', draws: [] })
})

test('TV31: a commit in a custom unit pays in that unit, and what is left is converted', () => {
  const conversions = [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '10' }]
  const card = catalog({
    rateCard: rateCard({ conversions }),
    customUnits: [{ id: 'credits', name: 'AI credits', createdAt: 0, createdBy: 'test' }],
    metrics: [QUANTITY],
    rates: [rate({ price: '10', creditTypeId: 'credits' })],
  })
  const own = commit('units', '100', { creditTypeId: 'credits' })
  expect(summary(draftMarch(card, [use('45')], {}, { balances: [own] }))).toEqual({
    lines: [
      'API calls 1..1: 10 × 10 = 100',
      'units applied: -100',
      'API calls 1..1: 35 × 10 = 350',
      'AI credits to USD (cents) 1..1: 350 × 10 = 3500',
    ],
    total: '3500',
    draws: ['units 100'],
  })
  const balances = [own, credit('cents', '500')]
  expect(summary(draftMarch(card, [use('45')], {}, { balances }))).toEqual({
    lines: [
      'API calls 1..1: 10 × 10 = 100',
      'units applied: -100',
      'API calls 1..1: 35 × 10 = 350',
      'AI credits to USD (cents) 1..1: 50 × 10 = 500',
      'cents applied: -500',
      'AI credits to USD (cents) 1..1: 300 × 10 = 3000',
    ],
    total: '3000',
    draws: ['units 100', 'cents 500'],
  })
})

test('what is converted is cut where a balance that may pay for it starts', () => {
  const card = catalog({
    rateCard: rateCard({
      conversions: [{ customCreditTypeId: 'credits', fiatPerCustomCredit: '10' }],
    }),
    metrics: [QUANTITY],
    rates: [rate({ price: '1', creditTypeId: 'credits' })],
  })
  const events = [use('6', { day: '2026-03-05' }), use('4', { day: '2026-03-25' })]
  const balances = [
    credit('late', '30', { from: '2026-03-20' }),
    credit('bound', '30', { from: '2026-03-10', applicability: { productIds: ['product'] } }),
  ]
  expect(summary(draftMarch(card, events, {}, { balances })).lines).toEqual([
    'API calls 1..20: 6 × 1 = 6',
    'API calls 20..1: 4 × 1 = 4',
    'credits to USD (cents) 1..20: 6 × 10 = 60',
    'credits to USD (cents) 20..1: 3 × 10 = 30',
    'late applied: -30',
    'credits to USD (cents) 20..1: 1 × 10 = 10',
  ])
})

test('units of a ladder keep their place on it, whichever price they have', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens' } })],
    metrics: [QUANTITY],
    rates: [rate({ price: tiered('100@10 @5'), commitPrice: tiered('50@8 @4') })],
  })
  const balances = [commit('c', '500', { rateType: 'COMMIT_RATE', to: '2026-03-20' })]
  const events = [use('80', { day: '2026-03-05' }), use('40', { day: '2026-03-25' })]
  expect(summary(draftMarch(card, events, {}, { balances })).lines).toEqual([
    'Tokens 1..20: 50 × 8 = 400',
    'c applied: -400',
    'Tokens 1..20: 25 × 4 = 100',
    'c applied: -100',
    'Tokens 1..20: 5 × 10 = 50',
    'Tokens 20..1: 20 × 10 = 200',
    'Tokens 20..1: 20 × 5 = 100',
  ])
})

test('the dearest of the lines that start first draws first, wherever the card shows it', () => {
  const products = ['Cheap', 'Dear'].map((id) => product({ id, state: { name: id } }))
  const card = catalog({
    rateCard: rateCard({ productOrder: ['Cheap', 'Dear'] }),
    products,
    metrics: [QUANTITY],
    rates: [rate({ productId: 'Cheap', price: '1' }), rate({ productId: 'Dear', price: '2' })],
  })
  const draft = draftMarch(card, [use('10')], {}, { balances: [credit('c', '25')] })
  expect(summary(draft).lines).toEqual([
    'Cheap 1..1: 5 × 1 = 5',
    'c applied: -5',
    'Cheap 1..1: 5 × 1 = 5',
    'Dear 1..1: 10 × 2 = 20',
    'c applied: -20',
  ])
})

test('what is negative gives nothing back: the total may be below what was drawn', () => {
  const card = catalog({
    metrics: [{ ...QUANTITY, aggregationType: 'LATEST' }],
    rates: [rate({ price: '20' }), rate({ price: '20', startingAt: at('2026-03-15') })],
  })
  const events = [use('6', { day: '2026-03-05' }), use('4', { day: '2026-03-20' })]
  const draft = draftMarch(card, events, {}, { balances: [credit('c', '100')] })
  expect(summary(draft)).toEqual({
    lines: [
      'API calls 1..15: 5 × 20 = 100',
      'c applied: -100',
      'API calls 1..15: 1 × 20 = 20',
      'API calls 15..1: -2 × 20 = -40',
    ],
    total: '-20',
    draws: ['c 100'],
  })
})

test('an override for a commit prices what that pays, as long as it is in force', () => {
  const half = override(times('0.5'), {
    isCommitSpecific: true,
    startingAt: at('2026-03-10'),
    specifiers: [{ productId: 'product', commitIds: ['c'] }],
  })
  const events = [use('3', { day: '2026-03-05' }), use('4', { day: '2026-03-25' })]
  const bill = (id: string) => {
    const balances = [commit(id, '9999')]
    return summary(draftMarch(tokens, events, { overrides: [half] }, { balances })).lines
  }
  expect(bill('c')).toEqual([
    'Tokens 1..10: 3 × 100 = 300',
    'c applied: -300',
    'Tokens 10..1: 4 × 50 = 200',
    'c applied: -200',
  ])
  expect(bill('d')).toEqual(['Tokens 1..1: 7 × 100 = 700', 'd applied: -700'])
})

test('each seat draws on its own part, and usage of no seat on none', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens', presentationGroupKey: ['user'] } })],
    metrics: [{ ...QUANTITY, groupKeys: [['user']] }],
    rates: [rate({ price: '1' })],
  })
  const seats = credit('seats', '30', { seats: { subscriptionId: 'sub', groupKey: 'user' } })
  const [segment] = seats.segments
  const balances = [{ ...seats, segments: [{ ...segment!, seats: { ada: '10', bob: '20' } }] }]
  const events = ['ada', 'bob', 'eve'].map((user) => use('15', { user }))
  const draft = draftMarch(card, events, {}, { balances })
  expect(summary(draft)).toEqual({
    lines: [
      'Tokens 1..1: 10 × 1 = 10',
      'seats applied: -10',
      'Tokens 1..1: 5 × 1 = 5',
      'Tokens 1..1: 15 × 1 = 15',
      'seats applied: -15',
      'Tokens 1..1: 15 × 1 = 15',
    ],
    total: '20',
    draws: ['seats 10', 'seats 15'],
  })
  expect(draft.derivation.draws!.map(({ seatId }) => seatId)).toEqual(['ada', 'bob'])
})

test('a fraction of spend is of what was spent before anything was paid, and is paid last', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens' } }), composite('Fee')],
    metrics: [QUANTITY],
    rates: [rate({ price: '10' }), rate({ productId: 'Fee', price: percentage('0.1') })],
  })
  const events = [use('10', { day: '2026-03-05' }), use('20', { day: '2026-03-25' })]
  const balances = [credit('c', '304', { from: '2026-03-20' })]
  expect(summary(draftMarch(card, events, {}, { balances })).lines).toEqual([
    'Tokens 1..20: 10 × 10 = 100',
    'Tokens 20..1: 20 × 10 = 200',
    'c applied: -200',
    'Fee 1..20: 100 × 0.1 = 10',
    'Fee 20..1: 200 × 0.1 = 20',
    'c applied: -20',
  ])
})

test('a fraction with a minimum stays whole, and is paid by what is there all the time', () => {
  const card = catalog({
    products: [product({ state: { name: 'Tokens' } }), composite('Fee')],
    metrics: [QUANTITY],
    rates: [rate({ price: '10' }), rate({ productId: 'Fee', price: percentage('0.1', '50') })],
  })
  const late = credit('late', '999', { from: '2026-03-20', applicability: { productIds: ['Fee'] } })
  const whole = credit('whole', '999', { applicability: { productIds: ['Fee'] } })
  expect(summary(draftMarch(card, [use('10')], {}, { balances: [late, whole] })).lines).toEqual([
    'Tokens 1..1: 10 × 10 = 100',
    'Fee 1..1: 1 × 50 = 50',
    'whole applied: -50',
  ])
})

/** A subscription of two seats at 3000 a month, or 1500 where a commit pays, from the 16th on. */
function seatsFrom(day: string, catalogOf: Catalog) {
  const agreed = subscription({
    startingAt: at(day),
    proration: { isProrated: true, invoiceBehavior: 'BILL_IMMEDIATELY' },
    collectionSchedule: 'ARREARS',
    quantities: [{ at: at(day), quantity: '2', createdAt: 0 }],
  })
  const seat = catalogOf.products[0]!
  return planSubscriptionCharges(agreed, contract(), at('2026-04-01')).flatMap((charge) =>
    subscriptionLines(charge, {
      catalog: catalogOf,
      terms: {},
      product: seat,
      now: at('2026-04-01'),
    }),
  )
}

const SEATS = catalog({
  products: [product({ type: 'SUBSCRIPTION', state: { name: 'Seat' } })],
  rates: [rate({ price: '3100', commitPrice: FLAT('1550'), billingFrequency: 'MONTHLY' })],
})

test('a subscription is paid as a whole by what is there when it starts', () => {
  const charges = seatsFrom('2026-03-01', SEATS)
  const balances = [
    credit('late', '9999', { from: '2026-03-02' }),
    credit('early', '4000', { to: '2026-03-02' }),
  ]
  const draft = draftMarch(SEATS, [], {}, { balances, charges })
  expect(summary(draft)).toMatchObject({ total: '2200', draws: ['early 4000'] })
  expect(draft.derivation.draws![0]!.at).toBe(at('2026-03-02'))
})

test('a prorated subscription has its part of the commit price, and is replayed from it', () => {
  const charges = seatsFrom('2026-03-17', SEATS)
  const balances = [commit('c', '750', { rateType: 'COMMIT_RATE' })]
  const draft = draftMarch(SEATS, [], {}, { balances, charges })
  expect(summary(draft).lines).toEqual([
    'Seat 17..1: 1 × 750 = 750',
    'c applied: -750',
    'Seat 17..1: 1 × 1500 = 1500',
  ])
  for (const line of draft.lines) {
    if (line.type === 'applied_commit_or_credit') continue
    const { quantity, unitPrice, total } = line
    expect(replayLine(line)).toEqual({ quantity, unitPrice, total })
  }
})
