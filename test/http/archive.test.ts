import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')
const ARCHIVED_AT = '2026-03-20T12:00:00.000Z'
const worker = (exports as unknown as { default: Fetcher }).default

/** A customer whose contract began on 15 January: two invoices are final, March is a draft. */
async function signUp(api: TestApi) {
  const offering = await createOffering(api)
  const { customerId, rateCardId } = offering
  await api.call('POST', '/v1/ingest', [completion('a', '2026-02-20T00:00:00Z')])
  const addContract = (starting_at: string) =>
    createdId(api, '/v1/contracts/create', {
      customer_id: customerId,
      rate_card_id: rateCardId,
      starting_at,
    })
  const contractId = await addContract('2026-01-15T00:00:00Z')
  const invoices = async (query = '') =>
    (await api.call('GET', `/v1/customers/${customerId}/invoices${query}`)).body.data
  return { ...offering, contractId, addContract, invoices }
}

function states(invoices: { start_timestamp: string; status: string; total: number }[]): string[] {
  return invoices.map(
    ({ start_timestamp, status, total }) => `${start_timestamp.slice(0, 7)} ${status} ${total}`,
  )
}

test('archiving a contract ends its draft and leaves its finalized invoices', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId, invoices } = await signUp(api)
  const before = await invoices()
  expect(states(before)).toEqual(['2026-01 FINALIZED 0', '2026-02 FINALIZED 2', '2026-03 DRAFT 0'])
  const body = { customer_id: customerId, contract_id: contractId, void_invoices: false }
  const archived = await api.call('POST', '/v1/contracts/archive', body)
  expect([archived.status, archived.body]).toEqual([200, { data: { id: contractId } }])
  expect(await invoices()).toEqual(before.slice(0, 2))
  const draft = `/v1/customers/${customerId}/invoices/${before[2].id}`
  expect((await api.call('GET', draft)).status).toBe(404)
  // There is nothing more to come either.
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-06-20T00:00:00Z' })
  expect(await invoices()).toEqual(before.slice(0, 2))
  const again = await api.call('POST', '/v1/contracts/archive', body)
  expect([again.status, again.body]).toEqual([200, { data: { id: contractId } }])
  const one = await api.call('POST', '/v2/contracts/get', body)
  expect(one.body.data.archived_at).toBe(ARCHIVED_AT)
})

test('an archived contract is listed only when archived ones are asked for', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId, addContract } = await signUp(api)
  const kept = await addContract('2026-03-01T00:00:00Z')
  await api.call('POST', '/v1/contracts/archive', {
    customer_id: customerId,
    contract_id: contractId,
    void_invoices: false,
  })
  for (const path of ['/v1/contracts/list', '/v2/contracts/list']) {
    const list = async (members: object) =>
      (await api.call('POST', path, { customer_id: customerId, ...members })).body.data.map(
        ({ id, archived_at }: never) => [id, archived_at],
      )
    expect(await list({})).toEqual([[kept, undefined]])
    expect(await list({ covering_date: '2026-03-20T00:00:00Z' })).toEqual([[kept, undefined]])
    const all = await list({ include_archived: true })
    expect(all).toHaveLength(2)
    expect(all).toContainEqual([contractId, ARCHIVED_AT])
  }
})

test('voided invoices stay listed, as they were but for their status', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId, addContract, invoices } = await signUp(api)
  await addContract('2026-02-01T00:00:00Z')
  const others = (await invoices()).filter(
    (invoice: { contract_id: string }) => invoice.contract_id !== contractId,
  )
  const before = await invoices(`?contract_id=${contractId}&status=FINALIZED`)
  const body = { customer_id: customerId, contract_id: contractId, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', body)).status).toBe(200)
  const voided = before.map((invoice: object) => ({ ...invoice, status: 'VOID' }))
  expect(await invoices(`?contract_id=${contractId}`)).toEqual(voided)
  expect(await invoices('?status=VOID')).toEqual(voided)
  expect(await invoices(`?status=FINALIZED&contract_id=${contractId}`)).toEqual([])
  const one = await api.call('GET', `/v1/customers/${customerId}/invoices/${voided[1].id}`)
  expect(one.body.data).toEqual(voided[1])
  expect(states([one.body.data])).toEqual(['2026-02 VOID 2'])
  const kept = (await invoices()).filter(
    (invoice: { contract_id: string }) => invoice.contract_id !== contractId,
  )
  expect(kept).toEqual(others)
})

test('invoices that were left when the contract was archived can be voided afterwards', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId, invoices } = await signUp(api)
  const body = { customer_id: customerId, contract_id: contractId }
  await api.call('POST', '/v1/contracts/archive', { ...body, void_invoices: false })
  await api.call('POST', '/v1/contracts/archive', { ...body, void_invoices: true })
  expect(states(await invoices())).toEqual(['2026-01 VOID 0', '2026-02 VOID 2'])
  await api.call('POST', '/v1/contracts/archive', { ...body, void_invoices: false })
  expect(states(await invoices())).toEqual(['2026-01 VOID 0', '2026-02 VOID 2'])
})

