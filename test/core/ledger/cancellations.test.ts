import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { cancellationsOf } from '../../../src/core/ledger/cancellations.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import { draw, facts, manual, segment } from '../../support/balances.ts'
import { paidCommit } from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

/** A commit of 100 that two invoices pay for. */
const COMMIT = paidCommit('b1', { '2026-01-01': '50', '2026-02-01': '50' })
const FIRST = 'b1/2026-01-01'
const SECOND = 'b1/2026-02-01'

const on = (invoiceId: string, day?: string) => ({
  invoiceId,
  voidedAt: day === undefined ? null : at(day),
})

function cancel(
  charges: Parameters<typeof cancellationsOf>[2],
  commit: Balance = COMMIT,
  contracts: Parameters<typeof cancellationsOf>[3] = [],
) {
  return cancellationsOf([commit], facts(), charges, contracts)
}

test('what a commit has left is taken back when all its payments are void, as of the last one', () => {
  const charges = new Map([
    [FIRST, on('i8', '2026-02-10')],
    [SECOND, on('i9', '2026-02-05')],
  ])
  const own = { balanceId: 'b1', segmentId: 's1' }
  expect(cancel(charges)).toEqual([
    { ...own, amount: '100', invoiceId: 'i8', at: at('2026-02-10') },
  ])
  const used = facts({
    posted: [draw('30'), draw('20', { invoiceId: 'i2', voidedAt: at('2026-02-20') })],
    manual: [manual('5')],
  })
  const cancellations = cancellationsOf([COMMIT], used, charges, [])
  expect(cancellations).toMatchObject([{ amount: '75' }])
  expect([...openingRemaining([COMMIT], { ...used, cancellations }).values()]).toEqual(['0'])
})

test('a commit stays while one of its payments counts, is still to come, or is not invoiced here', () => {
  const isVoid = on('i8', '2026-02-10')
  const both = new Map([
    [FIRST, isVoid],
    [SECOND, isVoid],
  ])
  expect(cancel(new Map([[FIRST, isVoid]]))).toEqual([])
  expect(cancel(new Map([...both, [SECOND, on('i9')]]))).toEqual([])
  const payments = { ...COMMIT.payments!, isInvoiced: false }
  expect(cancel(both, { ...COMMIT, payments })).toEqual([])
  expect(cancel(both, { ...COMMIT, payments: null })).toEqual([])
  // What is due of a postpaid commit is no purchase.
  expect(cancel(both, { ...COMMIT, type: 'POSTPAID' })).toEqual([])
})

test('a payment that an early end of its contract has cut off is not waited for', () => {
  const one = new Map([[FIRST, on('i8', '2026-02-10')]])
  const cutCharges = [{ from: at('2026-01-20'), ids: [SECOND] }]
  const ended = [{ id: 'contract', startingAt: 0, terms: { cutCharges } }]
  expect(cancel(one, COMMIT, ended)).toMatchObject([{ amount: '100', invoiceId: 'i8' }])
  expect(cancel(one, COMMIT, [{ ...ended[0]!, id: 'other' }])).toEqual([])
  // What was charged all the same counts.
  expect(cancel(new Map([...one, [SECOND, on('i9')]]), COMMIT, ended)).toEqual([])
})

test('payments that came to nothing do not count, and by themselves they cancel nothing', () => {
  const isVoid = on('i8', '2026-02-10')
  expect(
    cancel(
      new Map([
        [FIRST, null],
        [SECOND, isVoid],
      ]),
    ),
  ).toHaveLength(1)
  expect(
    cancel(
      new Map([
        [FIRST, null],
        [SECOND, null],
      ]),
    ),
  ).toEqual([])
})

test('of each segment and each seat, what it has is taken back; what is used up is not mentioned', () => {
  const commit = paidCommit(
    'b1',
    { '2026-01-01': '50' },
    {
      segments: [
        segment('30', { id: 's1', seats: { ann: '10', bob: '20' } }),
        segment('15', { id: 's2', seats: { ann: '15' } }),
      ],
      seats: { subscriptionId: 'subscription', groupKey: 'user' },
    },
  )
  const posted = [
    draw('10', { seatId: 'ann' }),
    draw('5', { seatId: 'bob' }),
    draw('15', { segmentId: 's2', seatId: 'ann' }),
  ]
  const charges = new Map([[FIRST, on('i8', '2026-02-10')]])
  expect(cancellationsOf([commit], facts({ posted }), charges, [])).toEqual([
    {
      balanceId: 'b1',
      segmentId: 's1',
      amount: '15',
      invoiceId: 'i8',
      at: at('2026-02-10'),
      seats: { bob: '15' },
    },
  ])
})
