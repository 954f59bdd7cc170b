import type { Contract } from '../../src/core/contracts/contract.ts'
import type { QuantityChange, Subscription } from '../../src/core/contracts/subscription.ts'
import { USD } from '../../src/core/currency.ts'
import type { RecurringBalance } from '../../src/core/ledger/recurring-balance.ts'
import { at, contract } from './terms.ts'

/** A recurring credit of 1000 for each statement period of the year 2026. */
export function recurring(options: Partial<RecurringBalance> = {}): RecurringBalance {
  return {
    id: 'recurring',
    type: 'CREDIT',
    productId: 'fixed',
    priority: '1',
    rateType: 'LIST_RATE',
    accessAmount: { unitPrice: '1000', quantity: '1', creditTypeId: USD.id },
    invoiceAmount: null,
    startingAt: at('2026-01-01'),
    endingBefore: null,
    durationPeriods: 1,
    recurrenceFrequency: null,
    proration: 'FIRST_AND_LAST',
    applicability: {},
    rolloverFraction: null,
    customFields: {},
    createdAt: 0,
    ...options,
  }
}

/** A contract that bills by the calendar's months, with further terms. */
export function contractWith(
  terms: Partial<Contract['terms']>,
  options: Partial<Omit<Contract, 'terms'>> = {},
): Contract {
  const plain = contract(options)
  return { ...plain, terms: { ...plain.terms, ...terms } }
}

/** So many from an instant on; with ids, so many seats of which these are assigned. */
export function quantity(from: string, count: number, seatIds?: string[]): QuantityChange {
  return { at: at(from), quantity: String(count), seatIds, createdAt: 0 }
}

export function subscription(
  quantities: QuantityChange[],
  options: Partial<Subscription> = {},
): Subscription {
  return {
    id: 'subscription',
    productId: 'plan',
    billingFrequency: 'MONTHLY',
    collectionSchedule: 'ADVANCE',
    proration: { isProrated: true, invoiceBehavior: 'BILL_IMMEDIATELY' },
    startingAt: at('2026-01-01'),
    endingBefore: null,
    quantityManagementMode: 'SEAT_BASED',
    seatGroupKey: 'user',
    quantities,
    invoicePlacement: 'ON_USAGE_INVOICE',
    customFields: {},
    createdAt: 0,
    ...options,
  }
}
