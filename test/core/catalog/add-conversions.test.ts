import { expect, test } from 'vitest'
import { addConversions } from '../../../src/core/catalog/add-conversions.ts'
import { USD } from '../../../src/core/currency.ts'

const TOKENS = { customCreditTypeId: 'tokens', fiatPerCustomCredit: '10' }

function add(customCreditTypeId: string, fiatPerCustomCredit: string) {
  const added = [{ customCreditTypeId, fiatPerCustomCredit }]
  const units = new Set(['tokens', 'credits'])
  const result = addConversions([TOKENS], added, units, 'conversions')
  return result.ok ? result.value : `${result.error.code}: ${result.error.message}`
}

test('a card gets further conversions, and the same one again changes nothing', () => {
  expect(add('credits', '0.25')).toEqual([
    TOKENS,
    { customCreditTypeId: 'credits', fiatPerCustomCredit: '0.25' },
  ])
  expect(add('tokens', '10')).toEqual([TOKENS])
})

test('a conversion is of a custom unit, at more than nothing, and stays as it is', () => {
  expect(add('tokens', '11')).toBe(
    'invalid: conversions[0].fiat_per_custom_credit: the unit has a conversion already, of 10, which cannot be changed',
  )
  expect(add('credits', '0')).toBe(
    'invalid: conversions[0].fiat_per_custom_credit: expected a number greater than 0',
  )
  expect(add('none', '1')).toBe(
    'not_found: conversions[0].custom_credit_type_id: no custom pricing unit none',
  )
  expect(add(USD.id, '1')).toBe(
    'invalid: conversions[0].custom_credit_type_id: USD (cents) is a currency; expected a custom pricing unit',
  )
})
