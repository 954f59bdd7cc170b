import { expect, test } from 'vitest'
import { placeScheduledCharge } from '../../../src/core/packages/package-scheduled-charge.ts'
import { at } from '../../support/terms.ts'

test('a scheduled charge of a package falls due at its distances from the start of the contract', () => {
  const charge = {
    id: 'template',
    productId: 'fee',
    name: 'Platform fee',
    customFields: { tier: 'gold' },
    schedule: {
      items: [
        {
          id: 'now',
          dateOffset: { value: 0, unit: 'DAYS' as const },
          unitPrice: '5',
          quantity: '2',
        },
        {
          id: 'next',
          dateOffset: { value: 1, unit: 'MONTHS' as const },
          unitPrice: '5',
          quantity: '1',
        },
      ],
    },
  }
  expect(placeScheduledCharge(charge, at('2026-01-31'), 'charge')).toEqual({
    id: 'charge',
    productId: 'fee',
    name: 'Platform fee',
    customFields: { tier: 'gold' },
    schedule: {
      creditTypeId: undefined,
      items: [
        { at: at('2026-01-31'), unitPrice: '5', quantity: '2' },
        { at: at('2026-02-28'), unitPrice: '5', quantity: '1' },
      ],
    },
  })
})
