import { expect, test } from 'vitest'
import type { Balance } from '../../../src/core/ledger/balance.ts'
import { balanceNow } from '../../../src/core/ledger/balance-now.ts'
import type { LedgerFacts } from '../../../src/core/ledger/draw.ts'
import { movementsOf } from '../../../src/core/ledger/movements.ts'
import {
  balance,
  draw,
  FEB,
  facts,
  JAN,
  MAR,
  manual,
  MID_JAN,
  segment,
} from '../../support/balances.ts'

test('only segments of this instant can be used', () => {
  const segments = [segment('100'), segment('50', { id: 's2', startingAt: FEB, endingBefore: MAR })]
  const credit = balance({ segments })
  expect(usable(credit, {}, JAN - 1)).toBe('0')
  expect(usable(credit, {}, JAN)).toBe('100')
  expect(usable(credit, {}, FEB - 1)).toBe('100')
  expect(usable(credit, {}, FEB)).toBe('50')
  expect(usable(credit, {}, MAR)).toBe('0')
})

test('what is dated later is gone or there already', () => {
  const happened = { posted: [draw('30')], manual: [manual('-20', { at: FEB - 1 })] }
  expect(usable(balance(), happened, MID_JAN)).toBe('50')
})

test('no segment and no seat pays for what another lacks', () => {
  const segments = [segment('100'), segment('50', { id: 's2' })]
  expect(usable(balance({ segments }), { manual: [manual('-130')] }, JAN)).toBe('50')
  const seats = { ann: '60', bob: '40' }
  const happened = { manual: [manual('-50', { seats: { bob: '-50' } })] }
  expect(usable(balance({ segments: [segment('100', { seats })] }), happened, JAN)).toBe('60')
})

test('nothing of what is archived can be used', () => {
  expect(usable(balance({ archivedAt: JAN }), {}, JAN)).toBe('0')
})

function usable(own: Balance, happened: Partial<LedgerFacts>, now: number): string {
  const movements = movementsOf([own], { facts: facts(happened), reserved: [] })
  return balanceNow(own, movements.get(own.id) ?? [], now).toString()
}
