import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MAR = '2026-03-01T00:00:00Z'

interface Correction {
  total: number
  corrected_total: number
  difference: number
  regenerated_total: number | null
  lines: object[]
  events: { transaction_id: string }[]
  next_page: string | null
}

/** A contract from March on, on 4 April: March is final, with 150 tokens of 2 cents. */
async function signUp(committed?: number) {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const offering = await createOffering(api)
  const { customerId, rateCardId: rate_card_id } = offering
  const commitOf = async (amount: number) => {
    const fixed = { name: 'Commit', type: 'FIXED' }
    const product_id = await createdId(api, '/v1/contract-pricing/products/create', fixed)
    const items = [{ amount, starting_at: MAR, ending_before: '2026-06-01T00:00:00Z' }]
    return { product_id, type: 'PREPAID', access_schedule: { schedule_items: items } }
  }
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id,
    starting_at: MAR,
    ...(committed !== undefined && { commits: [await commitOf(committed)] }),
  })
  const use = async (id: string, timestamp: string, properties: object = {}) => {
    const event = completion(id, timestamp, { tokens: 10, ...properties })
    const { status } = await api.call('POST', '/v1/ingest', [event])
    expect(status).toBe(200)
  }
  await use('a', '2026-03-05T00:00:00Z', { tokens: 150 })
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-04T00:00:00Z' })
  const list = `/v1/customers/${customerId}/invoices`
  const invoiceId: string = (await api.call('GET', `${list}?status=FINALIZED`)).body.data[0].id
  const correction = async (query = ''): Promise<Correction> => {
    const { status, body } = await api.call('GET', `${list}/${invoiceId}/corrections${query}`)
    expect(status).toBe(200)
    return body.data
  }
  const summary = async () => (await api.call('GET', '/v1/invoices/corrections')).body
  return { api, ...offering, list, invoiceId, use, correction, summary }
}

const NONE = { difference: 0, lines: [], events: [], next_page: null }

const idsOf = ({ events }: Correction) => events.map((event) => event.transaction_id)

test('an event that comes after finalization is told, and what it would change at the own rates', async () => {
  const { api, use, correction, summary, invoiceId, productId, rateCardId, list } = await signUp()
  expect(await correction()).toMatchObject({ total: 300, regenerated_total: 300, ...NONE })
  expect(await summary()).toEqual({ data: [], next_page: null })
  await use('late', '2026-03-31T23:00:00Z')
  await use('negative', '2026-03-05T00:30:00Z', { tokens: -30 })
  await use('other', '2026-03-06T00:00:00Z', { team: 'blue', model: 'm2' })
  // A duplicate, an event of another period, and one that no product measures change nothing.
  await use('a', '2026-03-05T00:00:00Z', { tokens: 150 })
  await use('april', '2026-04-01T00:00:00Z')
  await use('untold', '2026-03-06T00:00:00Z', { tokens: undefined })
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    pricing_group_values: { model: 'm1' },
    starting_at: MAR,
    price: 5,
  })
  const told = await correction()
  const product = { id: productId, name: 'Completions' }
  const line = { product, credit_type: expect.anything() }
  expect(told).toMatchObject({
    invoice_id: invoiceId,
    status: 'FINALIZED',
    total: 300,
    corrected_total: 290,
    difference: -10,
    regenerated_total: 680,
    lines: [
      {
        ...line,
        dimensions: { model: 'm1', team: 'red' },
        quantity_before: 150,
        quantity_after: 130,
        total_before: 300,
        total_after: 260,
      },
      {
        ...line,
        dimensions: { model: 'm2', team: 'blue' },
        quantity_before: 0,
        quantity_after: 10,
        total_before: 0,
        total_after: 30,
      },
    ],
    next_page: null,
  })
  expect(idsOf(told)).toEqual(['late', 'negative', 'other'])
  expect((await summary()).data).toMatchObject([
    { invoice_id: invoiceId, difference: -10, corrected_total: 290, changed_lines: 2 },
  ])
  const pages: string[] = []
  let next = ''
  do {
    const page = await correction(`?limit=2${next && `&next_page=${encodeURIComponent(next)}`}`)
    expect(page.lines).toHaveLength(2)
    pages.push(...idsOf(page))
    next = page.next_page ?? ''
  } while (next !== '')
  expect(pages).toEqual(idsOf(told))
  await api.call('POST', '/v1/invoices/void', { id: invoiceId })
  expect(await correction()).toMatchObject({ status: 'VOID', regenerated_total: 680 })
  await api.call('POST', '/v1/invoices/regenerate', { id: invoiceId })
  const [anew] = (await api.call('GET', `${list}?status=FINALIZED`)).body.data
  expect(anew.total).toBe(680)
  expect(await correction()).toMatchObject({ regenerated_total: null })
  expect((await summary()).data).toEqual([])
})

