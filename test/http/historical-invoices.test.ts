import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
// A test asks more often than a client may by default.
const settings = { searchesPerSecond: null }
const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const JANUARY = {
  inclusive_start_date: '2026-01-01T00:00:00Z',
  exclusive_end_date: '2026-02-01T00:00:00Z',
}

/** A contract from January on, with a commit of 10 cents; it is the 2nd of February. */
async function signUp() {
  const api = await createTestApi({ clockMs: Date.parse('2026-02-01T12:00:00Z'), settings })
  const offering = await createOffering(api)
  const fixedId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Credit',
    type: 'FIXED',
  })
  const contractId = await createdId(api, '/v1/contracts/create', {
    customer_id: offering.customerId,
    rate_card_id: offering.rateCardId,
    starting_at: '2026-01-01T00:00:00Z',
    credits: [
      {
        product_id: fixedId,
        name: 'Gift',
        priority: 1,
        access_schedule: {
          schedule_items: [
            {
              amount: 10,
              starting_at: '2026-01-01T00:00:00Z',
              ending_before: '2027-01-01T00:00:00Z',
            },
          ],
        },
      },
    ],
  })
  const sdk = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (input, init) => worker.fetch(new Request(input, init)),
    maxRetries: 0,
  })
  const invoice = {
    customer_id: offering.customerId,
    contract_id: contractId,
    credit_type_id: USD,
    ...JANUARY,
    issue_date: '2026-02-01T00:00:00Z',
    breakdown_granularity: 'DAY' as const,
    usage_line_items: [
      {
        product_id: offering.productId,
        ...JANUARY,
        pricing_group_values: { model: 'm1' },
        presentation_group_values: { team: 'red' },
        subtotals_with_quantity: [
          {
            inclusive_start_date: '2026-01-02T00:00:00Z',
            exclusive_end_date: '2026-01-03T00:00:00Z',
            quantity: 4,
          },
          {
            inclusive_start_date: '2026-01-09T00:00:00Z',
            exclusive_end_date: '2026-01-10T00:00:00Z',
            quantity: 6.5,
          },
        ],
      },
    ],
  }
  return { api, sdk, ...offering, contractId, invoice }
}

async function balanceOf(api: TestApi, customerId: string): Promise<number> {
  const body = { customer_id: customerId, include_balance: true, include_contract_balances: true }
  const { data } = (await api.call('POST', '/v1/contracts/customerBalances/list', body)).body
  return data[0].balance
}

test('given usage becomes a final invoice, once: priced, drawn, broken down, and not billed again', async () => {
  const { api, sdk, customerId, contractId, invoice } = await signUp()
  // What meters have of the period is not what counts.
  await api.call('POST', '/v1/ingest', [completion('a', '2026-01-20T00:00:00Z', { tokens: 100 })])
  const lines = [
    { quantity: 5, unit_price: 2, total: 10, presentation_group_values: { team: 'red' } },
    { name: 'Gift applied', total: -10 },
    { quantity: 5.5, unit_price: 2, total: 11 },
  ]
  const previewed = await sdk.v1.contracts.createHistoricalInvoices({
    invoices: [invoice],
    preview: true,
  })
  expect(previewed.data).toMatchObject([{ status: 'DRAFT', total: 11, line_items: lines }])
  const path = `/v1/customers/${customerId}/invoices`
  const list = async () => (await api.call('GET', path)).body.data
  expect((await list()).map(({ status }: { status: string }) => status)).toEqual(['DRAFT', 'DRAFT'])
  const key = { 'idempotency-key': 'history' }
  const body = { invoices: [invoice], preview: false }
  const made = await api.call('POST', '/v1/contracts/createHistoricalInvoices', body, key)
  expect(made.status).toBe(200)
  const [final] = made.body.data
  expect(final).toMatchObject({
    contract_id: contractId,
    status: 'FINALIZED',
    type: 'USAGE',
    total: 11,
    start_timestamp: '2026-01-01T00:00:00+00:00',
    end_timestamp: '2026-02-01T00:00:00+00:00',
    issued_at: '2026-02-01T00:00:00+00:00',
    line_items: lines,
  })
  const again = await api.call('POST', '/v1/contracts/createHistoricalInvoices', body, key)
  expect(again.body).toEqual(made.body)
  const twice = await api.call('POST', '/v1/contracts/createHistoricalInvoices', body)
  expect([twice.status, twice.body.message]).toEqual([409, expect.stringContaining(final.id)])
  const statuses = async () =>
    (await list()).map(({ start_timestamp: from, status }: Record<string, string>) => [
      from!.slice(0, 7),
      status,
    ])
  expect(await statuses()).toEqual([
    ['2026-01', 'FINALIZED'],
    ['2026-02', 'DRAFT'],
  ])
  expect(await balanceOf(api, customerId)).toBe(0)
  const indexed = await api.call('GET', '/v1/invoices')
  expect(indexed.body.data.map(({ id }: { id: string }) => id)).toEqual([final.id])
  const range = 'starting_on=2026-01-01T00:00:00Z&ending_before=2026-02-01T00:00:00Z'
  const days = (await api.call('GET', `${path}/breakdowns?${range}`)).body.data
  const totals = days.map(({ total }: { total: number }) => total)
  expect([totals.length, totals[1], totals[8]]).toEqual([31, 0, 11])
  const explained = await api.call('GET', `${path}/${final.id}/explain`)
  expect(explained.status).toBe(200)
  // The clock finalizes nothing else for January.
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-02-10T00:00:00Z' })
  expect(await statuses()).toHaveLength(2)
})

