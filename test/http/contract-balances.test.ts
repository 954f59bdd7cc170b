import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const START = '2026-03-01T00:00:00Z'
const END = '2026-04-01T00:00:00Z'

/** A contract with a credit of 1000, of which a draft draws 300 on 10 March. */
async function signUp() {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product = { name: 'Credit', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const schedule_items = [{ amount: 1000, starting_at: START, ending_before: END }]
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: START,
    credits: [{ product_id, name: 'Welcome', access_schedule: { schedule_items } }],
  })
  await api.call('POST', '/v1/ingest', [completion('a', '2026-03-05T00:00:00Z', { tokens: 150 })])
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  return { api, client, customer_id, contract_id }
}

test('contracts are read with what is left of their credits and why, if asked for', async () => {
  const { client, customer_id, contract_id } = await signUp()
  const one = { customer_id, contract_id }
  const all = { include_balance: true, include_ledgers: true }
  const entries = [
    { type: 'CREDIT_SEGMENT_START', amount: 1000 },
    { type: 'CREDIT_AUTOMATED_INVOICE_DEDUCTION', amount: -300 },
  ]
  const expected = [{ name: 'Welcome', balance: 700, ledger: entries }]
  const { v1, v2 } = client
  const first = (await v1.contracts.retrieve({ ...one, ...all })).data
  expect(first.initial.credits).toMatchObject(expected)
  expect(first.current.credits).toMatchObject(expected)
  expect((await v1.contracts.list({ customer_id, ...all })).data[0]?.current.credits).toMatchObject(
    expected,
  )
  expect((await v2.contracts.retrieve({ ...one, ...all })).data.credits).toMatchObject(expected)
  expect((await v2.contracts.list({ customer_id, ...all })).data[0]?.credits).toMatchObject(
    expected,
  )

  const [plain] = (await v2.contracts.retrieve(one)).data.credits ?? []
  expect(plain).not.toHaveProperty('balance')
  expect(plain).not.toHaveProperty('ledger')
  const [balanceOnly] =
    (await v2.contracts.retrieve({ ...one, include_balance: true })).data.credits ?? []
  expect(balanceOnly).toMatchObject({ balance: 700 })
  expect(balanceOnly).not.toHaveProperty('ledger')
})

test('credits of contracts are listed with the customer and changed by hand by their contract', async () => {
  const { api, client, customer_id, contract_id } = await signUp()
  const question = { customer_id, include_contract_balances: true, include_balance: true }
  const list = async (members = {}) => {
    const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
      ...question,
      ...members,
    })
    return body.data
  }
  const [credit] = await list()
  expect(credit).toMatchObject({ contract: { id: contract_id }, balance: 700 })
  expect(await list({ include_contract_balances: false })).toEqual([])
  const entry = {
    customer_id,
    id: credit.id,
    segment_id: credit.access_schedule.schedule_items[0].id,
    amount: -800,
    reason: 'Moved',
  }
  await expect(client.v1.contracts.addManualBalanceEntry(entry)).rejects.toThrow(/contract_id/)
  await client.v1.contracts.addManualBalanceEntry({ ...entry, contract_id })
  // The draft is computed anew: it draws on the 200 that are left.
  expect((await list())[0].balance).toBe(0)
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  expect(body.data[0].total).toBe(100)

  await api.call('POST', '/v1/contracts/archive', {
    customer_id,
    contract_id,
    void_invoices: false,
  })
  expect(await list()).toEqual([])
  const [archived] = await list({ include_archived: true, include_ledgers: true })
  expect(archived).toMatchObject({ id: credit.id, balance: 0, ledger: null })
})
