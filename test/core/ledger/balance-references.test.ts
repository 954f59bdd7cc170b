import { expect, test } from 'vitest'
import { referToBalances } from '../../../src/core/ledger/balance-references.ts'

const made = { id: 'new', path: 'commits[0].', isRecurring: false }

test('stored ones are named by id, new ones by id or temporary id', () => {
  const references = referToBalances([{ id: 'stored' }], null, [{ ...made, temporaryId: 'mine' }])
  expect(references.ok && Object.fromEntries(references.value)).toEqual({
    stored: { id: 'stored', isRecurring: false },
    new: { id: 'new', isRecurring: false },
    mine: { id: 'new', isRecurring: false },
  })
})

test('a temporary id is nothing else’s id', () => {
  const other = { ...made, id: 'other', path: 'commits[1].' }
  for (const temporaryId of ['mine', 'stored', 'new']) {
    const named = [
      { ...made, temporaryId: 'mine' },
      { ...other, temporaryId },
    ]
    expect(referToBalances([{ id: 'stored' }], null, named)).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining('commits[1].temporary_id') },
    })
  }
})
