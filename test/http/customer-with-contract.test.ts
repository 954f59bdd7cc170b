import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addFieldKeys, createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const PATH = '/v1/composite/createCustomerWithContract'
const START = '2026-03-01T00:00:00Z'

test('a customer and its contract are created together', async () => {
  const api = await createTestApi()
  const { rateCardId } = await createOffering(api)
  await addFieldKeys(api, 'customer', ['crm'])
  const created = await api.call('POST', PATH, {
    customer: { name: 'Both', ingest_aliases: ['both'], custom_fields: { crm: '1' } },
    contract: { rate_card_id: rateCardId, starting_at: START, uniqueness_key: 'k' },
  })
  expect(created.body).toEqual({
    data: {
      customer_id: expect.any(String),
      customer_name: 'Both',
      ingest_aliases: ['both'],
      custom_fields: { crm: '1' },
      contract_id: expect.any(String),
    },
  })
  const { customer_id, contract_id } = created.body.data
  const contract = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  expect(contract.body.data).toMatchObject({ rate_card_id: rateCardId, uniqueness_key: 'k' })
  await api.call('POST', '/v1/ingest', [
    { ...completion('a', '2026-03-05T00:00:00Z'), customer_id: 'both' },
  ])
  const invoices = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  expect(invoices.body.data).toMatchObject([{ status: 'DRAFT', total: 2 }])
})

test('under an idempotency key both are created once', async () => {
  const api = await createTestApi()
  const body = { customer: { name: 'Both' }, contract: { starting_at: START } }
  const headers = { 'idempotency-key': 'once' }
  const [first, second] = [
    await api.call('POST', PATH, body, headers),
    await api.call('POST', PATH, body, headers),
  ]
  expect(second.body).toEqual(first.body)
  expect((await api.call('GET', '/v1/customers')).body.data).toHaveLength(1)
})

test('when one of them is refused, none is created', async () => {
  const api = await createTestApi()
  const { customerId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    starting_at: START,
    uniqueness_key: 'taken',
  })
  const customer = { name: 'Both', ingest_aliases: ['both'] }
  const contract = { starting_at: START }
  const table: [object, number, string][] = [
    [{ customer }, 400, 'contract'],
    [{ contract }, 400, 'customer'],
    [{ customer: {}, contract }, 400, 'customer.name'],
    [{ customer, contract: {} }, 400, 'contract.starting_at'],
    [{ customer, contract: { ...contract, commits: [{}] } }, 400, 'contract.commits'],
    [{ customer, contract: { ...contract, rate_card_id: UNKNOWN_ID } }, 404, 'contract.rate_card'],
    [{ customer, contract: { ...contract, uniqueness_key: 'taken' } }, 409, 'uniqueness key'],
    [
      { customer: { ...customer, ingest_aliases: ['acme'] }, contract },
      409,
      'customer.ingest_aliases',
    ],
  ]
  for (const [body, status, field] of table) {
    const answer = await api.call('POST', PATH, body)
    expect([body, answer.status]).toEqual([body, status])
    expect(answer.body.message).toContain(field)
  }
  const { data } = (await api.call('GET', '/v1/customers')).body
  expect(data.map(({ name }: { name: string }) => name)).toEqual(['Acme'])
})
