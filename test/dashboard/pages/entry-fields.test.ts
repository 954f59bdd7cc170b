import { expect, test } from 'vitest'
import type { Balance } from '../../../src/dashboard/api/answers.ts'
import { buildEntry } from '../../../src/dashboard/pages/customers/entry-fields.ts'

const BALANCE: Balance = {
  id: 'credit',
  type: 'CREDIT',
  priority: 1,
  rate_type: 'LIST_RATE',
  product: { id: 'product', name: 'Credit' },
  created_at: '2026-01-01T00:00:00.000Z',
  custom_fields: {},
  access_schedule: {
    credit_type: { id: 'usd', name: 'USD (cents)' },
    schedule_items: [
      {
        id: 'part',
        amount: 1,
        starting_at: '2026-01-01T00:00:00.000Z',
        ending_before: '2027-01-01T00:00:00.000Z',
      },
    ],
  },
}

test('what an entry takes away is negative, in cents, in all and by seats', () => {
  const typed: Record<string, string> = {
    $direction: '-',
    amount: '7.50',
    reason: 'Moved',
    per_group_amounts: 'ann=5, bob=2.50',
  }
  const built = buildEntry(BALANCE, (path) => typed[path] ?? '')
  expect(JSON.parse(JSON.stringify(built))).toEqual({
    amount: -750,
    reason: 'Moved',
    per_group_amounts: { ann: -500, bob: -250 },
  })
})
