import { env, exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { findCommit } from '../../src/db/commits.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const db = openDatabase((env as unknown as { DB: D1Database }).DB)
const START = '2026-03-01T00:00:00Z'
const END = '2027-03-01T00:00:00Z'
const LATER = '2027-01-01T00:00:00Z'

function access(amount: number) {
  return { schedule_items: [{ amount, starting_at: START, ending_before: END }] }
}

/** A customer with a contract, a product of type FIXED, and a way to read its commits. */
async function signUp() {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const contract = { customer_id, starting_at: START }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const product = { name: 'Prepayment', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const read = (id: string) => findCommit(db, api.environmentId, customer_id, id)
  return { api, client, customer_id, contract_id, product_id, read }
}

function createCommit(
  api: TestApi,
  { customer_id, product_id }: { customer_id: string; product_id: string },
  members: object = {},
) {
  const body = { customer_id, product_id, priority: 1, type: 'PREPAID', ...members }
  return createdId(api, '/v1/contracts/customerCommits/create', {
    access_schedule: access(100),
    ...body,
  })
}

test('a commit of a customer is edited, and null clears its lists', async () => {
  const { api, client, read, ...ids } = await signUp()
  const { customer_id, contract_id } = ids
  const commit_id = await createCommit(api, ids, { applicable_product_tags: ['a'] })
  const segment = (await read(commit_id))!.segments[0]!
  await client.v2.contracts.editCommit({
    customer_id,
    commit_id,
    name: 'Renamed',
    priority: 9,
    applicable_product_tags: null,
    specifiers: [{ product_tags: ['b'] }],
    access_schedule: { update_schedule_items: [{ id: segment.id, amount: 150 }] },
    invoice_schedule: { add_schedule_items: [{ timestamp: LATER, amount: 75 }] },
    invoice_contract_id: contract_id,
  })
  expect(await read(commit_id)).toMatchObject({
    name: 'Renamed',
    priority: '9',
    applicability: { specifiers: [{ productTags: ['b'] }] },
    segments: [{ id: segment.id, amount: '150' }],
    payments: { contractId: contract_id, schedule: { items: [{ amount: '75' }] } },
  })
})

test('a payment that is invoiced cannot change, and keeps its commit from being archived', async () => {
  const { api, read, ...ids } = await signUp()
  const { customer_id, contract_id } = ids
  const commit_id = await createCommit(api, ids, {
    invoice_schedule: { schedule_items: [{ timestamp: START, amount: 80 }] },
    invoice_contract_id: contract_id,
  })
  const item = (await read(commit_id))!.payments!.schedule.items[0]!
  const update = { update_schedule_items: [{ id: item.id, amount: 90 }] }
  const edited = await api.call('POST', '/v2/contracts/commits/edit', {
    customer_id,
    commit_id,
    invoice_schedule: update,
  })
  expect(edited).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('is on a finalized invoice') },
  })
  const archive = await api.call('POST', '/v2/contracts/commits/archive', {
    customer_id,
    commit_id,
  })
  expect(archive).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('a finalized invoice charges for') },
  })
})

test('commits and credits end earlier, and never later', async () => {
  const { api, client, read, customer_id, contract_id, product_id } = await signUp()
  const ids = { customer_id, product_id }
  const commit_id = await createCommit(api, ids, {
    invoice_schedule: {
      schedule_items: [
        { timestamp: LATER, amount: 5 },
        { timestamp: END, amount: 5 },
      ],
    },
    invoice_contract_id: contract_id,
  })
  await client.v1.customers.commits.updateEndDate({
    customer_id,
    commit_id,
    access_ending_before: LATER,
    invoices_ending_before: END,
  })
  expect(await read(commit_id)).toMatchObject({
    segments: [{ endingBefore: Date.parse(LATER) }],
    payments: { schedule: { items: [{ at: Date.parse(LATER) }] } },
  })
  const credit = { ...ids, priority: 1, access_schedule: access(5) }
  const credit_id = await createdId(api, '/v1/contracts/customerCredits/create', credit)
  const end = { customer_id, credit_id, access_ending_before: LATER }
  await client.v1.customers.credits.updateEndDate(end)
  const path = '/v1/contracts/customerCredits/updateEndDate'
  expect((await api.call('POST', path, { ...end, access_ending_before: END })).status).toBe(400)
  expect((await read(credit_id))?.segments[0]?.endingBefore).toBe(Date.parse(LATER))
})

