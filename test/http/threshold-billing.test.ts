import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

/** A customer of the offering in a sandbox where it is noon of 10 March; `m1` costs 2 cents. */
async function signUp(terms: (fixedId: string) => object) {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const fixedId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Top-up',
    type: 'FIXED',
  })
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
  const { use, advance, invoices, balances, read } = await signUp((fixed) => ({
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
})

test('at an external gate the commit waits for its payment, and is made when that is reported', async () => {
  const { api, invoices, balances, workflows, release, advance } = await signUp((fixed) =>
    prepaid(fixed, { payment_gate_config: { payment_gate_type: 'EXTERNAL' } }),
  )
  const [workflow, ...others] = await workflows('pending')
  expect(others).toEqual([])
  expect(workflow).toMatchObject({ invoice_total: 2_000, invoice_currency: 'USD (cents)' })
  expect(await balances()).toEqual([])
  await advance('2026-03-10T13:00:00Z')
  expect(await workflows()).toHaveLength(1)
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
