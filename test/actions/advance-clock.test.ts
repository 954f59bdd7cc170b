import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import {
  ADVANCE_MS_MAX,
  advanceClock,
  RETRIED_PER_ADVANCE_MAX,
  UNITS_PER_ADVANCE_MAX,
} from '../../src/actions/advance-clock.ts'
import { DAY_MS } from '../../src/core/time.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import { rates } from '../../src/db/schema.ts'
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

function frozenAt(day: string) {
  return createBilling({ environment: { kind: 'SANDBOX', clockMs: at(day) } })
}

async function clockOf(environmentId: string) {
  return (await findEnvironment(db, environmentId))?.clockMs
}

test('what falls due on the way is done at its own instant, in order, and the clock ends at its target', async () => {
  const billing = await frozenAt('2026-01-01')
  await addRate(billing, { price: '10' })
  await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }, { at: '2026-02-10' }, { at: '2026-03-02' }])
  expect(await advanceClock(bindings, billing.environmentId, at('2026-03-05'))).toEqual({
    ok: true,
    value: { now: at('2026-03-05'), done: true, held: [] },
  })
  expect(await clockOf(billing.environmentId)).toBe(at('2026-03-05'))
  expect(await stateInvoices(billing, '2026-03-05')).toEqual([
    '2026-01 FINALIZED 10',
    '2026-02 FINALIZED 10',
    '2026-03 DRAFT 10',
  ])
  const final = await readInvoices(billing, '2026-03-05', { status: 'FINALIZED' })
  expect(final.map(({ finalizedAt }) => finalizedAt)).toEqual([at('2026-02-02'), at('2026-03-02')])
})

test('a unit is done when the clock reaches its due instant, not a millisecond earlier', async () => {
  const billing = await frozenAt('2026-01-01')
  await addContract(billing)
  await advanceClock(bindings, billing.environmentId, at('2026-02-02') - 1)
  expect(await readIndex(billing)).toEqual([])
  await advanceClock(bindings, billing.environmentId, at('2026-02-02'))
  expect(await readIndex(billing)).toMatchObject([{ finalizedAt: at('2026-02-02') }])
})

test('a clock is not moved back; where it stands it may be sent again', async () => {
  const { environmentId } = await frozenAt('2026-03-01')
  expect(await advanceClock(bindings, environmentId, at('2026-03-01') - 1)).toEqual({
    ok: false,
    error: {
      code: 'invalid',
      message: 'now: the clock stands at 2026-03-01T00:00:00.000Z and only moves forward',
    },
  })
  expect(await advanceClock(bindings, environmentId, at('2026-03-01'))).toMatchObject({ ok: true })
  expect(await clockOf(environmentId)).toBe(at('2026-03-01'))
})

test('moving the clock of a sandbox in real time freezes it, and only forward', async () => {
  const { environmentId } = await createBilling({ environment: { kind: 'SANDBOX' } })
  const past = await advanceClock(bindings, environmentId, Date.now() - DAY_MS)
  expect(past).toMatchObject({ ok: false, error: { code: 'invalid' } })
  expect(await clockOf(environmentId)).toBeNull()
  const target = Date.now() + DAY_MS
  expect(await advanceClock(bindings, environmentId, target)).toMatchObject({ ok: true })
  expect(await clockOf(environmentId)).toBe(target)
})

test('the clock of a production environment is not for moving', async () => {
  const { environmentId } = await createBilling()
  expect(await advanceClock(bindings, environmentId, Date.now() + DAY_MS)).toMatchObject({
    ok: false,
    error: { code: 'forbidden' },
  })
})

test('under concurrent advances the clock ends at the latest target and nothing is done twice', async () => {
  const billing = await frozenAt('2026-01-01')
  await addRate(billing, { price: '10' })
  await addContract(billing)
  await ingest(billing, [{ at: '2026-01-10' }, { at: '2026-02-10' }])
  const targets = ['2026-02-10', '2026-04-10', '2026-03-10', '2026-04-10']
  await Promise.all(targets.map((day) => advanceClock(bindings, billing.environmentId, at(day))))
  expect(await clockOf(billing.environmentId)).toBe(at('2026-04-10'))
  expect(await readIndex(billing)).toMatchObject([
    { periodStart: at('2026-01-01'), total: '10' },
    { periodStart: at('2026-02-01'), total: '10' },
    { periodStart: at('2026-03-01'), total: '0' },
  ])
  expect(await readDueRows(billing)).toMatchObject([{ periodStart: at('2026-04-01') }])
})

