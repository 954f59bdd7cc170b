import { expect, test } from 'vitest'
import type { ContractTerms } from '../../../src/core/contracts/contract.ts'
import { withPresentFields } from '../../../src/core/custom-fields/present-fields.ts'

test('terms as they were once have the custom fields of now, those that are gone their own', () => {
  const before = {
    name: 'Main',
    discounts: [
      { id: 'd1', name: 'Old', customFields: { a: '1' } },
      { id: 'd2', customFields: { a: '2' } },
    ],
  }
  const present = {
    name: 'Later',
    discounts: [{ id: 'd1', name: 'New', customFields: { b: '3' } }],
    subscriptions: [{ id: 's', customFields: {} }],
  }
  const asTerms = (terms: object) => terms as ContractTerms
  expect(withPresentFields(asTerms(before), asTerms(present))).toEqual({
    name: 'Main',
    discounts: [
      { id: 'd1', name: 'Old', customFields: { b: '3' } },
      { id: 'd2', customFields: { a: '2' } },
    ],
  })
})
