import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Decimal, sum, toText } from '../../../src/core/decimal.ts'
import type { AccessSegment, Balance } from '../../../src/core/ledger/balance.ts'
import { balanceNow } from '../../../src/core/ledger/balance-now.ts'
import { type LedgerFacts, type PostedDraw, sourceKey } from '../../../src/core/ledger/draw.ts'
import { ledgerOf, ledgerOfSeat } from '../../../src/core/ledger/ledger.ts'
import { movementsOf } from '../../../src/core/ledger/movements.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import {
  balance,
  draw,
  FEB,
  facts,
  JAN,
  MAR,
  manual,
  MID_JAN,
  segment,
} from '../../support/balances.ts'

const SEP = Date.UTC(2025, 8, 1)
const OCT = Date.UTC(2025, 9, 1)
const YEAR_END = Date.UTC(2027, 0, 1)

test('TV03: usage beyond a prepaid commit counts toward the postpaid one', () => {
  const segments = [segment('40000')]
  const prepaid = balance({ type: 'PREPAID', segments })
  const postpaid = balance({ id: 'b2', type: 'POSTPAID', segments })
  const posted = [draw('40000'), draw('10000', { balanceId: 'b2' })]

  expect(listed(prepaid, { posted }, FEB)).toEqual([
    ['PREPAID_COMMIT_SEGMENT_START', JAN, '40000'],
    ['PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', FEB, '-40000'],
  ])
  expect(listed(postpaid, { posted }, FEB)).toEqual([
    ['POSTPAID_COMMIT_INITIAL_BALANCE', JAN, '40000'],
    ['POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', FEB, '-10000'],
  ])
})

test('TV04: a true-up brings a postpaid commit to 0', () => {
  const owed = balance({
    type: 'POSTPAID',
    segments: [segment('1000000', { endingBefore: YEAR_END })],
  })
  const posted = [draw('500000', { at: FEB }), draw('400000', { at: YEAR_END, invoiceId: 'i2' })]
  const place = { balanceId: 'b1', segmentId: 's1' }
  const trueups = [{ ...place, invoiceId: 'i3', amount: '100000', at: YEAR_END }]

  expect(listed(owed, { posted, trueups }, YEAR_END)).toEqual([
    ['POSTPAID_COMMIT_INITIAL_BALANCE', JAN, '1000000'],
    ['POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', FEB, '-500000'],
    ['POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', YEAR_END, '-400000'],
    ['POSTPAID_COMMIT_TRUEUP', YEAR_END, '-100000'],
  ])
})

test('TV09: a credit that ends within the period is drawn on and expires at its end', () => {
  const credit = balance({ segments: [segment('500', { endingBefore: MID_JAN })] })
  const posted = [draw('360', { at: MID_JAN }), draw('50', { at: MID_JAN })]

  expect(listed(credit, { posted }, FEB)).toEqual([
    ['CREDIT_SEGMENT_START', JAN, '500'],
    ['CREDIT_AUTOMATED_INVOICE_DEDUCTION', MID_JAN, '-410'],
    ['CREDIT_EXPIRATION', MID_JAN, '-90'],
  ])
})

test('TV10: what is not used of a credit expires at the end of its month', () => {
  const credit = balance({ segments: [segment('100', { startingAt: SEP, endingBefore: OCT })] })
  const posted = [draw('63', { at: OCT })]

  expect(listed(credit, { posted }, OCT)).toEqual([
    ['CREDIT_SEGMENT_START', SEP, '100'],
    ['CREDIT_AUTOMATED_INVOICE_DEDUCTION', OCT, '-63'],
    ['CREDIT_EXPIRATION', OCT, '-37'],
  ])
})

test('entries say which segment, invoice, contract and reason they are of', () => {
  const credit = balance()
  const rollovers = [
    {
      balanceId: 'b1',
      segmentId: 's1',
      amount: '10',
      at: FEB,
      toContractId: 'c2',
      toBalanceId: '',
    },
  ]
  const happened = { posted: [draw('30')], manual: [manual('-5', { at: MID_JAN })], rollovers }

  expect(ledger(credit, happened, MID_JAN)).toEqual([
    { type: 'CREDIT_SEGMENT_START', at: JAN, amount: '100', segmentId: 's1' },
    { type: 'CREDIT_MANUAL', at: MID_JAN, amount: '-5', segmentId: 's1', reason: 'Goodwill' },
    {
      type: 'CREDIT_AUTOMATED_INVOICE_DEDUCTION',
      at: FEB,
      amount: '-30',
      segmentId: 's1',
      invoiceId: 'i1',
      contractId: 'c1',
    },
    { type: 'CREDIT_ROLLOVER', at: FEB, amount: '-10', segmentId: 's1', newContractId: 'c2' },
  ])
})

