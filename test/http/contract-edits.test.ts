import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const START = '2026-03-01T00:00:00Z'
const NOW = '2026-03-10T12:00:00.000Z'

async function signUp(contract: object = {}) {
  const api = await createTestApi()
  const offering = await createOffering(api)
  const { customerId: customer_id, rateCardId: rate_card_id } = offering
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: START,
    ...contract,
  })
  const reference = { customer_id, contract_id }
  const post = (path: string, body: object = {}) =>
    api.call('POST', path, { ...reference, ...body })
  const read = async (body: object = {}) => (await post('/v2/contracts/get', body)).body.data
  const advance = (now: string) => api.call('POST', '/v1/sandboxes/clock', { now })
  return { api, ...offering, reference, post, read, advance }
}

function multiplier(value: number) {
  return { starting_at: START, type: 'MULTIPLIER', multiplier: value }
}

function multipliersOf(contract: { overrides: { multiplier: number }[] }): number[] {
  return contract.overrides.map((override) => override.multiplier)
}

test('an edit changes a contract, is told of, and is kept in its history', async () => {
  const { post, read, productId } = await signUp({
    name: 'Deal',
    net_payment_terms_days: 14,
    overrides: [multiplier(0.9), multiplier(0.8)],
  })
  const [first, second] = (await read()).overrides
  const edited = await post('/v2/contracts/edit', {
    uniqueness_key: 'e1',
    add_overrides: [{ ...multiplier(0.7), product_id: productId }],
    remove_overrides: [{ id: first.id }],
    update_contract_name: 'Better deal',
    update_contract_end_date: '2027-03-01T00:00:00Z',
    update_net_payment_terms_days: null,
    commits: undefined,
    add_commits: [],
  })
  expect(edited.status).toBe(200)
  const added = {
    id: expect.any(String),
    created_at: NOW,
    starting_at: '2026-03-01T00:00:00.000Z',
    type: 'MULTIPLIER',
    multiplier: 0.7,
    product: { id: productId, name: 'Completions' },
  }
  const { id } = edited.body.data
  const edit = {
    id,
    timestamp: NOW,
    uniqueness_key: 'e1',
    add_overrides: [added],
    remove_overrides: [{ id: first.id }],
    update_contract_name: 'Better deal',
    update_contract_end_date: '2027-03-01T00:00:00.000Z',
    update_net_payment_terms_days: null,
  }
  expect(edited.body.data).toEqual({ id, edit })
  const now = await read()
  expect(now).toMatchObject({ name: 'Better deal', ending_before: '2027-03-01T00:00:00.000Z' })
  expect(now.overrides).toEqual([second, added])
  expect(now).not.toHaveProperty('net_payment_terms_days')
  await post('/v2/contracts/edit', { update_contract_name: null })
  const history = (await post('/v2/contracts/getEditHistory')).body.data
  expect(history).toEqual([
    edit,
    { id: expect.any(String), timestamp: NOW, update_contract_name: null },
  ])
  const v1 = (await post('/v1/contracts/get')).body.data
  expect(v1.initial).toMatchObject({ name: 'Deal', net_payment_terms_days: 14 })
  expect(v1.initial.overrides).toEqual([first, second])
  expect(v1.current.overrides).toEqual([second, added])
  expect(v1.current).not.toHaveProperty('name')
  expect(v1.amendments).toEqual([])
})

test('a contract is read as it was at an earlier instant', async () => {
  const { post, read, advance } = await signUp({ name: 'First' })
  await advance('2026-03-11T00:00:00Z')
  await post('/v2/contracts/edit', { update_contract_name: 'Second' })
  await advance('2026-03-12T00:00:00Z')
  await post('/v2/contracts/edit', { add_overrides: [multiplier(0.5)] })
  const nameAt = async (as_of_date: string) => (await read({ as_of_date })).name
  expect(await nameAt('2026-03-10T23:59:59Z')).toBe('First')
  expect(await nameAt('2026-03-11T00:00:00Z')).toBe('Second')
  expect((await read({ as_of_date: '2026-03-11T23:00:00Z' })).overrides).toEqual([])
  expect(multipliersOf(await read({ as_of_date: '2026-03-12T00:00:00Z' }))).toEqual([0.5])
  const before = await post('/v2/contracts/get', { as_of_date: '2026-03-10T11:00:00Z' })
  expect([before.status, before.body.message]).toEqual([404, expect.stringContaining('as_of_date')])
  const both = await post('/v2/contracts/get', {
    as_of_date: '2026-03-11T00:00:00Z',
    include_ledgers: true,
  })
  expect([both.status, both.body.message]).toEqual([400, expect.stringContaining('as_of_date')])
})

