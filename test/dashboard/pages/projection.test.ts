import { expect, test } from 'vitest'
import type { Balance } from '../../../src/dashboard/api/answers.ts'
import { burnDown } from '../../../src/dashboard/pages/customers/burn-down.ts'
import { projectBalance, projectedLine } from '../../../src/dashboard/pages/customers/projection.ts'

const NOW = new Date('2026-03-01T00:00:00Z')
const UNIT = { id: 'usd', name: 'USD (cents)' }
const entry = (type: string, day: string, amount: number) => {
  return { type: `CREDIT_${type}`, timestamp: `${day}T00:00:00Z`, amount }
}
const LEDGER = [
  entry('SEGMENT_START', '2026-01-01', 1000),
  entry('AUTOMATED_INVOICE_DEDUCTION', '2026-02-01', -310),
  entry('AUTOMATED_INVOICE_DEDUCTION', '2026-03-15', -280),
]

function balance(left: number, endingBefore: string): Balance {
  return {
    id: 'balance',
    type: 'CREDIT',
    priority: 1,
    rate_type: 'LIST_RATE',
    product: { id: 'product', name: 'Credit' },
    created_at: '2026-01-01T00:00:00Z',
    custom_fields: {},
    balance: left,
    ledger: LEDGER,
    access_schedule: {
      credit_type: UNIT,
      schedule_items: [
        {
          id: 'part',
          amount: 1000,
          starting_at: '2026-01-01T00:00:00Z',
          ending_before: `${endingBefore}T00:00:00Z`,
        },
      ],
    },
  }
}

test('what a draft draws is drawn by now, though it is entered at the end of its period', () => {
  expect(
    burnDown(LEDGER, NOW).map(({ at, left }) => [at.toISOString().slice(0, 10), left]),
  ).toEqual([
    ['2026-01-01', '1000'],
    ['2026-02-01', '690'],
    ['2026-03-01', '410'],
  ])
})

test('a balance is used up when what is left has gone at the pace since it began', () => {
  const projection = projectBalance(balance(410, '2027-01-01'), NOW)
  expect(projection?.perDay).toBe(10)
  expect(projection?.usedUpAt?.toISOString()).toBe('2026-04-11T00:00:00.000Z')
})

test('what expires before it is used up has something left', () => {
  const projection = projectBalance(balance(410, '2026-03-11'), NOW)
  expect(projection).toMatchObject({ usedUpAt: null, leftAtExpiry: 310 })
})

test('nothing is foretold of what is over or used up', () => {
  expect(projectBalance(balance(410, '2026-02-15'), NOW)).toBeNull()
  expect(projectBalance(balance(0, '2027-01-01'), NOW)).toBeNull()
})

test('the projected line goes on from what is left today, down to nothing', () => {
  const days = ['2026-02-28', '2026-03-01', '2026-03-21', '2026-05-01']
  const projection = projectBalance(balance(410, '2027-01-01'), NOW)
  const times = days.map((day) => new Date(day))
  expect(projection && projectedLine(times, { today: 1, left: 410, projection })).toEqual([
    null,
    410,
    210,
    0,
  ])
})
