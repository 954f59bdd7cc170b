import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addRate, createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const START = '2026-03-01T00:00:00Z'

/** A customer, and a card with a seat at $31 a month besides usage by team; now is 10 March, noon. */
async function offer() {
  const api = await createTestApi()
  const offering = await createOffering(api)
  const { customerId: customer_id, rateCardId: rate_card_id } = offering
  const seatId = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Seat',
    type: 'SUBSCRIPTION',
  })
  await addRate(api, {
    rate_card_id,
    product_id: seatId,
    starting_at: '2026-01-01T00:00:00Z',
    billing_frequency: 'MONTHLY',
    price: 3100,
  })
  const seats = {
    subscription_rate: { product_id: seatId, billing_frequency: 'MONTHLY' },
    collection_schedule: 'ADVANCE',
    proration: { is_prorated: true, invoice_behavior: 'BILL_IMMEDIATELY' },
    initial_quantity: 5,
  }
  const create = (subscriptions: object[], contract: object = {}) =>
    api.call('POST', '/v1/contracts/create', {
      customer_id,
      rate_card_id,
      starting_at: START,
      subscriptions,
      ...contract,
    })
  return { api, ...offering, seatId, seats, create }
}

async function signUp(options: object = {}) {
  const offered = await offer()
  const { api, customerId: customer_id, seats, create } = offered
  const { body } = await create([{ ...seats, ...options }])
  expect(body.message).toBeUndefined()
  const { id: contract_id, contract } = body.data
  const [{ id: subscription_id }] = contract.subscriptions
  const reference = { customer_id, contract_id }
  const post = (path: string, more: object = {}) =>
    api.call('POST', path, { ...reference, ...more })
  const update = (change: object) =>
    post('/v2/contracts/edit', { update_subscriptions: [{ subscription_id, ...change }] })
  const read = async () => (await post('/v2/contracts/get')).body.data.subscriptions[0]
  return { ...offered, subscription_id, reference, post, update, read, contract }
}

const SEATS = {
  initial_quantity: undefined,
  quantity_management_mode: 'SEAT_BASED',
  seat_config: {
    seat_group_key: 'team',
    initial_seat_ids: ['ann', 'bob'],
    initial_unassigned_seats: 1,
  },
}

test('a contract shows its subscriptions with quantities and periods', async () => {
  const { contract, seatId, post, subscription_id } = await signUp({
    name: 'Team',
    description: 'Per head',
    starting_at: '2026-03-05T00:00:00Z',
    proration: { rounding: { rounding_method: 'half_up', decimal_places: -2 } },
  })
  const shown = {
    id: subscription_id,
    subscription_rate: { billing_frequency: 'MONTHLY', product: { id: seatId, name: 'Seat' } },
    name: 'Team',
    description: 'Per head',
    collection_schedule: 'ADVANCE',
    proration: {
      is_prorated: false,
      invoice_behavior: 'BILL_ON_NEXT_COLLECTION_DATE',
      rounding: { rounding_method: 'HALF_UP', decimal_places: -2 },
    },
    quantity_management_mode: 'QUANTITY_ONLY',
    custom_fields: {},
    starting_at: '2026-03-05T00:00:00.000Z',
    quantity_schedule: [{ quantity: 5, starting_at: '2026-03-05T00:00:00.000Z' }],
    billing_periods: {
      current: {
        starting_at: '2026-03-05T00:00:00.000Z',
        ending_before: '2026-04-01T00:00:00.000Z',
      },
      next: { starting_at: '2026-04-01T00:00:00.000Z', ending_before: '2026-05-01T00:00:00.000Z' },
    },
    billing_cycle_config: {
      anchor_date: '2026-03-01T00:00:00.000Z',
      invoice_placement: 'ON_USAGE_INVOICE',
    },
  }
  expect(contract.subscriptions).toEqual([shown])
  const v1 = (await post('/v1/contracts/get')).body.data
  expect(v1.initial.subscriptions).toEqual([shown])
  expect(v1.current.subscriptions).toEqual([shown])
})

