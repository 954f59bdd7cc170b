import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const MAR = '2026-03-01T00:00:00Z'
const APR = '2026-04-01T00:00:00Z'
const MAY = '2026-05-01T00:00:00Z'

/** A customer with a prepaid commit of 1000 for March and April, on 20 March. */
async function signUp(ending_before: string) {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const contract = { customer_id, rate_card_id, starting_at: MAR }
  const contractId = await createdId(api, '/v1/contracts/create', contract)
  const product = { name: 'Commit', type: 'FIXED' }
  const id = await createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    type: 'PREPAID',
    priority: 1,
    product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
    access_schedule: { schedule_items: [{ amount: 1000, starting_at: MAR, ending_before }] },
  })
  const read = async () => {
    const question = { customer_id, id, include_balance: true, include_ledgers: true }
    const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', question)
    const [{ balance, ledger, access_schedule }] = body.data
    const entries = ledger.map((entry: Record<string, unknown>) => [entry['type'], entry['amount']])
    return { balance, entries, ledger, segmentId: access_schedule.schedule_items[0].id }
  }
  const net = async (invoice_inclusion_mode?: string) => {
    const path = '/v1/contracts/customerBalances/getNetBalance'
    return (await api.call('POST', path, { customer_id, invoice_inclusion_mode })).body.data.balance
  }
  const use = (event: string, timestamp: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(event, timestamp, { tokens })])
  const advance = async (now: string) => {
    expect((await api.call('POST', '/v1/sandboxes/clock', { now })).status).toBe(200)
  }
  return { api, customer_id, contractId, id, read, net, use, advance }
}

test('TV44: what a final invoice and a draft draw is gone, or only what the final one drew', async () => {
  const { contractId, read, net, use, advance } = await signUp(MAY)
  await use('a', '2026-03-05T00:00:00Z', 150)
  expect(await net()).toBe(700)
  expect(await net('FINALIZED')).toBe(1000)
  await advance('2026-04-10T00:00:00Z')
  await use('b', '2026-04-05T00:00:00Z', 100)
  expect(await net()).toBe(500)
  expect(await net('FINALIZED')).toBe(700)

  const { balance, ledger, segmentId } = await read()
  const deduction = {
    type: 'PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION',
    segment_id: segmentId,
    contract_id: contractId,
  }
  expect(balance).toBe(500)
  expect(ledger).toMatchObject([
    { type: 'PREPAID_COMMIT_SEGMENT_START', amount: 1000, segment_id: segmentId },
    { ...deduction, amount: -300, timestamp: '2026-04-01T00:00:00.000Z' },
    { ...deduction, amount: -200, timestamp: '2026-05-01T00:00:00.000Z' },
  ])
})

test('what is left at the end of access expires, and an entry by hand is there for drafts', async () => {
  const { api, customer_id, id, read, use, advance } = await signUp(APR)
  await use('a', '2026-03-05T00:00:00Z', 600)
  const { segmentId: segment_id, balance } = await read()
  expect(balance).toBe(0)
  const entry = { customer_id, id, segment_id, amount: 500, reason: 'Goodwill' }
  await api.call('POST', '/v1/contracts/addManualBalanceLedgerEntry', entry)
  expect((await read()).balance).toBe(300)
  await advance('2026-04-10T00:00:00Z')
  expect(await read()).toMatchObject({
    balance: 0,
    entries: [
      ['PREPAID_COMMIT_SEGMENT_START', 1000],
      ['PREPAID_COMMIT_MANUAL', 500],
      ['PREPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', -1200],
      ['PREPAID_COMMIT_EXPIRATION', -300],
    ],
  })
})