test('what drafts would draw is in the ledger already', () => {
  const movements = movementsOf([balance()], { facts: facts(), reserved: [draw('30')] })
  const [, deduction] = ledgerOf(balance(), movements.get('b1') ?? [], MID_JAN) ?? []
  expect(deduction).toMatchObject({ at: FEB, amount: '-30', invoiceId: 'i1' })
})

test('segments are listed from their start, and expire after the next one has begun', () => {
  const segments = [segment('100'), segment('50', { id: 's2', startingAt: FEB, endingBefore: MAR })]
  const credit = balance({ segments })

  expect(listed(credit, {}, FEB - 1)).toEqual([['CREDIT_SEGMENT_START', JAN, '100']])
  expect(listed(credit, {}, FEB)).toEqual([
    ['CREDIT_SEGMENT_START', JAN, '100'],
    ['CREDIT_SEGMENT_START', FEB, '50'],
    ['CREDIT_EXPIRATION', FEB, '-100'],
  ])
})

test('voiding an invoice gives back what it drew, and what is given back too late expires at once', () => {
  const prepaid = balance({ type: 'PREPAID' })
  const taken = [
    ['PREPAID_COMMIT_SEGMENT_START', JAN, '100'],
    ['PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', MID_JAN, '-63'],
  ]
  const early = [draw('63', { at: MID_JAN, voidedAt: FEB - 1 })]
  const late = [draw('63', { at: MID_JAN, voidedAt: MAR })]

  expect(listed(prepaid, { posted: early }, MAR)).toEqual([
    ...taken,
    ['PREPAID_COMMIT_CREDITED', FEB - 1, '63'],
    ['PREPAID_COMMIT_EXPIRATION', FEB, '-100'],
  ])
  expect(listed(prepaid, { posted: late }, MAR)).toEqual([
    ...taken,
    ['PREPAID_COMMIT_EXPIRATION', FEB, '-37'],
    ['PREPAID_COMMIT_CREDITED', MAR, '63'],
    ['PREPAID_COMMIT_EXPIRATION', MAR, '-63'],
  ])
})

test('a deduction of a postpaid commit is taken back when its invoice is voided', () => {
  const posted = [draw('30', { at: MID_JAN, voidedAt: FEB })]
  expect(listed(balance({ type: 'POSTPAID' }), { posted }, FEB)?.slice(1)).toEqual([
    ['POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', MID_JAN, '-30'],
    ['POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', FEB, '30'],
  ])
})

test('a purchase that is not paid is taken back', () => {
  const place = { balanceId: 'b1', segmentId: 's1', invoiceId: 'i1' }
  const cancellations = [{ ...place, amount: '100', at: MID_JAN }]
  expect(listed(balance({ type: 'PREPAID' }), { cancellations }, MAR)).toEqual([
    ['PREPAID_COMMIT_SEGMENT_START', JAN, '100'],
    ['PREPAID_COMMIT_CANCELED', MID_JAN, '-100'],
  ])
})

test('a postpaid commit expires only where its true-up was waived', () => {
  const owed = balance({ type: 'POSTPAID' })
  const start = ['POSTPAID_COMMIT_INITIAL_BALANCE', JAN, '100']
  expect(listed(owed, {}, MAR)).toEqual([start])
  const expiration = 'POSTPAID_COMMIT_EXPIRATION'
  expect(listed({ ...owed, trueupDisabledAt: MID_JAN }, {}, MAR)).toEqual([
    start,
    [expiration, FEB, '-100'],
  ])
  expect(listed({ ...owed, trueupDisabledAt: MAR }, {}, MAR)).toEqual([
    start,
    [expiration, MAR, '-100'],
  ])
})

test('seats that are added in the course of a segment are adjustments', () => {
  const adjustments = [{ at: MID_JAN, amount: '25' }]
  expect(listed(balance({ segments: [segment('100', { adjustments })] }), {}, MID_JAN)).toEqual([
    ['CREDIT_SEGMENT_START', JAN, '100'],
    ['CREDIT_SEAT_BASED_ADJUSTMENT', MID_JAN, '25'],
  ])
})

test('the ledger of a seat has its parts of what happened', () => {
  const seats = { ann: '60', bob: '40' }
  const credit = balance({ segments: [segment('100', { seats })] })
  const posted = [draw('20', { seatId: 'ann' }), draw('40', { seatId: 'bob' })]
  const movements = movementsOf([credit], { facts: facts({ posted }), reserved: [] })
  const entries = ledgerOfSeat(credit, 'ann', movements.get('b1') ?? [], FEB) ?? []
  expect(entries.map(({ type, amount }) => [type, amount])).toEqual([
    ['CREDIT_SEGMENT_START', '60'],
    ['CREDIT_AUTOMATED_INVOICE_DEDUCTION', '-20'],
    ['CREDIT_EXPIRATION', '-40'],
  ])
})