test('what is held back does not stop the clock, is told, and is done by a later call', async () => {
  const billing = await frozenAt('2026-01-01')
  const broken = await addRate(billing, { price: 'no number' })
  const contractId = await addContract(billing)
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  await addContract(other, { rateCardId: undefined })
  const target = at('2026-06-01')
  expect(await advanceClock(bindings, billing.environmentId, target)).toEqual({
    ok: true,
    value: {
      now: target,
      done: true,
      held: [
        {
          id: expect.any(String),
          customerId: billing.customerId,
          contractId,
          dueAt: at('2026-02-02'),
          code: 'failed',
          message: expect.stringContaining('no number'),
        },
      ],
    },
  })
  expect(await readIndex(billing)).toMatchObject(
    [1, 2, 3, 4].map(() => other.customerId).map(ofCustomer),
  )
  expect((await readDueRows(billing))[0]).toMatchObject({ attempts: 1, contractId })
  await db.delete(rates).where(eq(rates.id, broken))
  await advanceClock(bindings, billing.environmentId, target)
  expect((await readIndex(billing)).length).toBe(8)
})

test('customers whose invoices are held back take turns, where they are more than one call tries', async () => {
  const billing = await frozenAt('2026-01-01')
  const broken = await addRate(billing, { price: 'no number' })
  const customers = RETRIED_PER_ADVANCE_MAX + 10
  for (let i = 0; i < customers; i += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const customer = { ...billing, customerId: await addCustomer(billing.environmentId) }
        await addContract(customer, { endingBefore: at('2026-02-01') })
      }),
    )
  }
  /** How often the customers' invoices were tried: `times × customers`. */
  const attempts = async (day: string) => {
    const advanced = await advanceClock(bindings, billing.environmentId, at(day))
    expect(advanced).toMatchObject({ ok: true, value: { done: true } })
    const tried = Map.groupBy(await readDueRows(billing), (row) => row.attempts)
    return [...tried].map(([times, rows]) => `${times} × ${rows.length}`).toSorted()
  }
  expect(await attempts('2026-03-01')).toEqual([`1 × ${customers}`])
  expect(await attempts('2026-03-01')).toEqual(['1 × 10', '2 × 50'])
  // A customer without such an invoice waits for none of them.
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  await addContract(other, { rateCardId: undefined, endingBefore: at('2026-02-01') })
  await db.delete(rates).where(eq(rates.id, broken))
  expect(await attempts('2026-03-02')).toEqual([])
  expect((await readIndex(billing)).length).toBe(customers + 1)
})

function ofCustomer(customerId: string) {
  return { customerId }
}

test(
  'a long advance stops at the bound of one call and is done by repeating it',
  async () => {
    const billing = await frozenAt('2000-01-01')
    await addContract(billing, {
      rateCardId: undefined,
      startingAt: at('2000-01-01'),
      usageStatementSchedule: { frequency: 'WEEKLY' },
    })
    // Five years and a bit: 262 weeks.
    const target = at('2000-01-01') + 262 * 7 * DAY_MS + DAY_MS
    let calls = 0
    let done = false
    while (!done && calls < 10) {
      const advanced = await advanceClock(bindings, billing.environmentId, target)
      calls += 1
      done = advanced.ok && advanced.value.done
    }
    expect(done).toBe(true)
    expect(calls).toBeGreaterThan(1)
    expect(await clockOf(billing.environmentId)).toBe(target)
    expect((await readIndex(billing)).length).toBe(262)
    expect(UNITS_PER_ADVANCE_MAX).toBeLessThan(262)
  },
  3 * ADVANCE_MS_MAX,
)
