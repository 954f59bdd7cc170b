import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

interface Line {
  type: string
  name: string
  quantity: number
  unit_price: number
  total: number
  is_prorated: boolean
  subscription_id: string
}

/** A contract from 1 March with one subscription at $31 a month; now is 10 March, noon. */
async function subscribe(options: object) {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Seat',
    type: 'SUBSCRIPTION',
  })
  await addRate(api, {
    rate_card_id,
    product_id,
    starting_at: '2026-01-01T00:00:00Z',
    billing_frequency: 'MONTHLY',
    price: 3100,
  })
  const { body } = await api.call('POST', '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    subscriptions: [
      {
        subscription_rate: { product_id, billing_frequency: 'MONTHLY' },
        collection_schedule: 'ADVANCE',
        proration: { is_prorated: true, invoice_behavior: 'BILL_IMMEDIATELY' },
        initial_quantity: 5,
        ...options,
      },
    ],
  })
  const contract_id = body.data.id
  const [{ id: subscription_id }] = body.data.contract.subscriptions
  const update = (change: object) =>
    api.call('POST', '/v2/contracts/edit', {
      customer_id,
      contract_id,
      update_subscriptions: [{ subscription_id, ...change }],
    })
  const advance = (now: string) => api.call('POST', '/v1/sandboxes/clock', { now })
  /** `type status lines` of each invoice that charges something. */
  const invoices = async () => {
    const path = `/v1/customers/${customer_id}/invoices?sort=date_asc`
    const { data } = (await api.call('GET', path)).body
    return data.flatMap((invoice: { type: string; status: string; line_items: Line[] }) => {
      const lines = invoice.line_items.map(
        ({ type, quantity, unit_price, total }) => `${type} ${quantity} × ${unit_price} = ${total}`,
      )
      return lines.length === 0 ? [] : [[invoice.type, invoice.status, ...lines].join(', ')]
    })
  }
  const end = (ending_before?: string) =>
    api.call('POST', '/v1/contracts/updateEndDate', { customer_id, contract_id, ending_before })
  return { update, advance, invoices, end }
}

test('a rate of the type SUBSCRIPTION bills its quantity without a subscription', async () => {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product = { name: 'Support', type: 'SUBSCRIPTION' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  await addRate(api, {
    rate_card_id,
    product_id,
    starting_at: '2026-03-22T00:00:00Z',
    rate_type: 'SUBSCRIPTION',
    price: 3100,
    quantity: 5,
    is_prorated: true,
  })
  const terms = { customer_id, rate_card_id, starting_at: '2026-03-01T00:00:00Z' }
  const contract_id = await createdId(api, '/v1/contracts/create', terms)
  const path = `/v1/customers/${customer_id}/invoices?contract_id=${contract_id}`
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-03T00:00:00Z' })
  const { data } = (await api.call('GET', path)).body
  const line = { type: 'subscription', name: 'Support', is_prorated: true, quantity: 5 }
  expect(data).toMatchObject([
    {
      status: 'FINALIZED',
      total: 5000,
      line_items: [
        { ...line, unit_price: 1000, total: 5000, starting_at: '2026-03-22T00:00:00+00:00' },
      ],
    },
    { status: 'DRAFT', total: 15_500, line_items: [{ ...line, unit_price: 3100, total: 15_500 }] },
  ])
  expect(data[0].line_items[0]).not.toHaveProperty('subscription_id')
  const explained = await api.call(
    'GET',
    `/v1/customers/${customer_id}/invoices/${data[0].id}/explain`,
  )
  expect(explained.status).toBe(200)
  expect(explained.body.data).toHaveLength(1)
})

test('in advance: the start and increases at once, the rest on usage invoices', async () => {
  const { update, advance, invoices } = await subscribe({})
  expect(await invoices()).toContain('SCHEDULED, FINALIZED, subscription 5 × 3100 = 15500')
  // From 22 March on, 10 of 31 days are left.
  const more = { quantity_updates: [{ quantity_delta: 2, starting_at: '2026-03-22T00:00:00Z' }] }
  expect((await update(more)).status).toBe(200)
  await advance('2026-03-23T00:00:00Z')
  expect(await invoices()).toContain('SCHEDULED, FINALIZED, subscription 2 × 1000 = 2000')
  await advance('2026-04-02T01:00:00Z')
  expect(await invoices()).toContain('USAGE, FINALIZED, subscription 7 × 3100 = 21700')
})

test('in arrears: the period and its increases on the usage invoice that ends with it', async () => {
  const { update, advance, invoices } = await subscribe({
    collection_schedule: 'ARREARS',
    proration: { is_prorated: true },
  })
  const more = { quantity_updates: [{ quantity: 7, starting_at: '2026-03-22T00:00:00Z' }] }
  expect((await update(more)).status).toBe(200)
  await advance('2026-04-02T01:00:00Z')
  expect(await invoices()).toContain(
    'USAGE, FINALIZED, subscription 5 × 3100 = 15500, subscription 2 × 1000 = 2000',
  )
})

test('what was charged in arrears up to an end that is taken back leaves the rest to be charged', async () => {
  const { advance, invoices, end } = await subscribe({
    collection_schedule: 'ARREARS',
    proration: { is_prorated: true, invoice_behavior: 'BILL_ON_NEXT_COLLECTION_DATE' },
    billing_cycle_config: { invoice_placement: 'ON_SCHEDULED_INVOICE' },
  })
  expect((await end('2026-03-11T00:00:00Z')).status).toBe(200)
  // The usage invoice up to there is still a draft.
  await advance('2026-03-11T06:00:00Z')
  expect((await end()).status).toBe(200)
  await advance('2026-04-05T00:00:00Z')
  expect(await invoices()).toEqual([
    'SCHEDULED, FINALIZED, subscription 5 × 1000 = 5000',
    'SCHEDULED, FINALIZED, subscription 5 × 2100 = 10500',
    'SCHEDULED, DRAFT, subscription 5 × 3100 = 15500',
  ])
})
