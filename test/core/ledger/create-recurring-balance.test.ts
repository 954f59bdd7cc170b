import { expect, test } from 'vitest'
import {
  checkQuantity,
  checkSeats,
  createRecurringBalances,
  unitsOf,
  type RecurringInput,
  type RecurringSurroundings,
} from '../../../src/core/ledger/create-recurring-balance.ts'
import { quantity, recurring, subscription } from '../../support/recurring.ts'
import { at, product } from '../../support/terms.ts'

const NOW = at('2026-01-05')

const surroundings: RecurringSurroundings = {
  products: [product({ id: 'fixed', type: 'FIXED' }), product({ id: 'usage' })],
  customUnitIds: new Set(['tokens']),
  contract: { startingAt: at('2026-01-01'), endingBefore: at('2027-01-01') },
  present: [],
  subscriptions: [
    subscription([quantity('2026-01-01', 2, ['ann'])]),
    subscription([quantity('2026-01-01', 2)], {
      id: 'counted',
      quantityManagementMode: 'QUANTITY_ONLY',
    }),
  ],
  subscriptionNames: new Map([['new', 'subscription']]),
}

function input(options: Partial<RecurringInput> = {}): RecurringInput {
  return {
    id: 'recurring',
    path: 'recurring_credits[0].',
    type: 'CREDIT',
    productId: 'fixed',
    priority: '1',
    accessAmount: { unitPrice: '1000', quantity: '1' },
    startingAt: at('2026-01-01'),
    durationPeriods: 1,
    customFields: {},
    ...options,
  }
}

function create(...inputs: Partial<RecurringInput>[]) {
  return createRecurringBalances(inputs.map(input), surroundings, NOW)
}

/** The field that a refusal names, without the list. */
function refusedField(...inputs: Partial<RecurringInput>[]): string | null {
  const made = create(...inputs)
  return made.ok ? null : made.error.message.replace(/^recurring_credits\[0\]\./, '').split(':')[0]!
}

test('what is not said is the plainest: a list rate, all partial periods prorated, US dollars', () => {
  expect(create({})).toEqual({ ok: true, value: [recurring({ createdAt: NOW })] })
})

test('a subscription is linked by its id or by its temporary one, and says how many there are', () => {
  const accessAmount = { unitPrice: '10', creditTypeId: 'tokens' }
  const made = create(
    { accessAmount, subscription: { name: 'new', isIncreaseProrated: true } },
    {
      accessAmount,
      subscription: { name: 'subscription', allocation: 'INDIVIDUAL', isIncreaseProrated: false },
    },
  )
  expect(made).toMatchObject({
    ok: true,
    value: [
      {
        accessAmount: { unitPrice: '10', quantity: null, creditTypeId: 'tokens' },
        subscription: { subscriptionId: 'subscription', allocation: 'POOLED' },
      },
      { subscription: { allocation: 'INDIVIDUAL', isIncreaseProrated: false } },
    ],
  })
})

test('what does not fit is refused by its field', () => {
  const link = { name: 'subscription', isIncreaseProrated: true }
  const seats = { unitPrice: '1' }
  const cases: [Partial<RecurringInput>, string][] = [
    [{ productId: 'none' }, 'product_id'],
    [{ productId: 'usage' }, 'product_id'],
    [{ startingAt: at('2025-12-31') }, 'starting_at'],
    [{ startingAt: at('2027-01-01') }, 'starting_at'],
    [{ endingBefore: at('2026-01-01') }, 'ending_before'],
    [{ accessAmount: seats }, 'access_amount.quantity'],
    [{ subscription: link }, 'access_amount.quantity'],
    [
      { accessAmount: { unitPrice: '1', quantity: '1', creditTypeId: 'none' } },
      'access_amount.credit_type_id',
    ],
    [{ invoiceAmount: { unitPrice: '1' } }, 'invoice_amount.quantity'],
    [
      { invoiceAmount: { unitPrice: '1', quantity: '1', creditTypeId: 'tokens' } },
      'invoice_amount.credit_type_id',
    ],
    [
      { accessAmount: seats, subscription: { ...link, name: 'none' } },
      'subscription_config.subscription_id',
    ],
    [
      { accessAmount: seats, subscription: { ...link, name: 'counted', allocation: 'INDIVIDUAL' } },
      'subscription_config.allocation',
    ],
    [
      { accessAmount: seats, subscription: link, recurrenceFrequency: 'DAILY' },
      'recurrence_frequency',
    ],
    [{ rolloverFraction: '1.01' }, 'rollover_fraction'],
    [{ applicableProductIds: ['none'] }, 'applicable_product_ids[0]'],
    [{ applicableProductTags: ['a'], specifiers: [{ productTags: ['b'] }] }, 'specifiers'],
  ]
  for (const [options, field] of cases) {
    expect({ options, field: refusedField(options) }).toEqual({ options, field })
  }
  expect(refusedField({ rolloverFraction: '1', applicableProductIds: ['usage'] })).toBeNull()
})

test('a contract has one DAILY one at most', () => {
  const daily = { recurrenceFrequency: 'DAILY' } as const
  expect(refusedField(daily)).toBeNull()
  expect(refusedField(daily, daily)).toBe('recurrence_frequency')
  const present = [recurring({ id: 'first', ...daily })]
  const more = createRecurringBalances([input(daily)], { ...surroundings, present }, NOW)
  expect(more.ok).toBe(false)
  expect(createRecurringBalances([input()], { ...surroundings, present }, NOW).ok).toBe(true)
})

test('a contract has 200 of them at most', () => {
  const present = Array.from({ length: 199 }, () => recurring())
  const add = (inputs: RecurringInput[]) =>
    createRecurringBalances(inputs, { ...surroundings, present }, NOW).ok
  expect(add([input()])).toBe(true)
  expect(add([input(), input()])).toBe(false)
})

test('a quantity is required without a subscription, and refused with one', () => {
  expect(checkQuantity('1', false, '').ok).toBe(true)
  expect(checkQuantity(undefined, true, '').ok).toBe(true)
  expect(checkQuantity(undefined, false, '').ok).toBe(false)
  expect(checkQuantity('1', true, '').ok).toBe(false)
})

test('a thousand seats can have parts of their own', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `seat-${i}`)
  const seats = (count: number) => [subscription([quantity('2026-01-01', count, ids(count))])]
  const link = { subscriptionId: 'subscription', isIncreaseProrated: true } as const
  const [pooled, individual] = [
    { ...link, allocation: 'POOLED' } as const,
    { ...link, allocation: 'INDIVIDUAL' } as const,
  ]
  expect(checkSeats([individual], seats(1_000), 'field').ok).toBe(true)
  expect(checkSeats([individual], seats(1_001), 'field').ok).toBe(false)
  expect(checkSeats([pooled], seats(1_001), 'field').ok).toBe(true)
})

test('the units that are named are those of what is granted', () => {
  const tokens = input({ accessAmount: { unitPrice: '1', creditTypeId: 'tokens' } })
  expect(unitsOf([input(), tokens])).toEqual(['tokens'])
  expect(unitsOf()).toEqual([])
})
