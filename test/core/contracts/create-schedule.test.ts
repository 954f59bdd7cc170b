import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createSchedule,
  SCHEDULE_FREQUENCIES,
  SCHEDULE_ITEMS_MAX,
  type RecurringInput,
  type ScheduleInput,
} from '../../../src/core/contracts/create-schedule.ts'
import type { Schedule } from '../../../src/core/contracts/schedule.ts'
import { FIAT_CREDIT_TYPES, USD } from '../../../src/core/currency.ts'
import { Decimal, sum } from '../../../src/core/decimal.ts'
import { deriveId } from '../../../src/core/id.ts'
import { at } from '../../support/terms.ts'

const EUR = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!

const create = (input: ScheduleInput) => createSchedule(input, 'charge', 'schedule.')

function created(input: ScheduleInput): Schedule {
  const schedule = create(input)
  if (!schedule.ok) throw new Error(schedule.error.message)
  return schedule.value
}

function recurring(input: Partial<RecurringInput>): ScheduleInput {
  return {
    recurring: {
      startingAt: at('2024-11-01'),
      endingBefore: at('2025-11-01'),
      frequency: 'MONTHLY',
      distribution: 'EACH',
      amount: '100000',
      ...input,
    },
  }
}

const datesOf = (input: Partial<RecurringInput>) =>
  created(recurring(input)).items.map((item) => item.at)
const amountsOf = (input: ScheduleInput) => created(input).items.map(({ amount }) => amount)

const refusal = (message: string) => ({ ok: false, error: { code: 'invalid', message } })

test('items are kept as they are given, in the order of time, with ids of their own', () => {
  const items = [
    { at: at('2026-03-01T12'), unitPrice: '2.5', quantity: '3' },
    { at: at('2026-01-01'), amount: '100' },
  ]
  expect(created({ items })).toEqual({
    creditTypeId: USD.id,
    items: [
      {
        id: deriveId('schedule-item', 'charge', '1'),
        at: at('2026-01-01'),
        unitPrice: '100',
        quantity: '1',
        amount: '100',
      },
      {
        id: deriveId('schedule-item', 'charge', '0'),
        at: at('2026-03-01T12'),
        unitPrice: '2.5',
        quantity: '3',
        amount: '7.5',
      },
    ],
  })
})

test('TV40: 100000 QUARTERLY EACH over a year are 4 items of 100000', () => {
  expect(created(recurring({ frequency: 'QUARTERLY' })).items).toMatchObject([
    { at: at('2024-11-01'), amount: '100000' },
    { at: at('2025-02-01'), amount: '100000' },
    { at: at('2025-05-01'), amount: '100000' },
    { at: at('2025-08-01'), amount: '100000' },
  ])
})

test('TV40: 100000 MONTHLY DIVIDED over a year are 12 unrounded twelfths', () => {
  const share = '8333.333333333333333333333333333333'
  expect(amountsOf(recurring({ distribution: 'DIVIDED' }))).toEqual(Array(12).fill(share))
})

test('TV40: 100000 MONTHLY DIVIDED_ROUNDED over a year are 11 x 8333 and 8337', () => {
  const amounts = amountsOf(recurring({ distribution: 'DIVIDED_ROUNDED' }))
  expect(amounts).toEqual([...Array(11).fill('8333'), '8337'])
})

test('DIVIDED_ROUNDED is rounded to cents, which are the hundredth part of other currencies', () => {
  const input = recurring({
    frequency: 'QUARTERLY',
    endingBefore: at('2025-07-01'),
    distribution: 'DIVIDED_ROUNDED',
    amount: '100',
  })
  expect(amountsOf(input)).toEqual(['33', '33', '34'])
  expect(amountsOf({ ...input, creditTypeId: EUR.id })).toEqual(['33.33', '33.33', '33.34'])
})

test('what a unit price and a quantity come to is divided, and each item has all of it otherwise', () => {
  const half = { endingBefore: at('2025-01-01'), amount: undefined, unitPrice: '5', quantity: '3' }
  expect(created(recurring({ ...half, distribution: 'EACH' })).items).toMatchObject([
    { unitPrice: '5', quantity: '3', amount: '15' },
    { unitPrice: '5', quantity: '3', amount: '15' },
  ])
  expect(created(recurring({ ...half, distribution: 'DIVIDED' })).items).toMatchObject([
    { unitPrice: '7.5', quantity: '1', amount: '7.5' },
    { unitPrice: '7.5', quantity: '1', amount: '7.5' },
  ])
})

test('days that a month has not are its last one, without drifting', () => {
  const days = { startingAt: at('2026-01-31'), endingBefore: at('2026-06-01') }
  const ends = ['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'].map(at)
  expect(datesOf(days)).toEqual(ends)
  expect(datesOf({ ...days, frequency: 'QUARTERLY' })).toEqual([ends[0], ends[3]])
})

