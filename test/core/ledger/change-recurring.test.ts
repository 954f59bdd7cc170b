import { expect, test } from 'vitest'
import {
  applyRecurringChanges,
  changeRecurring,
  type RecurringUpdate,
} from '../../../src/core/ledger/change-recurring.ts'
import type { RecurringBalance } from '../../../src/core/ledger/recurring-balance.ts'
import { contractWith, recurring } from '../../support/recurring.ts'
import { at, product } from '../../support/terms.ts'

const NOW = at('2026-02-10')

const access = recurring().accessAmount

function update(options: Partial<RecurringUpdate> = {}): RecurringUpdate {
  const path = 'update_recurring_credits[0].'
  return { id: 'recurring', path, kind: 'CREDIT', ...options }
}

function change(updates: RecurringUpdate[], present: RecurringBalance[] = [recurring()]) {
  return changeRecurring(
    { updateRecurring: updates },
    {
      products: [product({ id: 'fixed', type: 'FIXED' })],
      customUnitIds: new Set(),
      contract: { startingAt: at('2026-01-01'), endingBefore: null },
      present,
      subscriptions: [],
      subscriptionNames: new Map(),
    },
    NOW,
  )
}

function changeOf(options: Partial<RecurringUpdate>, present?: RecurringBalance) {
  const made = change([update(options)], present === undefined ? undefined : [present])
  return made.ok ? made.value.updateRecurring?.[0]?.change : made.error.message.split(':')[0]
}

test('a change has the whole of what it changes, from the instant of the edit on', () => {
  expect(changeOf({ accessAmount: { unitPrice: '5' }, rateType: 'COMMIT_RATE' })).toEqual({
    from: NOW,
    accessAmount: { ...access, unitPrice: '5' },
    rateType: 'COMMIT_RATE',
  })
  expect(changeOf({ endingBefore: null })).toEqual({ from: NOW, endingBefore: null })
})

test('a later change goes on from an earlier one', () => {
  const changes = [{ from: NOW - 1, accessAmount: { ...access, unitPrice: '5' } }]
  expect(changeOf({ accessAmount: { quantity: '2' } }, recurring({ changes }))).toEqual({
    from: NOW,
    accessAmount: { ...access, unitPrice: '5', quantity: '2' },
  })
})

test('rounding is replaced in its parts, or taken away', () => {
  const floor = { method: 'FLOOR', decimalPlaces: 0 } as const
  const rounded = recurring({ prorationRounding: { access: floor, invoice: floor } })
  const asked = (prorationRounding: RecurringUpdate['prorationRounding']) =>
    changeOf({ prorationRounding }, rounded)
  expect(asked(null)).toEqual({ from: NOW, prorationRounding: {} })
  expect(asked({ access: null })).toEqual({ from: NOW, prorationRounding: { invoice: floor } })
  const ceiling = { method: 'CEILING', decimalPlaces: 2 } as const
  expect(asked({ invoice: ceiling })).toEqual({
    from: NOW,
    prorationRounding: { access: floor, invoice: ceiling },
  })
})

test('what cannot be changed is refused by its field', () => {
  const path = 'update_recurring_credits[0].'
  const seats = recurring({
    accessAmount: { ...access, quantity: null },
    subscription: { subscriptionId: 's', allocation: 'POOLED', isIncreaseProrated: true },
  })
  expect(changeOf({ id: 'none', rateType: 'LIST_RATE' })).toBe(`${path}recurring_credit_id`)
  expect(changeOf({ kind: 'COMMIT', rateType: 'LIST_RATE' })).toBe(`${path}recurring_commit_id`)
  expect(changeOf({})).toBe(`${path}recurring_credit_id`)
  expect(changeOf({ endingBefore: at('2026-01-01') })).toBe(`${path}ending_before`)
  expect(changeOf({ accessAmount: { quantity: '2' } }, seats)).toBe(`${path}access_amount.quantity`)
  expect(changeOf({ invoiceAmount: { quantity: '2' } })).toBe(`${path}invoice_amount`)
  const twice = [update({ rateType: 'LIST_RATE' }), update({ rateType: 'COMMIT_RATE' })]
  expect(change(twice).ok).toBe(false)
})

test('seats of a linked one keep their number when their price changes', () => {
  const seats = recurring({
    accessAmount: { ...access, quantity: null },
    subscription: { subscriptionId: 's', allocation: 'POOLED', isIncreaseProrated: true },
  })
  expect(changeOf({ accessAmount: { unitPrice: '7' } }, seats)).toEqual({
    from: NOW,
    accessAmount: { ...access, unitPrice: '7', quantity: null },
  })
})

test('applied changes follow those that were made before, and new ones come last', () => {
  const earlier = { from: NOW - 1, rateType: 'COMMIT_RATE' } as const
  const { terms } = contractWith({
    recurringBalances: [recurring({ changes: [earlier] }), recurring({ id: 'other' })],
  })
  const later = { from: NOW, endingBefore: at('2026-05-01') }
  const edited = applyRecurringChanges(terms, {
    addRecurring: [recurring({ id: 'added' })],
    updateRecurring: [{ id: 'recurring', type: 'CREDIT', change: later }],
  })
  expect(edited.recurringBalances).toEqual([
    recurring({ changes: [earlier, later] }),
    recurring({ id: 'other' }),
    recurring({ id: 'added' }),
  ])
  expect(applyRecurringChanges(terms, {})).toBe(terms)
})
