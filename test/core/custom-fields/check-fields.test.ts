import { expect, test } from 'vitest'
import { checkFields, type FieldHolder } from '../../../src/core/custom-fields/check-fields.ts'
import type { FieldKey } from '../../../src/core/custom-fields/field-key.ts'

const KEYS: FieldKey[] = [
  { entity: 'customer', key: 'crm', enforceUniqueness: true },
  { entity: 'customer', key: 'region', enforceUniqueness: false },
  { entity: 'subscription', key: 'crm', enforceUniqueness: true },
]

function customer(entityId: string, fields: Record<string, string>): FieldHolder {
  return { entity: 'customer', entityId, fields, field: 'custom_fields' }
}

test('values of keys that were added for the entity are taken', () => {
  const holders = [
    customer('a', { crm: '1', region: 'eu' }),
    customer('b', { crm: '2', region: 'eu' }),
    customer('c', {}),
  ]
  expect(checkFields(holders, KEYS, [])).toEqual({ ok: true, value: null })
})

test('a key that was not added for the entity is refused by name', () => {
  expect(checkFields([customer('a', { sku: '1' })], KEYS, [])).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'custom_fields.sku: expected a key that has been added for customer (customFields/addKey)',
    },
  })
  const term: FieldHolder = {
    entity: 'subscription',
    entityId: 's',
    fields: { region: 'eu' },
    field: 'subscriptions[1].custom_fields',
  }
  expect(checkFields([term], KEYS, [])).toMatchObject({
    error: { message: expect.stringMatching(/^subscriptions\[1\]\.custom_fields\.region: /) },
  })
})

test('values that a package hands on bring their keys along, unique ones are as unique as any', () => {
  const term: FieldHolder = {
    entity: 'subscription',
    entityId: 's',
    fields: { tier: 'gold' },
    field: 'subscriptions[0].custom_fields',
    bringsKeys: true,
  }
  expect(checkFields([term], KEYS, []).ok).toBe(true)
  const taken = { entity: 'subscription', key: 'crm', value: '1', entityId: 'b' } as const
  expect(checkFields([{ ...term, fields: { crm: '1' } }], KEYS, [taken]).ok).toBe(false)
})

test('a value that must be unique is refused where another object of the entity has it', () => {
  const taken = { entity: 'customer', key: 'crm', value: '1', entityId: 'b' } as const
  expect(checkFields([customer('a', { crm: '1' })], KEYS, [taken])).toEqual({
    ok: false,
    error: {
      code: 'conflict',
      message: 'custom_fields.crm: the value must be unique, and customer b has it already',
    },
  })
  expect(checkFields([customer('b', { crm: '1' })], KEYS, [taken]).ok).toBe(true)
  expect(checkFields([customer('a', { crm: '2' })], KEYS, [taken]).ok).toBe(true)
})

test('two objects of one request cannot have the same unique value, objects of two entities can', () => {
  const other: FieldHolder = {
    entity: 'subscription',
    entityId: 's',
    fields: { crm: '1' },
    field: 'subscriptions[0].custom_fields',
  }
  expect(checkFields([customer('a', { crm: '1' }), other], KEYS, []).ok).toBe(true)
  const again = { ...other, entityId: 't', field: 'subscriptions[1].custom_fields' }
  expect(checkFields([other, again], KEYS, [])).toMatchObject({
    error: {
      code: 'conflict',
      message:
        'subscriptions[1].custom_fields.crm: the value must be unique, and subscription s has it already',
    },
  })
})
