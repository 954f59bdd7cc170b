import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'
import { rateCards } from '../../src/db/schema.ts'
import { thresholdWatches } from '../../src/db/threshold-schema.ts'
import { runThresholds } from '../../src/jobs/thresholds.ts'
import {
  account,
  addContract,
  addProduct,
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  readInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'
import { spendThreshold } from '../support/thresholds.ts'

const NOON = at('2026-01-10T12')

/** A contract since January that pays 100 cents for each event, and $100 each time it owes them. */
async function signUp() {
  const billing = await createBilling()
  await addRate(billing, { price: '100' })
  const productId = await addProduct(
    billing.environmentId,
    { billableMetricId: undefined },
    { type: 'FIXED' },
  )
  const threshold = spendThreshold({ commit: { productId, priority: '100' } })
  const contractId = await addContract(billing, { spendThreshold: threshold })
  return { billing, contractId }
}

async function watchOf(contractId: string) {
  return db.select().from(thresholdWatches).where(eq(thresholdWatches.contractId, contractId)).get()
}

async function use(billing: Billing, count: number) {
  await ingest(
    billing,
    Array.from({ length: count }, () => ({ at: '2026-01-10' })),
  )
}

async function totals(billing: Billing, now: number) {
  const invoices = await readInvoices(billing, now)
  return invoices.map(({ type, status, total }) => `${type} ${status} ${total}`).toSorted()
}

test('what has been used is sold with the next run, and what is sold is sold once', async () => {
  const { billing, contractId } = await signUp()
  await use(billing, 99)
  await runThresholds(bindings, NOON)
  expect(await totals(billing, NOON)).toEqual(['USAGE DRAFT 9900'])
  expect(await watchOf(contractId)).toMatchObject({ dueAt: NOON + 3 * MINUTE_MS, attempts: 0 })
  await use(billing, 1)
  await runThresholds(bindings, NOON + 2 * MINUTE_MS)
  expect(await totals(billing, NOON)).toEqual(['USAGE DRAFT 10000'])
  const later = NOON + 3 * MINUTE_MS
  await Promise.all([runThresholds(bindings, later), runThresholds(bindings, later)])
  expect(await totals(billing, later)).toEqual(['SCHEDULED FINALIZED 10000', 'USAGE DRAFT 0'])
  const { environmentId, customerId } = billing
  const call = { environmentId, customerId, contractId, now: later }
  await Promise.all([1, 2, 3].map(() => account(billing).evaluateThresholds(call)))
  expect(await totals(billing, later)).toEqual(['SCHEDULED FINALIZED 10000', 'USAGE DRAFT 0'])
})

test('an evaluation that fails is tried again later, and holds nobody back', async () => {
  const { billing, contractId } = await signUp()
  const other = await signUp()
  await use(other.billing, 100)
  const error = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  // A card without its row cannot be rated.
  await db.delete(rateCards).where(eq(rateCards.id, billing.rateCardId))
  await use(billing, 1)
  await runThresholds(bindings, NOON)
  expect(await watchOf(contractId)).toMatchObject({
    dueAt: NOON + 3 * MINUTE_MS,
    attempts: 1,
    lastError: expect.stringContaining(billing.rateCardId),
  })
  expect(await totals(other.billing, NOON)).toContain('SCHEDULED FINALIZED 10000')
  for (let i = 0; i < 6; i += 1) {
    await runThresholds(bindings, (await watchOf(contractId))!.dueAt)
  }
  const watch = (await watchOf(contractId))!
  expect(watch.attempts).toBe(7)
  const last = watch.dueAt
  await runThresholds(bindings, last)
  expect((await watchOf(contractId))!.dueAt - last).toBe(HOUR_MS)
  error.mockRestore()
})

test('a contract that is archived is not evaluated any more', async () => {
  const { billing, contractId } = await signUp()
  const { environmentId, customerId } = billing
  const call = { environmentId, customerId, contractId, isVoiding: false, now: NOON }
  await account(billing).archiveContract(call)
  await runThresholds(bindings, NOON)
  expect(await watchOf(contractId)).toBeUndefined()
})
