import { expect, test, vi } from 'vitest'
import { createContract } from '../../src/actions/create-contract.ts'
import type { ContractInput } from '../../src/core/contracts/create-contract.ts'
import { findEnvironment } from '../../src/db/environments.ts'
import {
  addRate,
  bindings,
  createBilling,
  db,
  ingest,
  stateInvoices,
  type Billing,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

async function create(billing: Billing, input: Partial<ContractInput>, now: string) {
  const environment = await findEnvironment(db, billing.environmentId)
  const { customerId, rateCardId } = billing
  const whole = {
    id: crypto.randomUUID(),
    customerId,
    rateCardId,
    startingAt: at('2026-01-01'),
    customFields: {},
    createdBy: 'test',
    ...input,
  }
  return createContract(bindings, environment!, whole, at(now))
}

test('in a frozen sandbox, periods that are past already are finalized at once', async () => {
  const billing = await createBilling({
    environment: { kind: 'SANDBOX', clockMs: at('2026-03-10') },
  })
  await addRate(billing, { price: '10' })
  await ingest(billing, [{ at: '2026-01-10' }, { at: '2026-02-10' }])
  expect(await create(billing, {}, '2026-03-10')).toMatchObject({ ok: true })
  expect(await stateInvoices(billing, '2026-03-10')).toEqual([
    '2026-01 FINALIZED 10',
    '2026-02 FINALIZED 10',
    '2026-03 DRAFT 0',
  ])
})

test('in real time, past periods are drafts until cron comes by', async () => {
  const billing = await createBilling()
  await create(billing, {}, '2026-03-10')
  expect(await stateInvoices(billing, '2026-03-10')).toEqual([
    '2026-01 DRAFT 0',
    '2026-02 DRAFT 0',
    '2026-03 DRAFT 0',
  ])
})

test('a contract whose past periods cannot be finalized exists all the same', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const billing = await createBilling({
    environment: { kind: 'SANDBOX', clockMs: at('2026-03-10') },
  })
  await addRate(billing, { creditTypeId: 'no such currency' })
  expect(await create(billing, {}, '2026-03-10')).toMatchObject({ ok: true })
})

test('a refusal is answered as it is', async () => {
  const billing = await createBilling()
  const refused = await create(billing, { startingAt: at('2026-01-01') + 1 }, '2026-01-01')
  expect(refused).toMatchObject({ ok: false, error: { code: 'invalid' } })
  expect(await stateInvoices(billing, '2026-03-10')).toEqual([])
})