test('an alias that moves away takes its usage, and its late events, from the final invoice', async () => {
  const { api, correction, customerId, use } = await signUp()
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, {
    ingest_aliases: ['acme', 'acme-2'],
  })
  const own = { ...completion('own', '2026-03-07T00:00:00Z'), customer_id: customerId }
  await api.call('POST', '/v1/ingest', [own])
  await use('late', '2026-03-06T00:00:00Z')
  expect(await correction()).toMatchObject({ difference: 22 })
  const other = await createdId(api, '/v1/customers', { name: 'Other' })
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, { ingest_aliases: [] })
  await api.call('POST', `/v1/customers/${other}/setIngestAliases`, { ingest_aliases: ['acme'] })
  const gone = await correction()
  expect(gone).toMatchObject({
    difference: -298,
    corrected_total: 2,
    regenerated_total: 2,
    lines: [{ quantity_before: 150, quantity_after: 1, total_before: 300, total_after: 2 }],
  })
  expect(idsOf(gone)).toEqual(['own'])
  // It comes back: all events under it are told, since they count again for another reason.
  await api.call('POST', `/v1/customers/${other}/setIngestAliases`, { ingest_aliases: [] })
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, {
    ingest_aliases: ['acme'],
  })
  expect(await correction()).toMatchObject({ difference: 22, corrected_total: 322 })
})

test('what commits paid is corrected before they pay, and regenerated as if they had it back', async () => {
  const { correction, use } = await signUp(310)
  expect(await correction()).toMatchObject({ total: 0, regenerated_total: 0, ...NONE })
  await use('late', '2026-03-06T00:00:00Z')
  expect(await correction()).toMatchObject({
    total: 0,
    difference: 20,
    corrected_total: 20,
    regenerated_total: 10,
    lines: [{ quantity_before: 150, quantity_after: 160, total_before: 300, total_after: 320 }],
  })
})

test('drafts, scheduled invoices and unknown ones have no corrections', async () => {
  const { api, list } = await signUp()
  const [draft] = (await api.call('GET', `${list}?status=DRAFT`)).body.data
  for (const id of [draft.id, UNKNOWN_ID]) {
    const { status, body } = await api.call('GET', `${list}/${id}/corrections`)
    expect([status, body.message]).toEqual([
      404,
      `invoice_id: the customer has no finalized invoice ${id}`,
    ])
  }
  const cursor = await api.call('GET', '/v1/invoices/corrections?next_page=x')
  expect(cursor.status).toBe(400)
  expect((await api.call('GET', '/v1/invoices/corrections?limit=11')).status).toBe(400)
})

test('late usage of a SQL metric that is priced in a custom unit differs by what the unit is worth', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const unit = await createdId(api, '/v1/credit-types/create', { name: 'AI credits' })
  const rate_card_id = await createRateCard(api, {
    credit_type_conversions: [{ custom_credit_type_id: unit, fiat_per_custom_credit: 10 }],
  })
  const billable_metric_id = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Peak',
    sql: 'SELECT MAX(properties.tokens) AS value FROM events',
  })
  const product = { name: 'Peak', type: 'USAGE', billable_metric_id }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  // The rate changes within the period; what is used at most is charged by the later one.
  const on = { rate_card_id, product_id, credit_type_id: unit }
  await addRate(api, { ...on, starting_at: '2026-01-01T00:00:00Z', price: 1 })
  await addRate(api, { ...on, starting_at: '2026-03-10T00:00:00Z', price: 2 })
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, starting_at: MAR })
  const use = (id: string, day: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(id, `2026-03-${day}T10:00:00Z`, { tokens })])
  await use('a', '05', 40)
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-03T00:00:00Z' })
  const list = `/v1/customers/${customer_id}/invoices`
  const { id, total } = (await api.call('GET', `${list}?status=FINALIZED`)).body.data[0]
  expect(total).toBe(800)
  const correction = async () => (await api.call('GET', `${list}/${id}/corrections`)).body.data
  expect(await correction()).toMatchObject({ regenerated_total: 800, ...NONE })
  await use('below', '06', 39)
  expect(await correction()).toMatchObject({ difference: 0, lines: [] })
  await use('above', '07', 45)
  expect(await correction()).toMatchObject({
    difference: 100,
    corrected_total: 900,
    regenerated_total: 900,
    lines: [
      {
        dimensions: {},
        credit_type: { id: unit, name: 'AI credits' },
        quantity_before: 40,
        quantity_after: 45,
        total_before: 80,
        total_after: 90,
      },
    ],
    events: [{ transaction_id: 'below' }, { transaction_id: 'above' }],
  })
})

test('an invoice whose usage cannot be read any more hides no other from the list', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const rate_card_id = await createRateCard(api, {})
  const side = (name: string) => `(SELECT 1 AS k, transaction_id AS id FROM events) ${name}`
  const billable_metric_id = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Pairs',
    sql: `SELECT COUNT(*) AS value FROM (
      SELECT a.id AS x, b.id AS y FROM ${side('a')} JOIN ${side('b')} ON a.k = b.k GROUP BY a.id, b.id
    ) pairs`,
  })
  const product = { name: 'Pairs', type: 'USAGE', billable_metric_id }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  await addRate(api, { rate_card_id, product_id, starting_at: '2026-01-01T00:00:00Z', price: 1 })
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, starting_at: MAR })
  await api.call('POST', '/v1/ingest', [completion('first', '2026-03-05T00:00:00Z')])
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-03T00:00:00Z' })
  // Of 450 events there are more pairs than a run may have groups.
  for (let batch = 0; batch < 5; batch += 1) {
    const ids = Array.from({ length: 90 }, (_, i) => `late-${batch}-${i}`)
    const late = ids.map((id) => completion(id, '2026-03-06T00:00:00Z'))
    await api.call('POST', '/v1/ingest', late)
  }
  const { status, body } = await api.call('GET', '/v1/invoices/corrections')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    data: [{ customer_id, total: 1, error: expect.stringContaining('Pairs') }],
    next_page: null,
  })
  expect(body.data[0].difference).toBeUndefined()
})
