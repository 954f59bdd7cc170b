import { expect, test } from 'vitest'
import type { ContractTerms } from '../../../src/core/contracts/contract.ts'
import {
  balanceFields,
  contractFields,
  customerFields,
  editedFields,
  packageFields,
} from '../../../src/core/custom-fields/contract-fields.ts'
import type { Package } from '../../../src/core/packages/package.ts'
import { contract } from '../../support/terms.ts'

function terms(lists: Record<string, unknown>): ContractTerms {
  return { ...contract({}).terms, ...lists }
}

const LISTS = {
  scheduledCharges: [{ id: 'c1', customFields: { a: '1' } }],
  subscriptions: [
    { id: 's1', customFields: {} },
    { id: 's2', customFields: { b: '2' } },
  ],
  recurringBalances: [
    { id: 'r1', type: 'CREDIT', customFields: { c: '3' } },
    { id: 'r2', type: 'PREPAID', customFields: { d: '4' } },
    { id: 'r3', type: 'CREDIT', customFields: {} },
  ],
}

test('a contract has fields of its own and those of its terms, called as the request calls them', () => {
  const made = contract({ id: 'k', customFields: { deal: 'x' } })
  expect(contractFields({ ...made, terms: terms(LISTS) })).toEqual([
    { entity: 'contract', entityId: 'k', fields: { deal: 'x' }, field: 'custom_fields' },
    {
      entity: 'scheduled_charge',
      entityId: 'c1',
      fields: { a: '1' },
      field: 'scheduled_charges[0].custom_fields',
    },
    { entity: 'subscription', entityId: 's1', fields: {}, field: 'subscriptions[0].custom_fields' },
    {
      entity: 'subscription',
      entityId: 's2',
      fields: { b: '2' },
      field: 'subscriptions[1].custom_fields',
    },
    {
      entity: 'commit',
      entityId: 'r2',
      fields: { d: '4' },
      field: 'recurring_commits[0].custom_fields',
    },
    {
      entity: 'contract_credit',
      entityId: 'r1',
      fields: { c: '3' },
      field: 'recurring_credits[0].custom_fields',
    },
    {
      entity: 'contract_credit',
      entityId: 'r3',
      fields: {},
      field: 'recurring_credits[1].custom_fields',
    },
  ])
})

test('a term without fields, as stored once, has none', () => {
  const stored = terms({ discounts: [{ id: 'd' }] })
  expect(contractFields({ ...contract({}), terms: stored })[1]).toEqual({
    entity: 'discount',
    entityId: 'd',
    fields: {},
    field: 'discounts[0].custom_fields',
  })
})

test('a customer has fields under the name that it is asked by', () => {
  expect(customerFields({ id: 'c', customFields: { crm: '7' } }, 'customer.custom_fields')).toEqual(
    {
      entity: 'customer',
      entityId: 'c',
      fields: { crm: '7' },
      field: 'customer.custom_fields',
    },
  )
})

test('commits are of one entity, credits of another', () => {
  const balance = { id: 'b', type: 'POSTPAID' as const, customFields: { po: '1' } }
  const fields = { entityId: 'b', fields: { po: '1' }, field: 'custom_fields' }
  expect(balanceFields(balance, 'custom_fields')).toEqual({ ...fields, entity: 'commit' })
  const credit = { ...balance, type: 'CREDIT' as const }
  expect(balanceFields(credit, 'custom_fields')).toEqual({ ...fields, entity: 'contract_credit' })
})

test('the terms of a package are of the entities of packages', () => {
  const pack = { terms: { subscriptions: [{ id: 't', customFields: { a: '1' } }] } }
  expect(packageFields(pack as unknown as Package)).toEqual([
    {
      entity: 'package_subscription',
      entityId: 't',
      fields: { a: '1' },
      field: 'subscriptions[0].custom_fields',
    },
  ])
})

test('commits and credits of a package are told apart, recurring ones by their type', () => {
  const pack = {
    terms: {
      commits: [{ id: 'c', type: 'POSTPAID', customFields: {} }],
      credits: [{ id: 'd', type: 'CREDIT', customFields: {} }],
      recurringBalances: [
        { id: 'r', type: 'CREDIT', customFields: { a: '1' } },
        { id: 's', type: 'PREPAID', customFields: { b: '2' } },
      ],
    },
  }
  expect(packageFields(pack as unknown as Package)).toEqual([
    { entity: 'package_commit', entityId: 'c', fields: {}, field: 'commits[0].custom_fields' },
    { entity: 'package_credit', entityId: 'd', fields: {}, field: 'credits[0].custom_fields' },
    {
      entity: 'package_commit',
      entityId: 's',
      fields: { b: '2' },
      field: 'recurring_commits[0].custom_fields',
    },
    {
      entity: 'package_credit',
      entityId: 'r',
      fields: { a: '1' },
      field: 'recurring_credits[0].custom_fields',
    },
  ])
})

test('an edit calls terms that it adds by their place among them, and tells what keys go', () => {
  const before = { terms: terms(LISTS) }
  const after = {
    terms: terms({
      scheduledCharges: [{ id: 'c1', customFields: {} }],
      subscriptions: [...LISTS.subscriptions, { id: 's3', customFields: { b: '5' } }],
    }),
  }
  const { holders, released } = editedFields(before, after, 'add_')
  expect(holders.map(({ entityId, field }) => `${entityId} ${field}`)).toEqual([
    'c1 scheduled_charges[0].custom_fields',
    's1 subscriptions[0].custom_fields',
    's2 subscriptions[1].custom_fields',
    's3 add_subscriptions[0].custom_fields',
  ])
  expect(released).toEqual([{ entity: 'scheduled_charge', entityId: 'c1', keys: ['a'] }])
})
