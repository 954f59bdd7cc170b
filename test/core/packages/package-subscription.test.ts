import { expect, test } from 'vitest'
import {
  placeSubscription,
  type PackageSubscription,
} from '../../../src/core/packages/package-subscription.ts'
import { at } from '../../support/terms.ts'

const template: PackageSubscription = {
  id: 'template',
  productId: 'product',
  billingFrequency: 'MONTHLY',
  collectionSchedule: 'ADVANCE',
  proration: {},
  initialQuantity: '5',
  customFields: { tier: 'gold' },
}

test('a subscription of a package begins and ends by the start of the contract', () => {
  const offsets = {
    startingAtOffset: { value: 1, unit: 'MONTHS' as const },
    duration: { value: 1, unit: 'YEARS' as const },
  }
  expect(placeSubscription({ ...template, ...offsets }, at('2026-01-31'), 'own')).toEqual({
    id: 'own',
    productId: 'product',
    billingFrequency: 'MONTHLY',
    collectionSchedule: 'ADVANCE',
    proration: {},
    initialQuantity: '5',
    customFields: { tier: 'gold' },
    startingAt: at('2026-02-28'),
    endingBefore: at('2027-02-28'),
  })
})

test('without offsets it begins and ends with the contract', () => {
  expect(placeSubscription(template, at('2026-01-31'), 'own')).toMatchObject({
    startingAt: at('2026-01-31'),
    endingBefore: undefined,
  })
})
