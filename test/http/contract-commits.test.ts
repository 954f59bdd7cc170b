import { env, exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { listCommits } from '../../src/db/commits.ts'
import { openDatabase } from '../../src/db/database.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const db = openDatabase((env as unknown as { DB: D1Database }).DB)
const START = '2026-03-01T00:00:00Z'
const END = '2027-03-01T00:00:00Z'

function access(amount: number, starting_at = START, ending_before = END) {
  return { schedule_items: [{ amount, starting_at, ending_before }] }
}

async function createFixed(api: TestApi) {
  const product = { name: 'Prepayment', type: 'FIXED' }
  return createdId(api, '/v1/contract-pricing/products/create', product)
}

function clientOf(api: TestApi) {
  return new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
}

test('a contract is created with commits and credits, which its answers show', async () => {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product_id = await createFixed(api)
  const client = clientOf(api)
  const { data } = await client.v1.contracts.create({
    customer_id,
    rate_card_id,
    starting_at: START,
    commits: [
      {
        type: 'PREPAID',
        product_id,
        temporary_id: 'year-one',
        access_schedule: access(100_000),
        invoice_schedule: { schedule_items: [{ timestamp: START, amount: 80_000 }] },
        rollover_fraction: 0.5,
      },
      {
        type: 'POSTPAID',
        product_id,
        priority: 7,
        access_schedule: access(500),
        invoice_schedule: { schedule_items: [{ timestamp: END, unit_price: 250, quantity: 2 }] },
      },
    ],
    credits: [{ product_id, name: 'Welcome', access_schedule: access(50) }],
    overrides: [
      {
        starting_at: START,
        type: 'MULTIPLIER',
        multiplier: 0.8,
        is_commit_specific: true,
        override_specifiers: [{ commit_ids: ['year-one'] }],
      },
    ],
  })
  const { data: contract } = await client.v2.contracts.retrieve({
    customer_id,
    contract_id: data.id,
  })
  const prepaid = contract.commits.find(({ type }) => type === 'PREPAID')
  const postpaid = contract.commits.find(({ type }) => type === 'POSTPAID')
  expect(prepaid).toMatchObject({
    type: 'PREPAID',
    contract: { id: data.id },
    priority: 100,
    rate_type: 'LIST_RATE',
    product: { id: product_id, name: 'Prepayment' },
    access_schedule: {
      credit_type: { name: 'USD (cents)' },
      schedule_items: [{ amount: 100_000, starting_at: '2026-03-01T00:00:00.000Z' }],
    },
    invoice_schedule: {
      schedule_items: [{ amount: 80_000, unit_price: 80_000, quantity: 1 }],
      do_not_invoice: false,
    },
    invoice_contract: { id: data.id },
    rollover_fraction: 0.5,
    created_by: 'test',
  })
  expect(postpaid).toMatchObject({ type: 'POSTPAID', priority: 7 })
  expect(contract.credits).toMatchObject([{ type: 'CREDIT', name: 'Welcome' }])
  expect(contract.has_more).toEqual({ commits: false, credits: false })
  expect(contract.overrides[0]?.override_specifiers).toEqual([{ commit_ids: [prepaid!.id] }])
  const { data: v1 } = await client.v1.contracts.retrieve({ customer_id, contract_id: data.id })
  expect(v1.initial.commits).toEqual(v1.current.commits)
  expect(v1.initial.commits).toHaveLength(2)
})

test('a contract with one wrong commit is not created, nor are its other commits', async () => {
  const api = await createTestApi()
  const { customerId: customer_id } = await createOffering(api)
  const product_id = await createFixed(api)
  const commit = { type: 'PREPAID', product_id, access_schedule: access(10) }
  const wrong: [object, string][] = [
    [{ ...commit, rollover_fraction: 100 }, 'commits[1].rollover_fraction'],
    [{ ...commit, type: 'POSTPAID' }, 'commits[1].invoice_schedule'],
    [{ ...commit, product_id: UNKNOWN_ID }, 'commits[1].product_id'],
    [{ ...commit, temporary_id: 'a' }, 'commits[1].temporary_id'],
    [
      { ...commit, access_schedule: { ...access(1), credit_type_id: UNKNOWN_ID } },
      'commits[1].access_schedule.credit_type_id',
    ],
  ]
  for (const [second, field] of wrong) {
    const commits = [{ ...commit, temporary_id: 'a' }, second]
    const body = { customer_id, starting_at: START, commits }
    const answer = await api.call('POST', '/v1/contracts/create', body)
    expect(answer.body.message).toContain(field)
    expect([400, 404]).toContain(answer.status)
  }
  expect(await listCommits(db, api.environmentId, customer_id)).toEqual([])
})

test('an edit of a contract adds, updates and archives commits, which its history shows', async () => {
  const api = await createTestApi()
  const { customerId: customer_id } = await createOffering(api)
  const product_id = await createFixed(api)
  const client = clientOf(api)
  const { data } = await client.v1.contracts.create({
    customer_id,
    starting_at: START,
    commits: [{ type: 'PREPAID', product_id, access_schedule: access(100) }],
    credits: [{ product_id, access_schedule: access(5) }],
  })
  const contract_id = data.id
  const reference = { customer_id, contract_id }
  const before = (await client.v2.contracts.retrieve(reference)).data
  const [commit] = before.commits
  const [credit] = before.credits!
  const segment = commit!.access_schedule!.schedule_items[0]!
  await client.v2.contracts.edit({
    ...reference,
    add_credits: [{ product_id, name: 'More', access_schedule: access(20) }],
    update_commits: [
      {
        commit_id: commit!.id,
        priority: 3,
        rollover_fraction: 0.25,
        access_schedule: {
          update_schedule_items: [{ id: segment.id, amount: 120 }],
          add_schedule_items: [
            { amount: 1, starting_at: END, ending_before: '2028-03-01T00:00:00Z' },
          ],
        },
        invoice_schedule: { add_schedule_items: [{ timestamp: START, amount: 60 }] },
      },
    ],
    archive_credits: [{ id: credit!.id }],
  })
  const after = (await client.v2.contracts.retrieve(reference)).data
  expect(after.commits).toMatchObject([
    {
      id: commit!.id,
      priority: 3,
      rollover_fraction: 0.25,
      access_schedule: { schedule_items: [{ id: segment.id, amount: 120 }, { amount: 1 }] },
      invoice_schedule: { schedule_items: [{ amount: 60 }] },
      invoice_contract: { id: contract_id },
    },
  ])
  expect(after.credits).toMatchObject([{ name: 'More' }])
  const history = await client.v2.contracts.getEditHistory(reference)
  expect(history.data).toMatchObject([
    {
      add_credits: [{ id: after.credits![0]!.id, name: 'More' }],
      update_commits: [{ id: commit!.id, priority: 3 }],
      archive_credits: [{ id: credit!.id }],
    },
  ])
  const { data: v1 } = await client.v1.contracts.retrieve(reference)
  expect(v1.initial.credits).toEqual([])
  expect(v1.current.credits).toHaveLength(1)
})

test('an amendment adds commits, and v1 shows them with it', async () => {
  const api = await createTestApi()
  const { customerId: customer_id } = await createOffering(api)
  const product_id = await createFixed(api)
  const client = clientOf(api)
  const contract = { customer_id, starting_at: START }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  await client.v1.contracts.amend({
    customer_id,
    contract_id,
    starting_at: START,
    commits: [{ type: 'PREPAID', product_id, access_schedule: access(10) }],
  })
  const { data } = await client.v1.contracts.retrieve({ customer_id, contract_id })
  expect(data.initial.commits).toEqual([])
  expect(data.amendments).toMatchObject([{ commits: [{ type: 'PREPAID' }], credits: [] }])
  expect(data.current.commits).toEqual(data.amendments[0]?.commits)
})
