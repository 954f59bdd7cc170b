import { expect, test } from 'vitest'
import { changeBalances, type BalanceEdits } from '../../../src/core/ledger/change-balances.ts'
import {
  balanceInput,
  madeBalance,
  OF_CONTRACT,
  OF_CUSTOMER,
  SURROUNDINGS,
} from '../../support/asked-balances.ts'

const commit = madeBalance()
const credit = madeBalance({ id: 'credit', type: 'CREDIT' })
const ofCustomer = madeBalance({ id: 'customers' }, OF_CUSTOMER)
const surroundings = {
  ...SURROUNDINGS,
  balances: [commit, credit, ofCustomer],
  invoiced: new Map(),
  drawnSegmentIds: new Set<string>(),
}

function change(edits: BalanceEdits) {
  return changeBalances(edits, { ...OF_CONTRACT, editId: 'edit' }, surroundings, 7)
}

test('one edit adds, updates and archives', () => {
  const added = balanceInput({ id: 'new', type: 'CREDIT' })
  const update = { id: 'commit', name: 'Renamed' }
  const changed = change({
    addBalances: [added],
    updateBalances: [{ kind: 'COMMIT', path: 'update_commits[0].', update }],
    archiveBalances: [{ kind: 'CREDIT', path: 'archive_credits[0].', id: 'credit' }],
  })
  expect(changed).toMatchObject({
    value: {
      added: [{ id: 'new', type: 'CREDIT', contractId: 'contract' }],
      changed: [
        { id: 'commit', name: 'Renamed' },
        { id: 'credit', archivedAt: 7 },
      ],
      changes: {
        addBalances: [{ id: 'new' }],
        updateBalances: [{ kind: 'COMMIT', update }],
        archiveBalances: [{ kind: 'CREDIT', id: 'credit' }],
      },
    },
  })
})

test('an edit of a contract that says nothing of commits changes nothing of them', () => {
  expect(change({})).toEqual({ ok: true, value: { changes: {}, added: [], changed: [] } })
})

test('what is not the contract’s, of another kind, or named twice, is refused by name', () => {
  const update = (id: string, name = 'x') => {
    return { kind: 'COMMIT' as const, path: 'update_commits[0].', update: { id, name } }
  }
  for (const id of ['customers', 'credit', 'none']) {
    expect(change({ updateBalances: [update(id)] })).toMatchObject({
      error: { code: 'not_found', message: expect.stringContaining('update_commits[0].commit_id') },
    })
  }
  const archived = { kind: 'COMMIT' as const, path: 'archive_commits[0].', id: 'commit' }
  expect(change({ updateBalances: [update('commit')], archiveBalances: [archived] })).toMatchObject(
    {
      error: { message: 'archive_commits[0].id: expected each only once' },
    },
  )
})