test('quantities change as updates say, in the order of their dates, and are kept', async () => {
  const { update, read, post, subscription_id } = await signUp()
  const edited = await update({
    quantity_updates: [
      { quantity: 12, starting_at: '2026-03-20T00:00:00Z' },
      { quantity_delta: -1, starting_at: '2026-03-20T00:00:00Z' },
      { quantity_delta: 2, starting_at: '2026-03-10T00:00:00Z' },
    ],
    ending_before: '2026-09-01T00:00:00Z',
    proration_rounding: { rounding_method: 'FLOOR', decimal_places: 0 },
  })
  expect(edited.status).toBe(200)
  expect(await read()).toMatchObject({
    ending_before: '2026-09-01T00:00:00.000Z',
    proration: { rounding: { rounding_method: 'FLOOR', decimal_places: 0 } },
    quantity_schedule: [
      { quantity: 7, starting_at: '2026-03-10T00:00:00.000Z' },
      { quantity: 11, starting_at: '2026-03-20T00:00:00.000Z' },
    ],
  })
  expect(edited.body.data.edit.update_subscriptions).toEqual([
    {
      id: subscription_id,
      ending_before: '2026-09-01T00:00:00.000Z',
      quantity_updates: [
        { quantity: 12, starting_at: '2026-03-20T00:00:00.000Z' },
        { quantity_delta: -1, starting_at: '2026-03-20T00:00:00.000Z' },
        { quantity_delta: 2, starting_at: '2026-03-10T00:00:00.000Z' },
      ],
      proration_rounding: { rounding_method: 'FLOOR', decimal_places: 0 },
    },
  ])
  const history = await post('/v1/contracts/getSubscriptionQuantityHistory', { subscription_id })
  expect(history.body.data).toMatchObject({
    subscription_id,
    history: [
      {
        starting_at: '2026-03-01T00:00:00.000Z',
        data: [{ quantity: 5, unit_price: 3100, total: 15_500 }],
      },
      {
        starting_at: '2026-03-10T00:00:00.000Z',
        data: [{ quantity: 7, unit_price: 3100, total: 21_700 }],
      },
    ],
  })
})

test('an update that would change what is invoiced is refused', async () => {
  const { update } = await signUp()
  const early = { quantity: 6, starting_at: START }
  const { status, body } = await update({ quantity_updates: [early] })
  expect([status, body.message]).toEqual([
    400,
    expect.stringMatching(/^update_subscriptions\[0\]\.subscription_id: .*2026-03-01.*finalized/),
  ])
})

test('seats are taken away, filled and added in their order', async () => {
  const { update, read, post, subscription_id } = await signUp(SEATS)
  const starting_at = '2026-03-20T00:00:00Z'
  const edited = await update({
    seat_updates: {
      add_seat_ids: [{ seat_ids: ['cid', 'dan', 'eve'], starting_at }],
      remove_seat_ids: [{ seat_ids: ['bob', 'nobody'], starting_at }],
      add_unassigned_seats: [{ quantity: 2, starting_at }],
      remove_unassigned_seats: [{ quantity: 1, starting_at }],
    },
  })
  expect(edited.status).toBe(200)
  // Ann and one more; then Cid takes the one that nobody has, and two come with their seats.
  expect(await read()).toMatchObject({
    seat_config: { seat_group_key: 'team' },
    quantity_schedule: [{ quantity: 3 }, { quantity: 5 }],
  })
  const ask = (more: object = {}) =>
    post('/v1/contracts/getSubscriptionSeatsHistory', { subscription_id, ...more })
  const first = {
    starting_at: '2026-03-01T00:00:00.000Z',
    ending_before: '2026-03-20T00:00:00.000Z',
    total_quantity: 3,
    assigned_seat_ids: ['ann', 'bob'],
  }
  const second = {
    starting_at: '2026-03-20T00:00:00.000Z',
    ending_before: null,
    total_quantity: 5,
    assigned_seat_ids: ['ann', 'cid', 'dan', 'eve'],
  }
  expect((await ask()).body).toEqual({ data: [first, second], next_page: null })
  const page = (await ask({ limit: 1 })).body
  expect(page.data).toEqual([first])
  expect((await ask({ limit: 1, cursor: page.next_page })).body).toEqual({
    data: [second],
    next_page: null,
  })
  expect((await ask({ covering_date: starting_at })).body.data).toEqual([second])
  expect((await ask({ ending_before: '2026-03-19T00:00:00Z' })).body.data).toEqual([first])
  expect((await ask({ covering_date: START, starting_at })).status).toBe(400)
  expect((await ask({ limit: 11 })).status).toBe(400)
})

