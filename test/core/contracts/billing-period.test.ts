import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { billingPeriodAt, billingPeriods } from '../../../src/core/contracts/billing-period.ts'
import { STATEMENT_FREQUENCIES } from '../../../src/core/contracts/contract.ts'
import { DAY_MS, HOUR_MS } from '../../../src/core/time.ts'
import { at, contract, period } from '../../support/terms.ts'

/** The contract's periods up to a day, as texts. */
function periodsUntil(terms: ReturnType<typeof contract>, day: string): string[] {
  const range = { startMs: terms.startingAt, endMs: at(day) }
  return [...billingPeriods(terms, range)].map(({ startMs, endMs }) => {
    const [from, to] = [startMs, endMs].map((ms) =>
      new Date(ms).toISOString().replace('T00:00:00.000Z', ''),
    )
    return `${from}..${to}`
  })
}

test('TV36: a custom anchor before the start shortens the first period only', () => {
  const terms = contract({
    startingAt: at('2024-09-15'),
    statements: { frequency: 'MONTHLY', anchorMs: at('2024-09-10') },
  })
  expect(periodsUntil(terms, '2024-12-01')).toEqual([
    '2024-09-15..2024-10-10',
    '2024-10-10..2024-11-10',
    '2024-11-10..2024-12-10',
  ])
})

test('an anchor after the start is counted backwards to the first period', () => {
  const terms = contract({
    startingAt: at('2024-01-20'),
    statements: { frequency: 'MONTHLY', anchorMs: at('2024-06-10') },
  })
  expect(periodsUntil(terms, '2024-03-01')).toEqual([
    '2024-01-20..2024-02-10',
    '2024-02-10..2024-03-10',
  ])
})

test('an anchor on the 31st clamps to the end of shorter months without drifting', () => {
  const terms = contract({
    startingAt: at('2024-01-31'),
    statements: { frequency: 'MONTHLY', anchorMs: at('2024-01-31') },
  })
  expect(periodsUntil(terms, '2024-06-01')).toEqual([
    '2024-01-31..2024-02-29',
    '2024-02-29..2024-03-31',
    '2024-03-31..2024-04-30',
    '2024-04-30..2024-05-31',
    '2024-05-31..2024-06-30',
  ])
})

test('an annual anchor on 29 February bills on 28 February of common years', () => {
  const terms = contract({
    startingAt: at('2024-02-29'),
    statements: { frequency: 'ANNUAL', anchorMs: at('2024-02-29') },
  })
  expect(periodsUntil(terms, '2028-03-01')).toEqual([
    '2024-02-29..2025-02-28',
    '2025-02-28..2026-02-28',
    '2026-02-28..2027-02-28',
    '2027-02-28..2028-02-29',
    '2028-02-29..2029-02-28',
  ])
})

test('a quarterly contract counts its own quarters from the anchor', () => {
  const terms = contract({
    startingAt: at('2026-02-15'),
    statements: { frequency: 'QUARTERLY', anchorMs: at('2026-02-01') },
  })
  expect(periodsUntil(terms, '2026-09-01')).toEqual([
    '2026-02-15..2026-05-01',
    '2026-05-01..2026-08-01',
    '2026-08-01..2026-11-01',
  ])
})

test('weeks are seven days from the anchor, and the last period ends with the contract', () => {
  const terms = contract({
    startingAt: at('2026-03-04'),
    endingBefore: at('2026-03-20'),
    statements: { frequency: 'WEEKLY', anchorMs: at('2026-03-04') },
  })
  expect(periodsUntil(terms, '2027-01-01')).toEqual([
    '2026-03-04..2026-03-11',
    '2026-03-11..2026-03-18',
    '2026-03-18..2026-03-20',
  ])
})

test('a contract of one hour has one period of one hour', () => {
  const terms = contract({ startingAt: at('2026-03-04T10'), endingBefore: at('2026-03-04T11') })
  const only = { startMs: at('2026-03-04T10'), endMs: at('2026-03-04T11') }
  expect(billingPeriodAt(terms, at('2026-03-04T10'))).toEqual(only)
  expect(billingPeriodAt(terms, only.endMs)).toBeNull()
})

