import { expect, test } from 'vitest'
import { endBalance } from '../../../src/core/ledger/end-balance.ts'
import { madeBalance, paid, YEAR } from '../../support/asked-balances.ts'
import { at } from '../../support/terms.ts'

const NEXT = { ...YEAR, startingAt: at('2027-01-01'), endingBefore: at('2028-01-01') }
const commit = madeBalance({
  access: [YEAR, NEXT],
  payments: paid(['2026-01-01', '5'], ['2027-01-01', '5'], ['2027-02-01', '5']),
})
const [first, second] = commit.segments
const [, later, last] = commit.payments!.schedule.items
const NONE = { invoiced: new Map() }

test('what lies beyond the end goes, and what reaches beyond it is cut', () => {
  expect(endBalance(commit, { access: at('2026-07-01') }, NONE)).toEqual({
    ok: true,
    value: {
      id: 'commit',
      access: {
        update: [{ id: first!.id, endingBefore: at('2026-07-01') }],
        remove: [second!.id],
      },
    },
  })
  expect(endBalance(commit, { access: at('2028-01-01') }, NONE)).toMatchObject({
    value: { access: { update: [], remove: [] } },
  })
})

test('payments from the end on go, but for those that final invoices have', () => {
  const invoiced = new Map([[last!.id, 'FINALIZED' as const]])
  expect(endBalance(commit, { payments: at('2027-01-01') }, { invoiced })).toEqual({
    ok: true,
    value: { id: 'commit', payments: { remove: [later!.id] } },
  })
  expect(endBalance(commit, { payments: at('2028-01-01') }, NONE)).toEqual({
    ok: true,
    value: { id: 'commit' },
  })
})

test('the end may only become earlier, and not as early as the start', () => {
  const wrong = ['2028-01-01T01', '2026-01-01', '2025-12-01']
  for (const end of wrong) {
    expect(endBalance(commit, { access: at(end) }, NONE)).toMatchObject({
      error: { code: 'invalid', message: expect.stringContaining('access_ending_before') },
    })
  }
  expect(endBalance(commit, { access: at('2026-07-01') + 1 }, NONE).ok).toBe(false)
})

test('an end must be named, and of postpaid commits there is none', () => {
  expect(endBalance(commit, {}, NONE).ok).toBe(false)
  const postpaid = madeBalance({ type: 'POSTPAID', payments: paid(['2027-01-01', '1000']) })
  expect(endBalance(postpaid, { access: at('2026-07-01') }, NONE)).toMatchObject({
    error: { message: 'commit_id: expected a PREPAID commit; commit is POSTPAID' },
  })
})
