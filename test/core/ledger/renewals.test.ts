import { expect, test } from 'vitest'
import { expectedRollovers, renew, renewalsOf } from '../../../src/core/ledger/renewals.ts'
import { openingRemaining } from '../../../src/core/ledger/remaining.ts'
import { balance, draw, facts, JAN, MAR, segment } from '../../support/balances.ts'
import { charged } from '../../support/fixed-charges.ts'
import { at } from '../../support/terms.ts'

const TRANSITION = { type: 'RENEWAL', fromContractId: 'old', toContractId: 'new' } as const
const OLD = charged({ transitions: [TRANSITION] }, { id: 'old', endingBefore: MAR })
const NEW = charged(
  { transitions: [TRANSITION] },
  { id: 'new', startingAt: MAR, endingBefore: at('2026-06-01') },
)
const NOW = at('2026-03-10')

const commit = balance({
  contractId: 'old',
  type: 'PREPAID',
  rolloverFraction: '0.5',
  segments: [segment('100', { startingAt: JAN, endingBefore: MAR })],
})

test('a renewal is told by the contract that takes over, once', () => {
  expect(renewalsOf([OLD, NEW])).toEqual([{ transition: TRANSITION, from: OLD, to: NEW }])
  expect(renewalsOf([NEW])).toEqual([])
  const superseding = { ...TRANSITION, type: 'SUPERSEDE' } as const
  expect(renewalsOf([OLD, charged({ transitions: [superseding] }, { id: 'new' })])).toEqual([])
})

test('what is left is taken along up to the fraction, and is gone from where it was', () => {
  const [renewal] = renewalsOf([OLD, NEW])
  const state = { balances: [commit], facts: facts({ posted: [draw('80')] }) }
  const renewed = renew(state, openingRemaining([commit], state.facts), renewal!, NOW)
  expect(renewed.added).toMatchObject([{ contractId: 'new', segments: [{ amount: '20' }] }])
  expect(renewed.facts.rollovers).toMatchObject([{ balanceId: 'b1', amount: '20', at: MAR }])
  expect([...openingRemaining(renewed.balances, renewed.facts).values()]).toEqual(['0', '20'])
})

test('at most the fraction of all that was granted may be taken along', () => {
  const renewals = renewalsOf([OLD, NEW])
  expect(expectedRollovers([commit], renewals, NOW)).toMatchObject([
    { contractId: 'new', segments: [{ amount: '50', startingAt: MAR }] },
  ])
  expect(expectedRollovers([commit], [], NOW)).toEqual([])
})
