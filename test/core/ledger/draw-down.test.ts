import { expect, test } from 'vitest'
import { ZERO } from '../../../src/core/decimal.ts'
import type { ConversionLine } from '../../../src/core/invoices/invoice.ts'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { orderSources } from '../../../src/core/ledger/balance-order.ts'
import { drawsOf, openPurse, payLine } from '../../../src/core/ledger/draw-down.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import { facts } from '../../support/balances.ts'
import { showLines } from '../../support/drafts.ts'
import { credit } from '../../support/drawing.ts'
import { at } from '../../support/terms.ts'

const LINE: ConversionLine = {
  type: 'cpu_conversion',
  name: 'Credits to USD',
  creditTypeId: credit('a', '1').creditTypeId,
  quantity: '10',
  unitPrice: '2',
  total: '20',
  startingAt: at('2026-03-01'),
  endingBefore: at('2026-04-01'),
  derivation: { customCreditTypeId: 'credits' },
}

function pay(balances: Balance[], line = LINE) {
  const purse = openPurse(openingRemaining(balances, facts()), {
    sources: orderSources(balances, [], 0),
    endMs: at('2026-04-01'),
    prioritization: undefined,
    productNames: new Map([['fixed', 'Prepayment']]),
  })
  const lines = payLine(purse, { line, subject: null, terms: null, position: ZERO })
  return { lines, draws: drawsOf(purse) }
}

test('each unit is paid once, by one balance after the other, and what they leave is charged', () => {
  const { lines, draws } = pay([credit('b', '5'), credit('a', '7')])
  expect(showLines(lines)).toEqual([
    'Credits to USD 1..1: 3.5 × 2 = 7',
    'a applied: -7',
    'Credits to USD 1..1: 2.5 × 2 = 5',
    'b applied: -5',
    'Credits to USD 1..1: 4 × 2 = 8',
  ])
  expect(draws.map(({ balanceId, amount }) => [balanceId, amount])).toEqual([
    ['a', '7'],
    ['b', '5'],
  ])
})

test('a line tells who pays it, what that had before and after, and why it was not the next one', () => {
  const { lines } = pay([credit('a', '50', { name: undefined }), credit('b', '5')])
  const paidBy = {
    balanceId: 'a',
    segmentId: 'a-1',
    balanceType: 'CREDIT',
    balanceName: 'Prepayment',
    balanceCustomFields: {},
    remainingBefore: '50',
    remainingAfter: '30',
    runnerUp: { balanceId: 'b', decidedBy: 'id' },
  }
  const part = {
    charge: { quantity: '10', unitPrice: '2', total: '20' },
    before: { quantity: '0', total: '0' },
  }
  expect(lines).toEqual([
    { ...LINE, paidBy, part },
    {
      type: 'applied_commit_or_credit',
      name: 'Prepayment applied',
      creditTypeId: LINE.creditTypeId,
      total: '-20',
      startingAt: LINE.startingAt,
      endingBefore: LINE.endingBefore,
      product: null,
      paidBy,
    },
  ])
})

test('what is negative or nothing is left as it is, and draws on nothing', () => {
  for (const [quantity, total] of [
    ['-10', '-20'],
    ['0', '0'],
  ]) {
    const line = { ...LINE, quantity: quantity!, total: total! }
    expect(pay([credit('a', '50')], line)).toEqual({ lines: [line], draws: [] })
  }
})

test('a balance pays only what it is there for all the time, in its own unit, if it has anything', () => {
  const late = credit('late', '50', { from: '2026-03-02' })
  const early = credit('early', '50', { to: '2026-03-31' })
  const unit = credit('unit', '50', { creditTypeId: 'credits' })
  const bound = credit('bound', '50', { applicability: { productIds: ['product'] } })
  expect(pay([late, early, unit, bound, credit('empty', '0')])).toEqual({
    lines: [LINE],
    draws: [],
  })
})
