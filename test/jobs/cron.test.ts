import {
  createExecutionContext,
  createScheduledController,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts'
import { dueWork, idempotencyKeys } from '../../src/db/schema.ts'
import worker from '../../src/index.ts'
import { runCron, todaysSlice } from '../../src/jobs/cron.ts'
import {
  addContract,
  bindings,
  createBilling,
  db,
  readDueRows,
  stateInvoices,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

test('the scheduled handler does what is due', async () => {
  const billing = await createBilling()
  await addContract(billing)
  const controller = createScheduledController({
    scheduledTime: new Date(at('2026-02-02')),
    cron: '* * * * *',
  })
  const context = createExecutionContext()
  await worker.scheduled(controller, bindings)
  await waitOnExecutionContext(context)
  expect(await stateInvoices(billing, '2026-02-02')).toEqual([
    '2026-01 FINALIZED 0',
    '2026-02 DRAFT 0',
  ])
})

test('answers under an idempotency key are forgotten after 48 hours, not before', async () => {
  const { environmentId } = await createBilling()
  const now = at('2026-05-10')
  const row = { environmentId, tokenId: 't', requestHash: 'h' }
  await db.insert(idempotencyKeys).values([
    { ...row, key: 'old', startedAt: now - 48 * HOUR_MS - 1 },
    { ...row, key: 'young', startedAt: now - 48 * HOUR_MS },
  ])
  await runCron(bindings, now)
  const left = await db
    .select()
    .from(idempotencyKeys)
    .where(eq(idempotencyKeys.environmentId, environmentId))
  expect(left.map(({ key }) => key)).toEqual(['young'])
})

test('a day of runs looks after every contract, each once, and every day from another minute on', () => {
  const day = at('2026-05-10')
  const slices = Array.from({ length: 1_440 }, (_, minute) => todaysSlice(day + minute * MINUTE_MS))
  expect(new Set(slices.map(({ index }) => index)).size).toBe(1_440)
  expect(new Set(slices.map(({ count }) => count))).toEqual(new Set([1_440]))
  const noons = Array.from({ length: 1_440 }, (_, i) => todaysSlice(day + i * DAY_MS).index)
  expect(new Set(noons).size).toBe(1_440)
})

test('a day of runs restores a lost due row', async () => {
  const billing = await createBilling()
  await addContract(billing, { startingAt: at('2026-05-01') })
  await db.delete(dueWork).where(eq(dueWork.environmentId, billing.environmentId))
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  // The one contract of the last slices: the minute in which it is looked after is found by asking.
  const day = at('2026-05-10')
  for (let minute = 0; minute < 1_440; minute += 1) {
    const { index, count } = todaysSlice(day + minute * MINUTE_MS)
    if (index === count - 1) await runCron(bindings, day + minute * MINUTE_MS)
  }
  expect((await readDueRows(billing)).length).toBe(1)
})

test('a part that fails does not keep the others from running, and is thrown at the end', async () => {
  const billing = await createBilling()
  await addContract(billing)
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const failing = {
    prepare: (sql: string) => {
      if (sql.includes('idempotency_keys')) throw new Error('no such luck')
      return bindings.DB.prepare(sql)
    },
    batch: (statements: D1PreparedStatement[]) => bindings.DB.batch(statements),
  } as unknown as D1Database
  await expect(runCron({ ...bindings, DB: failing }, at('2026-02-02'))).rejects.toThrow(
    'no such luck',
  )
  expect(await stateInvoices(billing, '2026-02-02')).toEqual([
    '2026-01 FINALIZED 0',
    '2026-02 DRAFT 0',
  ])
})
