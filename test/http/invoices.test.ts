import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_20 = Date.parse('2026-03-20T12:00:00Z')

/** The lines of an invoice as model/team → quantity × price = total. */
function summary(invoice: { line_items: Record<string, never>[] }): unknown[] {
  return invoice.line_items.map((line) => [
    Object.values(line['pricing_group_values'] ?? {}).join(),
    Object.values(line['presentation_group_values'] ?? {}).join(),
    line['quantity'],
    line['unit_price'],
    line['total'],
  ])
}

async function signUp(api: TestApi, starting_at = '2026-03-01T00:00:00Z') {
  const offering = await createOffering(api)
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: offering.customerId,
    rate_card_id: offering.rateCardId,
    starting_at,
    net_payment_terms_days: 14,
  })
  const list = async (query = '') =>
    (await api.call('GET', `/v1/customers/${offering.customerId}/invoices${query}`)).body.data
  return { ...offering, contractId, list }
}

test('the draft exists from the start of the period and moves with usage and rates', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { contractId, customerId, productId, rateCardId, list } = await signUp(api)
  const [empty] = await list()
  expect(empty).toMatchObject({
    customer_id: customerId,
    contract_id: contractId,
    type: 'USAGE',
    status: 'DRAFT',
    start_timestamp: '2026-03-01T00:00:00+00:00',
    end_timestamp: '2026-04-01T00:00:00+00:00',
    issued_at: '2026-04-02T00:00:00+00:00',
    credit_type: { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' },
    total: 0,
    line_items: [],
    net_payment_terms_days: 14,
    custom_fields: {},
    contract_custom_fields: {},
    customer_custom_fields: {},
  })
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T10:00:00Z', { tokens: '10.5', model: 'm1', team: 'red' }),
    completion('b', '2026-03-18T11:00:00Z', { tokens: 2, model: 'm1', team: 'blue' }),
    completion('c', '2026-03-19T11:00:00Z', { tokens: 4, model: 'm2', team: 'red' }),
    completion('d', '2026-03-19T11:00:00Z', { tokens: 9, model: 'm3', team: 'red' }),
    completion('e', '2026-02-19T11:00:00Z', { tokens: 9, model: 'm1', team: 'red' }),
  ])
  const [moved] = await list()
  expect(moved.id).toBe(empty.id)
  // m3 has no rate, and February is before the contract: neither is billed.
  // The highest price goes first.
  expect(summary(moved)).toEqual([
    ['m2', 'red', 4, 3, 12],
    ['m1', 'blue', 2, 2, 4],
    ['m1', 'red', 10.5, 2, 21],
  ])
  expect(moved.total).toBe(37)
  // A rate that starts inside the period reaches the contract and splits the line.
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    pricing_group_values: { model: 'm1' },
    price: 5,
    starting_at: '2026-03-15T00:00:00Z',
  })
  const [repriced] = await list()
  expect(summary(repriced)).toEqual([
    ['m2', 'red', 4, 3, 12],
    ['m1', 'red', 10.5, 2, 21],
    ['m1', 'blue', 2, 5, 10],
  ])
  expect(repriced.total).toBe(43)
  const one = await api.call('GET', `/v1/customers/${customerId}/invoices/${empty.id}`)
  expect(one.body.data).toEqual(repriced)
})

