import { expect, test } from 'vitest'
import type { Database } from '../../src/db/database.ts'
import { listContracts } from '../../src/db/contracts.ts'
import { addContract } from '../../src/objects/account-contracts.ts'
import type { Account } from '../../src/objects/account-invoices.ts'
import {
  addCustomer,
  bindings,
  contractCall,
  createBilling,
  db,
  readDueRows,
} from '../support/billing.ts'
import { at } from '../support/terms.ts'

/** An account whose storage is not used. */
function accountWith(database: Database): Account {
  return { env: bindings, db: database, storage: {} as DurableObjectStorage }
}

test('a uniqueness key that is taken between check and write is a conflict, and nothing is written', async () => {
  const billing = await createBilling()
  const other = { ...billing, customerId: await addCustomer(billing.environmentId) }
  const call = (each: typeof billing) =>
    contractCall(each, { uniquenessKey: 'k' }, at('2026-01-01'))
  // The first batch of a creation reads, the second one writes: between them somebody else is quicker.
  let batches = 0
  const slow = new Proxy(db, {
    get(target, name) {
      if (name !== 'batch') return Reflect.get(target, name) as unknown
      return async (...args: Parameters<Database['batch']>) => {
        batches += 1
        if (batches === 2)
          expect(await addContract(accountWith(db), call(other))).toMatchObject({ ok: true })
        return target.batch(...args)
      }
    },
  })
  expect(await addContract(accountWith(slow), call(billing))).toEqual({
    ok: false,
    error: { code: 'conflict', message: 'This uniqueness key has already been used.' },
  })
  expect(batches).toBe(2)
  expect(await listContracts(db, billing.environmentId, billing.customerId)).toEqual([])
  expect(await readDueRows(billing)).toMatchObject([{ customerId: other.customerId }])
})
