import { expect, test } from 'vitest'
import { findOfKind, kindOf } from '../../../src/core/ledger/balance-kind.ts'
import { madeBalance } from '../../support/asked-balances.ts'

test('prepaid and postpaid ones are commits', () => {
  expect((['PREPAID', 'POSTPAID', 'CREDIT'] as const).map(kindOf)).toEqual([
    'COMMIT',
    'COMMIT',
    'CREDIT',
  ])
})

test('what is of another kind is not found', () => {
  const commit = madeBalance()
  expect(findOfKind([commit], commit.id, 'COMMIT')).toBe(commit)
  expect(findOfKind([commit], commit.id, 'CREDIT')).toBeNull()
  expect(findOfKind([commit], 'another', 'COMMIT')).toBeNull()
})