test('T9: usage in grace still counts; a finalized invoice never changes', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2024-09-01T00:00:00Z') })
  const metricId = await createdId(api, '/v1/billable-metrics/create', {
    name: 'N',
    aggregation_type: 'COUNT',
  })
  const productId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'U1',
    type: 'USAGE',
    billable_metric_id: metricId,
  })
  const rateCardId = await createdId(api, '/v1/contract-pricing/rate-cards/create', { name: 'L' })
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    price: 100,
    starting_at: '2024-01-01T00:00:00Z',
  })
  const customerId = await createdId(api, '/v1/customers', { name: 'A', ingest_aliases: ['acme'] })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2024-09-01T00:00:00Z',
  })
  const moveClock = async (now: string) =>
    expect((await api.call('POST', '/v1/sandboxes/clock', { now })).body.data.done).toBe(true)
  const september = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
    return body.data[0]
  }
  await moveClock('2024-09-30T00:00:00Z')
  await api.call('POST', '/v1/ingest', [completion('a', '2024-09-15T00:00:00Z')])
  await moveClock('2024-10-01T12:00:00Z')
  await api.call('POST', '/v1/ingest', [completion('b', '2024-09-16T00:00:00Z')])
  expect(await september()).toMatchObject({ status: 'DRAFT', total: 200 })
  // The next draft exists from the moment the period ended.
  const drafts = (await api.call('GET', `/v1/customers/${customerId}/invoices?status=DRAFT`)).body
    .data
  expect(drafts.map(({ start_timestamp }: never) => start_timestamp)).toEqual([
    '2024-09-01T00:00:00+00:00',
    '2024-10-01T00:00:00+00:00',
  ])
  await moveClock('2024-10-01T23:59:59Z')
  expect((await september()).status).toBe('DRAFT')
  await moveClock('2024-10-02T00:00:00Z')
  const finalized = await september()
  expect(finalized).toMatchObject({
    status: 'FINALIZED',
    total: 200,
    issued_at: '2024-10-02T00:00:00+00:00',
    id: drafts[0].id,
  })
  await moveClock('2024-10-03T00:00:00Z')
  await api.call('POST', '/v1/ingest', [completion('c', '2024-09-17T00:00:00Z')])
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    price: 7,
    starting_at: '2024-01-01T00:00:00Z',
  })
  expect(await september()).toEqual(finalized)
  // The usage itself is not lost: usage queries show it.
  const usage = await api.call('POST', '/v1/usage', {
    customer_ids: [customerId],
    window_size: 'NONE',
    starting_on: '2024-09-01T00:00:00Z',
    ending_before: '2024-10-01T00:00:00Z',
  })
  expect(usage.body.data[0].value).toBe(3)
})

test('a contract that starts in the past is billed for its past periods', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { list } = await signUp(api, '2026-01-15T00:00:00Z')
  const invoices = await list()
  expect(invoices.map(({ status, start_timestamp }: never) => [status, start_timestamp])).toEqual([
    ['FINALIZED', '2026-01-15T00:00:00+00:00'],
    ['FINALIZED', '2026-02-01T00:00:00+00:00'],
    ['DRAFT', '2026-03-01T00:00:00+00:00'],
  ])
})

test('invoices are filtered, sorted and paged', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { list, contractId, customerId } = await signUp(api, '2025-12-01T00:00:00Z')
  const starts = (invoices: { start_timestamp: string }[]) =>
    invoices.map(({ start_timestamp }) => start_timestamp.slice(0, 7))
  expect(starts(await list())).toEqual(['2025-12', '2026-01', '2026-02', '2026-03'])
  expect(starts(await list('?sort=date_desc'))).toEqual([
    '2026-03',
    '2026-02',
    '2026-01',
    '2025-12',
  ])
  expect(starts(await list('?status=finalized'))).toEqual(['2025-12', '2026-01', '2026-02'])
  expect(starts(await list('?status=DRAFT&type=USAGE'))).toEqual(['2026-03'])
  expect(starts(await list('?type=SCHEDULED'))).toEqual([])
  expect(
    starts(await list('?starting_on=2026-01-01T00:00:00Z&ending_before=2026-03-01T00:00:00Z')),
  ).toEqual(['2026-01'])
  expect(
    starts(
      await list(`?contract_id=${contractId}&credit_type_id=2714e483-4ff1-48e4-9e25-ac732e8f24f2`),
    ),
  ).toHaveLength(4)
  const paged: string[] = []
  let query = '?limit=3'
  while (query !== '') {
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices${query}`)
    paged.push(...starts(body.data))
    query =
      body.next_page === null ? '' : `?limit=3&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(paged).toEqual(['2025-12', '2026-01', '2026-02', '2026-03'])
})

test('AG-11: a product without pricing key has a line of zero, which may be skipped', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { metricId, rateCardId, list } = await signUp(api)
  const plain = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Plain',
    type: 'USAGE',
    billable_metric_id: metricId,
  })
  await addRate(api, { rate_card_id: rateCardId, product_id: plain, price: 7 })
  const [draft] = await list()
  expect(draft.line_items).toMatchObject([{ name: 'Plain', quantity: 0, unit_price: 7, total: 0 }])
  const [skipped] = await list('?skip_zero_qty_line_items=true')
  expect(skipped.line_items).toEqual([])
})

