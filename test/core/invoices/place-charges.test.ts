import { expect, test } from 'vitest'
import { FIAT_CREDIT_TYPES, USD } from '../../../src/core/currency.ts'
import type { FixedCharge } from '../../../src/core/invoices/fixed-charge.ts'
import { placeCharges, unitOf } from '../../../src/core/invoices/place-charges.ts'
import { scheduledCharge } from '../../support/fixed-charges.ts'
import { at, contract } from '../../support/terms.ts'

const EUR = FIAT_CREDIT_TYPES.find(({ name }) => name === 'EUR')!.id

function charge(day: string, options: Partial<FixedCharge> = {}, unit: string = USD.id) {
  const term = scheduledCharge('fee', { [day]: '10' }, unit)
  const made: FixedCharge = {
    id: `${day} ${options.group ?? ''}`.trim(),
    contractId: 'contract',
    at: at(day),
    placement: 'ENDING_USAGE',
    item: { kind: 'scheduled_charge', term, item: term.schedule.items[0]! },
    ...options,
  }
  return made
}

function place(charges: FixedCharge[], finalUntil = '2026-01-01') {
  const isInvoiced = (_: unknown, { endMs }: { endMs: number }) => endMs <= at(finalUntil)
  const { onUsage, scheduled } = placeCharges(contract(), charges, isInvoiced, USD.id)
  const ids = (group: FixedCharge[]) => group.map(({ id }) => id).join(' + ')
  return {
    onUsage: [...onUsage].map(
      ([start, group]) => `${new Date(start).toISOString().slice(0, 10)}: ${ids(group)}`,
    ),
    scheduled: scheduled.map(ids),
  }
}

test('what is due at the end of a period is on its usage invoice while that is open', () => {
  const charges = [charge('2026-02-01'), charge('2026-02-15'), charge('2026-03-01')]
  expect(place(charges)).toEqual({
    onUsage: ['2026-01-01: 2026-02-01', '2026-02-01: 2026-03-01'],
    scheduled: ['2026-02-15'],
  })
  expect(place(charges, '2026-02-01')).toEqual({
    onUsage: ['2026-02-01: 2026-03-01'],
    scheduled: ['2026-02-01', '2026-02-15'],
  })
})

test('what is due in arrears is on the usage invoice of the period that its date ends or lies in', () => {
  const charges = ['2026-02-01', '2026-02-15'].map((day) =>
    charge(day, { placement: 'CONTAINING_USAGE' }),
  )
  expect(place(charges)).toEqual({
    onUsage: ['2026-01-01: 2026-02-01', '2026-02-01: 2026-02-15'],
    scheduled: [],
  })
})

test('a scheduled invoice has what is due on its date, in one unit, but for what goes alone', () => {
  const charges = [
    charge('2026-02-10', { placement: 'SCHEDULED' }),
    charge('2026-02-01', { placement: 'SCHEDULED' }),
    charge('2026-02-01', { placement: 'SCHEDULED', id: 'second' }),
    charge('2026-02-01', { placement: 'SCHEDULED', id: 'alone', group: 'commit' }),
    charge('2026-02-01', { id: 'euros' }, EUR),
  ]
  expect(place(charges)).toEqual({
    onUsage: [],
    scheduled: ['2026-02-01 + second', 'alone', 'euros', '2026-02-10'],
  })
})

test('charges are in the unit of their schedule', () => {
  expect(unitOf(charge('2026-02-01', {}, EUR), USD.id)).toBe(EUR)
})