test('of edits at the same time none is lost', async () => {
  const { post, read } = await signUp()
  const values = [1, 2, 3, 4, 5, 6, 7, 8]
  const answers = await Promise.all(
    values.map((value) => post('/v2/contracts/edit', { add_overrides: [multiplier(value)] })),
  )
  expect(answers.map(({ status }) => status)).toEqual(values.map(() => 200))
  expect(multipliersOf(await read()).sort((a, b) => a - b)).toEqual(values)
  expect((await post('/v2/contracts/getEditHistory')).body.data).toHaveLength(8)
})

test('a uniqueness key makes one edit, also of requests at the same time', async () => {
  const { post, read } = await signUp()
  const edit = { uniqueness_key: 'k', add_overrides: [multiplier(0.5)] }
  const answers = await Promise.all([1, 2, 3].map(() => post('/v2/contracts/edit', edit)))
  expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '409', '409'])
  expect((await read()).overrides).toHaveLength(1)
})

test('an edit under an idempotency key is made once', async () => {
  const { api, reference, read } = await signUp()
  const edit = { ...reference, add_overrides: [multiplier(0.5)] }
  const headers = { 'idempotency-key': 'once' }
  const first = await api.call('POST', '/v2/contracts/edit', edit, headers)
  expect((await api.call('POST', '/v2/contracts/edit', edit, headers)).body).toEqual(first.body)
  expect((await read()).overrides).toHaveLength(1)
})

test('an edit that is refused in part changes nothing', async () => {
  const { post, read } = await signUp({ name: 'Deal' })
  const refused = await post('/v2/contracts/edit', {
    update_contract_name: 'Other',
    add_overrides: [multiplier(0.5)],
    remove_overrides: [{ id: UNKNOWN_ID }],
  })
  expect(refused.status).toBe(404)
  expect(await read()).toMatchObject({ name: 'Deal', overrides: [] })
  expect((await post('/v2/contracts/getEditHistory')).body.data).toEqual([])
})

