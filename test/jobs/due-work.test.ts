import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { MINUTE_MS } from '../../src/core/time.ts'
import { ATTEMPT_BEGAN } from '../../src/db/due-work.ts'
import { heldInvoices } from '../../src/db/held-invoice-schema.ts'
import { dueWork, environments, rates } from '../../src/db/schema.ts'
import type { Env } from '../../src/env.ts'
import { isRetryDue, runDueWork } from '../../src/jobs/due-work.ts'
import {
  addContract,
  addCustomer,
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  readDueRows,
  readIndex,
  readInvoices,
  stateInvoices,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

// Failures are meant here: what is logged of them would only look like news.
vi.spyOn(console, 'error').mockImplementation(() => undefined)

test('nothing is done before it is due, and everything that is due is done', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }])
  await runDueWork(bindings, at('2026-02-02') - 1)
  expect(await readIndex(billing)).toEqual([])
  await runDueWork(bindings, at('2026-02-02'))
  expect(await stateInvoices(billing, '2026-02-02')).toEqual([
    '2026-01 FINALIZED 5',
    '2026-02 DRAFT 0',
  ])
})

test('a contract that starts in the past is caught up with in one run, period by period', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  await ingest(
    billing,
    ['2025-10-10', '2025-11-10', '2025-12-10', '2026-01-10'].map((day) => ({ at: day })),
  )
  await addContract(billing, { startingAt: at('2025-10-01') }, at('2026-01-15'))
  expect(await stateInvoices(billing, '2026-01-15')).toEqual([
    '2025-10 DRAFT 5',
    '2025-11 DRAFT 5',
    '2025-12 DRAFT 5',
    '2026-01 DRAFT 5',
  ])
  await runDueWork(bindings, at('2026-01-15'))
  expect(await stateInvoices(billing, '2026-01-15')).toEqual([
    '2025-10 FINALIZED 5',
    '2025-11 FINALIZED 5',
    '2025-12 FINALIZED 5',
    '2026-01 DRAFT 5',
  ])
  expect(await readDueRows(billing)).toMatchObject([{ dueAt: at('2026-02-02'), attempts: 0 }])
})

test('a failing unit holds back later ones of its customer and of nobody else, and is not lost', async () => {
  const billing = await createBilling()
  const broken = await addRate(billing, { price: 'no number' })
  const badId = await addContract(billing, { endingBefore: at('2026-02-01') })
  const laterId = await addContract(billing, {
    rateCardId: undefined,
    startingAt: at('2026-02-15'),
    endingBefore: at('2026-03-01'),
  })
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  const otherId = await addContract(other, {
    rateCardId: undefined,
    endingBefore: at('2026-02-01'),
  })

  await runDueWork(bindings, at('2026-04-01'))
  expect(await readIndex(billing)).toMatchObject([{ customerId: other.customerId }])
  expect(await readDueRows(billing)).toMatchObject([
    {
      contractId: badId,
      attempts: 1,
      lastError: expect.stringContaining('no number'),
    },
    { contractId: laterId, attempts: 0, lastError: null },
  ])

  await db.delete(rates).where(eq(rates.id, broken))
  await runDueWork(bindings, at('2026-04-01') + MINUTE_MS)
  expect(await readDueRows(billing)).toEqual([])
  const invoiced = (await readIndex(billing)).map(({ contractId }) => contractId)
  expect(new Set(invoiced)).toEqual(new Set([badId, otherId, laterId]))
})

test('attempts that did not end are listed as held before the next one, which is made alone', async () => {
  const billing = await createBilling()
  const broken = await addRate(billing, { price: 'no number' })
  const contractId = await addContract(billing, { endingBefore: at('2026-02-01') })
  const begun = (attempts: number) =>
    db
      .update(dueWork)
      .set({ attempts, lastError: ATTEMPT_BEGAN })
      .where(eq(dueWork.contractId, contractId))
  const readHeld = () =>
    db.select().from(heldInvoices).where(eq(heldInvoices.contractId, contractId))
  const run = (minute: number) => runDueWork(bindings, at('2026-04-01') + minute * MINUTE_MS)

  // One that began may be going on still.
  await begun(1)
  await run(0)
  expect(await readHeld()).toMatchObject([{ code: 'failed', attempts: 1 }])
  expect(await readDueRows(billing)).toMatchObject([
    { attempts: 2, lastError: expect.stringContaining('no number') },
  ])
  // Interrupted counts as one, and the failure that follows as another.
  await begun(2)
  await run(2)
  expect(await readHeld()).toMatchObject([{ code: 'failed', attempts: 3 }])
  await begun(4)
  await db.delete(rates).where(eq(rates.id, broken))
  await run(8)
  expect(await readDueRows(billing)).toEqual([])
  expect(await readHeld()).toEqual([])
})

test('a proof that the platform ends again and again is listed as interrupted, and done once it ends', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  const contractId = await addContract(billing, { endingBefore: at('2026-02-01') })
  await ingest(billing, [{ at: '2026-01-10' }])
  const ending = Promise.withResolvers<never>()
  const hanging = {
    ...bindings,
    ACCOUNT: { getByName: () => ({ finalize: () => ending.promise }) },
  } as unknown as Env
  const runs: Promise<unknown>[] = []
  const tryUntilBegun = async (minute: number, attempts: number) => {
    runs.push(runDueWork(hanging, at('2026-04-01') + minute * MINUTE_MS))
    await vi.waitFor(async () => {
      const [row] = await readDueRows(billing)
      expect(row).toMatchObject({ attempts, lastError: ATTEMPT_BEGAN })
    })
  }
  const readHeld = () =>
    db.select().from(heldInvoices).where(eq(heldInvoices.contractId, contractId))
  await tryUntilBegun(0, 1)
  await tryUntilBegun(1, 2)
  expect(await readHeld()).toEqual([])
  await tryUntilBegun(2, 3)
  expect(await readHeld()).toMatchObject([{ code: 'interrupted', attempts: 1 }])
  await runDueWork(bindings, at('2026-04-01') + 4 * MINUTE_MS)
  expect(await stateInvoices(billing, '2026-04-02')).toEqual(['2026-01 FINALIZED 5'])
  expect(await readHeld()).toEqual([])
  ending.reject(new Error('the machine was ended'))
  await Promise.allSettled(runs)
})

