import { expect, test } from 'vitest'
import type { Contract } from '../../../src/core/contracts/contract.ts'
import {
  editContract,
  type EditInput,
  type EditSurroundings,
} from '../../../src/core/contracts/edit-contract.ts'
import { at, contract, metric, product, rateCard } from '../../support/terms.ts'

const NOW = at('2026-03-10T12')
const card = {
  rateCard: rateCard(),
  products: [product()],
  metrics: [metric({ groupKeys: [['org']] })],
}

function decide(input: Partial<EditInput>, surroundings: Partial<EditSurroundings> = {}) {
  return editContract(
    {
      id: 'edit',
      customerId: 'customer',
      contractId: 'contract',
      createdBy: 'test',
      fields: {
        overrides: 'add_overrides',
        prefix: 'add_',
        endingBefore: 'update_contract_end_date',
      },
      ...input,
    },
    {
      contract: contract(),
      edits: 0,
      isUniquenessKeyUsed: false,
      products: [],
      invoicedChargeIds: new Map(),
      card,
      invoices: [],
      ...surroundings,
    },
    NOW,
  )
}

function messageOf(input: Partial<EditInput>, surroundings: Partial<EditSurroundings> = {}) {
  const decided = decide(input, surroundings)
  return decided.ok ? 'accepted' : decided.error.message
}

function endedAt(endingBefore: string | null, terms: Partial<Contract['terms']> = {}): Contract {
  const plain = contract({ endingBefore: endingBefore === null ? null : at(endingBefore) })
  return { ...plain, terms: { ...plain.terms, ...terms } }
}

function invoice(endingBefore: string, status: 'FINALIZED' | 'VOID' = 'FINALIZED') {
  return { endingBefore: at(endingBefore), status }
}

test('an edit changes the contract, and is recorded with everything that it changed', () => {
  const override = { id: 'o', startingAt: at('2026-03-01'), entitled: false }
  const decided = decide(
    { addOverrides: [override], name: 'New', netPaymentTermsDays: 10, uniquenessKey: 'k' },
    { edits: 4 },
  )
  expect(decided).toMatchObject({
    ok: true,
    value: {
      contract: {
        id: 'contract',
        terms: { name: 'New', netPaymentTermsDays: 10, overrides: [{ id: 'o', createdAt: NOW }] },
      },
      edit: {
        id: 'edit',
        ordinal: 5,
        uniquenessKey: 'k',
        changes: { name: 'New', netPaymentTermsDays: 10, addOverrides: [{ id: 'o' }] },
        createdAt: NOW,
        createdBy: 'test',
      },
    },
  })
})

test('a usage filter begins with the contract or later', () => {
  const setUsageFilter = { groupKey: 'org', groupValues: ['a'], startingAt: at('2026-04-01') }
  expect(decide({ setUsageFilter })).toMatchObject({
    value: { contract: { terms: { usageFilters: [setUsageFilter] } } },
  })
  const early = { ...setUsageFilter, startingAt: at('2025-12-01') }
  expect(messageOf({ setUsageFilter: early })).toMatch(/^starting_at: /)
  expect(messageOf({ setUsageFilter: { ...setUsageFilter, startingAt: NOW + 1 } })).toMatch(
    /^starting_at: /,
  )
  expect(messageOf({ setUsageFilter: { ...setUsageFilter, groupKey: 'team' } })).toMatch(
    /^group_key: /,
  )
})

test('edits that change nothing, or what cannot be changed, are refused', () => {
  expect(messageOf({})).toContain('at least one change')
  expect(messageOf({ name: 'x' }, { contract: contract({ archivedAt: 1 }) })).toContain('archived')
  expect(messageOf({ removeOverrides: ['o'] })).toBe(
    'remove_overrides[0].id: the contract has no override o',
  )
  expect(messageOf({ endingBefore: at('2026-01-01') })).toMatch(/^update_contract_end_date: /)
  expect(decide({ name: 'x' }, { isUniquenessKeyUsed: true })).toMatchObject({
    error: { code: 'conflict', message: 'This uniqueness key has already been used.' },
  })
})

test('overrides of an edit follow the prioritization of the contract', () => {
  const tiered = {
    id: 'o',
    startingAt: 0,
    type: 'TIERED' as const,
    tiers: [{ size: null, multiplier: '1' }],
    priority: 1,
  }
  expect(messageOf({ addOverrides: [tiered] })).toMatch(/^add_overrides\[0\]\.type: /)
  const explicit = endedAt(null, { multiplierOverridePrioritization: 'EXPLICIT' })
  expect(messageOf({ addOverrides: [tiered] }, { contract: explicit })).toBe('accepted')
})

test('the end may lie before the end of a finalized invoice, unless the edit says otherwise', () => {
  const invoices = [invoice('2026-02-01'), invoice('2026-04-01', 'VOID')]
  const endingBefore = at('2026-01-15')
  expect(decide({ endingBefore }, { invoices })).toMatchObject({
    value: { contract: { endingBefore } },
  })
  const careful = { endingBefore, mayCutInvoices: false }
  expect(messageOf(careful, { invoices })).toMatch(/^update_contract_end_date: .*2026-02-01/)
  expect(messageOf({ ...careful, endingBefore: at('2026-02-01') }, { invoices })).toBe('accepted')
})

test('a contract that goes on after a final invoice within a period is invoiced from there on', () => {
  const decided = decide(
    { endingBefore: null },
    { contract: endedAt('2026-01-15'), invoices: [invoice('2026-01-15')] },
  )
  expect(decided).toMatchObject({
    value: {
      contract: {
        endingBefore: null,
        terms: { statementSchedule: { breaks: [at('2026-01-15')] } },
      },
    },
  })
})

test('final invoices of whole periods break nothing, and known breaks are kept', () => {
  const moved = (from: Contract, invoices: EditSurroundings['invoices']) => {
    const decided = decide({ endingBefore: at('2026-08-01') }, { contract: from, invoices })
    return decided.ok ? decided.value.contract.terms.statementSchedule.breaks : decided.error
  }
  expect(moved(endedAt('2026-02-01'), [invoice('2026-02-01')])).toBeUndefined()
  const statementSchedule = {
    frequency: 'MONTHLY' as const,
    anchorMs: at('2026-01-01'),
    breaks: [at('2026-01-15')],
  }
  const again = endedAt('2026-01-20', { statementSchedule })
  expect(moved(again, [invoice('2026-01-15'), invoice('2026-01-20')])).toEqual([
    at('2026-01-15'),
    at('2026-01-20'),
  ])
})

test('an end that was over when it is moved is remembered: what expired with it stays expired', () => {
  const over = decide({ endingBefore: null }, { contract: endedAt('2026-03-01') })
  const formerEnd = { until: NOW, endingBefore: at('2026-03-01'), recurringCount: 0 }
  expect(over).toMatchObject({ value: { contract: { terms: { formerEnds: [formerEnd] } } } })
  const ahead = decide({ endingBefore: null }, { contract: endedAt('2026-04-01') })
  expect(ahead.ok && ahead.value.contract.terms.formerEnds).toBeUndefined()
})
