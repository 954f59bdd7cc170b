import { expect, test } from 'vitest'
import { namedInBalances } from '../../../src/core/ledger/named-in-balances.ts'
import { balanceInput, CUSTOM_UNIT } from '../../support/asked-balances.ts'

test('products and credit types are named once each, by new ones and by edits', () => {
  const input = balanceInput({
    accessCreditTypeId: CUSTOM_UNIT,
    applicableProductIds: ['calls', 'fixed'],
  })
  const update = { id: 'commit', productId: 'other', specifiers: [{ productId: 'calls' }, {}] }
  expect(namedInBalances([input], [update])).toEqual({
    productIds: ['fixed', 'calls', 'other'],
    creditTypeIds: [CUSTOM_UNIT],
  })
})
