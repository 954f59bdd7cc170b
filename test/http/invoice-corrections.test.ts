import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MAR = '2026-03-01T00:00:00Z'
const APR = '2026-04-01T00:00:00Z'
const JUN = '2026-06-01T00:00:00Z'
const worker = (exports as unknown as { default: Fetcher }).default

interface ApiInvoice {
  id: string
  status: string
  type: string
  issued_at: string
  total: number
  regenerated_from_invoice_id?: string
  line_items: { type: string; name: string; quantity?: number; total: number; commit_id?: string }[]
}

/** A contract from March on, on 10 April: March is final, with 150 tokens of 2 cents. */
async function signUp(terms: object = {}) {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const offering = await createOffering(api)
  const { customerId: customer_id, rateCardId: rate_card_id } = offering
  const fixed = { name: 'Commit', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', fixed)
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: MAR,
    ...withProduct(terms, product_id),
  })
  const use = (id: string, timestamp: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(id, timestamp, { tokens })])
  const advance = async (now: string) => {
    expect((await api.call('POST', '/v1/sandboxes/clock', { now })).status).toBe(200)
  }
  await use('a', '2026-03-05T00:00:00Z', 150)
  await advance('2026-04-10T00:00:00Z')
  const invoices = async (query = ''): Promise<ApiInvoice[]> =>
    (await api.call('GET', `/v1/customers/${customer_id}/invoices${query}`)).body.data
  const show = async (query = '') =>
    (await invoices(query)).map(
      ({ type, issued_at, status, total }) =>
        `${type} ${issued_at.slice(5, 10)} ${status} ${total}`,
    )
  const correct = (verb: 'void' | 'regenerate', id: string) =>
    api.call('POST', `/v1/invoices/${verb}`, { id })
  const balances = async () => {
    const question = { customer_id, include_balance: true, include_ledgers: true }
    const asked = { ...question, include_contract_balances: true }
    const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', asked)
    return body.data as {
      id: string
      balance: number
      ledger: { type: string; amount: number }[]
    }[]
  }
  /** Of the only balance: its ledger without the prefix, and what it has; they must agree. */
  const ledger = async () => {
    const [only] = await balances()
    const entries = only!.ledger.map(({ type, amount }) => `${type} ${amount}`)
    const sum = only!.ledger.reduce((total, { amount }) => total + amount, 0)
    expect(sum).toBe(only!.balance)
    return [...entries, only!.balance]
  }
  const common = { api, ...offering, customer_id, contract_id, product_id, use, advance }
  return { ...common, invoices, show, correct, balances, ledger }
}

/** Terms whose commits are for the product. */
function withProduct(terms: { commits?: object[]; scheduled_charges?: object[] }, id: string) {
  const each = (list: object[] = []) => list.map((term) => ({ product_id: id, ...term }))
  return {
    ...terms,
    commits: each(terms.commits),
    scheduled_charges: each(terms.scheduled_charges),
  }
}

/** A prepaid commit of 1000 for March to May, paid on these days. */
function prepaid(...days: string[]) {
  return {
    type: 'PREPAID',
    priority: 1,
    access_schedule: { schedule_items: [{ amount: 1000, starting_at: MAR, ending_before: JUN }] },
    invoice_schedule: {
      schedule_items: days.map((day) => ({ timestamp: `2026-${day}T00:00:00Z`, amount: 500 })),
    },
  }
}