test('the start of a period belongs to it, its end to the next one', () => {
  const terms = contract()
  expect(billingPeriodAt(terms, at('2026-02-01'))).toEqual(period('2026-02-01', '2026-03-01'))
  expect(billingPeriodAt(terms, at('2026-02-01') - 1)).toEqual(period('2026-01-01', '2026-02-01'))
})

test('outside of the contract there is no period', () => {
  const terms = contract({ endingBefore: at('2026-04-01') })
  expect(billingPeriodAt(terms, at('2025-12-31'))).toBeNull()
  expect(billingPeriodAt(terms, at('2026-04-01'))).toBeNull()
})

test('a range yields every period that overlaps it, however little, and no other', () => {
  const terms = contract()
  const range = { startMs: at('2026-02-28T23'), endMs: at('2026-04-01T01') }
  expect([...billingPeriods(terms, range)]).toEqual([
    period('2026-02-01', '2026-03-01'),
    period('2026-03-01', '2026-04-01'),
    period('2026-04-01', '2026-05-01'),
  ])
})

const anyContract = fc
  .record({
    frequency: fc.constantFrom(...STATEMENT_FREQUENCIES),
    anchorHour: fc.integer({ min: 0, max: 600_000 }),
    startHour: fc.integer({ min: 0, max: 600_000 }),
    lengthHours: fc.option(fc.integer({ min: 1, max: 50_000 })),
  })
  .map(({ frequency, anchorHour, startHour, lengthHours }) =>
    contract({
      startingAt: startHour * HOUR_MS,
      endingBefore: lengthHours === null ? null : (startHour + lengthHours) * HOUR_MS,
      statements: { frequency, anchorMs: anchorHour * HOUR_MS },
    }),
  )

test('periods tile the life of any contract without gap or overlap', () => {
  fc.assert(
    fc.property(anyContract, (terms) => {
      const until = terms.endingBefore ?? terms.startingAt + 1_000 * DAY_MS
      const periods = [...billingPeriods(terms, { startMs: terms.startingAt, endMs: until })]
      expect(periods[0]?.startMs).toBe(terms.startingAt)
      const [starts, ends] = [
        periods.map((each) => each.startMs),
        periods.map((each) => each.endMs),
      ]
      expect(starts.slice(1)).toEqual(ends.slice(0, -1))
      expect(periods.every((each) => each.startMs < each.endMs)).toBe(true)
      const end = ends.at(-1) ?? 0
      expect(terms.endingBefore === null ? end >= until : end === until).toBe(true)
    }),
    { numRuns: 200 },
  )
})

test('every instant of a period leads to the same period', () => {
  fc.assert(
    fc.property(
      anyContract,
      fc.nat(40_000),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (terms, hours, share) => {
        const found = billingPeriodAt(terms, terms.startingAt + hours * HOUR_MS)
        fc.pre(found !== null)
        const inside = found.startMs + Math.floor((found.endMs - found.startMs) * share)
        expect(billingPeriodAt(terms, inside)).toEqual(found)
      },
    ),
    { numRuns: 200 },
  )
})

test('no period begins before the first instant that is invoiced', () => {
  const statements = {
    frequency: 'MONTHLY' as const,
    anchorMs: at('2026-01-01'),
    invoicedFrom: at('2026-02-10'),
  }
  const periods = billingPeriods(contract({ statements }), period('2026-01-01', '2026-03-02'))
  expect([...periods]).toEqual([
    period('2026-02-10', '2026-03-01'),
    period('2026-03-01', '2026-04-01'),
  ])
  expect(billingPeriodAt(contract({ statements }), at('2026-02-09'))).toBeNull()
})

test('a break ends a period and begins another', () => {
  const statements = {
    frequency: 'MONTHLY' as const,
    anchorMs: at('2026-01-01'),
    breaks: [at('2026-01-20'), at('2026-01-10'), at('2026-02-01')],
  }
  const split = contract({ statements })
  expect([...billingPeriods(split, period('2026-01-01', '2026-02-02'))]).toEqual([
    period('2026-01-01', '2026-01-10'),
    period('2026-01-10', '2026-01-20'),
    period('2026-01-20', '2026-02-01'),
    period('2026-02-01', '2026-03-01'),
  ])
  expect(billingPeriodAt(split, at('2026-01-10'))).toEqual(period('2026-01-10', '2026-01-20'))
  expect(billingPeriodAt(split, at('2026-01-20') - 1)).toEqual(period('2026-01-10', '2026-01-20'))
})