test('TV03, TV04: a postpaid commit counts what is beyond the prepaid one, and is trued up', async () => {
  const { api, customer_id, contractId, id, net, use, advance } = await signUp(APR)
  const product = { name: 'Commitment', type: 'FIXED' }
  const postpaid = await createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    type: 'POSTPAID',
    priority: 1,
    product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
    access_schedule: { schedule_items: [{ amount: 1000, starting_at: MAR, ending_before: APR }] },
    invoice_schedule: { schedule_items: [{ amount: 1000, timestamp: APR }] },
    invoice_contract_id: contractId,
  })
  await use('a', '2026-03-05T00:00:00Z', 625)
  const list = async (balance: string) => {
    const question = { customer_id, id: balance, include_balance: true, include_ledgers: true }
    const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', question)
    return body.data[0]
  }
  expect((await list(id)).balance).toBe(0)
  expect((await list(postpaid)).balance).toBe(750)
  expect(await net()).toBe(750)
  const invoices = async (type: string) => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
    return body.data.filter((invoice: { type: string }) => invoice.type === type)
  }
  expect((await invoices('USAGE'))[0].total).toBe(250)

  // What is waived by hand is not trued up.
  const [{ id: segment_id }] = (await list(postpaid)).access_schedule.schedule_items
  const entry = { customer_id, id: postpaid, segment_id, amount: -50, reason: 'Waived' }
  await api.call('POST', '/v1/contracts/addManualBalanceLedgerEntry', entry)

  await advance('2026-04-10T00:00:00Z')
  const [trueup] = await invoices('SCHEDULED')
  expect(trueup.total).toBe(700)
  const { balance, ledger } = await list(postpaid)
  expect(balance).toBe(0)
  expect(ledger).toMatchObject([
    { type: 'POSTPAID_COMMIT_INITIAL_BALANCE', amount: 1000 },
    { type: 'POSTPAID_COMMIT_MANUAL', amount: -50 },
    { type: 'POSTPAID_COMMIT_AUTOMATED_INVOICE_DEDUCTION', amount: -250 },
    { type: 'POSTPAID_COMMIT_TRUEUP', amount: -700, invoice_id: trueup.id },
  ])
})

test('each period of a recurring credit is listed from its start, and can be changed by hand', async () => {
  const { api, customer_id, advance } = await signUp(APR)
  const product = { name: 'Allowance', type: 'FIXED' }
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: MAR,
    recurring_credits: [
      {
        product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
        priority: 5,
        access_amount: { unit_price: 10, quantity: 1, credit_type_id: USD },
        starting_at: MAR,
        commit_duration: { value: 1, unit: 'PERIODS' },
        recurrence_frequency: 'MONTHLY',
      },
    ],
  })
  const list = async () => {
    const { body } = await api.call('POST', '/v1/contracts/customerCredits/list', {
      customer_id,
      include_contract_credits: true,
      include_balance: true,
    })
    return body.data
  }
  const [first] = await list()
  const entry = { customer_id, contract_id, id: first.id, amount: 5, reason: 'Goodwill' }
  const [{ id: segment_id }] = first.access_schedule.schedule_items
  const body = { ...entry, segment_id }
  const added = await api.call('POST', '/v1/contracts/addManualBalanceLedgerEntry', body)
  expect(added.status).toBe(200)
  expect(await list()).toMatchObject([{ balance: 15, contract: { id: contract_id } }])
  await advance('2026-04-10T00:00:00Z')
  expect(await list()).toMatchObject([{ id: first.id, balance: 0 }, { balance: 10 }])
})

test('what a contract has left expires when the contract is ended early, and not before', async () => {
  const { api, customer_id, advance } = await signUp(APR)
  const product = { name: 'Prepaid', type: 'FIXED' }
  const segment = { amount: 50, starting_at: MAR, ending_before: MAY }
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: MAR,
    credits: [
      {
        product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
        access_schedule: { schedule_items: [segment] },
      },
    ],
  })
  const end = { customer_id, contract_id, ending_before: '2026-03-25T00:00:00Z' }
  expect((await api.call('POST', '/v1/contracts/updateEndDate', end)).status).toBe(200)
  const read = async () => {
    const question = { customer_id, include_contract_balances: true, include_balance: true }
    const path = '/v1/contracts/customerBalances/list'
    const { body } = await api.call('POST', path, { ...question, include_ledgers: true })
    return body.data.find((one: { type: string }) => one.type === 'CREDIT')
  }
  expect(await read()).toMatchObject({
    balance: 50,
    access_schedule: { schedule_items: [{ ending_before: '2026-05-01T00:00:00.000Z' }] },
  })
  await advance('2026-03-25T00:00:00Z')
  expect(await read()).toMatchObject({
    balance: 0,
    access_schedule: { schedule_items: [{ ending_before: '2026-03-25T00:00:00.000Z' }] },
    ledger: [
      { type: 'CREDIT_SEGMENT_START', amount: 50 },
      { type: 'CREDIT_EXPIRATION', amount: -50, timestamp: '2026-03-25T00:00:00.000Z' },
    ],
  })
})
