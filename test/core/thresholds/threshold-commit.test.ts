import { expect, test } from 'vitest'
import { Decimal } from '../../../src/core/decimal.ts'
import {
  isInForce,
  thresholdCommit,
  type ThresholdCase,
} from '../../../src/core/thresholds/threshold-commit.ts'
import { at, contract } from '../../support/terms.ts'
import { spendThreshold, spendTracker, thresholdCase } from '../../support/thresholds.ts'

const THRESHOLD = spendThreshold({
  commit: { productId: 'top-up', name: 'Top-up', priority: '7' },
  discount: { paymentFraction: '0.9', cap: { spendTrackerAlias: 'top-ups', amount: '180' } },
})
const TERMS = { spendThreshold: THRESHOLD, spendTrackers: [spendTracker()] }

function sell(each: ThresholdCase) {
  const sale = {
    kind: 'SPEND' as const,
    threshold: THRESHOLD,
    applicability: { productTags: ['ai'] },
    creditTypeId: 'token',
    amount: new Decimal(20),
    startingAt: at('2026-03-01'),
    price: new Decimal(100),
  }
  return thresholdCommit(sale, each)
}

test('a sale is a prepaid commit of the contract that is due at once', () => {
  const each = thresholdCase(TERMS)
  const sold = sell(each)
  expect(sold).toMatchObject({
    type: 'PREPAID',
    contractId: 'contract',
    productId: 'top-up',
    name: 'Top-up',
    priority: '7',
    rateType: 'LIST_RATE',
    creditTypeId: 'token',
    segments: [{ amount: '20', startingAt: at('2026-03-01'), endingBefore: at('2027-03-20T10') }],
    payments: {
      schedule: { creditTypeId: each.fiatCreditTypeId, items: [{ at: each.now, amount: '90' }] },
      isInvoiced: true,
      contractId: 'contract',
    },
    applicability: { productTags: ['ai'] },
    threshold: { kind: 'SPEND', ordinal: 1 },
    countsAsDiscounted: true,
  })
})

test('access ends with the contract, or a year after the sale', () => {
  const endOf = (endingBefore: number | null) =>
    sell(thresholdCase(TERMS, { contract: { ...contract(), endingBefore } })).segments[0]
      ?.endingBefore
  expect(endOf(at('2026-04-01'))).toBe(at('2026-04-01'))
  expect(endOf(at('2030-01-01'))).toBe(at('2030-01-01'))
  expect(endOf(null)).toBe(at('2027-03-20T10'))
})

test('the same sale has the same id however often it is made, and the next one has another', () => {
  const each = thresholdCase(TERMS)
  const first = sell(each)
  expect(sell({ ...each, now: each.now + 1 }).id).toBe(first.id)
  const second = sell({ ...each, balances: [first] })
  expect(second.threshold?.ordinal).toBe(2)
  expect(second.id).not.toBe(first.id)
  const failed = sell({ ...each, failed: { SPEND: 1, PREPAID: 5 } })
  expect(failed.id).toBe(second.id)
  const others = [
    { ...first, contractId: 'other' },
    { ...first, threshold: { kind: 'PREPAID' as const, ordinal: 1 } },
    { ...first, threshold: undefined },
  ]
  expect(sell({ ...each, balances: others }).id).toBe(first.id)
})

test('the discount is given until its cap is reached in the billing period, and then no more', () => {
  const each = thresholdCase(TERMS)
  const bought: ReturnType<typeof sell>[] = []
  const prices = ['20', '21', '22'].map((day) => {
    bought.push(sell({ ...each, balances: [...bought], now: at(`2026-03-${day}`) }))
    return bought.at(-1)?.payments?.schedule.items[0]?.amount
  })
  expect(prices).toEqual(['90', '90', '100'])
  expect(bought.map(({ countsAsDiscounted }) => countsAsDiscounted)).toEqual([
    true,
    true,
    undefined,
  ])
  const inApril = sell({ ...each, balances: bought, now: at('2026-04-01') })
  expect(inApril.payments?.schedule.items[0]?.amount).toBe('90')
})

test('a contract is in force from its start to its end, unless it is archived', () => {
  const short = { ...contract(), endingBefore: at('2026-02-01') }
  const isAt = (day: string) => isInForce(short, at(day))
  expect(['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map(isAt)).toEqual([
    false,
    true,
    true,
    false,
  ])
  expect(isInForce({ ...short, archivedAt: 1 }, at('2026-01-15'))).toBe(false)
})