test('T12: a void invoice stays listed, and its regeneration honours rates and usage of now', async () => {
  const { api, invoices, show, correct, rateCardId, productId, customer_id } = await signUp()
  const [march, april] = await invoices()
  expect(await show()).toEqual(['USAGE 04-02 FINALIZED 300', 'USAGE 05-02 DRAFT 0'])
  expect((await correct('void', april!.id)).status).toBe(400)
  expect((await correct('regenerate', april!.id)).status).toBe(400)
  expect((await correct('regenerate', march!.id)).status).toBe(400)
  const voided = await correct('void', march!.id)
  expect([voided.status, voided.body]).toEqual([200, { data: { id: march!.id } }])
  expect((await correct('void', march!.id)).status).toBe(400)
  // Nothing becomes open again by that.
  expect(await show()).toEqual(['USAGE 04-02 VOID 300', 'USAGE 05-02 DRAFT 0'])
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    pricing_group_values: { model: 'm1' },
    starting_at: MAR,
    price: 4,
  })
  const made = await correct('regenerate', march!.id)
  expect(made.status).toBe(200)
  const { id } = made.body.data
  expect(id).not.toBe(march!.id)
  expect(await show()).toHaveLength(3)
  expect(await show('?status=VOID')).toEqual(['USAGE 04-02 VOID 300'])
  const [anew] = await invoices('?status=FINALIZED')
  expect(anew).toMatchObject({
    id,
    total: 600,
    regenerated_from_invoice_id: march!.id,
    start_timestamp: '2026-03-01T00:00:00+00:00',
    line_items: [{ quantity: 150, total: 600 }],
  })
  const one = await api.call('GET', `/v1/customers/${customer_id}/invoices/${id}`)
  expect(one.body.data).toEqual(anew)
  const explained = await api.call('GET', `/v1/customers/${customer_id}/invoices/${id}/explain`)
  expect(explained.status).toBe(200)
  const again = await correct('regenerate', march!.id)
  expect([again.status, again.body.message]).toEqual([
    409,
    `id: invoice ${march!.id} was regenerated as ${id}`,
  ])
  for (const verb of ['void', 'regenerate'] as const) {
    expect((await correct(verb, UNKNOWN_ID)).status).toBe(404)
  }
  // What was regenerated is an invoice like any other.
  expect((await correct('void', id)).status).toBe(200)
  expect((await correct('regenerate', id)).status).toBe(200)
  expect(await show('?status=FINALIZED')).toEqual(['USAGE 04-02 FINALIZED 600'])
})

