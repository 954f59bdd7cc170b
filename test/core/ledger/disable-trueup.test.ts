import { expect, test } from 'vitest'
import { disableTrueup } from '../../../src/core/ledger/disable-trueup.ts'
import { madeBalance, paid } from '../../support/asked-balances.ts'

const commit = madeBalance({ type: 'POSTPAID', payments: paid(['2027-01-01', '1000']) })

test('a postpaid commit loses its true-up, once', () => {
  const disabled = { ...commit, trueupDisabledAt: 7 }
  expect(disableTrueup(commit, 'contract', new Map(), 7)).toEqual({ ok: true, value: disabled })
  expect(disableTrueup(disabled, 'contract', new Map(), 9)).toEqual({ ok: true, value: disabled })
})

test('prepaid and archived ones, those of others, and what is invoiced already, are refused', () => {
  const refused = [
    disableTrueup(madeBalance(), 'contract', new Map(), 7),
    disableTrueup({ ...commit, archivedAt: 3 }, 'contract', new Map(), 7),
    disableTrueup(commit, 'other', new Map(), 7),
    disableTrueup(
      commit,
      'contract',
      new Map([[commit.payments!.schedule.items[0]!.id, 'FINALIZED' as const]]),
      7,
    ),
  ]
  expect(refused).toMatchObject([
    { error: { message: 'commit_id: expected a POSTPAID commit; commit is PREPAID' } },
    { error: { message: 'commit_id: commit commit is archived' } },
    { error: { code: 'not_found', message: expect.stringContaining('contract_id') } },
    { error: { message: 'commit_id: the true-up invoice of commit commit is finalized' } },
  ])
})
