import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const MAR = '2026-03-01T00:00:00Z'
const APR = '2026-04-01T00:00:00Z'
const MAY = '2026-05-01T00:00:00Z'

const BALANCES = '/v1/contracts/customerBalances/list'
const MANUAL = '/v1/contracts/addManualBalanceLedgerEntry'

interface Setup {
  api: TestApi
  client: Metronome
  customer_id: string
  product_id: string
}

/** A customer and a product of type FIXED, in an environment of 10 March 2026. */
async function setUp(): Promise<Setup> {
  const api = await createTestApi()
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const product = { name: 'Credit', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  return { api, client, customer_id, product_id }
}

function addCredit({ api, customer_id, product_id }: Setup, amount: number, members = {}) {
  return createdId(api, '/v1/contracts/customerCredits/create', {
    customer_id,
    product_id,
    priority: 1,
    access_schedule: {
      schedule_items: [{ amount, starting_at: MAR, ending_before: APR }],
    },
    ...members,
  })
}

function addCommit({ api, customer_id, product_id }: Setup, amount: number, members = {}) {
  return createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    product_id,
    type: 'PREPAID',
    priority: 2,
    access_schedule: {
      schedule_items: [{ amount, starting_at: MAR, ending_before: APR }],
    },
    ...members,
  })
}

async function segmentOf({ api, customer_id }: Setup, id: string): Promise<string> {
  const { body } = await api.call('POST', BALANCES, { customer_id, id })
  return body.data[0].access_schedule.schedule_items[0].id
}

test('the SDK lists balances with what is left of them and why', async () => {
  const setup = await setUp()
  const { client, customer_id } = setup
  const id = await addCredit(setup, 100)
  const segment_id = await segmentOf(setup, id)
  await client.v1.contracts.addManualBalanceEntry({
    customer_id,
    id,
    segment_id,
    amount: -30.25,
    reason: 'Refunded elsewhere',
    timestamp: '2026-03-20T00:00:00Z',
  })
  const listed = []
  const question = { customer_id, include_balance: true, include_ledgers: true }
  for await (const balance of client.v1.contracts.listBalances(question)) listed.push(balance)
  expect(listed).toHaveLength(1)
  expect(listed[0]).toMatchObject({ id, type: 'CREDIT', balance: 69.75 })
  expect(listed[0]?.ledger).toEqual([
    {
      type: 'CREDIT_SEGMENT_START',
      timestamp: '2026-03-01T00:00:00.000Z',
      amount: 100,
      segment_id,
    },
    {
      type: 'CREDIT_MANUAL',
      timestamp: '2026-03-20T00:00:00.000Z',
      amount: -30.25,
      reason: 'Refunded elsewhere',
    },
  ])
})

test('balances and ledgers are shown only if asked for', async () => {
  const setup = await setUp()
  await addCredit(setup, 100)
  const { body } = await setup.api.call('POST', BALANCES, { customer_id: setup.customer_id })
  expect(body.data[0]).not.toHaveProperty('balance')
  expect(body.data[0]).not.toHaveProperty('ledger')
})

test('commits and credits have lists of their own', async () => {
  const setup = await setUp()
  const { client, customer_id } = setup
  const creditId = await addCredit(setup, 100)
  const commitId = await addCommit(setup, 200)
  const commits = []
  const credits = []
  const question = { customer_id, include_balance: true }
  for await (const own of client.v1.customers.commits.list(question)) commits.push(own)
  for await (const own of client.v1.customers.credits.list(question)) credits.push(own)
  expect(commits).toMatchObject([{ id: commitId, type: 'PREPAID', balance: 200 }])
  expect(credits).toMatchObject([{ id: creditId, type: 'CREDIT', balance: 100 }])
  const { body } = await setup.api.call('POST', '/v1/contracts/customerCommits/list', {
    customer_id,
    commit_id: creditId,
  })
  expect(body).toEqual({ data: [], next_page: null })
})

test('lists go on from page to page, in the order of creation or of priority', async () => {
  const setup = await setUp()
  const { api, customer_id } = setup
  const ids = [
    await addCredit(setup, 1, { priority: 10 }),
    await addCredit(setup, 2, { priority: 9 }),
    await addCommit(setup, 3, { priority: 9.5 }),
  ]
  const listAll = async (members: Record<string, unknown>) => {
    const found: string[] = []
    let next_page: string | undefined
    for (let pages = 0; pages < 5 && next_page !== null; pages += 1) {
      const body = { customer_id, limit: 1, ...members, ...(next_page && { next_page }) }
      const answer = await api.call('POST', BALANCES, body)
      found.push(...answer.body.data.map((own: { id: string }) => own.id))
      next_page = answer.body.next_page
    }
    return found
  }
  expect((await listAll({})).toSorted()).toEqual(ids.toSorted())
  expect(await listAll({ sort_by_priority: true })).toEqual([ids[1], ids[2], ids[0]])

  const { body } = await api.call('POST', BALANCES, { customer_id, limit: 1 })
  const other = { customer_id, limit: 1, next_page: body.next_page, sort_by_priority: true }
  expect((await api.call('POST', BALANCES, other)).body.message).toMatch(/^next_page: /)
})

