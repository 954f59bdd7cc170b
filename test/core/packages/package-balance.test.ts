import { expect, test } from 'vitest'
import { placeBalance, type PackageBalance } from '../../../src/core/packages/package-balance.ts'
import { at } from '../../support/terms.ts'

const MONTH = { value: 1, unit: 'MONTHS' } as const

const commit: PackageBalance = {
  id: 'template',
  type: 'PREPAID',
  productId: 'fixed',
  temporaryId: 'mine',
  access: [{ id: 'a', amount: '100', startingAtOffset: MONTH, duration: MONTH }],
  payments: {
    isInvoiced: false,
    schedule: {
      items: [{ id: 'b', dateOffset: MONTH, unitPrice: '40', quantity: '2' }],
    },
  },
  customFields: { team: 'a' },
}

test('offsets are counted from the start of the contract, months without drift', () => {
  expect(placeBalance(commit, at('2026-01-31'), 'own', 'commits[0].')).toEqual({
    id: 'own',
    path: 'commits[0].',
    type: 'PREPAID',
    productId: 'fixed',
    temporaryId: 'mine',
    access: [{ amount: '100', startingAt: at('2026-02-28'), endingBefore: at('2026-03-31') }],
    payments: {
      isInvoiced: false,
      schedule: { items: [{ at: at('2026-02-28'), unitPrice: '40', quantity: '2' }] },
    },
    customFields: { team: 'a' },
  })
})

test('what costs nothing in the package costs nothing in its contracts', () => {
  const { payments: _, ...free } = commit
  expect(placeBalance(free, at('2026-01-01'), 'own', '').payments).toBeUndefined()
})
