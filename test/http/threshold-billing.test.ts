import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { invoices as invoiceRows } from '../../src/db/schema.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createProduct, createRateCard } from '../support/catalog.ts'
import { db } from '../support/billing.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default

function addFixed(api: TestApi): Promise<string> {
  return createdId(api, '/v1/contract-pricing/products/create', { name: 'Top-up', type: 'FIXED' })
}

/** A customer of the offering in a sandbox where it is noon of 10 March; `m1` costs 2 cents. */
async function signUp(terms: (fixedId: string) => object) {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const fixedId = await addFixed(api)
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    ...terms(fixedId),
  })
  let used = 0
  const use = (tokens: number, timestamp = '2026-03-09T00:00:00Z') => {
    used += 1
    return api.call('POST', '/v1/ingest', [completion(`use-${used}`, timestamp, { tokens })])
  }
  const advance = async (now: string) => {
    const advanced = await api.call('POST', '/v1/sandboxes/clock', { now })
    expect(advanced).toMatchObject({ status: 200 })
  }
  const invoices = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?sort=date_asc`)
    return body.data.map((invoice: { type: string; status: string; total: number }) =>
      [invoice.type, invoice.status, invoice.total].join(' '),
    )
  }
  const balances = async () => {
    const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
      customer_id,
      include_contract_balances: true,
      include_balance: true,
    })
    return body.data
  }
  const edit = (members: object) =>
    api.call('POST', '/v2/contracts/edit', { customer_id, contract_id, ...members })
  const read = async () =>
    (await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })).body.data
  const workflows = async (status = '') =>
    (
      await api.call(
        'GET',
        `/v1/contracts/commits/threshold-billing/workflows${status && `?status=${status}`}`,
      )
    ).body.data
  const release = (workflow_id: string, outcome: string) =>
    api.call('POST', '/v1/contracts/commits/threshold-billing/release', { workflow_id, outcome })
  const reference = { customer_id, contract_id, fixedId }
  return {
    api,
    use,
    advance,
    invoices,
    balances,
    edit,
    read,
    workflows,
    release,
    ...reference,
  }
}

function spend(product_id: string, payment_gate_type = 'NONE') {
  return {
    spend_threshold_configuration: {
      is_enabled: true,
      threshold_amount: 10_000,
      commit: { product_id },
      payment_gate_config: { payment_gate_type },
    },
  }
}

function prepaid(product_id: string, members: object = {}) {
  return {
    prepaid_balance_threshold_configuration: {
      is_enabled: true,
      threshold_amount: 1_000,
      recharge_to_amount: 2_000,
      commit: { product_id },
      payment_gate_config: { payment_gate_type: 'NONE' },
      ...members,
    },
  }
}

test('TV34: spend of $100 is paid by a commit of $100, and nothing is outstanding', async () => {
  const { use, advance, invoices, balances, fixedId } = await signUp((fixed) => spend(fixed))
  await use(4_999)
  await advance('2026-03-10T12:10:00Z')
  expect(await invoices()).toEqual(['USAGE DRAFT 9998'])
  await use(1)
  await advance('2026-03-10T12:20:00Z')
  expect(await invoices()).toEqual(['SCHEDULED FINALIZED 10000', 'USAGE DRAFT 0'])
  expect(await balances()).toMatchObject([
    {
      type: 'PREPAID',
      product: { id: fixedId },
      balance: 0,
      access_schedule: {
        schedule_items: [
          {
            amount: 10_000,
            starting_at: '2026-03-01T00:00:00.000Z',
            ending_before: '2027-03-10T12:00:00.000Z',
          },
        ],
      },
    },
  ])
  await advance('2026-03-10T12:30:00Z')
  await use(5_001)
  await advance('2026-04-03T00:00:00Z')
  expect(await invoices()).toEqual([
    'SCHEDULED FINALIZED 10000',
    'SCHEDULED FINALIZED 10002',
    'USAGE FINALIZED 0',
    'USAGE DRAFT 0',
  ])
})

test('a balance that falls to its threshold is recharged, at the discount that its cap allows', async () => {
  const { api, customer_id, use, advance, invoices, balances, read } = await signUp((fixed) => ({
    ...prepaid(fixed, {
      discount_configuration: {
        payment_fraction: 0.9,
        cap: { spend_tracker_alias: 'top-ups', amount: 2_000 },
      },
    }),
    spend_trackers: [
      {
        alias: 'top-ups',
        credit_type_id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2',
        reset_frequency: 'BILLING_PERIOD',
        applicable_spend_specifiers: [
          { spend_type: 'COMMIT_PURCHASE', sources: ['THRESHOLD_RECHARGE'] },
        ],
      },
    ],
  }))
  expect(await invoices()).toEqual(['SCHEDULED FINALIZED 1800', 'USAGE DRAFT 0'])
  await advance('2026-03-10T13:00:00Z')
  expect((await balances()).map((commit: { balance: number }) => commit.balance)).toEqual([2_000])
  expect((await read()).spend_trackers[0].accumulated_spend).toEqual({
    amount: 1_800,
    period_starting_at: '2026-03-01T00:00:00.000Z',
    period_ending_before: '2026-04-01T00:00:00.000Z',
  })
  const balance = async () => {
    const each: number[] = (await balances()).map((commit: { balance: number }) => commit.balance)
    return each.reduce((total, left) => total + left, 0)
  }
  await use(499, '2026-03-10T12:30:00Z')
  await advance('2026-03-10T13:10:00Z')
  expect(await balance()).toBe(1_002)
  await use(1, '2026-03-10T12:31:00Z')
  await advance('2026-03-10T13:20:00Z')
  expect(await balance()).toBe(2_000)
  await use(500, '2026-03-10T12:32:00Z')
  await advance('2026-03-10T13:30:00Z')
  expect(await balance()).toBe(2_000)
  await advance('2026-03-10T14:00:00Z')
  expect(await invoices()).toEqual([
    'SCHEDULED FINALIZED 1800',
    'SCHEDULED FINALIZED 900',
    'SCHEDULED FINALIZED 1000',
    'USAGE DRAFT 0',
  ])
  expect((await read()).spend_trackers[0].accumulated_spend.amount).toBe(3_700)
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?sort=date_asc`)
  expect((await api.call('POST', '/v1/invoices/void', { id: body.data[0].id })).status).toBe(200)
  expect((await read()).spend_trackers[0].accumulated_spend.amount).toBe(1_900)
})