test('CU-8: archiving a customer archives its contracts and voids its invoices, for good', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId, addContract, invoices } = await signUp(api)
  await addContract('2026-02-01T00:00:00Z')
  await api.call('POST', '/v1/contracts/archive', {
    customer_id: customerId,
    contract_id: contractId,
    void_invoices: false,
  })
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-03-21T00:00:00Z' })
  const archived = await api.call('POST', '/v1/customers/archive', { id: customerId })
  expect([archived.status, archived.body]).toEqual([200, { data: { id: customerId } }])
  expect(states(await invoices())).toEqual(['2026-01 VOID 0', '2026-02 VOID 2', '2026-02 VOID 2'])
  const contracts = await api.call('POST', '/v2/contracts/list', {
    customer_id: customerId,
    include_archived: true,
  })
  const archivedAt = contracts.body.data.map(({ archived_at }: never) => archived_at)
  expect(archivedAt.toSorted()).toEqual([ARCHIVED_AT, '2026-03-21T00:00:00.000Z'])

  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-03-22T00:00:00Z' })
  const again = await api.call('POST', '/v1/customers/archive', { id: customerId })
  expect([again.status, again.body]).toEqual([200, { data: { id: customerId } }])
  const record = await api.call('GET', `/v1/customers/${customerId}`)
  expect(record.body.data).toMatchObject({
    name: 'Acme',
    ingest_aliases: ['acme'],
    archived_at: '2026-03-21T00:00:00.000Z',
  })
  const listed = async (query: string) =>
    (await api.call('GET', `/v1/customers${query}`)).body.data.map(({ id }: never) => id)
  expect(await listed('')).toEqual([])
  expect(await listed('?only_archived=true')).toEqual([customerId])
  expect(
    await api.call('POST', '/v1/contracts/create', {
      customer_id: customerId,
      starting_at: '2026-04-01T00:00:00Z',
    }),
  ).toMatchObject({ status: 400 })
})

test('AL-8: an archived customer keeps its aliases until they are taken from it', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await signUp(api)
  await api.call('POST', '/v1/customers/archive', { id: customerId })
  const newcomer = { name: 'New', ingest_aliases: ['acme'] }
  expect((await api.call('POST', '/v1/customers', newcomer)).status).toBe(409)
  const path = `/v1/customers/${customerId}/setIngestAliases`
  expect((await api.call('POST', path, { ingest_aliases: [] })).status).toBe(200)
  expect((await api.call('POST', '/v1/customers', newcomer)).status).toBe(200)
})

test('CU-9: events of an archived customer are metered, and nothing is rated', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, invoices } = await signUp(api)
  await api.call('POST', '/v1/customers/archive', { id: customerId })
  const before = await invoices()
  const sent = await api.call('POST', '/v1/ingest', [
    completion('late', '2026-03-19T00:00:00Z', { tokens: 7 }),
  ])
  expect(sent.body.data.accepted).toBe(1)
  const usage = await api.call('POST', '/v1/usage', {
    customer_ids: [customerId],
    window_size: 'NONE',
    starting_on: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
  })
  expect(usage.body.data[0].value).toBe(7)
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-05-01T00:00:00Z' })
  expect(await invoices()).toEqual(before)
  const preview = await api.call('POST', `/v1/customers/${customerId}/previewEvents`, {
    events: [{ event_type: 'completion' }],
  })
  expect(preview.body).toEqual({ data: [] })
})

test('what does not exist, or is malformed, is refused; archiving needs a full token', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId } = await signUp(api)
  const other = await createdId(api, '/v1/customers', { name: 'Other' })
  const contract = { customer_id: customerId, contract_id: contractId, void_invoices: true }
  const cases: [path: string, body: object, status: number, message: string][] = [
    [
      '/v1/contracts/archive',
      { ...contract, contract_id: UNKNOWN_ID },
      404,
      `contract_id: the customer has no contract ${UNKNOWN_ID}`,
    ],
    [
      '/v1/contracts/archive',
      { ...contract, customer_id: other },
      404,
      `contract_id: the customer has no contract ${contractId}`,
    ],
    [
      '/v1/contracts/archive',
      { ...contract, customer_id: UNKNOWN_ID },
      404,
      `customer_id: no customer ${UNKNOWN_ID}`,
    ],
    ['/v1/contracts/archive', { ...contract, contract_id: 'x' }, 400, 'contract_id: expected a'],
    ['/v1/contracts/archive', { ...contract, void_invoices: undefined }, 400, 'void_invoices: '],
    ['/v1/customers/archive', { id: UNKNOWN_ID }, 404, `id: no customer ${UNKNOWN_ID}`],
    ['/v1/customers/archive', {}, 400, 'id: '],
  ]
  for (const [path, body, status, message] of cases) {
    const answer = await api.call('POST', path, body)
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
  }
  const stranger = await createTestApi({ clockMs: MARCH_20 })
  expect((await stranger.call('POST', '/v1/customers/archive', { id: customerId })).status).toBe(
    404,
  )
  const reader = await withScope(api, 'read-only')
  expect((await reader.call('POST', '/v1/customers/archive', { id: customerId })).status).toBe(403)
  expect((await reader.call('POST', '/v1/contracts/archive', contract)).status).toBe(403)
  expect((await api.call('GET', `/v1/customers/${customerId}`)).body.data.archived_at).toBeNull()
})

test('the official SDK archives contracts and customers', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, contractId } = await signUp(api)
  const { v1 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const contract = { customer_id: customerId, contract_id: contractId, void_invoices: true }
  expect(await v1.contracts.archive(contract)).toEqual({ data: { id: contractId } })
  expect(await v1.customers.archive({ id: customerId })).toEqual({ data: { id: customerId } })
  const { data } = await v1.customers.retrieve({ customer_id: customerId })
  expect(data.archived_at).toBe(ARCHIVED_AT)
  for await (const invoice of v1.customers.invoices.list({ customer_id: customerId })) {
    expect(invoice.status).toBe('VOID')
  }
})