test('the official SDK voids and regenerates; other environments know nothing of the invoice', async () => {
  const { api, invoices } = await signUp()
  const [march] = await invoices()
  const stranger = await createTestApi()
  expect((await stranger.call('POST', '/v1/invoices/void', { id: march!.id })).status).toBe(404)
  const client = new Metronome({
    baseURL: 'http://tactus.test',
    bearerToken: api.token,
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  expect(await client.v1.invoices.void({ id: march!.id })).toEqual({ data: { id: march!.id } })
  const made = await client.v1.invoices.regenerate({ id: march!.id })
  expect((await invoices('?status=FINALIZED')).map(({ id }) => id)).toEqual([made.data?.id])
})

test('voiding gives back what was drawn, and regenerating draws it again, the ledger adding up', async () => {
  const { invoices, correct, ledger, use } = await signUp({
    commits: [{ ...prepaid(), invoice_schedule: undefined }],
  })
  const start = 'PREPAID_COMMIT_SEGMENT_START 1000'
  const deduction = 'PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300'
  expect(await ledger()).toEqual([start, deduction, 700])
  const [march] = await invoices('?status=FINALIZED')
  await correct('void', march!.id)
  const credited = 'PREPAID_COMMIT_CREDITED 300'
  expect(await ledger()).toEqual([start, deduction, credited, 1000])
  // A draft may use what was given back, but what is regenerated goes first.
  await use('b', '2026-04-05T00:00:00Z', 450)
  const { total: before } = (await invoices('?status=DRAFT'))[0]!
  expect(before).toBe(0)
  await correct('regenerate', march!.id)
  const [anew] = await invoices('?status=FINALIZED')
  expect(anew!.line_items).toEqual(march!.line_items)
  expect(anew!.total).toBe(march!.total)
  expect((await invoices('?status=DRAFT'))[0]!.total).toBe(200)
  expect(await ledger()).toEqual([
    start,
    deduction,
    deduction,
    credited,
    'PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -700',
    0,
  ])
})

test('a commit whose purchase is void is canceled, and comes back with its regeneration', async () => {
  const { invoices, correct, ledger, show } = await signUp({ commits: [prepaid('03-01', '04-05')] })
  const purchases = await invoices('?type=SCHEDULED')
  expect(await show('?type=SCHEDULED')).toEqual([
    'SCHEDULED 03-01 FINALIZED 500',
    'SCHEDULED 04-05 FINALIZED 500',
  ])
  const drawn = [
    'PREPAID_COMMIT_SEGMENT_START 1000',
    'PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION -300',
  ]
  await correct('void', purchases[0]!.id)
  // The other payment still counts.
  expect(await ledger()).toEqual([...drawn, 700])
  await correct('void', purchases[1]!.id)
  expect(await ledger()).toEqual([...drawn, 'PREPAID_COMMIT_CANCELED -700', 0])
  const made = await correct('regenerate', purchases[0]!.id)
  expect(made.status).toBe(200)
  expect(await ledger()).toEqual([...drawn, 700])
  const anew = (await invoices('?type=SCHEDULED&status=FINALIZED'))[0]!
  expect(anew).toMatchObject({
    id: made.body.data.id,
    regenerated_from_invoice_id: purchases[0]!.id,
    total: 500,
    line_items: purchases[0]!.line_items,
  })
  // It is paid for by the new invoice now: voided, that takes the commit back again.
  await correct('void', anew.id)
  expect(await ledger()).toEqual([...drawn, 'PREPAID_COMMIT_CANCELED -700', 0])
})

test('fixed charges of a void usage invoice are on the one that takes its place, and nowhere else', async () => {
  const schedule = { schedule_items: [{ timestamp: APR, amount: 70 }] }
  const { invoices, correct, show } = await signUp({
    scheduled_charges_on_usage_invoices: 'ALL',
    scheduled_charges: [{ name: 'Fee', schedule }],
  })
  const [march] = await invoices('?status=FINALIZED')
  expect(march!.total).toBe(370)
  await correct('void', march!.id)
  expect(await show()).toEqual(['USAGE 04-02 VOID 370', 'USAGE 05-02 DRAFT 0'])
  await correct('regenerate', march!.id)
  const [anew] = await invoices('?status=FINALIZED')
  expect(anew!.line_items).toEqual(march!.line_items)
  expect(await show('?status=FINALIZED')).toEqual(['USAGE 04-02 FINALIZED 370'])
  expect(await show('?status=DRAFT')).toEqual(['USAGE 05-02 DRAFT 0'])
})

test('a commit can be archived when all its invoices are void', async () => {
  const { api, invoices, correct, balances, contract_id, customer_id } = await signUp({
    commits: [prepaid('03-01')],
  })
  const commit_id = (await balances())[0]!.id
  const archive = () =>
    api.call('POST', '/v2/contracts/edit', {
      customer_id,
      contract_id,
      archive_commits: [{ id: commit_id }],
    })
  for (const { id } of await invoices('?status=FINALIZED')) {
    expect((await archive()).status).toBe(400)
    await correct('void', id)
  }
  expect((await archive()).status).toBe(200)
  expect(await balances()).toEqual([])
})

test('an archived contract gets no invoice anew', async () => {
  const { api, invoices, correct, contract_id, customer_id } = await signUp({
    commits: [prepaid('03-01')],
  })
  const body = { customer_id, contract_id, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', body)).status).toBe(200)
  const voided = await invoices()
  expect(voided.map(({ status }) => status)).toEqual(['VOID', 'VOID'])
  for (const { id } of voided) {
    const refused = await correct('regenerate', id)
    expect([refused.status, refused.body.message]).toEqual([
      400,
      `id: contract ${contract_id} of invoice ${id} is archived`,
    ])
  }
})
