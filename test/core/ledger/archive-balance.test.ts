import { expect, test } from 'vitest'
import { archiveBalance } from '../../../src/core/ledger/archive-balance.ts'
import { madeBalance, paid } from '../../support/asked-balances.ts'

const commit = madeBalance({ payments: paid(['2026-01-01', '80']) })
const [item] = commit.payments!.schedule.items
const NOTHING = { invoiced: new Map(), drawnSegmentIds: new Set<string>() }

test('a commit that no finalized invoice has to do with is archived, once', () => {
  expect(archiveBalance(commit, NOTHING, 7, 'id')).toEqual({
    ok: true,
    value: { ...commit, archivedAt: 7 },
  })
  const archived = { ...commit, archivedAt: 3 }
  expect(archiveBalance(archived, NOTHING, 7, 'id')).toEqual({ ok: true, value: archived })
})

test('invoices that drew on it or charge for it must be void first', () => {
  const drawnSegmentIds = new Set([commit.segments[0]!.id])
  expect(archiveBalance(commit, { ...NOTHING, drawnSegmentIds }, 7, 'id')).toMatchObject({
    error: {
      code: 'invalid',
      message: expect.stringContaining('id: a finalized invoice has drawn'),
    },
  })
  const invoiced = (status: 'FINALIZED' | 'VOID') => {
    return { ...NOTHING, invoiced: new Map([[item!.id, status]]) }
  }
  expect(archiveBalance(commit, invoiced('FINALIZED'), 7, 'id')).toMatchObject({
    error: { message: expect.stringContaining('id: a finalized invoice charges for') },
  })
  expect(archiveBalance(commit, invoiced('VOID'), 7, 'id').ok).toBe(true)
})
