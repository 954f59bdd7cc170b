import { expect, test } from 'vitest'
import {
  placeRecurring,
  type PackageRecurring,
} from '../../../src/core/packages/package-recurring.ts'
import { at } from '../../support/terms.ts'

function grant(options: Partial<PackageRecurring> = {}): PackageRecurring {
  return {
    id: 'template',
    type: 'CREDIT',
    productId: 'fixed',
    priority: '1',
    accessAmount: { unitPrice: '10', quantity: '1' },
    durationPeriods: 1,
    startingAtOffset: { value: 1, unit: 'MONTHS' },
    customFields: {},
    ...options,
  }
}

test('dates count from the start of the contract, and the end from its own start', () => {
  const year = { value: 1, unit: 'YEARS' } as const
  const [open, ended] = placeRecurring(
    [grant(), grant({ duration: year })],
    at('2026-01-31'),
    () => 'own',
  )
  expect(open).toMatchObject({ id: 'own', startingAt: at('2026-02-28'), endingBefore: undefined })
  expect(ended).toMatchObject({ startingAt: at('2026-02-28'), endingBefore: at('2027-02-28') })
})

test('each is named by its place among those of its kind', () => {
  const all = [grant(), grant({ type: 'PREPAID' }), grant()]
  expect(placeRecurring(all, 0, () => 'own').map(({ path }) => path)).toEqual([
    'recurring_credits[0].',
    'recurring_commits[0].',
    'recurring_credits[1].',
  ])
})