test('amounts leave with all their digits', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await signUp(api)
  const event = JSON.stringify([completion('a', '2026-03-03T10:00:00Z')])
  await api.call(
    'POST',
    '/v1/ingest',
    event.replace('"tokens":1', '"tokens":0.1234567890123456789'),
  )
  const { text } = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  expect(text).toContain('"quantity":0.1234567890123456789,')
  expect(text).toContain('"total":0.2469135780246913578,')
})

test('unknown invoices and malformed questions are refused', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId } = await signUp(api)
  const other = await createTestApi()
  const unknown = '01930000-0000-7000-8000-000000000000'
  const path = `/v1/customers/${customerId}/invoices`
  expect((await api.call('GET', `${path}/${unknown}`)).status).toBe(404)
  expect((await api.call('GET', `${path}/x`)).status).toBe(400)
  expect((await api.call('GET', `/v1/customers/${unknown}/invoices`)).status).toBe(404)
  expect((await other.call('GET', path)).status).toBe(404)
  for (const query of [
    'status=OPEN',
    'type=X',
    'sort=up',
    'contract_id=x',
    'starting_on=x',
    'limit=0',
    'skip_zero_qty_line_items=1',
  ]) {
    const answer = await api.call('GET', `${path}?${query}`)
    expect([query, answer.status]).toEqual([query, 400])
    expect(answer.body.message).toContain(query.split('=')[0])
  }
})

test('lines show the price of the card where it is asked for, whatever the contract changes', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, rateCardId, productId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
    overrides: [
      {
        type: 'MULTIPLIER',
        multiplier: 0.5,
        override_specifiers: [{ product_id: productId, pricing_group_values: { model: 'm1' } }],
        starting_at: '2026-03-01T00:00:00Z',
      },
    ],
  })
  await api.call('POST', '/v1/ingest', [completion('a', '2026-03-03T10:00:00Z', { tokens: 4 })])
  const path = `/v1/customers/${customerId}/invoices`
  const listed = await api.call('GET', `${path}?include_list_prices=true&webhook_notification_id=w`)
  const [invoice] = listed.body.data
  expect(invoice.line_items).toMatchObject([
    {
      unit_price: 1,
      list_price: {
        rate_type: 'FLAT',
        price: 2,
        pricing_group_values: { model: 'm1' },
        credit_type: { name: 'USD (cents)' },
      },
    },
  ])
  const one = await api.call('GET', `${path}/${invoice.id}?include_list_prices=true`)
  expect(one.body.data).toEqual(invoice)
  const [plain] = (await api.call('GET', path)).body.data
  expect(plain.line_items[0]).not.toHaveProperty('list_price')
})

test('a customer is marked as not to be billed from a date on, and its invoices say so', async () => {
  const api = await createTestApi({ clockMs: MARCH_20 })
  const { customerId, list } = await signUp(api, '2026-02-01T00:00:00Z')
  const shown = async () =>
    (await list()).map(({ start_timestamp: from, billable_status: status }: never) => [
      String(from).slice(0, 7),
      status,
    ])
  expect(await shown()).toEqual([
    ['2026-02', undefined],
    ['2026-03', undefined],
  ])
  const set = (billable_status: string, effective_at: string, customer_id = customerId) =>
    api.call('POST', '/v1/customers/setBillableStatus', {
      customer_id,
      billable_status,
      effective_at,
    })
  const answer = await set('unbillable', '2026-02-02T00:00:00Z')
  expect(answer.body.data).toEqual({ id: customerId, current_billable_status: 'unbillable' })
  expect(await shown()).toEqual([
    ['2026-02', 'billable'],
    ['2026-03', 'unbillable'],
  ])
  const later = await set('billable', '2026-04-01T00:00:00Z')
  expect(later.body.data.current_billable_status).toBe('unbillable')
  await set('billable', '2026-01-01T00:00:00Z')
  expect(await shown()).toEqual([
    ['2026-02', 'billable'],
    ['2026-03', 'billable'],
  ])
  expect((await set('free', '2026-01-01T00:00:00Z')).status).toBe(400)
  expect((await set('billable', '2026-01-01T00:00:00Z', crypto.randomUUID())).status).toBe(404)
})
