import { runInDurableObject } from 'cloudflare:test'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { voidInvoice } from '../../src/actions/correct-invoices.ts'
import { USD } from '../../src/core/currency.ts'
import type { Database } from '../../src/db/database.ts'
import {
  regenerateCustomerInvoice,
  voidCustomerInvoice,
} from '../../src/objects/account-corrections.ts'
import { createHistoricalInvoices } from '../../src/objects/account-historical.ts'
import { updateIssueDate } from '../../src/objects/account-issue-dates.ts'
import type { Account } from '../../src/objects/account-invoices.ts'
import { ok, type Result } from '../../src/core/result.ts'
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

const NOW = at('2026-02-10')

function callOf({ environmentId, customerId }: Billing) {
  return { environmentId, customerId, now: NOW }
}

/** A contract whose January is final, with an event at 100; `call` is for its invoice. */
async function createBilled(events = 1) {
  const billing = await createBilling()
  await addRate(billing, { price: '100' })
  const used = Array.from({ length: events }, () => ({ at: '2026-01-10' }))
  if (events > 0) await ingest(billing, used)
  const contractId = await addContract(billing)
  await account(billing).finalize({
    ...callOf(billing),
    kind: 'finalize-usage-invoice',
    contractId,
    periodStart: at('2026-01-01'),
  })
  const [january] = await readInvoices(billing, NOW)
  const call = { ...callOf(billing), invoiceId: january!.id }
  return { billing, january: january!, call }
}

/** Runs work inside the account on a database that dies at its first batch after so many. */
async function dieAtBatch(
  billing: Billing,
  work: (account: Account) => Promise<Result<string>>,
  batches = 0,
): Promise<void> {
  let left = batches
  const dying: Database = new Proxy(db, {
    get(target, name) {
      if (name === 'batch' && left === 0) return () => Promise.reject(new Error('died'))
      if (name === 'batch') left -= 1
      return Reflect.get(target, name) as unknown
    },
  })
  await runInDurableObject(account(billing), async (_object, { storage }) => {
    await expect(work({ env: bindings, db: dying, storage })).rejects.toThrow('died')
  })
}

const statuses = async (billing: Billing) => (await readIndex(billing)).map(({ status }) => status)

test('voiding that died between account and index is completed by the next call, and refused then', async () => {
  const { billing, call } = await createBilled()
  await dieAtBatch(billing, (own) => voidCustomerInvoice(own, call))
  expect(await stateInvoices(billing, NOW)).toEqual(['2026-01 VOID 100', '2026-02 DRAFT 0'])
  expect(await statuses(billing)).toEqual(['FINALIZED'])
  expect(await account(billing).voidInvoice(call)).toEqual({ ok: true, value: call.invoiceId })
  expect(await statuses(billing)).toEqual(['VOID'])
  expect(await account(billing).voidInvoice(call)).toMatchObject({ error: { code: 'invalid' } })
})

test('regenerating that died is completed by the next call with the same invoice, and refused then', async () => {
  const { billing, call } = await createBilled()
  await account(billing).voidInvoice(call)
  // The terms, and what proves the invoice, are read as batches, too.
  await dieAtBatch(billing, (own) => regenerateCustomerInvoice(own, call), 2)
  const kept = await readInvoices(billing, NOW, { status: 'FINALIZED' })
  expect(kept).toMatchObject([{ total: '100', regeneratedFromInvoiceId: call.invoiceId }])
  expect(await statuses(billing)).toEqual(['VOID'])
  // What came in since then is not on it: it is final.
  await ingest(billing, [{ at: '2026-01-11' }])
  const { id } = kept[0]!
  const later = { ...call, now: NOW + 1 }
  expect(await account(billing).regenerateInvoice(later)).toEqual({ ok: true, value: id })
  expect((await statuses(billing)).toSorted()).toEqual(['FINALIZED', 'VOID'])
  expect(await readInvoices(billing, NOW, { status: 'FINALIZED' })).toEqual(kept)
  expect(await account(billing).regenerateInvoice(later)).toMatchObject({
    error: { code: 'conflict' },
  })
})

test('a historical invoice that died before the index had it can be made void by who meets it', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '100' })
  const contractId = await addContract(billing)
  const period = { startMs: at('2026-01-01'), endMs: at('2026-02-01') }
  const historical = (id: string) => ({
    ...callOf(billing),
    isPreview: false,
    invoices: [
      {
        id,
        contractId,
        creditTypeId: USD.id,
        ...period,
        issuedAt: period.endMs,
        lines: [{ ...period, productId: billing.productId, quantity: '4' }],
        customFields: {},
        field: 'invoices[0]',
      },
    ],
  })
  const id = crypto.randomUUID()
  expect((await stateInvoices(billing, NOW))[0]).toBe('2026-01 DRAFT 0')
  const isStored = async () =>
    (await account(billing).getInvoice({ ...callOf(billing), invoiceId: id })).ok
  for (let batches = 0; !(await isStored()); batches += 1) {
    const die = async (own: Account) => {
      const made = await createHistoricalInvoices(own, historical(id))
      return made.ok ? ok(id) : made
    }
    await dieAtBatch(billing, die, batches)
  }
  // Nobody asks again under its id.
  const other = historical(crypto.randomUUID())
  expect(await account(billing).createHistoricalInvoices(other)).toMatchObject({
    error: { message: `invoices[0]: invoice ${id} is of the same time; void it first` },
  })
  expect(await voidInvoice(bindings, { id: billing.environmentId }, id, NOW)).toEqual(ok(id))
  expect((await account(billing).createHistoricalInvoices(other)).ok).toBe(true)
  expect((await statuses(billing)).toSorted()).toEqual(['FINALIZED', 'VOID'])
})

test('an account knows no invoice of others, and no draft', async () => {
  const { billing, call } = await createBilled()
  const [, draft] = await readInvoices(billing, NOW)
  for (const invoiceId of [draft!.id, 'unknown']) {
    const refused = { error: { code: 'not_found' } }
    expect(await account(billing).voidInvoice({ ...call, invoiceId })).toMatchObject(refused)
    expect(await account(billing).regenerateInvoice({ ...call, invoiceId })).toMatchObject(refused)
  }
})

test('a new date of issue that died before it was due is completed by the next call', async () => {
  const { billing, call } = await createBilled()
  const [, draft] = await readInvoices(billing, NOW)
  const issuedAt = at('2026-03-05')
  const update = { ...call, invoiceId: draft!.id, issuedAt }
  const dueAt = async () => (await readDueRows(billing)).map((row) => row.dueAt)
  const before = await dueAt()
  // The terms are read twice.
  await dieAtBatch(billing, (own) => updateIssueDate(own, update), 2)
  expect(await dueAt()).toEqual(before)
  expect(await account(billing).updateIssueDate(update)).toEqual({ ok: true, value: draft!.id })
  expect(await dueAt()).toEqual([issuedAt])
})

test('where nothing has changed, regenerating gives the same lines and total', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 5 }), async (events) => {
      const { billing, january, call } = await createBilled(events)
      await account(billing).voidInvoice(call)
      await account(billing).regenerateInvoice(call)
      const [anew] = await readInvoices(billing, NOW, { status: 'FINALIZED' })
      expect(anew!.lines).toEqual(january.lines)
      expect(anew!.total).toBe(january.total)
    }),
    { numRuns: 4 },
  )
})
