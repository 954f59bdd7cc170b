import fc from 'fast-check'
import { expect, test } from 'vitest'
import type {
  BalanceFieldFilter,
  PrepaidThreshold,
} from '../../../src/core/contracts/prepaid-threshold.ts'
import { Decimal } from '../../../src/core/decimal.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import type { BalancesReading } from '../../../src/core/ledger/draw.ts'
import { availableBalance, decideRecharge } from '../../../src/core/thresholds/decide-recharge.ts'
import { balance, draw, facts, segment, USD } from '../../support/balances.ts'
import { at } from '../../support/terms.ts'
import { prepaidThreshold, spendTracker, thresholdCase } from '../../support/thresholds.ts'

const MARCH = { startingAt: at('2026-03-01'), endingBefore: at('2026-04-01') }

function inMarch(amount: string, options: Partial<Balance> = {}): Balance {
  return balance({ segments: [segment(amount, MARCH)], ...options })
}

function read(balances: Balance[], changes: Partial<BalancesReading> = {}): BalancesReading {
  return { balances, facts: facts(), reserved: [], ...changes }
}

function recharge(threshold: PrepaidThreshold, reading: BalancesReading, unitPrice = '1') {
  const each = thresholdCase(
    { prepaidThreshold: threshold, spendTrackers: [spendTracker()] },
    { balances: reading.balances },
  )
  return decideRecharge(each, reading, new Decimal(unitPrice))
}

const TOKENS = prepaidThreshold({
  customCreditTypeId: 'token',
  thresholdAmount: '50',
  rechargeToAmount: '500',
})

test('TV32: 500 tokens of $0.10 that have fallen to 50 are recharged by 450 for $45.00', () => {
  const tokens = inMarch('500', { type: 'PREPAID', creditTypeId: 'token' })
  const reserved = [draw('450', { invoiceId: 'draft' })]
  const decided = recharge(TOKENS, read([tokens], { reserved }), '10')
  expect(decided).toMatchObject({
    type: 'PREPAID',
    creditTypeId: 'token',
    segments: [
      { amount: '450', startingAt: at('2026-03-20T10'), endingBefore: at('2027-03-20T10') },
    ],
    payments: { schedule: { creditTypeId: USD, items: [{ amount: '4500' }] } },
    threshold: { kind: 'PREPAID', ordinal: 1 },
  })
  expect(recharge(TOKENS, read([tokens, decided!], { reserved }), '10')).toBeNull()
})

test('TV32: 100 credits at 2 to the dollar cost $50, or $45 with a payment fraction of 0.9', () => {
  const credits = prepaidThreshold({ ...TOKENS, rechargeToAmount: '100' })
  const priceOf = (threshold: PrepaidThreshold) =>
    recharge(threshold, read([]), '50')?.payments?.schedule.items[0]?.amount
  expect(priceOf(credits)).toBe('5000')
  expect(priceOf({ ...credits, discount: { paymentFraction: '0.9' } })).toBe('4500')
})

test('a balance above the threshold is left alone, and one at it is recharged', () => {
  const sold = (amount: string) =>
    recharge(prepaidThreshold(), read([inMarch(amount)]))?.segments[0]?.amount
  expect([sold('500.01'), sold('500'), sold('0')]).toEqual([undefined, '4500', '5000'])
})

const CONTRACT = thresholdCase({}).contract

function available(balances: Balance[], threshold = prepaidThreshold()): string {
  const { now } = thresholdCase({})
  const each = { contract: CONTRACT, threshold, creditTypeId: USD, now }
  return availableBalance(each, read(balances)).toFixed()
}

test('what counts is what the contract may use now of prepaid commits and credits', () => {
  expect(
    available(
      [
        inMarch('1'),
        inMarch('20', { contractId: 'contract', type: 'PREPAID' }),
        inMarch('300', { applicableContractIds: ['other', 'contract'] }),
        inMarch('4000', { contractId: 'other' }),
        inMarch('50000', { applicableContractIds: ['other'] }),
        inMarch('600000', { type: 'POSTPAID' }),
        inMarch('7000000', { creditTypeId: 'token' }),
        inMarch('80000000', { seats: { subscriptionId: 's', groupKey: 'user' } }),
        inMarch('900000000', { archivedAt: at('2026-03-02') }),
        balance({ segments: [segment('1000000000')] }),
      ].map((each, i) => ({ ...each, id: `b${i}` })),
    ),
  ).toBe('321')
})

test('what any exclusion fits with all of its filters does not count', () => {
  const balances = [
    inMarch('1', { id: 'a', customFields: { kind: 'gift', tier: '1' } }),
    inMarch('20', { id: 'b', customFields: { kind: 'gift' } }),
    inMarch('300', { id: 'c', type: 'PREPAID', customFields: { kind: 'gift' } }),
    inMarch('4000', { id: 'd' }),
  ]
  const gift = (entity: BalanceFieldFilter['entity']) => ({ entity, key: 'kind', value: 'gift' })
  const tier: BalanceFieldFilter = { ...gift('ContractCreditOrCommit'), key: 'tier', value: '1' }
  const without = (...exclusions: BalanceFieldFilter[][]) => {
    const exclude = exclusions.map((fieldFilters) => ({ fieldFilters }))
    return available(balances, prepaidThreshold({ balanceSpecifiers: [{ exclude }] }))
  }
  expect(without()).toBe('4321')
  expect(without([gift('Commit')])).toBe('4021')
  expect(without([gift('ContractCredit')])).toBe('4300')
  expect(without([gift('ContractCreditOrCommit')])).toBe('4000')
  expect(without([gift('ContractCreditOrCommit'), tier])).toBe('4320')
  expect(without([tier], [gift('Commit')])).toBe('4020')
})

test('nothing is sold while the threshold is off or the contract is not in force', () => {
  const threshold = prepaidThreshold()
  expect(recharge({ ...threshold, isEnabled: false }, read([]))).toBeNull()
  const each = thresholdCase({ prepaidThreshold: threshold })
  const early = { ...each, now: at('2025-12-31') }
  expect(decideRecharge(early, read([]), new Decimal(1))).toBeNull()
  expect(decideRecharge(thresholdCase({}), read([]), new Decimal(1))).toBeNull()
})

test('after a recharge the balance is what it was to be recharged to, and nothing more is sold', () => {
  const amount = fc.integer({ min: 0, max: 1_000_000 })
  fc.assert(
    fc.property(amount, amount, (had, drawn) => {
      const reserved = [draw(String(drawn), { invoiceId: 'draft' })]
      const before = read([inMarch(String(had))], { reserved })
      const sold = recharge(prepaidThreshold(), before)
      expect(sold === null).toBe(Math.max(had - drawn, 0) > 500)
      if (sold === null) return
      const after = { ...before, balances: [...before.balances, sold] }
      const { now } = thresholdCase({})
      const each = { contract: CONTRACT, threshold: prepaidThreshold(), creditTypeId: USD, now }
      expect(availableBalance(each, after).toFixed()).toBe('5000')
      expect(recharge(prepaidThreshold(), after)).toBeNull()
    }),
  )
})
