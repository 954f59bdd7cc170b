import { expect, test } from 'vitest'
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
