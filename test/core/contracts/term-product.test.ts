import { expect, test } from 'vitest'
import { findTermProduct } from '../../../src/core/contracts/term-product.ts'
import { product } from '../../support/terms.ts'

const fee = product({ id: 'fee', type: 'FIXED', state: { name: 'Platform fee' } })
const calls = product({ id: 'calls', state: { name: 'API calls' } })
const old = product({ id: 'old', type: 'FIXED', archivedAt: 1 })

const find = (id: string) =>
  findTermProduct([fee, calls, old], id, 'FIXED', 'scheduled_charges[0].product_id')

test('a product of the type is found', () => {
  expect(find('fee')).toEqual({ ok: true, value: fee })
})

test('unknown products, those of another type and archived ones are refused', () => {
  expect(find('none')).toEqual({
    ok: false,
    error: { code: 'not_found', message: 'scheduled_charges[0].product_id: no product none' },
  })
  expect(find('calls')).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message:
        'scheduled_charges[0].product_id: expected a product of type FIXED; "API calls" is of type USAGE',
    },
  })
  expect(find('old')).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'scheduled_charges[0].product_id: product old is archived and takes no new terms',
    },
  })
})