test('a unit that waits for its retry holds back the later ones of its customer', async () => {
  const billing = await createBilling()
  const first = await addContract(billing, { endingBefore: at('2026-02-01') })
  const second = await addContract(billing, {
    startingAt: at('2026-02-15'),
    endingBefore: at('2026-03-01'),
  })
  await db.update(dueWork).set({ attempts: 20 }).where(eq(dueWork.contractId, first))
  const oddMinute = at('2026-04-01') + MINUTE_MS
  await runDueWork(bindings, oddMinute)
  expect((await readDueRows(billing)).map(({ contractId }) => contractId)).toEqual([first, second])
  const retryMinute = Math.ceil(oddMinute / (64 * MINUTE_MS)) * 64 * MINUTE_MS
  await runDueWork(bindings, retryMinute)
  expect(await readDueRows(billing)).toEqual([])
})

test("one customer's contracts are invoiced in due order, also where one of them is far behind", async () => {
  const billing = await createBilling()
  const behind = await addContract(billing, { startingAt: at('2025-11-01') })
  const ahead = await addContract(billing, { startingAt: at('2026-02-15') })
  await runDueWork(bindings, at('2026-03-10'))
  const { results } = await bindings.DB.prepare(
    'SELECT contract_id, period_end FROM invoices WHERE environment_id = ? ORDER BY rowid',
  )
    .bind(billing.environmentId)
    .all<{ contract_id: string; period_end: number }>()
  expect(results.map((row) => row.period_end)).toEqual(
    ['2025-12-01', '2026-01-01', '2026-02-01', '2026-03-01', '2026-03-01'].map(at),
  )
  expect(new Set(results.slice(3).map((row) => row.contract_id))).toEqual(new Set([behind, ahead]))
})

test('more customers than a page holds are all served', async () => {
  const billing = await createBilling()
  const contracts = 130
  for (let i = 0; i < contracts; i += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const customer = { ...billing, customerId: await addCustomer(billing.environmentId) }
        await addContract(customer, { rateCardId: undefined, endingBefore: at('2026-02-01') })
      }),
    )
  }
  const { done, failed } = await runDueWork(bindings, at('2026-02-02'))
  expect({ done, failed }).toEqual({ done: contracts, failed: 0 })
  expect((await readIndex(billing)).length).toBe(contracts)
})

test('runs at the same time finalize each invoice once, all of them proven', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '5' })
  const customers = [billing]
  for (let i = 0; i < 3; i += 1) {
    customers.push({ ...billing, customerId: await addCustomer(billing.environmentId) })
  }
  for (const customer of customers) {
    await addContract(customer, { endingBefore: at('2026-02-01') })
    await ingest(customer, [{ at: '2026-01-10' }, { at: '2026-01-11' }])
  }
  await Promise.all([1, 2, 3].map(() => runDueWork(bindings, at('2026-02-02'))))
  expect((await readIndex(billing)).map(({ total }) => total)).toEqual(['10', '10', '10', '10'])
  for (const customer of customers) {
    expect(await readInvoices(customer, '2026-02-02')).toMatchObject([
      { status: 'FINALIZED', total: '10', verification: { eventsRead: 2 } },
    ])
  }
  expect(await readDueRows(billing)).toEqual([])
})

test('frozen and deleted environments are left alone', async () => {
  const frozen = await createBilling({
    environment: { kind: 'SANDBOX', clockMs: at('2026-01-01') },
  })
  const deleted = await createBilling()
  await db
    .update(environments)
    .set({ deletedAt: 1 })
    .where(eq(environments.id, deleted.environmentId))
  for (const billing of [frozen, deleted]) await db.insert(dueWork).values(dueRow(billing))
  await runDueWork(bindings, at('2027-01-01'))
  for (const billing of [frozen, deleted]) expect((await readDueRows(billing)).length).toBe(1)
})

function dueRow({ environmentId, customerId }: { environmentId: string; customerId: string }) {
  return {
    id: crypto.randomUUID(),
    environmentId,
    customerId,
    contractId: crypto.randomUUID(),
    kind: 'finalize-usage-invoice' as const,
    dueAt: at('2026-02-02'),
    periodStart: at('2026-01-01'),
    periodEnd: at('2026-02-01'),
  }
}

test('work for a contract that is not there goes away', async () => {
  const billing = await createBilling()
  const contractId = await addContract(billing)
  await bindings.DB.prepare('DELETE FROM contracts WHERE id = ?').bind(contractId).run()
  await runDueWork(bindings, at('2026-02-02'))
  expect(await readDueRows(billing)).toEqual([])
})

function minutesUntilRetry(attempts: number): number {
  const minutes = Array.from({ length: 1_000 }, (_, minute) => minute)
  const due = minutes.filter((minute) => isRetryDue(attempts, minute * MINUTE_MS))
  return due[1]! - due[0]!
}

test('retries come after 1, 2, 4 … and at most 64 minutes', () => {
  expect([0, 1, 2, 3, 4, 7, 8, 1_000].map(minutesUntilRetry)).toEqual([1, 1, 2, 4, 8, 64, 64, 64])
})
