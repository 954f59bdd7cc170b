import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyChanges,
  contractAsOf,
  type ContractChanges,
  type ContractEdit,
} from '../../../src/core/contracts/contract-edit.ts'
import type { Override } from '../../../src/core/contracts/override.ts'
import { at, contract } from '../../support/terms.ts'

function override(id: string): Override {
  return {
    id,
    startingAt: 0,
    endingBefore: null,
    entitled: true,
    change: null,
    specifiers: [],
    isCommitSpecific: false,
    target: 'LIST_RATE',
    createdAt: 0,
  }
}

function edit(ordinal: number, createdAt: number, changes: ContractChanges): ContractEdit {
  return {
    id: `edit-${ordinal}`,
    contractId: 'contract',
    ordinal,
    uniquenessKey: null,
    changes,
    amendment: null,
    createdAt,
    createdBy: 'test',
  }
}

const statementSchedule = contract().terms.statementSchedule

test('what changes leave out stays as it is, and null takes a term away', () => {
  const state = {
    endingBefore: at('2026-06-01'),
    terms: { statementSchedule, name: 'Deal', netPaymentTermsDays: 30 },
  }
  expect(applyChanges(state, {})).toEqual(state)
  expect(applyChanges(state, { name: 'Better' }).terms.name).toBe('Better')
  const { endingBefore, terms } = applyChanges(state, {
    name: null,
    netPaymentTermsDays: null,
    endingBefore: null,
  })
  expect(endingBefore).toBeNull()
  expect(terms).toEqual({ statementSchedule })
})

test('overrides are removed by id, and added ones come last', () => {
  const state = {
    endingBefore: null,
    terms: { statementSchedule, overrides: ['a', 'b', 'c'].map(override) },
  }
  const changed = applyChanges(state, {
    addOverrides: [override('d')],
    removeOverrides: ['b'],
  })
  expect(changed.terms.overrides?.map(({ id }) => id)).toEqual(['a', 'c', 'd'])
  expect(state.terms.overrides).toHaveLength(3)
})

test('usage filters and breaks of statements are added', () => {
  const filter = { groupKey: 'org', groupValues: ['a'], startingAt: at('2026-03-01') }
  const changed = applyChanges(contract(), { addUsageFilters: [filter], breaks: [5] })
  expect(changed.terms.usageFilters).toEqual([filter])
  expect(changed.terms.statementSchedule).toEqual({ ...statementSchedule, breaks: [5] })
})

test('a contract is shown as of an instant with the edits that had been made by then', () => {
  const initial = contract({ createdAt: at('2026-01-01') })
  const edits = [
    edit(1, at('2026-02-01'), { name: 'First' }),
    edit(2, at('2026-03-01'), { name: 'Second', endingBefore: at('2026-12-01') }),
  ]
  const current = contract({ archivedAt: at('2026-04-01'), endingBefore: at('2026-12-01') })
  const asOf = (day: string) => contractAsOf(current, initial, edits, at(day))
  expect(asOf('2026-01-31').terms.name).toBeUndefined()
  expect(asOf('2026-02-01')).toMatchObject({ terms: { name: 'First' }, endingBefore: null })
  expect(asOf('2026-03-31')).toMatchObject({ terms: { name: 'Second' }, archivedAt: null })
  expect(asOf('2026-04-01').archivedAt).toBe(at('2026-04-01'))
})

test('all edits applied one after the other to the initial state are the state of today', () => {
  const changes = fc.record(
    {
      name: fc.option(fc.string(), { nil: null }),
      endingBefore: fc.option(fc.nat(), { nil: null }),
      netPaymentTermsDays: fc.option(fc.nat(), { nil: null }),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.array(changes), (all) => {
      let state = contract()
      for (const one of all) state = { ...state, ...applyChanges(state, one) }
      const edits = all.map((one, i) => edit(i + 1, i, one))
      expect(contractAsOf(state, contract(), edits, Infinity)).toEqual(state)
    }),
  )
})