test('at an external gate the commit waits for its payment, and is made when that is reported', async () => {
  const { api, invoices, balances, workflows, release, advance } = await signUp((fixed) =>
    prepaid(fixed, { payment_gate_config: { payment_gate_type: 'EXTERNAL' } }),
  )
  const [workflow, ...others] = await workflows('pending')
  expect(others).toEqual([])
  expect(workflow).toMatchObject({ invoice_total: 2_000, invoice_currency: 'USD (cents)' })
  expect(await balances()).toEqual([])
  // As if the call that issued it had died before the index had it.
  await db.delete(invoiceRows).where(eq(invoiceRows.id, workflow.invoice_id))
  await advance('2026-03-10T13:00:00Z')
  expect(await workflows()).toHaveLength(1)
  const indexed = await api.call('GET', '/v1/invoices?type=SCHEDULED')
  expect(indexed.body.data).toMatchObject([{ id: workflow.invoice_id, status: 'FINALIZED' }])
  const invoice = await api.call(
    'GET',
    `/v1/customers/${workflow.customer_id}/invoices/${workflow.invoice_id}`,
  )
  expect(invoice.body.data).toMatchObject({ type: 'SCHEDULED', status: 'FINALIZED', total: 2_000 })
  expect(await release(workflow.workflow_id, 'paid')).toMatchObject({ status: 200 })
  expect(await release(workflow.workflow_id, 'PAID')).toMatchObject({ status: 200 })
  expect(await release(workflow.workflow_id, 'failed')).toMatchObject({ status: 409 })
  expect(await balances()).toMatchObject([{ id: workflow.commit_id, balance: 2_000 }])
  expect(await invoices()).toEqual(['SCHEDULED FINALIZED 2000', 'USAGE DRAFT 0'])
  await advance('2026-03-10T14:00:00Z')
  expect(await workflows()).toMatchObject([{ status: 'PAID' }])
  expect(await invoices()).toEqual(['SCHEDULED FINALIZED 2000', 'USAGE DRAFT 0'])
})