test('a void one gives back what it drew, and is made anew, not regenerated', async () => {
  const { api, sdk, customerId, invoice } = await signUp()
  const create = () =>
    sdk.v1.contracts.createHistoricalInvoices({ invoices: [invoice], preview: false })
  const [first] = (await create()).data
  await sdk.v1.invoices.void({ id: first!.id })
  expect(await balanceOf(api, customerId)).toBe(10)
  const regenerated = await api.call('POST', '/v1/invoices/regenerate', { id: first!.id })
  expect([regenerated.status, regenerated.body.message]).toEqual([
    400,
    expect.stringContaining('was given with it'),
  ])
  const [second] = (await create()).data
  expect(second).toMatchObject({ status: 'FINALIZED', total: 11 })
})

test('nothing is kept where one of several is refused, and the refusal names it', async () => {
  const { api, sdk, customerId, invoice } = await signUp()
  const post = (invoices: unknown[]) =>
    api.call('POST', '/v1/contracts/createHistoricalInvoices', { invoices, preview: false })
  const [line] = invoice.usage_line_items
  const unpriced = { ...line, pricing_group_values: { model: 'm9' } }
  const cases = [
    [{ ...invoice, usage_line_items: [unpriced] }, 400, 'no_rate'],
    [{ ...invoice, exclusive_end_date: '2026-01-20T00:00:00Z' }, 400, 'whole statement periods'],
    [{ ...invoice, customer_id: crypto.randomUUID() }, 404, 'customer_id'],
    [{ ...invoice, custom_fields: { a: 'b' } }, 400, 'custom_fields.a'],
    [invoice, 409, 'is of the same time'],
  ] as const
  for (const [bad, status, message] of cases) {
    const answer = await post(message === 'no_rate' ? [bad] : [invoice, bad])
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
  }
  const { data } = await sdk.v1.customers.invoices.list({
    customer_id: customerId,
    status: 'FINALIZED',
  })
  expect(data).toEqual([])
})

test('a period has one invoice: neither a historical one nor a regenerated one comes on top', async () => {
  const { api, customerId, invoice } = await signUp()
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-02-03T00:00:00Z' })
  const path = `/v1/customers/${customerId}/invoices`
  const [own] = (await api.call('GET', `${path}?status=FINALIZED`)).body.data
  const create = () =>
    api.call('POST', '/v1/contracts/createHistoricalInvoices', {
      invoices: [invoice],
      preview: false,
    })
  expect((await create()).status).toBe(409)
  await api.call('POST', '/v1/invoices/void', { id: own.id })
  expect((await create()).status).toBe(200)
  const regenerated = await api.call('POST', '/v1/invoices/regenerate', { id: own.id })
  expect([regenerated.status, regenerated.body.message]).toEqual([
    409,
    expect.stringContaining('is of the same time'),
  ])
})
