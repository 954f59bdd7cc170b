import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

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
