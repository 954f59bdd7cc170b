import { expect, test } from 'vitest'
import type { BalancesReading } from '../../../src/core/ledger/draw.ts'
import { netBalance, type NetBalanceQuery } from '../../../src/core/ledger/net-balance.ts'
import { balance, draw, facts, JAN, manual, MID_JAN, segment, USD } from '../../support/balances.ts'

test('TV43: what was taken beyond a credit is not taken from another one', () => {
  const balances = [
    balance({ segments: [segment('1000')] }),
    balance({ id: 'b2', segments: [segment('700', { id: 's2' })] }),
  ]
  const happened = { balances, facts: facts({ manual: [manual('-1500')] }) }
  expect(net(happened, { filters: [{ ids: ['b1'] }] })).toBe('0')
  expect(net(happened)).toBe('700')
})

test('TV44: what drafts draw counts, or only what final invoices drew', () => {
  const balances = [balance({ type: 'PREPAID', segments: [segment('1000')] })]
  const happened = {
    balances,
    facts: facts({ posted: [draw('300', { at: MID_JAN })] }),
    reserved: [draw('200', { invoiceId: 'draft' })],
  }
  expect(net(happened)).toBe('500')
  expect(net(happened, { includesDrafts: false })).toBe('700')
})

test('only balances of the credit type count', () => {
  const balances = [balance(), balance({ id: 'b2', creditTypeId: 'unit' })]
  expect(net({ balances }, { creditTypeId: 'unit' })).toBe('100')
})

test('a balance counts where it meets all of any filter', () => {
  const balances = [
    balance({ id: 'a', segments: [segment('1')], customFields: { plan: 'trial', tier: '1' } }),
    balance({ id: 'b', segments: [segment('10')], customFields: { plan: 'trial' } }),
    balance({ id: 'c', segments: [segment('100')], type: 'PREPAID' }),
    balance({ id: 'd', segments: [segment('1000')], type: 'POSTPAID' }),
  ]
  const filtered = (...filters: NetBalanceQuery['filters']) => net({ balances }, { filters })

  expect(filtered()).toBe('1111')
  expect(filtered({})).toBe('1111')
  expect(filtered({ balanceTypes: ['PREPAID', 'CREDIT'] })).toBe('111')
  expect(filtered({ customFields: { plan: 'trial' } })).toBe('11')
  expect(filtered({ customFields: { plan: 'trial', tier: '1' } })).toBe('1')
  expect(filtered({ customFields: { plan: 'trial' }, balanceTypes: ['PREPAID'] })).toBe('0')
  expect(filtered({ ids: ['a', 'c'] }, { balanceTypes: ['POSTPAID'] })).toBe('1101')
  expect(filtered({ ids: [] })).toBe('0')
})

function net(reading: Partial<BalancesReading>, query: Partial<NetBalanceQuery> = {}): string {
  const complete = { balances: [], facts: facts(), reserved: [], ...reading }
  const asked = { creditTypeId: USD, filters: [], includesDrafts: true, ...query }
  return netBalance(complete, asked, JAN).toString()
}