test('every frequency counts from the start, and the end is exclusive', () => {
  const from = (frequency: RecurringInput['frequency'], end: string) =>
    datesOf({ frequency, startingAt: at('2024-02-29'), endingBefore: at(end) })
  expect(from('WEEKLY', '2024-03-14')).toEqual(['2024-02-29', '2024-03-07'].map(at))
  expect(from('WEEKLY', '2024-03-14T01')).toHaveLength(3)
  expect(from('SEMI_ANNUAL', '2025-03-01')).toEqual(
    ['2024-02-29', '2024-08-29', '2025-02-28'].map(at),
  )
  expect(from('ANNUAL', '2028-02-29')).toEqual(
    ['2024-02-29', '2025-02-28', '2026-02-28', '2027-02-28'].map(at),
  )
})

test('occurrences start at the start, are in the half-open span, and the next one is not', () => {
  const dates = fc.integer({ min: at('2000-01-01'), max: at('2060-01-01') })
  const frequencies = fc.constantFrom(...SCHEDULE_FREQUENCIES)
  fc.assert(
    fc.property(
      dates,
      fc.integer({ min: 1, max: 4e11 }),
      frequencies,
      (startingAt, length, frequency) => {
        const endingBefore = startingAt + length
        const found = datesOf({ startingAt, endingBefore, frequency })
        expect(found[0]).toBe(startingAt)
        expect(found.at(-1)).toBeLessThan(endingBefore)
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b))
        const longer = datesOf({
          startingAt,
          endingBefore: endingBefore + 367 * 86_400_000,
          frequency,
        })
        expect(longer.slice(0, found.length)).toEqual(found)
        expect(longer[found.length]).toBeGreaterThanOrEqual(endingBefore)
      },
    ),
  )
})

test('DIVIDED_ROUNDED adds up to the whole exactly, in whole cents, and no share is negative', () => {
  const cents = fc.bigInt({ min: 0n, max: 10n ** 20n })
  const months = fc.integer({ min: 1, max: 120 })
  fc.assert(
    fc.property(cents, months, fc.constantFrom(USD.id, EUR.id), (total, count, creditTypeId) => {
      const whole = new Decimal(String(total)).div(creditTypeId === USD.id ? 1 : 100)
      const amounts = amountsOf({
        ...recurring({
          endingBefore: at('2024-11-01') + Math.round((count - 0.5) * 30.44 * 86_400_000),
          distribution: 'DIVIDED_ROUNDED',
          amount: whole.toFixed(),
        }),
        creditTypeId,
      }).map((amount) => new Decimal(amount))
      expect(sum(amounts).toFixed()).toBe(whole.toFixed())
      expect(
        amounts.every((amount) => amount.decimalPlaces() <= (creditTypeId === USD.id ? 0 : 2)),
      ).toBe(true)
      expect(amounts.at(-1)!.greaterThanOrEqualTo(amounts[0]!)).toBe(true)
    }),
  )
})

test('a schedule that is not said, or said twice, is refused', () => {
  expect(create({})).toEqual(
    refusal('schedule.schedule_items: required, or else recurring_schedule'),
  )
  expect(create({ ...recurring({}), items: [{ at: 0, amount: '1' }] })).toEqual(
    refusal('schedule.recurring_schedule: expected only without schedule_items'),
  )
  expect(create({ ...recurring({}), items: [] }).ok).toBe(true)
  expect(create({ items: [{ at: 0, amount: '1' }, { at: 0 }] })).toEqual(
    refusal('schedule.schedule_items[1].amount: required, or else unit_price and quantity'),
  )
  expect(create(recurring({ quantity: '2' }))).toEqual(
    refusal('schedule.recurring_schedule.amount: expected only without unit_price and quantity'),
  )
  expect(create(recurring({ endingBefore: at('2024-11-01') }))).toEqual(
    refusal('schedule.recurring_schedule.ending_before: expected an instant after starting_at'),
  )
})

test('what is invoiced is in a currency', () => {
  const refused = create({ creditTypeId: 'tokens', items: [{ at: 0, amount: '1' }] })
  expect(refused).toMatchObject({
    error: {
      code: 'invalid',
      message: expect.stringMatching(/^schedule\.credit_type_id: expected the id of a currency/),
    },
  })
})

test('a schedule has at most 1000 items', () => {
  expect(SCHEDULE_ITEMS_MAX).toBe(1_000)
  const items = Array.from({ length: 1_001 }, (_, i) => ({ at: i, amount: '1' }))
  expect(create({ items: items.slice(1) }).ok).toBe(true)
  expect(create({ items })).toEqual(
    refusal('schedule.schedule_items: a schedule has at most 1000 items'),
  )
  const weeks = (count: number) =>
    recurring({ frequency: 'WEEKLY', endingBefore: at('2024-11-01') + count * 7 * 86_400_000 })
  expect(created(weeks(1_000)).items).toHaveLength(1_000)
  expect(create(weeks(1_000.5))).toEqual(
    refusal('schedule.recurring_schedule.ending_before: a schedule has at most 1000 items'),
  )
})
