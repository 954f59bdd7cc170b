import { expect, test } from 'vitest'
import { sortFieldErrors } from '../../../src/dashboard/api/field-errors.ts'
import { ApiError } from '../../../src/dashboard/api/request.ts'

const refusal = (message: string) => new ApiError(400, { message })

test('each sentence of a refusal goes to the field that it names', () => {
  const error = refusal('name: expected a text; tiers[0].price: expected a number')
  expect(sortFieldErrors(error, ['name', 'tiers[0].price'])).toEqual({
    fields: { name: 'expected a text', 'tiers[0].price': 'expected a number' },
    rest: '',
  })
})

test('a sentence about a part of a field is shown at the field, whole', () => {
  const error = refusal('ingest_aliases[2]: expected at least one character')
  expect(sortFieldErrors(error, ['name', 'ingest_aliases'])).toEqual({
    fields: { ingest_aliases: 'ingest_aliases[2]: expected at least one character' },
    rest: '',
  })
})

test('what names no field of the form is told below it', () => {
  const error = refusal('starting_at: expected an hour; This is taken.')
  expect(sortFieldErrors(error, ['name'])).toEqual({
    fields: {},
    rest: 'starting_at: expected an hour; This is taken.',
  })
  expect(sortFieldErrors(null, ['name'])).toEqual({ fields: {}, rest: '' })
})
