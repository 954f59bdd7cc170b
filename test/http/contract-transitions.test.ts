import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

/** A contract from February on, in a sandbox where it is 10 March. */
async function signUp() {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const contract = { customer_id, rate_card_id }
  const first = await createdId(api, '/v1/contracts/create', {
    ...contract,
    starting_at: '2026-02-01T00:00:00Z',
  })
  const renew = (starting_at: string, members: object = {}) =>
    api.call('POST', '/v1/contracts/create', {
      ...contract,
      starting_at,
      transition: { type: 'renewal', from_contract_id: first },
      ...members,
    })
  const read = async (contract_id: string) =>
    (await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })).body.data
  const history = async (contract_id: string) =>
    (await api.call('POST', '/v2/contracts/getEditHistory', { customer_id, contract_id })).body.data
  const invoices = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?sort=date_asc`)
    return body.data.map((invoice: Record<string, string>) =>
      [
        invoice['contract_id'] === first ? 'old' : 'new',
        invoice['status'],
        invoice['start_timestamp']?.slice(5, 10),
        invoice['end_timestamp']?.slice(5, 10),
        invoice['total'],
      ].join(' '),
    )
  }
  return { api, customer_id, first, renew, read, history, invoices }
}

test('a renewal ends the contract before it where it starts, and usage is billed once', async () => {
  const { api, first, renew, read, history, invoices } = await signUp()
  await api.call('POST', '/v1/ingest', [
    completion('a', '2026-03-03T00:00:00Z', { tokens: 10 }),
    completion('b', '2026-03-09T00:00:00Z', { tokens: 1 }),
  ])
  expect(await invoices()).toEqual(['old FINALIZED 02-01 03-01 0', 'old DRAFT 03-01 04-01 22'])
  const renewed = await renew('2026-03-05T00:00:00Z')
  const { contract } = renewed.body.data
  const transitions = [{ type: 'RENEWAL', from_contract_id: first, to_contract_id: contract.id }]
  expect(contract.transitions).toEqual(transitions)
  expect(await read(first)).toMatchObject({
    ending_before: '2026-03-05T00:00:00.000Z',
    transitions,
  })
  expect(await history(first)).toMatchObject([
    { update_contract_end_date: '2026-03-05T00:00:00.000Z' },
  ])
  expect(await invoices()).toEqual([
    'old FINALIZED 02-01 03-01 0',
    'old FINALIZED 03-01 03-05 20',
    'new DRAFT 03-05 04-01 2',
  ])
})

test('a renewal from the start of the open period on takes over its draft', async () => {
  const { first, renew, invoices } = await signUp()
  await renew('2026-03-01T00:00:00Z', {
    transition: {
      type: 'SUPERSEDE',
      from_contract_id: first,
      future_invoice_behavior: { trueup: 'REMOVE' },
    },
  })
  expect(await invoices()).toEqual(['old FINALIZED 02-01 03-01 0', 'new DRAFT 03-01 04-01 0'])
})

test('a transition that is refused creates nothing and ends nothing', async () => {
  const { api, customer_id, first, renew, read } = await signUp()
  const start = '2026-03-05T00:00:00Z'
  const table: [string, object, number, string][] = [
    ['2026-01-01T00:00:00Z', {}, 400, 'starting_at'],
    [start, { transition: { type: 'RENEWAL' } }, 400, 'transition.from_contract_id'],
    [start, { transition: { type: 'SPLIT', from_contract_id: first } }, 400, 'transition.type'],
    [
      start,
      { transition: { type: 'RENEWAL', from_contract_id: UNKNOWN_ID } },
      404,
      'transition.from_contract_id',
    ],
    [start, { rate_card_id: UNKNOWN_ID }, 404, 'rate_card_id'],
  ]
  for (const [starting_at, members, status, field] of table) {
    const answer = await renew(starting_at, members)
    expect([members, answer.status]).toEqual([members, status])
    expect(answer.body.message).toContain(field)
  }
  const { body } = await api.call('POST', '/v2/contracts/list', { customer_id })
  expect(body.data).toHaveLength(1)
  expect(await read(first)).toMatchObject({ transitions: [] })
  expect(await read(first)).not.toHaveProperty('ending_before')
})

test("a renewal goes on with the payments of the customer's own commits, each of them billed once", async () => {
  const { api, customer_id, first, renew } = await signUp()
  const product = { name: 'Commit', type: 'FIXED' }
  const day = (text: string) => `${text}T00:00:00Z`
  await createdId(api, '/v1/contracts/customerCommits/create', {
    customer_id,
    type: 'PREPAID',
    priority: 1,
    product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
    invoice_contract_id: first,
    access_schedule: {
      schedule_items: [
        { amount: 90, starting_at: day('2026-02-01'), ending_before: day('2026-08-01') },
      ],
    },
    invoice_schedule: {
      schedule_items: ['2026-02-20', '2026-03-08', '2026-03-12', '2026-04-15', '2026-06-10'].map(
        (timestamp, i) => ({ timestamp: day(timestamp), amount: 10 + i }),
      ),
    },
  })
  const payments = async () => {
    const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?sort=date_asc`)
    return body.data
      .filter(({ type }: { type: string }) => type === 'SCHEDULED')
      .map((invoice: Record<string, string>) => {
        const payer = invoice['contract_id'] === first ? 'old' : 'new'
        return [payer, invoice['status'], invoice['issued_at']?.slice(5, 10), invoice['total']]
      })
      .map((parts: unknown[]) => parts.join(' '))
  }
  // The payment of 8 March is on a final invoice by then: it is not charged once more.
  const renewed = await renew(day('2026-03-05'))
  expect(renewed.status).toBe(200)
  const billed = ['old FINALIZED 02-20 10', 'old FINALIZED 03-08 11']
  const drafts = ['new DRAFT 03-12 12', 'new DRAFT 04-15 13', 'new DRAFT 06-10 14']
  expect(await payments()).toEqual([...billed, ...drafts])
  const again = await renew(day('2026-05-01'), {
    transition: { type: 'RENEWAL', from_contract_id: renewed.body.data.contract.id },
  })
  expect(again.status).toBe(200)
  await api.call('POST', '/v1/sandboxes/clock', { now: day('2026-07-01') })
  const final = drafts.map((draft) => draft.replace('DRAFT', 'FINALIZED'))
  expect(await payments()).toEqual([...billed, ...final])
})
