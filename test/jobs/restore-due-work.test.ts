import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { sliceContracts } from '../../src/db/due-work.ts'
import { contracts, dueWork } from '../../src/db/schema.ts'
import { runDueWork } from '../../src/jobs/due-work.ts'
import { restoreDueWork } from '../../src/jobs/restore-due-work.ts'
import {
  addContract,
  addProduct,
  bindings,
  createBilling,
  db,
  readDueRows,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

vi.spyOn(console, 'error').mockImplementation(() => undefined)

const ALL = { index: 0, count: 1 }

test('a lost due row is found and restored, whatever slice the contract is in', async () => {
  const billing = await createBilling()
  for (let i = 0; i < 5; i += 1) await addContract(billing)
  const rows = await readDueRows(billing)
  await db.delete(dueWork).where(eq(dueWork.environmentId, billing.environmentId))
  let restored = 0
  for (let index = 0; index < 4; index += 1) {
    restored += await restoreDueWork(bindings, { index, count: 4 }, at('2026-01-01'))
  }
  expect(restored).toBe(5)
  expect(await readDueRows(billing)).toEqual(rows)
  expect(await restoreDueWork(bindings, ALL, at('2026-01-01'))).toBe(0)
})

test('contracts that are done, and archived ones, need no due row', async () => {
  const billing = await createBilling()
  await addContract(billing, { endingBefore: at('2026-02-10') })
  await runDueWork(bindings, at('2026-03-01'))
  expect(await readDueRows(billing)).toEqual([])
  const archived = await addContract(billing)
  await db.update(contracts).set({ archivedAt: 1 }).where(eq(contracts.id, archived))
  await db.delete(dueWork).where(eq(dueWork.contractId, archived))
  expect(await restoreDueWork(bindings, ALL, at('2026-03-01'))).toBe(0)
})

test('an ended contract whose last invoice is missing gets its due row back', async () => {
  const billing = await createBilling()
  await addContract(billing, { endingBefore: at('2026-02-10') })
  await db.delete(dueWork).where(eq(dueWork.environmentId, billing.environmentId))
  expect(await restoreDueWork(bindings, ALL, at('2026-06-01'))).toBe(1)
  expect(await readDueRows(billing)).toMatchObject([{ periodStart: at('2026-01-01') }])
})

test('a lost row of a scheduled invoice is found beside the row of the next usage invoice', async () => {
  const billing = await createBilling()
  const productId = await addProduct(billing.environmentId, { name: 'Fee' }, { type: 'FIXED' })
  const items = [{ at: at('2026-05-05'), amount: '10' }]
  const scheduledCharges = [{ id: crypto.randomUUID(), productId, schedule: { items } }]
  const ended = { scheduledCharges, endingBefore: at('2026-02-01') }
  for (const terms of [{ scheduledCharges }, ended, {}]) await addContract(billing, terms)
  const rows = await readDueRows(billing)
  expect(rows.map(({ kind }) => kind).toSorted()).toEqual([
    ...Array.from({ length: 2 }, () => 'finalize-scheduled-invoice'),
    ...Array.from({ length: 3 }, () => 'finalize-usage-invoice'),
  ])
  expect(await restoreDueWork(bindings, ALL, at('2026-01-01'))).toBe(0)
  const isScheduled = eq(dueWork.kind, 'finalize-scheduled-invoice')
  await db.delete(dueWork).where(isScheduled)
  expect(await restoreDueWork(bindings, ALL, at('2026-01-01'))).toBe(2)
  expect(await readDueRows(billing)).toEqual(rows)
  // The usage of one contract is done by then; its charge is still to come.
  await runDueWork(bindings, at('2026-03-02'))
  const left = await readDueRows(billing)
  await db.delete(dueWork).where(isScheduled)
  expect(await restoreDueWork(bindings, ALL, at('2026-03-02'))).toBe(2)
  expect(await readDueRows(billing)).toEqual(left)
  await runDueWork(bindings, at('2026-05-06'))
  expect(await restoreDueWork(bindings, ALL, at('2026-05-06'))).toBe(0)
})

test('slices tile all contracts', async () => {
  const slices = await Promise.all(
    Array.from({ length: 7 }, (_, index) => sliceContracts(db, { index, count: 7 })),
  )
  expect(slices[0]?.fromRow).toBe(0)
  expect(slices.slice(1).map(({ fromRow }) => fromRow)).toEqual(
    slices.slice(0, -1).map(({ toRow }) => toRow),
  )
  const last = await bindings.DB.prepare('SELECT max(rowid) AS last FROM contracts').first<{
    last: number
  }>()
  expect(slices.at(-1)?.toRow).toBe(last!.last + 1)
})
