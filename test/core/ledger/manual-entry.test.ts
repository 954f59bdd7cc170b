import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { createManualEntry, type ManualEntryInput } from '../../../src/core/ledger/manual-entry.ts'
import { balance, FEB, JAN, MID_JAN, segment } from '../../support/balances.ts'

const INPUT = { id: 'm1', balanceId: 'b1', segmentId: 's1', amount: '-5', reason: 'Goodwill' }

test('an entry counts from the start of its segment unless it says otherwise', () => {
  const entry = { ...INPUT, createdAt: FEB }
  expect(create({})).toEqual({ ok: true, value: { ...entry, at: JAN } })
  expect(create({ at: MID_JAN })).toEqual({ ok: true, value: { ...entry, at: MID_JAN } })
})

test('a balance of a contract is named together with it', () => {
  const own = balance({ contractId: 'c1' })
  expect(create({ contractId: 'c1' }, own).ok).toBe(true)
  expect(create({}, own)).toMatchObject(
    refusal('invalid', 'contract_id: expected c1, which the commit or credit belongs to'),
  )
  expect(create({ contractId: 'c2' }, own)).toMatchObject(
    refusal('not_found', 'id: contract c2 has no commit or credit b1'),
  )
  expect(create({ contractId: 'c1' })).toMatchObject(
    refusal('not_found', 'id: contract c1 has no commit or credit b1'),
  )
})

test('entries are for balances, segments and amounts that there are', () => {
  expect(create({ balanceId: 'b9' })).toMatchObject(
    refusal('not_found', 'id: the customer has no commit or credit b9'),
  )
  expect(create({ segmentId: 's9' })).toMatchObject(
    refusal('not_found', 'segment_id: the commit or credit has no segment s9'),
  )
  expect(create({ amount: '0' })).toMatchObject(
    refusal('invalid', 'amount: expected a number that is not 0'),
  )
  expect(create({}, balance({ archivedAt: JAN }))).toMatchObject(
    refusal('invalid', 'id: the commit or credit is archived'),
  )
})

test('where seats have parts, an entry says what each of them gets', () => {
  const adjustments = [{ at: MID_JAN, amount: '10', seatId: 'cy' }]
  const seats = { ann: '60', bob: '40' }
  const divided = balance({ segments: [segment('100', { seats, adjustments })] })
  const refused = (message: string) => refusal('invalid', `per_group_amounts: ${message}`)

  expect(create({ seats: { ann: '-2', cy: '-3' } }, divided)).toMatchObject({
    value: { amount: '-5', seats: { ann: '-2', cy: '-3' } },
  })
  expect(create({ seats: { ann: '-2' } }, divided)).toMatchObject(
    refused('expected parts that come to the amount, -5'),
  )
  expect(create({ seats: { dan: '-5' } }, divided)).toMatchObject(
    refused('the segment has no part of seat dan'),
  )
  expect(create({}, divided)).toMatchObject(
    refused('expected, since the seats of the segment have parts of their own'),
  )
  expect(create({ seats: { ann: '-5' } })).toMatchObject(
    refused('expected only for segments whose seats have parts'),
  )
})

function create(changes: Partial<ManualEntryInput>, own: Balance = balance()) {
  return createManualEntry({ ...INPUT, ...changes }, [own], FEB)
}

function refusal(code: string, message: string) {
  return { ok: false, error: { code, message } }
}
