import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard } from '../support/catalog.ts'

/** The conventions of the vectors: a product at 100 cents by COUNT, from the first of a month. */
async function signUp(
  clock: string,
  terms: (fee: string) => object,
  startingAt: string,
  price = 100,
) {
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
  await addRate(api, { rate_card_id, product_id, starting_at: '2024-01-01T00:00:00Z', price })
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
  return { api, invoices, moveTo, customer_id }
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

test('T6: of a postpaid commit of $10,000 a year of $800 a month leaves $400 for its true-up', async () => {
  const year = { starting_at: '2024-01-01T00:00:00Z', ending_before: '2025-01-01T00:00:00Z' }
  const owed = (product_id: string) => ({
    type: 'POSTPAID',
    name: 'Year',
    product_id,
    access_schedule: { schedule_items: [{ amount: 1_000_000, ...year }] },
    invoice_schedule: { schedule_items: [{ amount: 1_000_000, timestamp: year.ending_before }] },
  })
  // Eight units at $100 in each month.
  const { api, invoices, moveTo, customer_id } = await signUp(
    '2024-01-10T00:00:00Z',
    (fee) => ({ ending_before: year.ending_before, commits: [owed(fee)] }),
    year.starting_at,
    10_000,
  )
  const states = async (type: string) =>
    (await invoices(`type=${type}`)).map(
      ({ status, total }: { status: string; total: number }) => `${status} ${total}`,
    )
  for (let month = 1; month <= 12; month += 1) {
    const day = `2024-${String(month).padStart(2, '0')}-15T00:00:00Z`
    await moveTo(day)
    const events = Array.from({ length: 8 }, (_, i) => ({
      transaction_id: `${month}-${i}`,
      customer_id: 'acme',
      event_type: 'unit',
      timestamp: day,
      properties: {},
    }))
    await api.call('POST', '/v1/ingest', events)
    if (month === 1) expect(await states('SCHEDULED')).toEqual(['DRAFT 920000'])
  }
  // December's invoice is a draft for its day of grace, and the true-up waits for it.
  await moveTo('2025-01-01T12:00:00Z')
  const eleven = Array.from({ length: 11 }, () => 'FINALIZED 80000')
  expect(await states('USAGE')).toEqual([...eleven, 'DRAFT 80000'])
  expect(await states('SCHEDULED')).toEqual(['DRAFT 40000'])
  await moveTo('2025-01-03T00:00:00Z')
  expect(await states('USAGE')).toEqual([...eleven, 'FINALIZED 80000'])
  expect(await states('SCHEDULED')).toEqual(['FINALIZED 40000'])
  const [first] = await invoices('type=USAGE')
  const applied = first.line_items.filter(
    ({ type }: { type: string }) => type === 'applied_commit_or_credit',
  )
  expect(applied).toMatchObject([{ name: 'Year applied', total: -80_000 }])
  const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
    customer_id,
    include_contract_balances: true,
    include_ledgers: true,
  })
  const amounts = body.data[0].ledger.map(({ amount }: { amount: number }) => amount)
  const usage = Array.from({ length: 12 }, () => -80_000)
  expect(amounts).toEqual([1_000_000, ...usage, -40_000])
})

test('T6: with its true-up disabled, nothing of a postpaid commit is charged at its end', async () => {
  const month = { starting_at: '2024-01-01T00:00:00Z', ending_before: '2024-02-01T00:00:00Z' }
  const { api, invoices, moveTo, customer_id } = await signUp(
    '2024-01-10T00:00:00Z',
    (product_id) => ({
      ending_before: month.ending_before,
      commits: [
        {
          type: 'POSTPAID',
          product_id,
          access_schedule: { schedule_items: [{ amount: 5_000, ...month }] },
          invoice_schedule: { schedule_items: [{ amount: 5_000, timestamp: month.ending_before }] },
        },
      ],
    }),
    month.starting_at,
  )
  expect(await invoices('type=SCHEDULED')).toMatchObject([{ status: 'DRAFT', total: 5_000 }])
  const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
    customer_id,
    include_contract_balances: true,
  })
  const [{ id: commit_id, contract }] = body.data
  const disable = { customer_id, contract_id: contract.id, commit_id }
  const disabled = await api.call('POST', '/v1/contracts/commits/disableTrueup', disable)
  expect(disabled).toMatchObject({ status: 200 })
  expect(await invoices('type=SCHEDULED')).toEqual([])
  await moveTo('2024-02-10T00:00:00Z')
  expect(await invoices('type=SCHEDULED')).toEqual([])
})

test('T11: what is charged on one date is on one invoice, with a line for each', async () => {
  const at = '2024-09-15T00:00:00Z'
  const { invoices } = await signUp(
    '2024-09-10T00:00:00Z',
    (fee) => ({
      scheduled_charges: [charge(fee, at, 100), charge(fee, at, 200)],
      commits: [
        {
          type: 'PREPAID',
          product_id: fee,
          access_schedule: {
            schedule_items: [
              { amount: 300, starting_at: at, ending_before: '2025-09-01T00:00:00Z' },
            ],
          },
          invoice_schedule: { schedule_items: [{ amount: 300, timestamp: at }] },
        },
      ],
    }),
    '2024-09-01T00:00:00Z',
  )
  const [invoice, ...others] = await invoices('type=SCHEDULED')
  expect(others).toEqual([])
  expect(invoice.total).toBe(600)
  const lines = invoice.line_items.map(
    ({ type, total }: { type: string; total: number }) => `${type} ${total}`,
  )
  expect(lines).toEqual(['scheduled 100', 'scheduled 200', 'commit_purchase 300'])
})

test('T11: with ALL on usage invoices, the first charge is billed alone and the next ones with usage', async () => {
  const schedule = {
    recurring_schedule: {
      amount: 7_500,
      amount_distribution: 'EACH',
      frequency: 'MONTHLY',
      starting_at: '2024-01-01T00:00:00Z',
      ending_before: '2024-06-01T00:00:00Z',
    },
  }
  const { invoices } = await signUp(
    '2024-01-10T00:00:00Z',
    (product_id) => ({
      scheduled_charges_on_usage_invoices: 'ALL',
      scheduled_charges: [{ product_id, schedule }],
    }),
    '2024-01-01T00:00:00Z',
  )
  const [alone, ...others] = await invoices('type=SCHEDULED')
  expect(others).toEqual([])
  expect(alone).toMatchObject({
    status: 'FINALIZED',
    issued_at: '2024-01-01T00:00:00+00:00',
    total: 7_500,
    line_items: [{ type: 'scheduled', total: 7_500 }],
  })
  const [january] = await invoices('type=USAGE')
  expect(january).toMatchObject({ status: 'DRAFT', total: 7_500 })
  const fees = january.line_items.filter(({ type }: { type: string }) => type === 'scheduled')
  expect(fees).toMatchObject([{ total: 7_500 }])
})
