import { expect, test } from 'vitest'
import { checkChildAccess } from '../../../src/core/ledger/child-access.ts'

const shared = {
  type: 'PREPAID',
  rolloverFraction: null,
  hasSeats: false,
  childAccess: { type: 'ALL' },
} as const

test('commits and credits are shared whole, or not at all', () => {
  expect(checkChildAccess(shared, '').ok).toBe(true)
  expect(checkChildAccess({ ...shared, type: 'CREDIT' }, '').ok).toBe(true)
  const named = { type: 'CONTRACT_IDS' as const, contractIds: ['c1'] }
  for (const childAccess of [shared.childAccess, named]) {
    for (const other of [
      { type: 'POSTPAID' as const },
      { hasSeats: true },
      { rolloverFraction: '0.5' },
    ]) {
      const checked = checkChildAccess({ ...shared, childAccess, ...other }, 'commits[0].')
      expect(checked).toMatchObject({
        ok: false,
        error: {
          code: 'invalid',
          message: expect.stringContaining('commits[0].hierarchy_configuration.child_access: '),
        },
      })
    }
  }
})

test('what is not shared may be owed, rolled over and split among seats', () => {
  const owed = { ...shared, type: 'POSTPAID', rolloverFraction: '1', hasSeats: true } as const
  expect(checkChildAccess({ ...owed, childAccess: { type: 'NONE' } }, '').ok).toBe(true)
  expect(checkChildAccess({ ...owed, childAccess: undefined }, '').ok).toBe(true)
})