test('archived balances have no ledger', () => {
  expect(ledger(balance({ archivedAt: MID_JAN }), {}, FEB)).toBeNull()
})

const DAY = 86_400_000
const amounts = fc.integer({ min: 1, max: 10_000 }).map((cents) => new Decimal(cents).div(100))
const days = fc.integer({ min: 0, max: 90 }).map((day) => JAN + day * DAY)

/** A balance of some months, with draws that what is left of their segments allows. */
const histories = fc
  .record({
    granted: fc.array(amounts, { minLength: 1, maxLength: 3 }),
    asked: fc.array(
      fc.record({ month: fc.nat(2), amount: amounts, voidedAfter: fc.option(fc.nat(60)) }),
      { maxLength: 8 },
    ),
    added: fc.array(fc.record({ month: fc.nat(2), amount: amounts, day: fc.nat(27) }), {
      maxLength: 3,
    }),
  })
  .map(({ granted, asked, added }) => {
    const starts = [JAN, FEB, MAR, Date.UTC(2026, 3, 1)]
    const segments = granted.map((amount, month): AccessSegment => {
      const [startingAt = 0, endingBefore = 0] = starts.slice(month)
      return { id: `s${month}`, amount: toText(amount), startingAt, endingBefore }
    })
    const left = new Map(segments.map(({ id, amount }) => [id, new Decimal(amount)]))
    const manualEntries = added.flatMap(({ month, amount, day }, index) => {
      const own = segments[month]
      if (own === undefined) return []
      left.set(own.id, (left.get(own.id) ?? new Decimal(0)).plus(amount))
      const at = own.startingAt + day * DAY
      return manual(toText(amount), { id: `m${index}`, segmentId: own.id, at })
    })
    const posted = asked.flatMap(({ month, amount, voidedAfter }, index) => {
      const own = segments[month]
      if (own === undefined) return []
      const before = left.get(own.id) ?? new Decimal(0)
      const drawn = Decimal.min(before, amount)
      if (voidedAfter === null) left.set(own.id, before.minus(drawn))
      const at = own.endingBefore
      const voidedAt = voidedAfter === null ? null : at + voidedAfter * DAY
      const invoiceId = `i${index}`
      return draw(toText(drawn), { segmentId: own.id, at, invoiceId, voidedAt })
    })
    return { credit: balance({ segments }), posted, manual: manualEntries }
  })

test('the entries of every instant sum up to the balance of that instant', () => {
  fc.assert(
    fc.property(histories, days, ({ credit, ...happened }, now) => {
      const movements = movementsOf([credit], { facts: facts(happened), reserved: [] })
      const usable = balanceNow(credit, movements.get('b1') ?? [], now)
      expect(total(credit, happened, now)).toBe(toText(usable))
    }),
  )
})

test('what drafts may draw while a segment lasts is what can be used of it then', () => {
  fc.assert(
    fc.property(histories, ({ credit, ...happened }) => {
      const remaining = openingRemaining([credit], facts(happened))
      for (const { id: segmentId, startingAt } of credit.segments) {
        const left = remaining.get(sourceKey({ balanceId: credit.id, segmentId }))
        expect(left).toBe(total(credit, happened, startingAt))
      }
    }),
  )
})

test('expired segments sum up to 0', () => {
  fc.assert(
    fc.property(histories, ({ credit, ...happened }) => {
      expect(total(credit, happened, YEAR_END)).toBe('0')
    }),
  )
})

test('invoices that were voided leave the sums of all instants as if they had never been', () => {
  fc.assert(
    fc.property(histories, days, ({ credit, posted, ...happened }, now) => {
      const kept = posted.filter(({ voidedAt }) => voidedAt === null)
      expect(total(credit, { ...happened, posted }, now)).toBe(
        total(credit, { ...happened, posted: kept }, now),
      )
    }),
  )
})

function ledger(own: Balance, happened: Partial<LedgerFacts>, now: number) {
  const movements = movementsOf([own], { facts: facts(happened), reserved: [] as PostedDraw[] })
  return ledgerOf(own, movements.get(own.id) ?? [], now)
}

function listed(own: Balance, happened: Partial<LedgerFacts>, now: number) {
  return ledger(own, happened, now)?.map(({ type, at, amount }) => [type, at, amount])
}

function total(own: Balance, happened: Partial<LedgerFacts>, now: number): string {
  const entries = ledger(own, happened, now) ?? []
  return toText(sum(entries.map(({ amount }) => new Decimal(amount))))
}