test('a quantity becomes seats', async () => {
  const { update, read } = await signUp()
  const mode = {
    quantity_management_mode: 'SEAT_BASED',
    seat_config: { seat_group_key: 'team' },
  }
  const starting_at = '2026-03-15T00:00:00Z'
  const both = {
    quantity_management_mode_update: mode,
    seat_updates: { add_seat_ids: [{ seat_ids: ['ann'], starting_at }] },
  }
  expect((await update(both)).status).toBe(200)
  expect(await read()).toMatchObject({
    quantity_management_mode: 'SEAT_BASED',
    quantity_schedule: [{ quantity: 5 }, { quantity: 5 }],
  })
  const { status, body } = await update({ quantity_updates: [{ quantity: 6, starting_at }] })
  expect([status, body.message]).toEqual([
    400,
    expect.stringMatching(/^update_subscriptions\[0\]\.quantity_updates: /),
  ])
})

test('subscriptions that cannot be billed are refused by the field that says so', async () => {
  const { productId, seatId, seats, create } = await offer()
  const refusals: [object, string][] = [
    [
      { subscription_rate: { product_id: productId, billing_frequency: 'MONTHLY' } },
      'subscription_rate.product_id',
    ],
    [
      { subscription_rate: { product_id: UNKNOWN_ID, billing_frequency: 'MONTHLY' } },
      'subscription_rate.product_id',
    ],
    [
      { subscription_rate: { product_id: seatId, billing_frequency: 'ANNUAL' } },
      'subscription_rate.billing_frequency',
    ],
    [{ collection_schedule: 'ARREARS' }, 'proration.invoice_behavior'],
    [{ initial_quantity: undefined }, 'initial_quantity'],
    [{ initial_quantity: -1 }, 'initial_quantity'],
    [{ ...SEATS, initial_quantity: 3 }, 'initial_quantity'],
    [{ ...SEATS, seat_config: undefined }, 'seat_config'],
    [{ ...SEATS, seat_config: { seat_group_key: 'user' } }, 'seat_config.seat_group_key'],
    [{ seat_config: SEATS.seat_config }, 'seat_config'],
    [{ starting_at: '2026-02-01T00:00:00Z' }, 'starting_at'],
    [{ starting_at: '2026-03-01T00:30:00Z' }, 'starting_at'],
    [{ ending_before: START }, 'ending_before'],
    [
      { billing_cycle_config: { anchor_date: '2026-04-01T00:00:00Z' } },
      'billing_cycle_config.anchor_date',
    ],
    [
      { proration: { rounding: { rounding_method: 'FLOOR', decimal_places: 6 } } },
      'proration.rounding.decimal_places',
    ],
  ]
  for (const [change, field] of refusals) {
    const { status, body } = await create([{ ...seats, ...change }])
    expect([status, body.message]).toEqual([
      400,
      expect.stringContaining(`subscriptions[0].${field}: `),
    ])
  }
  const twice = { ...seats, temporary_id: 'a' }
  const { body } = await create([twice, twice])
  expect(body.message).toMatch(/^subscriptions\[1\]\.temporary_id: /)
})