test('what a contract has is changed as an edit of the contract', async () => {
  const { api, client, customer_id, contract_id, product_id } = await signUp()
  const credit = { product_id, access_schedule: access(5) }
  const reference = { customer_id, contract_id }
  await client.v2.contracts.edit({ ...reference, add_credits: [credit, credit] })
  const { data: contract } = await client.v2.contracts.retrieve(reference)
  const [first, second] = contract.credits!
  await client.v2.contracts.editCredit({ customer_id, credit_id: first!.id, name: 'Renamed' })
  const archived = { customer_id, credit_id: second!.id }
  expect((await api.call('POST', '/v2/contracts/credits/archive', archived)).status).toBe(200)
  expect((await api.call('POST', '/v2/contracts/credits/archive', archived)).status).toBe(200)
  const history = await client.v2.contracts.getEditHistory(reference)
  expect(history.data.slice(1)).toMatchObject([
    { update_credits: [{ id: first!.id, name: 'Renamed' }] },
    { archive_credits: [{ id: second!.id }] },
  ])
  const after = (await client.v2.contracts.retrieve(reference)).data
  expect(after.credits).toMatchObject([{ id: first!.id, name: 'Renamed' }])
})

test('a postpaid commit loses its true-up', async () => {
  const { api, read, ...ids } = await signUp()
  const { customer_id, contract_id } = ids
  const commit_id = await createCommit(api, ids, {
    type: 'POSTPAID',
    invoice_schedule: { schedule_items: [{ timestamp: END, amount: 100 }] },
    invoice_contract_id: contract_id,
  })
  const path = '/v1/contracts/commits/disableTrueup'
  const body = { customer_id, contract_id, commit_id }
  expect(await api.call('POST', path, body)).toMatchObject({ body: { data: { id: commit_id } } })
  expect((await read(commit_id))?.trueupDisabledAt).toBeGreaterThan(0)
  const prepaid = await createCommit(api, ids)
  expect((await api.call('POST', path, { ...body, commit_id: prepaid })).status).toBe(400)
})

test('commits and credits are not found by each other’s calls, nor is what there is not', async () => {
  const { api, ...ids } = await signUp()
  const { customer_id } = ids
  const commit_id = await createCommit(api, ids)
  const calls = [
    ['credits/edit', { credit_id: commit_id, name: 'x' }],
    ['credits/archive', { credit_id: commit_id }],
    ['commits/edit', { commit_id: UNKNOWN_ID, name: 'x' }],
    ['commits/archive', { commit_id: UNKNOWN_ID }],
  ] as const
  for (const [path, body] of calls) {
    const answer = await api.call('POST', `/v2/contracts/${path}`, { customer_id, ...body })
    expect({ path, status: answer.status }).toEqual({ path, status: 404 })
  }
})

test('archiving a contract takes its commits along', async () => {
  const { api, read, customer_id, contract_id, product_id } = await signUp()
  const reference = { customer_id, contract_id }
  const commit = { type: 'PREPAID', product_id, access_schedule: access(5) }
  const path = '/v2/contracts/edit'
  const edited = await api.call('POST', path, { ...reference, add_commits: [commit] })
  const { id } = edited.body.data.edit.add_commits[0]
  const archive = { ...reference, void_invoices: false }
  expect((await api.call('POST', '/v1/contracts/archive', archive)).status).toBe(200)
  expect((await read(id))?.archivedAt).not.toBeNull()
})

test('commits of packages are those of their contracts, by offsets from the start', async () => {
  const { api, client, customer_id, product_id } = await signUp()
  const schedule_items = [
    {
      amount: 100,
      starting_at_offset: { value: 1, unit: 'MONTHS' },
      duration: { value: 1, unit: 'YEARS' },
    },
  ]
  const commit = { type: 'PREPAID', product_id, access_schedule: { schedule_items } }
  const invoice_schedule = {
    schedule_items: [{ unit_price: 40, quantity: 2, date_offset: { value: 1, unit: 'YEARS' } }],
  }
  const credit = { product_id, name: 'Welcome', access_schedule: { schedule_items } }
  const create = (commits: object[]) => {
    const body = { name: 'Standard', commits, credits: [credit] }
    return api.call('POST', '/v1/packages/create', body)
  }
  const wrong = await create([commit, { ...commit, type: 'POSTPAID' }])
  expect(wrong).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('commits[1].invoice_schedule') },
  })
  const package_id = (await create([{ ...commit, invoice_schedule }])).body.data.id
  const { data: shown } = await client.v1.packages.retrieve({ package_id })
  expect(shown.commits).toMatchObject([
    {
      type: 'PREPAID',
      product: { id: product_id, name: 'Prepayment' },
      access_schedule: { schedule_items },
      invoice_schedule: { ...invoice_schedule, do_not_invoice: false },
    },
  ])
  const { data } = await client.v1.contracts.create({ customer_id, package_id, starting_at: START })
  const reference = { customer_id, contract_id: data.id }
  const { data: contract } = await client.v2.contracts.retrieve(reference)
  expect(contract.commits).toMatchObject([
    {
      access_schedule: {
        schedule_items: [
          {
            amount: 100,
            starting_at: '2026-04-01T00:00:00.000Z',
            ending_before: '2027-04-01T00:00:00.000Z',
          },
        ],
      },
      invoice_schedule: { schedule_items: [{ amount: 80, timestamp: '2027-03-01T00:00:00.000Z' }] },
    },
  ])
  expect(contract.credits).toMatchObject([{ name: 'Welcome' }])
})
