import { expect, test } from 'vitest'
import { createTestApi, type Answer } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

interface ApiInvoice {
  id: string
  type: string
  status: string
  issued_at: string
  start_timestamp?: string
  total: number
  line_items: { name: string; type: string; total: number; commit_id?: string }[]
}

/** A customer of the offering and a FIXED product, in a frozen sandbox. */
async function signUp(now: string) {
  const api = await createTestApi({ clockMs: Date.parse(now) })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product = { name: 'Platform fee', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const create = (terms: object) =>
    createdId(api, '/v1/contracts/create', { customer_id, ...terms })
  const invoices = async (query = ''): Promise<ApiInvoice[]> => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices${query}`)
    return body.data
  }
  /** As `type date status total: lines`. */
  const show = async (query = '') =>
    (await invoices(query)).map(({ type, issued_at, status, total, line_items }) => {
      const lines = line_items.map((line) => `${line.name} ${line.total}`).join(', ')
      return `${type} ${issued_at.slice(0, 10)} ${status} ${total}: ${lines}`
    })
  const advance = async (to: string): Promise<void> => {
    const answer: Answer = await api.call('POST', '/v1/sandboxes/clock', { now: to })
    expect(answer.status).toBe(200)
  }
  const use = (id: string, timestamp: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(id, timestamp, { tokens })])
  return { api, customer_id, rate_card_id, product_id, create, invoices, show, advance, use }
}

const monthly = (product_id: string, unit_price: number, ending_before: string) => ({
  product_id,
  schedule: {
    recurring_schedule: {
      amount_distribution: 'EACH',
      frequency: 'MONTHLY',
      starting_at: '2026-01-01T00:00:00Z',
      ending_before,
      unit_price,
      quantity: 1,
    },
  },
})

test('TV40: a quarterly charge of a year has four invoices, each on its date', async () => {
  const { create, product_id, show, advance } = await signUp('2024-10-20T00:00:00Z')
  await create({
    starting_at: '2024-11-01T00:00:00Z',
    ending_before: '2025-11-01T00:00:00Z',
    scheduled_charges: [
      {
        product_id,
        name: 'Quarterly fee',
        schedule: {
          recurring_schedule: {
            amount_distribution: 'EACH',
            frequency: 'QUARTERLY',
            starting_at: '2024-11-01T00:00:00Z',
            ending_before: '2025-11-01T00:00:00Z',
            amount: 100_000,
          },
        },
      },
    ],
  })
  const dates = ['2024-11-01', '2025-02-01', '2025-05-01', '2025-08-01']
  const all = (statuses: string[]) =>
    dates.map((date, i) => `SCHEDULED ${date} ${statuses[i]} 100000: Quarterly fee 100000`)
  expect(await show('?type=SCHEDULED')).toEqual(all(['DRAFT', 'DRAFT', 'DRAFT', 'DRAFT']))
  await advance('2025-02-01T00:00:00Z')
  expect(await show('?type=SCHEDULED')).toEqual(all(['FINALIZED', 'FINALIZED', 'DRAFT', 'DRAFT']))
  await advance('2026-01-01T00:00:00Z')
  expect(await show('?type=SCHEDULED')).toEqual(all(Array(4).fill('FINALIZED')))
})

test('TV41: what is due at the end of a usage invoice goes onto it, the first alone', async () => {
  const { create, product_id, show, rate_card_id, use, advance } =
    await signUp('2026-01-10T00:00:00Z')
  await create({
    rate_card_id,
    starting_at: '2026-01-01T00:00:00Z',
    scheduled_charges_on_usage_invoices: 'ALL',
    scheduled_charges: [monthly(product_id, 7500, '2026-04-01T00:00:00Z')],
  })
  await use('a', '2026-01-05T00:00:00Z', 10)
  expect(await show()).toEqual([
    'SCHEDULED 2026-01-01 FINALIZED 7500: Platform fee 7500',
    'USAGE 2026-02-02 DRAFT 7520: Completions 20, Platform fee 7500',
  ])
  await advance('2026-02-03T00:00:00Z')
  expect(await show('?status=FINALIZED')).toEqual([
    'SCHEDULED 2026-01-01 FINALIZED 7500: Platform fee 7500',
    'USAGE 2026-02-02 FINALIZED 7520: Completions 20, Platform fee 7500',
  ])
  expect(await show('?status=DRAFT')).toEqual(['USAGE 2026-03-02 DRAFT 7500: Platform fee 7500'])
})

test('schedule items tell the invoices that they are on, final ones and drafts', async () => {
  const { api, create, product_id, customer_id, invoices, advance } =
    await signUp('2026-01-10T00:00:00Z')
  const paid = (type: string) => ({
    type,
    product_id,
    priority: 1,
    access_schedule: {
      schedule_items: [
        { amount: 9, starting_at: '2026-01-01T00:00:00Z', ending_before: '2026-02-01T00:00:00Z' },
      ],
    },
    invoice_schedule: { schedule_items: [{ timestamp: '2026-02-01T00:00:00Z', amount: 9 }] },
  })
  const contract_id = await create({
    starting_at: '2026-01-01T00:00:00Z',
    scheduled_charges_on_usage_invoices: 'ALL',
    scheduled_charges: [monthly(product_id, 7500, '2026-04-01T00:00:00Z')],
    commits: [paid('PREPAID')],
  })
  const invoice_contract_id = contract_id
  await createdId(api, '/v1/contracts/customerCommits/create', {
    ...paid('POSTPAID'),
    customer_id,
    invoice_contract_id,
  })
  const shown = async () => {
    const ids = (schedule: { schedule_items: { invoice_id?: string }[] }) =>
      schedule.schedule_items.map(({ invoice_id }) => invoice_id)
    const call = async (path: string, body: object) =>
      (await api.call('POST', path, body)).body.data
    const body = { customer_id, contract_id }
    const v1 = (await call('/v1/contracts/get', body)).current
    const v2 = await call('/v2/contracts/get', body)
    expect(ids(v1.scheduled_charges[0].schedule)).toEqual(ids(v2.scheduled_charges[0].schedule))
    const [commit] = await call('/v1/contracts/customerCommits/list', { customer_id })
    const [balance] = await call('/v1/contracts/customerBalances/list', { customer_id })
    expect(ids(commit.invoice_schedule)).toEqual(ids(balance.invoice_schedule))
    return {
      charge: ids(v2.scheduled_charges[0].schedule),
      prepaid: ids(v2.commits[0].invoice_schedule),
      postpaid: ids(commit.invoice_schedule),
    }
  }
  const idOf = async (query: string) => (await invoices(query)).map(({ id }) => id)
  const [first, trueup] = await idOf('?type=SCHEDULED')
  const [january] = await idOf('?type=USAGE')
  // February's usage invoice, which March's charge is to be on, has no draft yet.
  const march = undefined
  const before = await shown()
  expect(before).toEqual({
    charge: [first, january, march],
    prepaid: [january],
    postpaid: [trueup],
  })
  await advance('2026-02-03T00:00:00Z')
  const february = (await idOf('?type=USAGE&status=DRAFT'))[0]
  const after = { ...before, charge: [first, january, february] }
  expect(await shown()).toEqual(after)
  const body = { customer_id, contract_id, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', body)).status).toBe(200)
  expect((await shown()).charge).toEqual([first, january, undefined])
})

test('what falls due on the same date shares an invoice; what comes up later has its own', async () => {
  const { api, create, product_id, show, customer_id } = await signUp('2026-03-10T00:00:00Z')
  const onThe = (day: string, amount: number) => ({
    product_id,
    schedule: { schedule_items: [{ timestamp: `2026-${day}T00:00:00Z`, amount }] },
  })
  const contract_id = await create({
    starting_at: '2026-03-01T00:00:00Z',
    scheduled_charges: [onThe('03-05', 100), onThe('03-05', 50), onThe('04-05', 70)],
  })
  const first = 'SCHEDULED 2026-03-05 FINALIZED 150: Platform fee 100, Platform fee 50'
  const later = 'SCHEDULED 2026-04-05 DRAFT 70: Platform fee 70'
  expect(await show('?type=SCHEDULED')).toEqual([first, later])
  const edited = await api.call('POST', '/v2/contracts/edit', {
    customer_id,
    contract_id,
    add_scheduled_charges: [onThe('03-05', 30), onThe('04-05', 9)],
  })
  expect(edited.status).toBe(200)
  expect((await show('?type=SCHEDULED')).toSorted()).toEqual([
    first,
    'SCHEDULED 2026-03-05 FINALIZED 30: Platform fee 30',
    'SCHEDULED 2026-04-05 DRAFT 79: Platform fee 70, Platform fee 9',
  ])
})

test('ending a contract early takes away what was to be charged later', async () => {
  const { api, create, product_id, show, customer_id, advance } =
    await signUp('2026-01-10T00:00:00Z')
  const contract_id = await create({
    starting_at: '2026-01-01T00:00:00Z',
    scheduled_charges: [monthly(product_id, 10, '2026-07-01T00:00:00Z')],
  })
  expect(await show('?type=SCHEDULED')).toHaveLength(6)
  const end = (ending_before: string | undefined) =>
    api.call('POST', '/v1/contracts/updateEndDate', { customer_id, contract_id, ending_before })
  expect((await end('2026-02-15T00:00:00Z')).status).toBe(200)
  const kept = ['SCHEDULED 2026-01-01 FINALIZED 10: Platform fee 10']
  expect(await show('?type=SCHEDULED')).toEqual([
    ...kept,
    'SCHEDULED 2026-02-01 DRAFT 10: Platform fee 10',
  ])
  // It is prolonged without its charges.
  expect((await end(undefined)).status).toBe(200)
  await advance('2026-08-01T00:00:00Z')
  expect(await show('?type=SCHEDULED')).toEqual([
    ...kept,
    'SCHEDULED 2026-02-01 FINALIZED 10: Platform fee 10',
  ])
})

test('what is agreed on after an early end is charged, whether the contract goes on or not', async () => {
  const { api, create, product_id, show, customer_id, advance } =
    await signUp('2026-01-10T00:00:00Z')
  const contract_id = await create({ starting_at: '2026-01-01T00:00:00Z' })
  const edit = async (members: object) => {
    const answer = await api.call('POST', '/v2/contracts/edit', {
      customer_id,
      contract_id,
      ...members,
    })
    expect(answer.status).toBe(200)
  }
  const fee = (amount: number, timestamp: string) => ({
    product_id,
    schedule: { schedule_items: [{ amount, timestamp }] },
  })
  await edit({
    update_contract_end_date: '2026-02-01T00:00:00Z',
    add_scheduled_charges: [fee(5, '2026-02-01T00:00:00Z')],
  })
  await edit({ update_contract_end_date: null })
  await edit({ add_scheduled_charges: [fee(7, '2026-03-01T00:00:00Z')] })
  const paid = {
    customer_id,
    type: 'PREPAID',
    name: 'Tokens',
    priority: 1,
    product_id,
    invoice_contract_id: contract_id,
    access_schedule: {
      schedule_items: [
        {
          amount: 100,
          starting_at: '2026-03-01T00:00:00Z',
          ending_before: '2027-01-01T00:00:00Z',
        },
      ],
    },
    invoice_schedule: { schedule_items: [{ timestamp: '2026-04-01T00:00:00Z', amount: 90 }] },
  }
  await createdId(api, '/v1/contracts/customerCommits/create', paid)
  await advance('2026-05-01T00:00:00Z')
  expect(await show('?type=SCHEDULED&sort=date_asc')).toEqual([
    'SCHEDULED 2026-02-01 FINALIZED 5: Platform fee 5',
    'SCHEDULED 2026-03-01 FINALIZED 7: Platform fee 7',
    'SCHEDULED 2026-04-01 FINALIZED 90: Tokens 90',
  ])
})

test('a change of settings leaves scheduled invoices on their dates', async () => {
  const { api, create, product_id, show, advance } = await signUp('2026-01-10T00:00:00Z')
  const terms = { scheduled_charges: [monthly(product_id, 10, '2026-03-01T00:00:00Z')] }
  await create({ starting_at: '2026-01-01T00:00:00Z', ...terms })
  expect((await api.call('POST', '/v1/environment/settings', { grace_hours: 48 })).status).toBe(200)
  await advance('2026-02-01T00:00:00Z')
  expect(await show('?type=SCHEDULED&sort=date_asc')).toEqual([
    'SCHEDULED 2026-01-01 FINALIZED 10: Platform fee 10',
    'SCHEDULED 2026-02-01 FINALIZED 10: Platform fee 10',
  ])
})

test('a discount is taken off', async () => {
  const { create, product_id, show } = await signUp('2026-01-10T00:00:00Z')
  const on = (amount: number) => ({
    product_id,
    schedule: { schedule_items: [{ timestamp: '2026-01-01T00:00:00Z', amount }] },
  })
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    scheduled_charges: [on(100)],
    discounts: [{ ...on(30), name: 'Welcome' }],
  })
  expect(await show('?type=SCHEDULED')).toEqual([
    'SCHEDULED 2026-01-01 FINALIZED 70: Platform fee 100, Welcome -30',
  ])
})

test("a customer's commit is paid by a scheduled invoice of the contract that it names", async () => {
  const { api, create, product_id, customer_id, invoices, show } =
    await signUp('2026-01-10T00:00:00Z')
  const contract = await create({ starting_at: '2026-01-01T00:00:00Z' })
  const id = await createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    type: 'PREPAID',
    name: 'Tokens in advance',
    priority: 1,
    product_id,
    invoice_contract_id: contract,
    access_schedule: {
      schedule_items: [
        {
          amount: 100_000,
          starting_at: '2026-01-01T00:00:00Z',
          ending_before: '2027-01-01T00:00:00Z',
        },
      ],
    },
    invoice_schedule: {
      schedule_items: [
        { timestamp: '2026-01-10T00:00:00Z', amount: 50_000 },
        { timestamp: '2026-06-01T00:00:00Z', unit_price: 15_000, quantity: 2 },
      ],
    },
  })
  expect(await show('?type=SCHEDULED')).toEqual([
    'SCHEDULED 2026-01-10 FINALIZED 50000: Tokens in advance 50000',
    'SCHEDULED 2026-06-01 DRAFT 30000: Tokens in advance 30000',
  ])
  const [{ line_items }] = (await invoices('?type=SCHEDULED')) as [ApiInvoice]
  expect(line_items).toMatchObject([
    {
      type: 'commit_purchase',
      product_type: 'FixedProductListItem',
      commit_id: id,
      commit_type: 'PrepaidCommit',
      quantity: 1,
      unit_price: 50_000,
    },
  ])
})

test('pricing 6.8: what a void invoice had can be changed, but not removed', async () => {
  const { api, create, product_id, customer_id, advance } = await signUp('2026-01-10T00:00:00Z')
  const contract_id = await create({ starting_at: '2026-01-01T00:00:00Z' })
  const commit_id = await createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    type: 'PREPAID',
    priority: 1,
    product_id,
    invoice_contract_id: contract_id,
    access_schedule: {
      schedule_items: [
        { amount: 9, starting_at: '2026-01-01T00:00:00Z', ending_before: '2027-01-01T00:00:00Z' },
      ],
    },
    invoice_schedule: { schedule_items: [{ timestamp: '2026-01-15T00:00:00Z', amount: 9 }] },
  })
  await advance('2026-01-16T00:00:00Z')
  const list = async () => {
    const path = '/v1/contracts/customerCommits/list'
    return (await api.call('POST', path, { customer_id })).body.data[0].invoice_schedule
  }
  const [{ id, invoice_id }] = (await list()).schedule_items
  const edit = (change: object) =>
    api.call('POST', '/v2/contracts/commits/edit', {
      customer_id,
      commit_id,
      invoice_schedule: change,
    })
  const remove = { remove_schedule_items: [{ id }] }
  const update = { update_schedule_items: [{ id, amount: 7 }] }
  const refusals = [await edit(remove), await edit(update)]
  expect(refusals.map(({ status }) => status)).toEqual([400, 400])
  const archive = { customer_id, contract_id, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', archive)).status).toBe(200)
  const voided = await api.call('GET', `/v1/customers/${customer_id}/invoices/${invoice_id}`)
  expect(voided.body.data.status).toBe('VOID')
  const refused = await edit(remove)
  expect([refused.status, refused.body.message]).toEqual([400, expect.stringContaining('remove')])
  expect((await edit(update)).status).toBe(200)
  expect((await list()).schedule_items).toMatchObject([{ id, amount: 7, invoice_id }])
})
