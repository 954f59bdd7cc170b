import { expect, test } from 'vitest'
import type { Contract } from '../../../src/core/contracts/contract.ts'
import type { EditSurroundings } from '../../../src/core/contracts/edit-contract.ts'
import { endFormer } from '../../../src/core/contracts/end-former.ts'
import { at, contract } from '../../support/terms.ts'

function end(
  startingAt: string,
  former: Partial<Contract> = {},
  invoices: EditSurroundings['invoices'] = [],
) {
  return endFormer(
    {
      id: 'new',
      customerId: 'customer',
      startingAt: at(startingAt),
      transition: { type: 'RENEWAL', fromContractId: 'contract', editId: 'edit' },
      customFields: {},
      createdBy: 'test',
    },
    {
      contract: contract({ startingAt: at('2026-02-01'), ...former }),
      edits: 0,
      isUniquenessKeyUsed: false,
      products: [],
      invoicedChargeIds: new Map(),
      card: null,
      invoices,
    },
    at('2026-03-10'),
  )
}

const transition = { type: 'RENEWAL', fromContractId: 'contract', toContractId: 'new' }

test('the former contract ends where the new one starts', () => {
  expect(end('2026-03-15')).toMatchObject({
    value: {
      contract: { endingBefore: at('2026-03-15'), terms: { transitions: [transition] } },
      edit: { id: 'edit', changes: { endingBefore: at('2026-03-15'), addTransition: transition } },
    },
  })
})

test('a former contract that has ended by then keeps its end', () => {
  const ended = end('2026-03-15', { endingBefore: at('2026-03-01') })
  expect(ended).toMatchObject({ value: { contract: { endingBefore: at('2026-03-01') } } })
  expect(end('2026-03-15', { endingBefore: at('2026-06-01') })).toMatchObject({
    value: { contract: { endingBefore: at('2026-03-15') } },
  })
})

test('a new contract may take the whole time of the former one, and no time before it', () => {
  expect(end('2026-02-01')).toMatchObject({
    value: { contract: { startingAt: at('2026-02-01'), endingBefore: at('2026-02-01') } },
  })
  expect(end('2026-01-31')).toMatchObject({
    error: { code: 'invalid', message: expect.stringMatching(/^starting_at: /) },
  })
})

test('what is on a finalized invoice is not taken over, what is on a void one is', () => {
  const billed = { endingBefore: at('2026-03-01'), status: 'FINALIZED' as const }
  expect(end('2026-02-15', {}, [billed])).toMatchObject({
    error: {
      code: 'invalid',
      message: expect.stringMatching(/^starting_at: expected 2026-03-01.* or later/),
    },
  })
  expect(end('2026-03-01', {}, [billed])).toMatchObject({ ok: true })
  expect(end('2026-02-15', {}, [{ ...billed, status: 'VOID' }])).toMatchObject({ ok: true })
})

test('nothing takes over from an archived contract', () => {
  expect(end('2026-03-15', { archivedAt: 1 })).toMatchObject({
    error: { message: expect.stringMatching(/^transition\.from_contract_id: .*archived/) },
  })
})
