import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addFieldKeys, createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const UNKNOWN_ID = '01930000-0000-7000-8000-000000000000'

test('a contract is created by card id and read in both versions', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  await addFieldKeys(api, 'contract', ['po'])
  const created = await api.call('POST', '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    name: 'Main',
    uniqueness_key: 'main',
    starting_at: '2026-03-05T00:00:00Z',
    ending_before: '2027-03-05T00:00:00Z',
    net_payment_terms_days: 30,
    custom_fields: { po: '17' },
    commits: [],
  })
  const { id } = created.body.data
  const terms = {
    name: 'Main',
    rate_card_id: rateCardId,
    starting_at: '2026-03-05T00:00:00.000Z',
    ending_before: '2027-03-05T00:00:00.000Z',
    net_payment_terms_days: 30,
    usage_statement_schedule: {
      frequency: 'MONTHLY',
      billing_anchor_date: '2026-03-01T00:00:00.000Z',
    },
    created_at: '2026-03-10T12:00:00.000Z',
    created_by: 'test',
    commits: [],
    credits: [],
    overrides: [],
    scheduled_charges: [],
    subscriptions: [],
    transitions: [],
  }
  const entity = {
    id,
    customer_id: customerId,
    uniqueness_key: 'main',
    custom_fields: { po: '17' },
  }
  const reference = { customer_id: customerId, contract_id: id }
  const v1 = { ...entity, initial: terms, current: terms, amendments: [] }
  const has_more = { commits: false, credits: false }
  const v2 = { ...entity, ...terms, has_more, usage_filter: [] }
  expect(created.body.data.contract).toEqual(v2)
  expect((await api.call('POST', '/v1/contracts/get', reference)).body.data).toEqual(v1)
  expect((await api.call('POST', '/v2/contracts/get', reference)).body.data).toEqual(v2)
  const question = { customer_id: customerId }
  expect((await api.call('POST', '/v1/contracts/list', question)).body).toEqual({ data: [v1] })
  expect((await api.call('POST', '/v2/contracts/list', question)).body).toEqual({ data: [v2] })
})

test('contracts are listed by the instant that they cover, or by their start', async () => {
  const api = await createTestApi()
  const { customerId } = await createOffering(api)
  const contract = (starting_at: string, ending_before?: string) =>
    createdId(api, '/v1/contracts/create', { customer_id: customerId, starting_at, ending_before })
  const early = await contract('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')
  const late = await contract('2026-04-01T00:00:00Z')
  const list = async (filter: object) => {
    const { body } = await api.call('POST', '/v2/contracts/list', {
      customer_id: customerId,
      ...filter,
    })
    return body.data.map(({ id }: { id: string }) => id).sort()
  }
  expect(await list({})).toEqual([early, late].sort())
  expect(await list({ covering_date: '2026-03-31T23:59:59Z' })).toEqual([early])
  expect(await list({ covering_date: '2026-04-01T00:00:00Z' })).toEqual([late])
  expect(await list({ starting_at: '2026-03-02T00:00:00Z' })).toEqual([late])
})

test('T21: a uniqueness key is used once, also by requests at the same time', async () => {
  const api = await createTestApi()
  const { customerId } = await createOffering(api)
  const contract = {
    customer_id: customerId,
    starting_at: '2026-03-01T00:00:00Z',
    uniqueness_key: 'k',
  }
  const requests = Array.from({ length: 4 }, () =>
    api.call('POST', '/v1/contracts/create', contract),
  )
  const answers = await Promise.all(requests)
  expect(answers.map(({ status }) => String(status)).sort()).toEqual(['200', '409', '409', '409'])
  expect(answers.find(({ status }) => status === 409)?.body).toEqual({
    message: 'This uniqueness key has already been used.',
  })
  const { body } = await api.call('POST', '/v2/contracts/list', { customer_id: customerId })
  expect(body.data).toHaveLength(1)
})

test('pricing 3.2: an alias names the card that holds it when the contract starts', async () => {
  const api = await createTestApi()
  const { customerId } = await createOffering(api)
  const card = (name: string, starting_at?: string) =>
    createdId(api, '/v1/contract-pricing/rate-cards/create', {
      name,
      aliases: [{ name: 'standard', starting_at }],
    })
  const first = await card('2025')
  const second = await card('2026', '2026-02-01T00:00:00Z')
  const chosen = async (starting_at: string) => {
    const body = { customer_id: customerId, rate_card_alias: 'standard', starting_at }
    const { data } = (await api.call('POST', '/v1/contracts/create', body)).body
    return data.contract.rate_card_id
  }
  expect(await chosen('2026-01-31T23:00:00Z')).toBe(first)
  expect(await chosen('2026-02-01T00:00:00Z')).toBe(second)
})