test('the end of a contract is moved and taken away, and its invoices follow', async () => {
  const { api, customerId, reference, post, read } = await signUp({
    starting_at: '2026-02-01T00:00:00Z',
  })
  const invoices = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?sort=date_asc`)
    return body.data.map((invoice: Record<string, string>) =>
      [invoice['status'], invoice['start_timestamp'], invoice['end_timestamp']]
        .map((text) => text?.replace('T00:00:00+00:00', ''))
        .join(' '),
    )
  }
  const [february, march] = ['FINALIZED 2026-02-01 2026-03-01', 'DRAFT 2026-03-01 2026-04-01']
  expect(await invoices()).toEqual([february, march])
  const ended = await post('/v1/contracts/updateEndDate', {
    ending_before: '2026-03-05T00:00:00Z',
  })
  expect(ended.body).toEqual({ data: { id: reference.contract_id } })
  // In a sandbox with a frozen clock, what is past is final at once.
  const cut = 'FINALIZED 2026-03-01 2026-03-05'
  expect(await invoices()).toEqual([february, cut])
  expect((await read()).ending_before).toBe('2026-03-05T00:00:00.000Z')
  await post('/v1/contracts/updateEndDate')
  expect(await invoices()).toEqual([february, cut, 'DRAFT 2026-03-05 2026-04-01'])
  expect(await read()).not.toHaveProperty('ending_before')
  const careful = await post('/v1/contracts/updateEndDate', {
    ending_before: '2026-03-04T00:00:00Z',
    allow_ending_before_finalized_invoice: false,
  })
  expect([careful.status, careful.body.message]).toEqual([
    400,
    expect.stringContaining('ending_before'),
  ])
  const history = (await post('/v2/contracts/getEditHistory')).body.data
  expect(history.map((edit: object) => Object.values(edit).at(-1))).toEqual([
    '2026-03-05T00:00:00.000Z',
    null,
  ])
})

test('a usage filter is changed from an instant on, and shown in both versions', async () => {
  const { post, read, productId, api } = await signUp()
  await api.call('POST', '/v1/contract-pricing/products/update', {
    product_id: productId,
    starting_at: '2026-01-01T00:00:00Z',
    presentation_group_key: [],
  })
  const filter = (group_values: string[], starting_at: string) =>
    post('/v1/contracts/setUsageFilter', { group_key: 'team', group_values, starting_at })
  expect((await filter(['red'], START)).status).toBe(200)
  expect((await filter(['red', 'blue'], '2026-04-01T00:00:00Z')).status).toBe(200)
  const from = { group_key: 'team', group_values: ['red'], starting_at: '2026-03-01T00:00:00.000Z' }
  const to = {
    group_key: 'team',
    group_values: ['red', 'blue'],
    starting_at: '2026-04-01T00:00:00.000Z',
  }
  expect((await read()).usage_filter).toEqual([{ ...from, ending_before: to.starting_at }, to])
  const v1 = (await post('/v1/contracts/get')).body.data
  expect(v1.initial).not.toHaveProperty('usage_filter')
  expect(v1.current.usage_filter).toEqual({ initial: from, current: from, updates: [to] })
  const history = (await post('/v2/contracts/getEditHistory')).body.data
  expect(history.map((edit: object) => Object.values(edit).at(-1))).toEqual([[from], [to]])
})

test('an amendment adds overrides, and is an edit like any other', async () => {
  const { post, read } = await signUp({ overrides: [multiplier(0.9)] })
  const amended = await post('/v1/contracts/amend', {
    starting_at: START,
    overrides: [multiplier(0.8)],
    netsuite_sales_order_id: 'SO-1',
  })
  expect(amended.status).toBe(200)
  const current = await read()
  expect(multipliersOf(current)).toEqual([0.9, 0.8])
  const v1 = (await post('/v1/contracts/get')).body.data
  expect(multipliersOf(v1.initial)).toEqual([0.9])
  expect(v1.amendments).toEqual([
    {
      id: amended.body.data.id,
      starting_at: '2026-03-01T00:00:00.000Z',
      netsuite_sales_order_id: 'SO-1',
      created_at: NOW,
      created_by: 'test',
      overrides: [current.overrides[1]],
      commits: [],
      credits: [],
      scheduled_charges: [],
    },
  ])
  expect((await post('/v2/contracts/getEditHistory')).body.data).toHaveLength(1)
})

test('malformed edits are refused by field', async () => {
  const { post, reference } = await signUp()
  const table: [string, object, number, string][] = [
    ['/v2/contracts/edit', {}, 400, 'at least one change'],
    ['/v2/contracts/edit', { update_everything: 1 }, 400, 'update_everything'],
    ['/v2/contracts/edit', { update_overrides: [] }, 400, 'update_overrides'],
    ['/v2/contracts/edit', { add_commits: [{}] }, 400, 'add_commits'],
    ['/v2/contracts/edit', { update_commits: [{}] }, 400, 'update_commits'],
    ['/v2/contracts/edit', { archive_spend_trackers: ['x'] }, 404, 'archive_spend_trackers'],
    ['/v2/contracts/edit', { add_overrides: [{}] }, 400, 'add_overrides[0].starting_at'],
    ['/v2/contracts/edit', { remove_overrides: ['x'] }, 400, 'remove_overrides[0]'],
    ['/v2/contracts/edit', { update_contract_end_date: START }, 400, 'update_contract_end_date'],
    ['/v2/contracts/edit', { update_contract_end_date: 'x' }, 400, 'update_contract_end_date'],
    [
      '/v2/contracts/edit',
      { update_net_payment_terms_days: -1 },
      400,
      'update_net_payment_terms_days',
    ],
    ['/v2/contracts/edit', { uniqueness_key: '' }, 400, 'uniqueness_key'],
    ['/v2/contracts/edit', { contract_id: UNKNOWN_ID, update_contract_name: 'x' }, 404, 'contract'],
    ['/v2/contracts/edit', { customer_id: UNKNOWN_ID, update_contract_name: 'x' }, 404, 'customer'],
    ['/v2/contracts/getEditHistory', { contract_id: UNKNOWN_ID }, 404, 'contract_id'],
    ['/v2/contracts/getEditHistory', { contract_id: 'x' }, 400, 'contract_id'],
    ['/v1/contracts/amend', { overrides: [multiplier(1)] }, 400, 'starting_at'],
    ['/v1/contracts/amend', { starting_at: START, commits: [{}] }, 400, 'commits'],
    ['/v1/contracts/amend', { starting_at: START, overrides: [{}] }, 400, 'overrides[0]'],
    ['/v1/contracts/updateEndDate', { ending_before: START }, 400, 'ending_before'],
    [
      '/v1/contracts/updateEndDate',
      { ending_before: '2026-05-01T00:00:01Z' },
      400,
      'ending_before',
    ],
    ['/v1/contracts/updateEndDate', { contract_id: UNKNOWN_ID }, 404, 'contract_id'],
    ['/v1/contracts/setUsageFilter', { group_key: 'team' }, 400, 'group_values'],
    [
      '/v1/contracts/setUsageFilter',
      { group_key: 'none', group_values: ['a'], starting_at: START },
      400,
      'group_key',
    ],
    [
      '/v1/contracts/setUsageFilter',
      { group_key: 'team', group_values: ['a'], starting_at: '2026-02-01T00:00:00Z' },
      400,
      'starting_at',
    ],
  ]
  for (const [path, body, status, field] of table) {
    const answer = await post(path, body)
    expect([path, body, answer.status]).toEqual([path, body, status])
    expect(answer.body.message).toContain(field)
  }
  expect((await post('/v2/contracts/getEditHistory')).body.data).toEqual([])
  await post('/v1/contracts/archive', { void_invoices: false })
  const late = await post('/v2/contracts/edit', { ...reference, update_contract_name: 'x' })
  expect([late.status, late.body.message]).toEqual([400, expect.stringContaining('archived')])
})

test('the official SDK edits a contract and reads its history', async () => {
  const { api, reference } = await signUp()
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await client.v2.contracts.edit({
    ...reference,
    add_overrides: [{ starting_at: START, type: 'MULTIPLIER', multiplier: 0.5 }],
  })
  expect(data.edit?.add_overrides?.[0]?.multiplier).toBe(0.5)
  const history = await client.v2.contracts.getEditHistory(reference)
  expect(history.data.map(({ id }) => id)).toEqual([data.id])
  await client.v1.contracts.updateEndDate({ ...reference, ending_before: '2026-06-01T00:00:00Z' })
  await client.v1.contracts.amend({ ...reference, starting_at: START })
  const read = await client.v1.contracts.retrieve(reference)
  expect(read.data.current.ending_before).toBe('2026-06-01T00:00:00.000Z')
  expect(read.data.amendments).toHaveLength(1)
})

test('an override of an edit prices drafts at once, and no finalized invoice', async () => {
  const { api, customerId, post } = await signUp({ starting_at: '2026-02-01T00:00:00Z' })
  const send = (id: string, timestamp: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(id, timestamp, { tokens })])
  await send('a', '2026-03-03T00:00:00Z', 100)
  const totals = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?sort=date_asc`)
    return body.data.map(({ status, total }: { status: string; total: number }) => [status, total])
  }
  expect(await totals()).toEqual([
    ['FINALIZED', 0],
    ['DRAFT', 200],
  ])
  const half = await post('/v2/contracts/edit', {
    add_overrides: [{ ...multiplier(0.5), starting_at: '2026-02-01T00:00:00Z' }],
  })
  expect(await totals()).toEqual([
    ['FINALIZED', 0],
    ['DRAFT', 100],
  ])
  const [{ id }] = half.body.data.edit.add_overrides
  await post('/v2/contracts/edit', { remove_overrides: [{ id }] })
  expect((await totals())[1]).toEqual(['DRAFT', 200])
})