test('a payment that fails makes its invoice void and no commit, and sets the threshold off', async () => {
  const { api, invoices, balances, workflows, release, advance, edit, read, ...reference } =
    await signUp((fixed) =>
      prepaid(fixed, { payment_gate_config: { payment_gate_type: 'EXTERNAL' } }),
    )
  const [workflow] = await workflows()
  expect(await release(workflow.workflow_id, 'failed')).toMatchObject({ status: 200 })
  expect(await balances()).toEqual([])
  expect(await invoices()).toEqual(['SCHEDULED VOID 2000', 'USAGE DRAFT 0'])
  expect(await read()).toMatchObject({
    prepaid_balance_threshold_configuration: { is_enabled: false },
  })
  const { customer_id, contract_id } = reference
  const history = await api.call('POST', '/v2/contracts/getEditHistory', {
    customer_id,
    contract_id,
  })
  expect(history.body.data).toMatchObject([
    { update_prepaid_balance_threshold_configuration: { is_enabled: false } },
  ])
  await advance('2026-03-12T00:00:00Z')
  expect(await workflows()).toHaveLength(1)
  await edit({ update_prepaid_balance_threshold_configuration: { is_enabled: true } })
  const [, second] = await workflows()
  expect(second).toMatchObject({ status: 'PENDING' })
  expect(second.commit_id).not.toBe(workflow.commit_id)
  expect(await release(second.workflow_id, 'paid')).toMatchObject({ status: 200 })
  expect(await balances()).toMatchObject([{ id: second.commit_id, balance: 2_000 }])
})

test('a workflow that is unknown, or of another environment, is not found', async () => {
  const { workflows } = await signUp((fixed) =>
    prepaid(fixed, { payment_gate_config: { payment_gate_type: 'EXTERNAL' } }),
  )
  const [{ workflow_id }] = await workflows()
  const other = await createTestApi()
  const path = '/v1/contracts/commits/threshold-billing/release'
  const body = { workflow_id, outcome: 'paid' }
  expect(await other.call('POST', path, body)).toMatchObject({ status: 404 })
  const malformed = await other.call('POST', path, { ...body, outcome: 'maybe' })
  expect([malformed.status, malformed.body.message]).toEqual([
    400,
    expect.stringContaining('outcome'),
  ])
})