test('an edit adds subscriptions, and knows those that are there', async () => {
  const { post, seats, update, subscription_id, reference } = await signUp()
  const added = await post('/v2/contracts/edit', {
    add_subscriptions: [{ ...seats, starting_at: '2026-04-01T00:00:00Z' }],
  })
  expect(added.body.data.edit.add_subscriptions).toMatchObject([
    { starting_at: '2026-04-01T00:00:00.000Z', billing_periods: { next: {} } },
  ])
  const contract = (await post('/v2/contracts/get')).body.data
  expect(contract.subscriptions).toHaveLength(2)
  const late = { quantity: 1, starting_at: '2026-02-01T00:00:00Z' }
  expect((await update({ quantity_updates: [late] })).body.message).toMatch(
    /^update_subscriptions\[0\]\.quantity_updates\[0\]\.starting_at: /,
  )
  const none = { quantity_delta: -6, starting_at: '2026-03-20T00:00:00Z' }
  expect((await update({ quantity_updates: [none] })).body.message).toMatch(
    /^update_subscriptions\[0\]\.quantity_updates\[0\]\.quantity_delta: /,
  )
  const unknown = { update_subscriptions: [{ subscription_id: UNKNOWN_ID }] }
  expect((await post('/v2/contracts/edit', unknown)).status).toBe(404)
  const other = { ...reference, contract_id: UNKNOWN_ID, subscription_id }
  for (const path of ['getSubscriptionQuantityHistory', 'getSubscriptionSeatsHistory']) {
    expect((await post(`/v1/contracts/${path}`, other)).status).toBe(404)
    expect((await post(`/v1/contracts/${path}`, { subscription_id: UNKNOWN_ID })).status).toBe(404)
  }
})

test('a package gives its contracts subscriptions, by offsets from their start', async () => {
  const { api, rateCardId, customerId, seats, seatId } = await offer()
  const template = {
    ...seats,
    starting_at_offset: { value: 1, unit: 'MONTHS' },
    duration: { value: 1, unit: 'YEARS' },
    billing_cycle_config: { invoice_placement: 'ON_SCHEDULED_INVOICE' },
  }
  const make = (subscription: object) =>
    api.call('POST', '/v1/packages/create', {
      name: 'Starter',
      rate_card_id: rateCardId,
      subscriptions: [subscription],
    })
  const made = await make(template)
  expect(made.status).toBe(200)
  const { id: package_id } = made.body.data
  const shown = (await api.call('POST', '/v1/packages/get', { package_id })).body.data
  expect(shown.subscriptions).toMatchObject([
    {
      subscription_rate: { product: { id: seatId, name: 'Seat' } },
      initial_quantity: 5,
      starting_at_offset: { value: 1, unit: 'MONTHS' },
      duration: { value: 1, unit: 'YEARS' },
      billing_cycle_config: { invoice_placement: 'ON_SCHEDULED_INVOICE' },
    },
  ])
  const { body } = await api.call('POST', '/v1/contracts/create', {
    customer_id: customerId,
    starting_at: '2026-03-05T00:00:00Z',
    package_id,
  })
  expect(body.data.contract.subscriptions).toMatchObject([
    {
      starting_at: '2026-04-05T00:00:00.000Z',
      ending_before: '2027-04-05T00:00:00.000Z',
      billing_cycle_config: { invoice_placement: 'ON_SCHEDULED_INVOICE' },
    },
  ])
  const refused = await make({ ...template, starting_at: START })
  expect(refused.body.message).toContain('subscriptions[0].starting_at: ')
})

test('the SDK creates, edits and reads subscriptions', async () => {
  const { api, customerId: customer_id, rateCardId: rate_card_id, seatId } = await offer()
  const client = new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (input, init) => worker.fetch(new Request(input, init)),
  })
  const created = await client.v1.contracts.create({
    customer_id,
    rate_card_id,
    starting_at: START,
    subscriptions: [
      {
        subscription_rate: { product_id: seatId, billing_frequency: 'MONTHLY' },
        collection_schedule: 'ARREARS',
        proration: { is_prorated: true },
        initial_quantity: 2,
      },
    ],
  })
  const contract_id = created.data.id
  const { data } = await client.v2.contracts.retrieve({ customer_id, contract_id })
  const subscription_id = data.subscriptions?.[0]?.id ?? ''
  await client.v2.contracts.edit({
    customer_id,
    contract_id,
    update_subscriptions: [
      { subscription_id, quantity_updates: [{ quantity: 4, starting_at: '2026-03-08T00:00:00Z' }] },
    ],
  })
  const history = await client.v1.contracts.retrieveSubscriptionQuantityHistory({
    customer_id,
    contract_id,
    subscription_id,
  })
  expect(history.data.history?.map((entry) => entry.data[0]?.quantity)).toEqual([2, 4])
})