test('malformed contracts are refused by field, and unknown things are not found', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  const foreign = await createOffering(await createTestApi())
  await api.call('POST', '/v1/contract-pricing/rate-cards/archive', { id: rateCardId })
  const contract = { customer_id: customerId, starting_at: '2026-03-01T00:00:00Z' }
  const table: [object, number, string][] = [
    [{ customer_id: undefined }, 400, 'customer_id'],
    [{ customer_id: 'x' }, 400, 'customer_id'],
    [{ customer_id: UNKNOWN_ID }, 404, 'customer_id'],
    [{ customer_id: foreign.customerId }, 404, 'customer_id'],
    [{ starting_at: undefined }, 400, 'starting_at'],
    [{ starting_at: '2026-03-01' }, 400, 'starting_at'],
    [{ starting_at: '2026-03-01T00:30:00Z' }, 400, 'starting_at'],
    [{ ending_before: '2026-03-01T00:00:00Z' }, 400, 'ending_before'],
    [{ rate_card_id: UNKNOWN_ID }, 404, 'rate_card_id'],
    [{ rate_card_id: foreign.rateCardId }, 404, 'rate_card_id'],
    [{ rate_card_id: rateCardId }, 400, 'archived'],
    [{ rate_card_alias: 'nothing' }, 404, 'rate_card_alias'],
    [{ uniqueness_key: '' }, 400, 'uniqueness_key'],
    [{ uniqueness_key: 'x'.repeat(129) }, 400, 'uniqueness_key'],
    [{ net_payment_terms_days: 1.5 }, 400, 'net_payment_terms_days'],
    [{ usage_statement_schedule: {} }, 400, 'usage_statement_schedule.frequency'],
    [
      { usage_statement_schedule: { frequency: 'DAILY' } },
      400,
      'usage_statement_schedule.frequency',
    ],
    [
      { usage_statement_schedule: { frequency: 'monthly', day: 'CUSTOM_DATE' } },
      400,
      'billing_anchor_date',
    ],
    // Terms that would change the bill are never dropped silently.
    [{ commits: [{ type: 'PREPAID' }] }, 400, 'commits'],
    [{ usage_filter: { group_key: '', group_values: ['b'] } }, 400, 'usage_filter.group_key'],
    [{ usage_filter: { group_key: 'a', group_values: [] } }, 400, 'usage_filter.group_values'],
    [{ overrides: [{ type: 'MULTIPLIER', multiplier: 1 }] }, 400, 'overrides[0].starting_at'],
    [{ total_contract_value: 'much' }, 400, 'total_contract_value'],
    [{ custom_fields: { a: 1 } }, 400, 'custom_fields'],
  ]
  for (const [change, status, field] of table) {
    const answer = await api.call('POST', '/v1/contracts/create', { ...contract, ...change })
    expect([change, answer.status]).toEqual([change, status])
    expect(answer.body.message).toContain(field)
  }
  for (const version of ['v1', 'v2']) {
    const reference = { customer_id: customerId, contract_id: UNKNOWN_ID }
    expect((await api.call('POST', `/${version}/contracts/get`, reference)).status).toBe(404)
    expect((await api.call('POST', `/${version}/contracts/get`, {})).status).toBe(400)
    expect(
      (await api.call('POST', `/${version}/contracts/list`, { customer_id: UNKNOWN_ID })).status,
    ).toBe(404)
    expect((await api.call('POST', `/${version}/contracts/list`, {})).status).toBe(400)
  }
})

test('pricing 4.1: nothing before invoice_generation_starting_at is invoiced', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T00:00:00Z', { tokens: 10 }),
    completion('b', '2026-03-08T00:00:00Z', { tokens: 1 }),
  ])
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-01-10T00:00:00Z',
    usage_statement_schedule: {
      frequency: 'MONTHLY',
      invoice_generation_starting_at: '2026-03-05T00:00:00Z',
    },
  })
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  expect(body.data).toMatchObject([
    {
      start_timestamp: '2026-03-05T00:00:00+00:00',
      end_timestamp: '2026-04-01T00:00:00+00:00',
      total: 2,
    },
  ])
})

test('of two contracts with usage filters each is billed for its own usage, from an instant on', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId, productId } = await createOffering(api)
  await api.call('POST', '/v1/contract-pricing/products/update', {
    product_id: productId,
    starting_at: '2026-01-01T00:00:00Z',
    presentation_group_key: [],
  })
  const contract = (team: string) =>
    createdId(api, '/v1/contracts/create', {
      customer_id: customerId,
      rate_card_id: rateCardId,
      starting_at: '2026-03-01T00:00:00Z',
      usage_filter: { group_key: 'team', group_values: [team] },
    })
  const [red, blue] = [await contract('red'), await contract('blue')]
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T00:00:00Z', { tokens: 1, team: 'red' }),
    completion('b', '2026-03-03T00:00:00Z', { tokens: 10, team: 'blue' }),
    completion('c', '2026-03-03T00:00:00Z', { tokens: 100, team: 'green' }),
    completion('d', '2026-03-08T00:00:00Z', { tokens: 1000, team: 'green' }),
  ])
  const totals = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
    const drafts: { contract_id: string; total: number }[] = body.data
    return [red, blue].map((id) => drafts.find((draft) => draft.contract_id === id)?.total)
  }
  expect(await totals()).toEqual([2, 20])
  const changed = await api.call('POST', '/v1/contracts/setUsageFilter', {
    customer_id: customerId,
    contract_id: blue,
    group_key: 'team',
    group_values: ['blue', 'green'],
    starting_at: '2026-03-05T00:00:00Z',
  })
  expect(changed.status).toBe(200)
  expect(await totals()).toEqual([2, 2_020])
})