test('a commit that an edit adds with a gate can be used once it is paid, and never if that fails', async () => {
  const { api, edit, read, balances, invoices, workflows, release, use, advance, fixedId } =
    await signUp(() => ({}))
  const commit = (members: object = {}) => ({
    type: 'PREPAID',
    product_id: fixedId,
    access_schedule: {
      schedule_items: [
        {
          amount: 5_000,
          starting_at: '2026-03-01T00:00:00Z',
          ending_before: '2026-04-01T00:00:00Z',
        },
      ],
    },
    invoice_schedule: { schedule_items: [{ timestamp: '2026-03-10T12:00:00Z', amount: 4_000 }] },
    payment_gate_config: { payment_gate_type: 'EXTERNAL' },
    spend_tracker_attributes: { counts_as_discounted: true },
    ...members,
  })
  await use(1_000)
  const added = await edit({ add_commits: [commit(), commit()] })
  expect(added).toMatchObject({ status: 200 })
  expect(await balances()).toEqual([])
  expect(await invoices()).toEqual([
    'SCHEDULED FINALIZED 4000',
    'SCHEDULED FINALIZED 4000',
    'USAGE DRAFT 2000',
  ])
  const [first, second, ...others] = await workflows('PENDING')
  expect([first.workflow_type, first.invoice_total, others]).toEqual(['COMMIT', 4_000, []])
  await release(first.workflow_id, 'failed')
  await release(second.workflow_id, 'paid')
  await advance('2026-03-10T13:00:00Z')
  expect(await balances()).toMatchObject([
    {
      id: second.commit_id,
      balance: 3_000,
      spend_tracker_attributes: { counts_as_discounted: true },
      invoice_schedule: { schedule_items: [{ amount: 4_000 }] },
    },
  ])
  expect((await invoices()).toSorted()).toEqual([
    'SCHEDULED FINALIZED 4000',
    'SCHEDULED VOID 4000',
    'USAGE DRAFT 0',
  ])
  expect((await read()).commits).toMatchObject([{ id: second.commit_id }])
  const refused = await edit({ add_commits: [commit({ invoice_schedule: undefined })] })
  expect([refused.status, refused.body.message]).toEqual([
    400,
    expect.stringContaining('add_commits[0].invoice_schedule'),
  ])
  const atOnce = await edit({
    add_commits: [commit({ payment_gate_config: { payment_gate_type: 'NONE' } })],
  })
  expect(atOnce.status).toBe(200)
  expect(await balances()).toHaveLength(2)
  const { customer_id, rate_card_id } = await read()
  const created = await api.call('POST', '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    commits: [commit()],
  })
  expect([created.status, created.body.message]).toEqual([
    400,
    expect.stringContaining('commits[0].payment_gate_config.payment_gate_type'),
  ])
})

test('TV32: 500 tokens of $0.10 that have fallen to 50 are recharged for $45.00, once in a long time', async () => {
  const api = await createTestApi()
  const unit = await createdId(api, '/v1/credit-types/create', { name: 'Tokens' })
  const rate_card_id = await createRateCard(api, {
    credit_type_conversions: [{ custom_credit_type_id: unit, fiat_per_custom_credit: 10 }],
  })
  const product_id = await createProduct(api)
  await addRate(api, { rate_card_id, product_id, price: 1, credit_type_id: unit })
  const fixedId = await addFixed(api)
  const customer_id = await createdId(api, '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme'],
  })
  const { v1, v2 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await v1.contracts.create({
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    prepaid_balance_threshold_configuration: {
      is_enabled: true,
      threshold_amount: 50,
      recharge_to_amount: 500,
      custom_credit_type_id: unit,
      commit: { product_id: fixedId, name: 'Tokens' },
      payment_gate_config: { payment_gate_type: 'NONE' },
    },
  })
  const events = Array.from({ length: 450 }, (_, i) => completion(`${i}`, '2026-03-10T12:30:00Z'))
  const advance = async (now: string) =>
    (await api.call('POST', '/v1/sandboxes/clock', { now })).body.data.done
  expect(await advance('2026-03-10T13:00:00Z')).toBe(true)
  for (let i = 0; i < events.length; i += 100) {
    const ingested = await api.call('POST', '/v1/ingest', events.slice(i, i + 100))
    expect(ingested).toMatchObject({ status: 200 })
  }
  expect(await advance('2026-10-15T00:00:00Z')).toBe(true)
  const contract = await v2.contracts.retrieve({
    customer_id,
    contract_id: data.id,
    include_balance: true,
  })
  const commits = contract.data.commits.map(({ name, balance, access_schedule }) => {
    const [segment] = access_schedule?.schedule_items ?? []
    return [name, access_schedule?.credit_type?.name, segment?.amount, balance]
  })
  expect(commits).toEqual([
    ['Tokens', 'Tokens', 500, 50],
    ['Tokens', 'Tokens', 450, 450],
  ])
  const invoices = await v1.customers.invoices.list({ customer_id, sort: 'date_asc' })
  const scheduled = invoices.data.filter(({ type }) => type === 'SCHEDULED')
  expect(scheduled.map(({ status, total }) => [status, total])).toEqual([
    ['FINALIZED', 5_000],
    ['FINALIZED', 4_500],
  ])
})
