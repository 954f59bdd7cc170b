import { env, exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { listCommits } from '../../src/db/commits.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const db = openDatabase((env as unknown as { DB: D1Database }).DB)
const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const START = '2026-03-01T00:00:00Z'
const END = '2027-03-01T00:00:00Z'

/** A customer with a contract, and a product of type FIXED. */
async function signUp(api: TestApi) {
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const contract = { customer_id, starting_at: START }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const product = { name: 'Prepayment', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  return { customer_id, contract_id, product_id }
}

function access(amount: number, starting_at = START, ending_before = END) {
  return { schedule_items: [{ amount, starting_at, ending_before }] }
}

test('a commit of a customer is created by the SDK with all its members', async () => {
  const api = await createTestApi()
  const { customer_id, contract_id, product_id } = await signUp(api)
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await client.v1.customers.commits.create({
    customer_id,
    type: 'PREPAID',
    priority: 10,
    product_id,
    name: 'Year one',
    description: 'Agreed in March',
    rate_type: 'COMMIT_RATE',
    access_schedule: access(100_000),
    invoice_schedule: { schedule_items: [{ timestamp: START, amount: 80_000 }] },
    invoice_contract_id: contract_id,
    applicable_product_tags: ['api'],
    applicable_contract_ids: [contract_id],
    netsuite_sales_order_id: 'ns',
    salesforce_opportunity_id: 'sf',
    uniqueness_key: crypto.randomUUID(),
  })
  const [commit] = await listCommits(db, api.environmentId, customer_id)
  expect(commit).toMatchObject({ id: data.id, type: 'PREPAID', priority: '10', contractId: null })
  expect(commit).toMatchObject({ name: 'Year one', rateType: 'COMMIT_RATE', creditTypeId: USD })
  expect(commit?.segments).toMatchObject([{ amount: '100000' }])
  expect(commit?.payments).toMatchObject({
    isInvoiced: true,
    contractId: contract_id,
    schedule: { items: [{ amount: '80000', unitPrice: '80000', quantity: '1' }] },
  })
})

test('a uniqueness key is taken by commits and credits alike, once', async () => {
  const api = await createTestApi()
  const { customer_id, product_id } = await signUp(api)
  const other = await createdId(api, '/v1/customers', { name: 'Other' })
  const body = {
    priority: 1,
    product_id,
    access_schedule: access(10),
    uniqueness_key: 'only-once',
  }
  const commit = { ...body, type: 'prepaid' }
  const answers = await Promise.all([
    api.call('POST', '/v1/contracts/customerCredits/create', { ...body, customer_id }),
    api.call('POST', '/v1/contracts/customerCommits/create', { ...commit, customer_id }),
    api.call('POST', '/v1/contracts/customerCredits/create', { ...body, customer_id: other }),
    api.call('POST', '/v1/contracts/customerCommits/create', { ...commit, customer_id: other }),
  ])
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
    200, 409, 409, 409,
  ])
  const commits = [
    ...(await listCommits(db, api.environmentId, customer_id)),
    ...(await listCommits(db, api.environmentId, other)),
  ]
  expect(commits).toHaveLength(1)
})

test('what a commit or credit of a customer cannot be is refused by name', async () => {
  const api = await createTestApi()
  const { customer_id, product_id } = await signUp(api)
  const credit = { customer_id, product_id, priority: 1, access_schedule: access(10) }
  const commit = { ...credit, type: 'PREPAID' }
  const invoiced = { schedule_items: [{ timestamp: START, amount: 1 }] }
  const refusals: [string, object, number, string][] = [
    ['Credits', { ...credit, priority: undefined }, 400, 'priority'],
    ['Credits', { ...credit, product_id: UNKNOWN_ID }, 404, 'product_id'],
    ['Credits', { ...credit, customer_id: UNKNOWN_ID }, 404, 'customer_id'],
    ['Credits', { ...credit, access_schedule: access(-1) }, 400, 'access_schedule'],
    ['Credits', { ...credit, access_schedule: access(1, END, START) }, 400, 'ending_before'],
    ['Credits', { ...credit, rollover_fraction: 0.5 }, 400, 'rollover_fraction'],
    [
      'Credits',
      { ...credit, applicable_contract_ids: [UNKNOWN_ID] },
      404,
      'applicable_contract_ids[0]',
    ],
    ['Commits', { ...commit, invoice_schedule: invoiced }, 400, 'invoice_contract_id'],
    ['Commits', { ...commit, type: 'POSTPAID' }, 400, 'invoice_schedule'],
    ['Commits', { ...commit, hierarchy_configuration: { a: 1 } }, 400, 'hierarchy_configuration'],
    [
      'Commits',
      { ...commit, payment_gate_config: { payment_gate_type: 'STRIPE' } },
      400,
      'payment_gate_config',
    ],
  ]
  for (const [path, body, status, field] of refusals) {
    const answer = await api.call('POST', `/v1/contracts/customer${path}/create`, body)
    expect({ field, status: answer.status }).toEqual({ field, status })
    expect(JSON.stringify(answer.body)).toContain(field)
  }
  expect(await listCommits(db, api.environmentId, customer_id)).toEqual([])
})
