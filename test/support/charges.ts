import { expect } from 'vitest'
import { createTestApi, type TestApi } from './api.ts'
import { createdId } from './catalog.ts'

/** A customer and a FIXED product, and a way to sign contracts about them. */
export async function setUpCharges(clockMs?: number) {
  const api = await createTestApi({ clockMs })
  const fee = await createPlainProduct(api, 'FIXED', 'Platform fee')
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const create = (members: object) =>
    api.call('POST', '/v1/contracts/create', {
      customer_id,
      starting_at: '2026-03-01T00:00:00Z',
      ...members,
    })
  return { api, fee, customer_id, create }
}

/** Creates a product that needs no metric. */
export function createPlainProduct(api: TestApi, type: string, name: string): Promise<string> {
  return createdId(api, '/v1/contract-pricing/products/create', { name, type })
}

/** A contract with terms, and calls that name it. */
export async function signUpForCharges(members: (fee: string) => object, clockMs?: number) {
  const set = await setUpCharges(clockMs)
  const created = await set.create(members(set.fee))
  expect(created).toMatchObject({ status: 200 })
  const reference = { customer_id: set.customer_id, contract_id: created.body.data.id as string }
  const post = (path: string, body: object = {}) =>
    set.api.call('POST', path, { ...reference, ...body })
  const edit = (body: object) => post('/v2/contracts/edit', body)
  const read = async (body: object = {}) => (await post('/v2/contracts/get', body)).body.data
  return { ...set, reference, post, edit, read, contract: created.body.data.contract }
}

/** An item of a schedule. */
export const item = (timestamp: string, amount: number) => ({ timestamp, amount })
/** A scheduled charge, or a discount. */
export const charge = (product_id: string, ...schedule_items: object[]) => {
  return { product_id, schedule: { schedule_items } }
}
