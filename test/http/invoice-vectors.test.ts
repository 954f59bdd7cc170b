import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard } from '../support/catalog.ts'

/** The conventions of the vectors: a product at 100 cents by COUNT, from the first of a month. */
async function signUp(clock: string, terms: (fee: string) => object, startingAt: string) {
  const api = await createTestApi({ clockMs: Date.parse(clock) })
  const billable_metric_id = await createdId(api, '/v1/billable-metrics/create', {
    name: 'Units',
    aggregation_type: 'COUNT',
    event_type_filter: { in_values: ['unit'] },
  })
  const products = '/v1/contract-pricing/products/create'
  const product_id = await createdId(api, products, {
    name: 'U1',
    type: 'USAGE',
    billable_metric_id,
  })
  const fee = await createdId(api, products, { name: 'Fee', type: 'FIXED' })
  const rate_card_id = await createRateCard(api, {})
  await addRate(api, { rate_card_id, product_id, starting_at: '2024-01-01T00:00:00Z', price: 100 })
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: startingAt,
    ...terms(fee),
  })
  const invoices = async (query: string) =>
    (await api.call('GET', `/v1/customers/${customer_id}/invoices?${query}`)).body.data
  const moveTo = (now: string) => api.call('POST', '/v1/sandboxes/clock', { now })
  return { api, invoices, moveTo }
}

const charge = (product_id: string, timestamp: string, amount: number) => ({
  product_id,
  schedule: { schedule_items: [{ timestamp, amount }] },
})

test('T4: a commit of $50 pays for 50 of 80 units, and the lines say so', async () => {
  const access = {
    schedule_items: [
      {
        amount: 5000,
        starting_at: '2024-09-01T00:00:00Z',
        ending_before: '2025-09-01T00:00:00Z',
      },
    ],
  }
  const commit = (product_id: string) => ({
    type: 'PREPAID',
    name: 'Fifty',
    product_id,
    access_schedule: access,
  })
  const { api, invoices } = await signUp(
    '2024-09-20T00:00:00Z',
    (fee) => ({ commits: [commit(fee)] }),
    '2024-09-01T00:00:00Z',
  )
  const events = Array.from({ length: 80 }, (_, i) => ({
    transaction_id: `unit-${i}`,
    customer_id: 'acme',
    event_type: 'unit',
    timestamp: '2024-09-10T00:00:00Z',
    properties: {},
  }))
  await api.call('POST', '/v1/ingest', events)
  const [invoice, ...others] = await invoices('status=DRAFT&type=USAGE')
  expect(others).toEqual([])
  expect(invoice.total).toBe(3000)
  const [covered, applied, rest, ...more] = invoice.line_items
  expect(covered).toMatchObject({ quantity: 50, unit_price: 100, total: 5000 })
  expect(covered.commit_type).toBe('PrepaidCommit')
  expect(applied).toMatchObject({
    type: 'applied_commit_or_credit',
    name: 'Fifty applied',
    total: -5000,
    commit_id: covered.commit_id,
  })
  expect(applied).not.toHaveProperty('quantity')
  expect(applied).not.toHaveProperty('unit_price')
  expect(rest).toMatchObject({ quantity: 30, total: 3000 })
  expect(rest).not.toHaveProperty('commit_id')
  expect(more).toEqual([])
})

test('T10: scheduled invoices are final at once if due, and else by half an hour after their date', async () => {
  const dates = ['2024-09-09T10:00:00Z', '2024-09-10T11:00:00Z', '2024-09-10T18:00:00Z']
  const { invoices, moveTo } = await signUp(
    '2024-09-10T10:00:00Z',
    (fee) => ({ scheduled_charges: dates.map((date, i) => charge(fee, date, i + 1)) }),
    '2024-09-01T00:00:00Z',
  )
  const states = async () => {
    const found = await invoices('type=SCHEDULED')
    for (const invoice of found) expect(invoice).not.toHaveProperty('start_timestamp')
    return found.map(({ status, total }: { status: string; total: number }) => [total, status])
  }
  expect((await states())[0]).toEqual([1, 'FINALIZED'])
  await moveTo('2024-09-10T17:59:00Z')
  expect(await states()).toEqual([
    [1, 'FINALIZED'],
    [2, 'FINALIZED'],
    [3, 'DRAFT'],
  ])
  await moveTo('2024-09-10T18:30:00Z')
  expect((await states())[2]).toEqual([3, 'FINALIZED'])
})
