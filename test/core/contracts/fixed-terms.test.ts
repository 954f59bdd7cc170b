import { expect, test } from 'vitest'
import { addFixedTerms, createFixedTerms } from '../../../src/core/contracts/fixed-terms.ts'
import type { ResellerRoyalty } from '../../../src/core/contracts/reseller-royalty.ts'
import { at, contract, product } from '../../support/terms.ts'

const products = [
  product({ id: 'fee', type: 'FIXED' }),
  product({ id: 'work', type: 'PRO_SERVICE' }),
]
const NOW = at('2026-03-10T12')
const charge = { id: 'c', productId: 'fee', schedule: { items: [{ at: NOW, amount: '1' }] } }
const service = { id: 's', productId: 'work', unitPrice: '1', quantity: '1', maxAmount: '1' }
const royalty: ResellerRoyalty = { type: 'GCP', segments: [] }

const create = (input: Parameters<typeof createFixedTerms>[0]) =>
  createFixedTerms(input, { products, royalties: undefined }, NOW, 'add_')

test('lists that nothing is in are absent', () => {
  const nothing = {
    scheduledCharges: undefined,
    discounts: undefined,
    professionalServices: undefined,
    resellerRoyalties: undefined,
  }
  expect(create({})).toStrictEqual({ ok: true, value: nothing })
  expect(create({ scheduledCharges: [] })).toStrictEqual({ ok: true, value: nothing })
})

test('each list is decided on, and refused by its name', () => {
  const all = create({
    scheduledCharges: [charge],
    discounts: [{ ...charge, id: 'd' }],
    professionalServices: [service],
  })
  expect(all).toMatchObject({
    value: {
      scheduledCharges: [{ id: 'c' }],
      discounts: [{ id: 'd' }],
      professionalServices: [{}],
    },
  })
  const messages = [
    create({ scheduledCharges: [{ ...charge, productId: 'none' }] }),
    create({ discounts: [{ ...charge, productId: 'none' }] }),
    create({ professionalServices: [{ ...service, productId: 'none' }] }),
    create({ resellerRoyalties: [{ type: 'AWS' }] }),
  ].map((refused) => (refused.ok ? '' : refused.error.message.split(':')[0]))
  expect(messages).toEqual([
    'add_scheduled_charges[0].product_id',
    'add_discounts[0].product_id',
    'add_professional_services[0].product_id',
    'add_reseller_royalties[0].fraction',
  ])
})

test('added terms come after those that are there, and royalties replace those of their type', () => {
  const made = create({ discounts: [charge], professionalServices: [service] })
  if (!made.ok) throw new Error(made.error.message)
  const { terms } = contract()
  const once = addFixedTerms(terms, { ...made.value, resellerRoyalties: [royalty] })
  const twice = addFixedTerms(once, { ...made.value, resellerRoyalties: [royalty] })
  expect(twice.discounts?.map(({ id }) => id)).toEqual(['c', 'c'])
  expect(twice.professionalServices).toHaveLength(2)
  expect(twice.scheduledCharges).toBeUndefined()
  expect(twice.resellerRoyalties).toEqual([royalty])
  expect(addFixedTerms(once, {})).toEqual(once)
})
