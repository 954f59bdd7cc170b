import { runInDurableObject } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { listContracts } from '../../src/db/contracts.ts'
import { findCustomer } from '../../src/db/customers.ts'
import type { Database } from '../../src/db/database.ts'
import { customers, invoices } from '../../src/db/schema.ts'
import {
  archiveContract,
  archiveCustomer,
  CONTRACTS_PER_CALL_MAX,
} from '../../src/objects/account-archive.ts'
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
  stateInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

const NOW = at('2026-03-10')

function callOf({ environmentId, customerId }: Billing) {
  return { environmentId, customerId, now: NOW }
}

/** A contract whose January and February are final, at 100 an event. */
async function bill(billing: Billing): Promise<string> {
  const contractId = await addContract(billing)
  for (const periodStart of [at('2026-01-01'), at('2026-02-01')]) {
    await account(billing).finalize({
      ...callOf(billing),
      kind: 'finalize-usage-invoice',
      contractId,
      periodStart,
    })
  }
  return contractId
}

async function createBilled() {
  const billing = await createBilling()
  await addRate(billing, { price: '100' })
  await ingest(billing, [{ at: '2026-01-10' }])
  return { billing, contractId: await bill(billing) }
}

/** Runs work inside the account on a database whose next batch dies before it is written. */
async function dieAtBatch(
  billing: Billing,
  work: (account: {
    env: typeof bindings
    db: Database
    storage: DurableObjectStorage
  }) => Promise<unknown>,
): Promise<void> {
  const dying = new Proxy(db, {
    get(target, name) {
      if (name === 'batch') return () => Promise.reject(new Error('died'))
      return Reflect.get(target, name) as unknown
    },
  })
  await runInDurableObject(account(billing), async (_object, state) => {
    await expect(work({ env: bindings, db: dying, storage: state.storage })).rejects.toThrow('died')
  })
}

test('an archived contract has no due row, and its invoices are void in the index as well', async () => {
  const { billing, contractId } = await createBilled()
  const kept = await bill(billing)
  const call = { ...callOf(billing), contractId, isVoiding: true }
  expect(await account(billing).archiveContract(call)).toEqual({ ok: true, value: null })
  expect((await readDueRows(billing)).map((row) => row.contractId)).toEqual([kept])
  const index = await readIndex(billing)
  const statuses = (id: string) =>
    index.filter((row) => row.contractId === id).map(({ status, total }) => `${status} ${total}`)
  expect(statuses(contractId)).toEqual(['VOID 100', 'VOID 0'])
  expect(statuses(kept)).toEqual(['FINALIZED 100', 'FINALIZED 0'])
})

test('a due row that outlives its contract does nothing, and none is restored', async () => {
  const { billing, contractId } = await createBilled()
  const call = { ...callOf(billing), contractId }
  await account(billing).archiveContract({ ...call, isVoiding: false })
  const later = { ...call, now: at('2026-06-01') }
  const march = { kind: 'finalize-usage-invoice', periodStart: at('2026-03-01') } as const
  expect(await account(billing).finalize({ ...later, ...march })).toEqual({ due: [], held: null })
  expect(await account(billing).restoreDue(later)).toBe(false)
  expect(await readDueRows(billing)).toEqual([])
  expect(await stateInvoices(billing, '2026-06-01')).toEqual([
    '2026-01 FINALIZED 100',
    '2026-02 FINALIZED 0',
  ])
})

test('a call that dies between account and database is completed by the next one', async () => {
  const { billing, contractId } = await createBilled()
  const call = { ...callOf(billing), contractId, isVoiding: true }
  await dieAtBatch(billing, (own) => archiveContract(own, call))
  expect((await readIndex(billing)).map(({ status }) => status)).toEqual(['FINALIZED', 'FINALIZED'])
  // The account's word counts already: nothing shows as finalized that is not.
  expect(await stateInvoices(billing, NOW)).toEqual([
    '2026-01 VOID 100',
    '2026-02 VOID 0',
    '2026-03 DRAFT 0',
  ])
  await account(billing).archiveContract(call)
  expect((await readIndex(billing)).map(({ status }) => status)).toEqual(['VOID', 'VOID'])
  expect(await readDueRows(billing)).toEqual([])
  expect(await stateInvoices(billing, NOW)).toEqual(['2026-01 VOID 100', '2026-02 VOID 0'])
})

test('an invoice whose finalization died before it was indexed is indexed by the archiving', async () => {
  const { billing, contractId } = await createBilled()
  await db.delete(invoices).where(eq(invoices.periodStart, at('2026-02-01')))
  await account(billing).archiveContract({ ...callOf(billing), contractId, isVoiding: false })
  expect(await readIndex(billing)).toMatchObject([
    { periodStart: at('2026-01-01'), status: 'FINALIZED', total: '100' },
    { periodStart: at('2026-02-01'), status: 'FINALIZED', total: '0' },
  ])
})

test("a customer's archiving that died is completed, for contracts archived before as well", async () => {
  const { billing, contractId } = await createBilled()
  const second = await bill(billing)
  const call = callOf(billing)
  await account(billing).archiveContract({ ...call, contractId, isVoiding: false })
  await dieAtBatch(billing, (own) => archiveCustomer(own, call))
  const { environmentId, customerId } = billing
  expect((await findCustomer(db, environmentId, customerId))?.archivedAt).toBeNull()
  expect(await account(billing).archiveCustomer({ ...call, now: NOW + 1 })).toBe(true)
  expect((await readIndex(billing)).map(({ status }) => status)).toEqual(Array(4).fill('VOID'))
  const all = await listContracts(db, environmentId, customerId, { includeArchived: true })
  expect(new Map(all.map(({ id, archivedAt }) => [id, archivedAt]))).toEqual(
    new Map([
      [contractId, NOW],
      [second, NOW + 1],
    ]),
  )
  // Asked once more, nothing changes.
  expect(await account(billing).archiveCustomer({ ...call, now: NOW + 2 })).toBe(true)
  const customer = await db.select().from(customers).where(eq(customers.id, customerId)).get()
  expect(customer).toMatchObject({ archivedAt: NOW + 1, updatedAt: NOW + 1 })
})

test('a customer of many contracts is archived in several calls', async () => {
  const billing = await createBilling()
  for (let i = 0; i <= CONTRACTS_PER_CALL_MAX; i += 1) await addContract(billing)
  const { environmentId, customerId } = billing
  expect(await account(billing).archiveCustomer(callOf(billing))).toBe(false)
  expect(await listContracts(db, environmentId, customerId)).toHaveLength(1)
  expect((await findCustomer(db, environmentId, customerId))?.archivedAt).toBeNull()
  expect(await account(billing).archiveCustomer(callOf(billing))).toBe(true)
  expect(await listContracts(db, environmentId, customerId)).toEqual([])
  expect((await findCustomer(db, environmentId, customerId))?.archivedAt).toBe(NOW)
})

test('a contract is archived after a finalization that runs already, never during it', async () => {
  const { billing, contractId } = await createBilled()
  const call = { ...callOf(billing), contractId, now: at('2026-04-02') }
  const [due] = await Promise.all([
    account(billing).finalize({
      ...call,
      kind: 'finalize-usage-invoice',
      periodStart: at('2026-03-01'),
    }),
    account(billing).archiveContract({ ...call, isVoiding: true }),
  ])
  expect(due).toMatchObject({ due: [{ periodStart: at('2026-04-01') }], held: null })
  expect(await readDueRows(billing)).toEqual([])
  expect((await readIndex(billing)).map(({ status }) => status)).toEqual(['VOID', 'VOID', 'VOID'])
})
