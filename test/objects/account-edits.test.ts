import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import type { ContractInput } from '../../src/core/contracts/create-contract.ts'
import type { EditInput } from '../../src/core/contracts/edit-contract.ts'
import { loadHistories } from '../../src/db/contract-edits.ts'
import { findContract } from '../../src/db/contracts.ts'
import type { Database } from '../../src/db/database.ts'
import { invoices } from '../../src/db/schema.ts'
import { editCustomerContract } from '../../src/objects/account-edits.ts'
import {
  account,
  addContract,
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  readDueRows,
  readIndex,
  readInvoices,
  stateInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

async function signUp(input: Partial<ContractInput> = {}) {
  const billing = await createBilling()
  await addRate(billing, { price: '10' })
  const contractId = await addContract(billing, input)
  return { ...billing, contractId }
}

function edit(
  { environmentId, customerId, contractId }: Billing & { contractId: string },
  input: Partial<EditInput>,
  now: string,
) {
  return account({ environmentId, customerId } as Billing).editContract(
    editCall({ environmentId, customerId, contractId }, input, now),
  )
}

function editCall(
  {
    environmentId,
    customerId,
    contractId,
  }: Record<'environmentId' | 'customerId' | 'contractId', string>,
  input: Partial<EditInput>,
  now: string,
) {
  const fields = {
    overrides: 'add_overrides',
    prefix: 'add_' as const,
    endingBefore: 'update_contract_end_date',
  }
  const reference = { id: crypto.randomUUID(), customerId, contractId, createdBy: 'test' }
  return { environmentId, customerId, now: at(now), input: { ...reference, fields, ...input } }
}

function finalize(
  { environmentId, customerId, contractId }: Billing & { contractId: string },
  periodStart: string,
  now: string,
) {
  return account({ environmentId, customerId } as Billing).finalize({
    kind: 'finalize-usage-invoice',
    environmentId,
    customerId,
    contractId,
    periodStart: at(periodStart),
    now: at(now),
  })
}

async function due(billing: Billing): Promise<string[]> {
  const rows = await readDueRows(billing)
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  return rows.map((row) => `${day(row.periodStart)}..${day(row.periodEnd)} due ${day(row.dueAt)}`)
}

/** Every invoice as `first day..end status total`. */
async function spans(billing: Billing, now: string): Promise<string[]> {
  const day = (ms: number) => new Date(ms).toISOString().slice(5, 10)
  return (await readInvoices(billing, now)).map(
    ({ startingAt, endingBefore, status, total }) =>
      `${day(startingAt!)}..${day(endingBefore!)} ${status} ${total}`,
  )
}

test('when the end of a contract moves, what falls due moves with it', async () => {
  const billing = await signUp()
  expect(await due(billing)).toEqual(['2026-01-01..2026-02-01 due 2026-02-02'])
  await edit(billing, { endingBefore: at('2026-01-15') }, '2026-01-10')
  expect(await due(billing)).toEqual(['2026-01-01..2026-01-15 due 2026-01-16'])
  await edit(billing, { endingBefore: null }, '2026-01-10')
  expect(await due(billing)).toEqual(['2026-01-01..2026-02-01 due 2026-02-02'])
})

test('a contract that has ended before its next period has nothing more due', async () => {
  const billing = await signUp()
  await finalize(billing, '2026-01-01', '2026-02-02')
  expect(await due(billing)).toEqual(['2026-02-01..2026-03-01 due 2026-03-02'])
  await edit(billing, { endingBefore: at('2026-02-01') }, '2026-02-10')
  expect(await due(billing)).toEqual([])
  expect(await stateInvoices(billing, '2026-02-10')).toEqual(['2026-01 FINALIZED 0'])
})

test('usage is invoiced once when a contract ends within a period, is invoiced, and goes on', async () => {
  const billing = await signUp()
  await ingest(billing, [{ at: '2026-01-03' }, { at: '2026-01-20' }, { at: '2026-02-03' }])
  await edit(billing, { endingBefore: at('2026-01-15') }, '2026-01-10')
  await finalize(billing, '2026-01-01', '2026-01-16')
  expect(await due(billing)).toEqual([])
  await edit(billing, { endingBefore: null }, '2026-01-20')
  expect(await due(billing)).toEqual(['2026-01-15..2026-02-01 due 2026-02-02'])
  expect(await spans(billing, '2026-02-10')).toEqual([
    '01-01..01-15 FINALIZED 10',
    '01-15..02-01 DRAFT 10',
    '02-01..03-01 DRAFT 10',
  ])
})

test('an end within finalized invoices leaves them as they are', async () => {
  const billing = await signUp()
  await ingest(billing, [{ at: '2026-01-20' }])
  await finalize(billing, '2026-01-01', '2026-02-02')
  const careful = { endingBefore: at('2026-01-15'), mayCutInvoices: false }
  expect(await edit(billing, careful, '2026-02-10')).toMatchObject({ ok: false })
  expect(await edit(billing, { endingBefore: at('2026-01-15') }, '2026-02-10')).toMatchObject({
    ok: true,
  })
  expect(await spans(billing, '2026-02-10')).toEqual(['01-01..02-01 FINALIZED 10'])
  await edit(billing, { endingBefore: null }, '2026-02-10')
  expect(await due(billing)).toEqual(['2026-02-01..2026-03-01 due 2026-03-02'])
})

test('a final invoice that is missing in the index gets there before its due row goes', async () => {
  const billing = await signUp()
  await finalize(billing, '2026-01-01', '2026-02-02')
  await db.delete(invoices).where(eq(invoices.environmentId, billing.environmentId))
  await edit(billing, { endingBefore: at('2026-02-15') }, '2026-02-10')
  expect(await readIndex(billing)).toHaveLength(1)
})

test('drafts show new terms at once, finalized invoices never', async () => {
  const billing = await signUp({ netPaymentTermsDays: 14 })
  await finalize(billing, '2026-01-01', '2026-02-02')
  await edit(billing, { netPaymentTermsDays: 30 }, '2026-02-10')
  const read = await readInvoices(billing, '2026-02-10')
  expect(read.map(({ status, netPaymentTermsDays }) => [status, netPaymentTermsDays])).toEqual([
    ['FINALIZED', 14],
    ['DRAFT', 30],
  ])
})

test('an edit that is asked for again with its id is made once', async () => {
  const billing = await signUp()
  const override = { id: crypto.randomUUID(), startingAt: at('2026-01-01'), entitled: false }
  const input = { id: crypto.randomUUID(), addOverrides: [override] }
  const first = await edit(billing, input, '2026-01-10')
  expect(await edit(billing, input, '2026-01-11')).toEqual(first)
  const { environmentId, customerId, contractId } = billing
  const contract = await findContract(db, environmentId, customerId, contractId)
  expect(contract?.terms.overrides).toHaveLength(1)
})

test('contracts of nobody and of others are not found', async () => {
  const [billing, other] = [await signUp(), await signUp()]
  expect(
    await edit({ ...billing, contractId: other.contractId }, { name: 'x' }, '2026-01-10'),
  ).toMatchObject({ error: { code: 'not_found', message: expect.stringMatching(/^contract_id/) } })
  expect(
    await edit({ ...billing, customerId: crypto.randomUUID() }, { name: 'x' }, '2026-01-10'),
  ).toMatchObject({ error: { code: 'not_found', message: expect.stringMatching(/^customer_id/) } })
})

test('an edit that another one overtakes is decided anew, and none of them is lost', async () => {
  const billing = await signUp()
  // Elsewhere the same account may still be at work, as after a move: so the table itself must tell.
  let batches = 0
  const slow = new Proxy(db, {
    get(target, name) {
      if (name !== 'batch') return Reflect.get(target, name) as unknown
      return async (...args: Parameters<Database['batch']>) => {
        batches += 1
        // The first two read, the third one writes.
        if (batches === 3) await edit(billing, { netPaymentTermsDays: 30 }, '2026-01-10')
        return target.batch(...args)
      }
    },
  })
  const storage = {
    sql: { exec: () => ({ toArray: () => [] }) },
  } as unknown as DurableObjectStorage
  const call = editCall(billing, { name: 'Late' }, '2026-01-10')
  const edited = await editCustomerContract({ env: bindings, db: slow, storage }, call)
  expect(edited).toMatchObject({ ok: true, value: { ordinal: 2 } })
  const { environmentId, customerId, contractId } = billing
  expect(await findContract(db, environmentId, customerId, contractId)).toMatchObject({
    terms: { name: 'Late', netPaymentTermsDays: 30 },
  })
  const history = (await loadHistories(db, environmentId, [contractId])).get(contractId)
  expect(history?.edits.map(({ changes }) => changes)).toEqual([
    { netPaymentTermsDays: 30 },
    { name: 'Late' },
  ])
  expect(history?.initial.terms).not.toHaveProperty('name')
})
