import { expect, test } from 'vitest'
import {
  consolidatorOf,
  createHierarchy,
  payerOf,
  type Hierarchy,
  type HierarchyInput,
  type HierarchySurroundings,
} from '../../../src/core/contracts/hierarchy.ts'

const parent = { contractId: 'p1', customerId: 'parent' }

function decide(input: HierarchyInput, surroundings: Partial<HierarchySurroundings> = {}) {
  const decided = createHierarchy(
    input,
    'child',
    input.parent && {
      parent: { archivedAt: null, hierarchy: undefined },
      siblingCustomerIds: [],
      isCustomerParent: false,
      isParentChild: false,
      ...surroundings,
    },
  )
  return decided.ok ? decided.value : [decided.error.code, decided.error.message]
}

test('a child pays for itself and has statements of its own unless it says otherwise', () => {
  expect(decide({ parent })).toEqual({ parent, payer: 'SELF', statements: 'SEPARATE' })
  const consolidated = { parent, payer: 'PARENT', statements: 'CONSOLIDATE' } as const
  expect(decide(consolidated)).toEqual(consolidated)
  const separate = { parent, payer: 'PARENT', statements: 'SEPARATE' } as const
  expect(decide(separate)).toEqual(separate)
})

test('a contract that others are to be below says how they are consolidated', () => {
  expect(decide({ consolidation: 'NONE' })).toEqual({ consolidation: 'NONE' })
})

const FIELD = 'hierarchy_configuration'

test.each<[string, HierarchyInput, Partial<HierarchySurroundings>, string[]]>([
  ['nothing', {}, {}, ['invalid', `${FIELD}.parent: `]],
  ['a payer without a parent', { payer: 'SELF' }, {}, ['invalid', `${FIELD}.payer: `]],
  [
    'statements without a parent',
    { statements: 'SEPARATE', consolidation: 'NONE' },
    {},
    ['invalid', `${FIELD}.usage_statement_behavior: `],
  ],
  [
    'a parent of its own besides children',
    { parent, consolidation: 'NONE' },
    {},
    ['invalid', `${FIELD}.parent_behavior: `],
  ],
  [
    'consolidated statements that the child pays',
    { parent, payer: 'SELF', statements: 'CONSOLIDATE' },
    {},
    ['invalid', `${FIELD}.usage_statement_behavior: `],
  ],
  ['an unknown parent', { parent }, { parent: null }, ['not_found', `${FIELD}.parent.contract_id`]],
  [
    'an archived parent',
    { parent },
    { parent: { archivedAt: 1, hierarchy: undefined } },
    ['invalid', `${FIELD}.parent.contract_id: `],
  ],
  [
    'a parent of the same customer',
    { parent: { ...parent, customerId: 'child' } },
    {},
    ['invalid', `${FIELD}.parent.customer_id: `],
  ],
  [
    'a parent whose customer has contracts below others',
    { parent },
    { isParentChild: true },
    ['invalid', `${FIELD}.parent.customer_id: `],
  ],
  [
    'a parent that is a child',
    { parent },
    {
      parent: {
        archivedAt: null,
        hierarchy: { parent, payer: 'SELF', statements: 'SEPARATE' },
      },
    },
    ['invalid', `${FIELD}.parent.customer_id: `],
  ],
  [
    'a customer that is a parent',
    { parent },
    { isCustomerParent: true },
    ['invalid', `${FIELD}.parent: `],
  ],
  [
    'a customer that is below the parent already',
    { parent },
    { siblingCustomerIds: ['other', 'child'] },
    ['invalid', `${FIELD}.parent.contract_id: `],
  ],
  [
    'an eleventh contract',
    { parent },
    { siblingCustomerIds: ['1', '2', '3', '4', '5', '6', '7', '8', '9'] },
    ['invalid', `${FIELD}.parent.contract_id: a hierarchy has at most 10`],
  ],
])('a hierarchy with %s is refused by name', (_, input, surroundings, [code, message]) => {
  expect(decide(input, surroundings)).toEqual([code, expect.stringContaining(message!)])
})

test('a tenth contract is taken', () => {
  const siblingCustomerIds = ['1', '2', '3', '4', '5', '6', '7', '8']
  expect(decide({ parent }, { siblingCustomerIds })).toMatchObject({ parent })
})

const own = { contractId: 'c1', customerId: 'child' }
const placed = (hierarchy?: Hierarchy) => ({ id: 'c1', customerId: 'child', terms: { hierarchy } })
const below = (payer: 'SELF' | 'PARENT', statements: 'SEPARATE' | 'CONSOLIDATE') =>
  placed({ parent, payer, statements })

test('a contract in a hierarchy pays for itself, or the one above it does', () => {
  expect(payerOf(placed(), false)).toBeNull()
  expect(payerOf(placed(), true)).toEqual(own)
  expect(payerOf(placed({ consolidation: 'NONE' }), false)).toEqual(own)
  expect(payerOf(below('SELF', 'SEPARATE'), false)).toEqual(own)
  expect(payerOf(below('PARENT', 'SEPARATE'), false)).toEqual(parent)
})

test('statements are consolidated by the contract above, or by their own that has others below', () => {
  expect(consolidatorOf(placed())).toBeNull()
  expect(consolidatorOf(placed({ consolidation: 'NONE' }))).toBeNull()
  expect(consolidatorOf(placed({ consolidation: 'CONCATENATE' }))).toEqual(own)
  expect(consolidatorOf(below('PARENT', 'SEPARATE'))).toBeNull()
  expect(consolidatorOf(below('PARENT', 'CONSOLIDATE'))).toEqual(parent)
})
