import { expect, test } from 'vitest'
import { resolveBalanceIds } from '../../../src/core/contracts/resolve-balance-ids.ts'

const REFERENCES = new Map([
  ['mine', { id: 'commit', isRecurring: false }],
  ['commit', { id: 'commit', isRecurring: false }],
  ['monthly', { id: 'monthly', isRecurring: true }],
])

test('names become ids, and all else stays', () => {
  const specifier = {
    productId: 'calls',
    commitIds: ['mine'],
    recurringCommitIds: ['monthly'],
    anyCommitOrCreditIds: ['commit', 'monthly'],
  }
  expect(resolveBalanceIds(specifier, REFERENCES, true, '')).toEqual({
    ok: true,
    value: { ...specifier, commitIds: ['commit'] },
  })
})

test('names that nothing has, or something of the other kind, are refused by name', () => {
  const wrong = [
    [{ commitIds: ['none'] }, 'a.commit_ids: the contract has no commit or credit none'],
    [{ commitIds: ['monthly'] }, 'a.commit_ids: the contract has no commit or credit monthly'],
    [
      { recurringCommitIds: ['mine'] },
      'a.recurring_commit_ids: the contract has no recurring commit or credit mine',
    ],
  ] as const
  for (const [specifier, message] of wrong) {
    const named = specifier as { commitIds?: string[] }
    expect(resolveBalanceIds(named, REFERENCES, true, 'a.')).toEqual({
      ok: false,
      error: { code: 'not_found', message },
    })
  }
})

test('only overrides that are commit-specific name commits', () => {
  expect(resolveBalanceIds({ commitIds: ['mine'] }, REFERENCES, false, 'a.')).toMatchObject({
    error: { code: 'invalid', message: 'a.commit_ids: expected only with is_commit_specific' },
  })
  expect(resolveBalanceIds({ commitIds: [] }, REFERENCES, false, 'a.').ok).toBe(true)
})
