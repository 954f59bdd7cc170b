import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { findContract, listContracts } from '../../src/db/contracts.ts'
import { contracts } from '../../src/db/schema.ts'
import { addContract, addCustomer, createBilling, db } from '../support/billing.ts'
import { at } from '../support/terms.ts'

test('a contract is found in its environment and under its customer only', async () => {
  const [billing, other] = [await createBilling(), await createBilling()]
  const id = await addContract(billing, { name: 'Deal', endingBefore: at('2026-12-01') })
  const { environmentId, customerId } = billing
  expect(await findContract(db, environmentId, customerId, id)).toMatchObject({
    id,
    startingAt: at('2026-01-01'),
    endingBefore: at('2026-12-01'),
    terms: {
      name: 'Deal',
      statementSchedule: { frequency: 'MONTHLY', anchorMs: at('2026-01-01') },
    },
  })
  expect(await findContract(db, other.environmentId, customerId, id)).toBeNull()
  expect(await findContract(db, environmentId, other.customerId, id)).toBeNull()
})

test('contracts are listed in the order of creation, by date in force, start and archival', async () => {
  const billing = await createBilling()
  const { environmentId, customerId } = billing
  const spring = await addContract(
    billing,
    { startingAt: at('2026-03-01'), endingBefore: at('2026-06-01') },
    at('2026-01-01'),
  )
  const evergreen = await addContract(billing, { startingAt: at('2026-05-01') }, at('2026-01-02'))
  const archived = await addContract(billing, {}, at('2026-01-03'))
  await db.update(contracts).set({ archivedAt: 1 }).where(eq(contracts.id, archived))
  const list = async (filter: Parameters<typeof listContracts>[3]) =>
    (await listContracts(db, environmentId, customerId, filter)).map(({ id }) => id)
  expect(await list({})).toEqual([spring, evergreen])
  expect(await list({ includeArchived: true })).toEqual([spring, evergreen, archived])
  expect(await list({ coveringDate: at('2026-02-28') })).toEqual([])
  expect(await list({ coveringDate: at('2026-03-01') })).toEqual([spring])
  expect(await list({ coveringDate: at('2026-05-31T23') })).toEqual([spring, evergreen])
  expect(await list({ coveringDate: at('2026-06-01') })).toEqual([evergreen])
  expect(await list({ startingAt: at('2026-03-01') })).toEqual([spring, evergreen])
  expect(await list({ startingAt: at('2026-03-02') })).toEqual([evergreen])
  const stranger = await addCustomer(environmentId)
  expect(await listContracts(db, environmentId, stranger)).toEqual([])
})
