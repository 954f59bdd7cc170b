import { expect, test } from 'vitest'
import { createCreditType } from '../../src/core/credit-type.ts'
import { FIAT_CREDIT_TYPES } from '../../src/core/currency.ts'

function create(name: string) {
  return createCreditType({ id: 'unit', name, createdBy: 'test' }, 7)
}

test('a custom unit keeps its name without the blanks around it', () => {
  expect(create('  AI credits ')).toEqual({
    ok: true,
    value: { id: 'unit', name: 'AI credits', createdAt: 7, createdBy: 'test' },
  })
})

test('no custom unit is called like a currency, in any casing', () => {
  for (const name of [...FIAT_CREDIT_TYPES.map((fiat) => fiat.name), 'USD', 'usd', ' eur ']) {
    expect(create(name)).toMatchObject({
      ok: false,
      error: { code: 'invalid', message: expect.stringMatching(/^name: .* is a currency/) },
    })
  }
})

test('a blank name is refused', () => {
  expect(create(' \t ')).toEqual({
    ok: false,
    error: { code: 'invalid', message: 'name: expected text that is not blank' },
  })
})