test('what has no access at the dates asked for, or nothing left, is not listed', async () => {
  const setup = await setUp()
  const { api, customer_id } = setup
  const now = await addCredit(setup, 100)
  const later = await addCredit(setup, 50, {
    access_schedule: { schedule_items: [{ amount: 50, starting_at: APR, ending_before: MAY }] },
  })
  const list = async (members: Record<string, unknown>) => {
    const { body } = await api.call('POST', BALANCES, { customer_id, ...members })
    return body.data.map(({ id }: { id: string }) => id).toSorted()
  }
  expect(await list({ covering_date: '2026-03-31T23:59:59Z' })).toEqual([now])
  expect(await list({ covering_date: APR })).toEqual([later])
  expect(await list({ starting_at: APR })).toEqual([later])
  expect(await list({ effective_before: APR })).toEqual([now])
  expect(await list({ exclude_zero_balances: true })).toEqual([now])
  expect(await list({})).toEqual([now, later].toSorted())
})

test('archived balances are listed if asked for, without ledger and balance', async () => {
  const setup = await setUp()
  const { api, customer_id } = setup
  const credit_id = await addCredit(setup, 100)
  await api.call('POST', '/v2/contracts/credits/archive', { customer_id, credit_id })
  expect((await api.call('POST', BALANCES, { customer_id })).body.data).toEqual([])
  const question = { customer_id, include_archived: true, include_balance: true }
  const { body } = await api.call('POST', BALANCES, { ...question, include_ledgers: true })
  expect(body.data).toMatchObject([{ id: credit_id, balance: 0, ledger: null }])
})

test('TV43: the net balance takes nothing from one credit for another', async () => {
  const setup = await setUp()
  const { client, customer_id } = setup
  const id = await addCredit(setup, 1000)
  const entry = { customer_id, id, segment_id: await segmentOf(setup, id), reason: 'Fraud' }
  await client.v1.contracts.addManualBalanceEntry({ ...entry, amount: -1500 })
  const other = await addCredit(setup, 700)
  await addCommit(setup, 20)

  const net = async (members: object) => {
    const { data } = await client.v1.contracts.getNetBalance({ customer_id, ...members })
    expect(data.credit_type_id).toBe(USD)
    return data.balance
  }
  expect(await net({})).toBe(720)
  expect(await net({ invoice_inclusion_mode: 'FINALIZED' })).toBe(720)
  expect(await net({ filters: [{ balance_types: ['CREDIT'] }] })).toBe(700)
  expect(await net({ filters: [{ ids: [id] }] })).toBe(0)
  expect(await net({ filters: [{ ids: [other] }, { balance_types: ['PREPAID_COMMIT'] }] })).toBe(
    720,
  )
  const unknown = await setup.api.call('POST', '/v1/contracts/customerBalances/getNetBalance', {
    customer_id,
    credit_type_id: UNKNOWN_ID,
  })
  expect(unknown.body).toEqual({ data: { balance: 0, credit_type_id: UNKNOWN_ID } })
})

test('an entry keeps all digits of its amount, and is made once for an Idempotency-Key', async () => {
  const setup = await setUp()
  const { api, customer_id } = setup
  const id = await addCredit(setup, 1)
  const segment_id = await segmentOf(setup, id)
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const entry = `{"customer_id":"${customer_id}","id":"${id}","segment_id":"${segment_id}","amount":0.12345678901234567890123,"reason":"Exact"}`
  for (let tries = 0; tries < 2; tries += 1) {
    expect((await api.call('POST', MANUAL, entry, headers)).status).toBe(200)
  }
  const { text } = await api.call('POST', BALANCES, { customer_id, include_balance: true })
  expect(text).toContain('"balance":1.12345678901234567890123')
})

test('entries that make no sense are refused by the field', async () => {
  const setup = await setUp()
  const { api, customer_id } = setup
  const id = await addCredit(setup, 100)
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: MAR,
  })
  const entry = {
    customer_id,
    id,
    segment_id: await segmentOf(setup, id),
    amount: 5,
    reason: 'Goodwill',
  }
  const refused = async (members: Record<string, unknown>) => {
    const { status, body } = await api.call('POST', MANUAL, { ...entry, ...members })
    return [status, body?.message?.split(':')[0]]
  }
  expect(await refused({ customer_id: UNKNOWN_ID })).toEqual([404, 'customer_id'])
  expect(await refused({ id: UNKNOWN_ID })).toEqual([404, 'id'])
  expect(await refused({ contract_id })).toEqual([404, 'id'])
  expect(await refused({ segment_id: UNKNOWN_ID })).toEqual([404, 'segment_id'])
  expect(await refused({ amount: 0 })).toEqual([400, 'amount'])
  expect(await refused({ amount: '5' })).toEqual([400, 'amount'])
  expect(await refused({ reason: undefined })).toEqual([400, 'reason'])
  expect(await refused({ timestamp: 'yesterday' })).toEqual([400, 'timestamp'])
  expect(await refused({ per_group_amounts: { ann: 5 } })).toEqual([400, 'per_group_amounts'])
})

test('questions about customers and pages that there are not are refused', async () => {
  const { api, customer_id } = await setUp()
  for (const path of [
    BALANCES,
    '/v1/contracts/customerBalances/getNetBalance',
    '/v1/contracts/customerCommits/list',
    '/v1/contracts/customerCredits/list',
  ]) {
    const { status, body } = await api.call('POST', path, { customer_id: UNKNOWN_ID })
    expect([status, body.message]).toEqual([404, `customer_id: no customer ${UNKNOWN_ID}`])
  }
  const answers = await Promise.all(
    [{ limit: 0 }, { limit: 26 }, { next_page: 'x' }].map((members) =>
      api.call('POST', BALANCES, { customer_id, ...members }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400])
})
