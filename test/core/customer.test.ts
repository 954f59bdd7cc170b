import { expect, test } from 'vitest'
import { cutCustomerName, externalIdOf } from '../../src/core/customer.ts'

test('a name is cut after 160 characters, never in the middle of one', () => {
  expect(cutCustomerName('x'.repeat(161))).toBe('x'.repeat(160))
  expect(cutCustomerName('🙂'.repeat(161))).toBe('🙂'.repeat(160))
  expect(cutCustomerName('Acme')).toBe('Acme')
})

test('the external id is the first alias, or else the id', () => {
  expect(externalIdOf({ id: 'uuid', ingestAliases: ['b', 'a'] })).toBe('b')
  expect(externalIdOf({ id: 'uuid', ingestAliases: [] })).toBe('uuid')
})
