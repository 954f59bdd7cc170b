import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { openingRemaining } from '../../src/core/ledger/remaining.ts'
import { readDraws } from '../../src/objects/account-draws.ts'
import type { Account } from '../../src/objects/account-invoices.ts'
import { readOpen } from '../../src/objects/account-open.ts'
import {
  account,
  addContract,
  addProduct,
  addRate,
  createBilling,
  ingest,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

test('what drafts draw is read only where it is asked for; the balances are the same', async () => {
  const billing = await createBilling()
  const { environmentId, customerId } = billing
  await addRate(billing, { price: '100' })
  const contractId = await addContract(billing)
  await ingest(billing, [{ at: '2026-03-10' }])
  const call = { environmentId, customerId, now: at('2026-03-20') }
  const created = await account(billing).createBalance({
    ...call,
    createdBy: 'test',
    input: {
      id: crypto.randomUUID(),
      path: '',
      type: 'CREDIT',
      productId: await addProduct(environmentId, { name: 'Credit' }, { type: 'FIXED' }),
      priority: '1',
      access: [{ amount: '250', startingAt: at('2026-03-01'), endingBefore: at('2026-05-01') }],
      customFields: {},
    },
  })
  expect(created).toMatchObject({ ok: true })
  const read = async (isWithDrafts: boolean) => {
    const reading = await account(billing).readBalances({ ...call, isWithDrafts })
    if (!reading.ok) throw new Error(reading.error.message)
    return reading.value
  }
  const [plain, full] = [await read(false), await read(true)]
  expect(full.reserved).toMatchObject([{ contractId, amount: '100' }])
  expect(plain).toEqual({ ...full, reserved: [] })
})

test('what is left after years of daily invoices is read from one draw of each segment', async () => {
  const billing = await createBilling()
  const { environmentId, customerId } = billing
  await addRate(billing, { price: '100' })
  const contractId = await addContract(billing)
  const call = { environmentId, customerId, now: at('2026-03-20') }
  const access = [
    { amount: '900', startingAt: at('2026-01-01'), endingBefore: at('2026-05-01') },
    { amount: '5', startingAt: at('2026-05-01'), endingBefore: at('2026-06-01') },
  ]
  const created = await account(billing).createBalance({
    ...call,
    createdBy: 'test',
    input: {
      id: crypto.randomUUID(),
      path: '',
      type: 'CREDIT',
      productId: await addProduct(environmentId, { name: 'Credit' }, { type: 'FIXED' }),
      priority: '1',
      access,
      customFields: {},
    },
  })
  if (!created.ok) throw new Error(created.error.message)
  const { id: balanceId, segments } = created.value
  await runInDurableObject(account(billing), async (object) => {
    const own = (object as unknown as { account: Account }).account
    const { sql } = own.storage
    for (let i = 0; i < 1_825; i += 1) {
      const [id, day] = [`invoice-${i}`, at('2021-01-01') + i * 86_400_000]
      const voidedAt = i % 100 === 0 ? day : null
      sql.exec(
        `INSERT INTO invoices VALUES (?, ?, 'USAGE', 'FINALIZED', ?, ?, ?, 'usd', ?)`,
        id,
        contractId,
        day,
        day,
        day,
        voidedAt,
      )
      sql.exec(
        `INSERT INTO draws (invoice_id, kind, balance_id, segment_id, amount, at, posted_at)
        VALUES (?, 'draw', ?, ?, '0.1', ?, ?)`,
        id,
        balanceId,
        segments[i % 2]!.id,
        day,
        day,
      )
    }
    const summed = (await readOpen(own, call))!
    const whole = (await readOpen(own, call, null, readDraws))!
    expect([summed.facts.posted.length, whole.facts.posted.length]).toEqual([2, 1_825])
    const left = openingRemaining(summed.terms.balances, summed.facts)
    expect(left).toEqual(openingRemaining(whole.terms.balances, whole.facts))
    // 913 draws of 0.1 but for 19 void ones; and 912, which is more than there was.
    expect([...left.values()]).toEqual(['810.6', '0'])
  })
})
