import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { addFieldKeys, UNKNOWN_ID } from '../support/catalog.ts'
import {
  charge,
  createPlainProduct,
  item,
  setUpCharges,
  signUpForCharges,
} from '../support/charges.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const NOW = '2026-03-10T12:00:00.000Z'
const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

/** An answer as it is with schedule items that are on no invoice. */
const withoutInvoiceIds = (answer: object) =>
  JSON.parse(JSON.stringify(answer, (name, value) => (name === 'invoice_id' ? undefined : value)))

test('a scheduled charge is kept, and shown by both versions with its items written out', async () => {
  const { api, create, fee, customer_id } = await setUpCharges()
  await addFieldKeys(api, 'scheduled_charge', ['crm'])
  const created = await create({
    scheduled_charges: [
      {
        product_id: fee,
        name: 'Seats',
        netsuite_sales_order_id: 'so-1',
        custom_fields: { crm: '7' },
        schedule: {
          schedule_items: [
            { timestamp: '2026-04-01T00:00:00Z', unit_price: 2.5, quantity: 3 },
            { timestamp: '2026-03-15T10:30:00+01:00', amount: 100 },
          ],
        },
      },
    ],
    scheduled_charges_on_usage_invoices: 'all',
  })
  const id = expect.any(String)
  const seats = {
    id,
    product: { id: fee, name: 'Platform fee' },
    name: 'Seats',
    schedule: {
      credit_type: USD,
      schedule_items: [
        {
          id,
          timestamp: '2026-03-15T09:30:00.000Z',
          amount: 100,
          unit_price: 100,
          quantity: 1,
          invoice_id: id,
        },
        {
          id,
          timestamp: '2026-04-01T00:00:00.000Z',
          amount: 7.5,
          unit_price: 2.5,
          quantity: 3,
          invoice_id: id,
        },
      ],
    },
    netsuite_sales_order_id: 'so-1',
    custom_fields: { crm: '7' },
  }
  const { contract } = created.body.data
  expect(contract.scheduled_charges).toEqual([seats])
  const shown = { scheduled_charges: contract.scheduled_charges }
  const terms = { ...shown, scheduled_charges_on_usage_invoices: 'ALL' }
  expect(contract).toMatchObject(terms)
  const reference = { customer_id, contract_id: contract.id }
  const v1 = await api.call('POST', '/v1/contracts/get', reference)
  expect(v1.body.data).toMatchObject({ initial: terms, current: terms })
  const list = await api.call('POST', '/v2/contracts/list', { customer_id })
  expect(list.body.data).toMatchObject([terms])
})

test('TV40: a recurring schedule is written out, divided and rounded', async () => {
  const recurring = (frequency: string, amount_distribution: string) => ({
    recurring_schedule: {
      starting_at: '2024-11-01T00:00:00Z',
      ending_before: '2025-11-01T00:00:00Z',
      frequency,
      amount_distribution,
      amount: 100_000,
    },
  })
  const schedules = [
    recurring('QUARTERLY', 'EACH'),
    recurring('monthly', 'divided'),
    recurring('MONTHLY', 'DIVIDED_ROUNDED'),
  ]
  const { contract } = await signUpForCharges(
    (product_id) => ({
      scheduled_charges: schedules.map((schedule) => ({ product_id, schedule })),
    }),
    Date.UTC(2024, 9),
  )
  const charges: { schedule: { schedule_items: { timestamp: string; amount: number }[] } }[] =
    contract.scheduled_charges
  const [each, divided, rounded] = charges.map(({ schedule }) => schedule.schedule_items)
  expect(each!.map(({ timestamp, amount }) => [timestamp.slice(0, 10), amount])).toEqual([
    ['2024-11-01', 100_000],
    ['2025-02-01', 100_000],
    ['2025-05-01', 100_000],
    ['2025-08-01', 100_000],
  ])
  expect(divided!.map(({ amount }) => amount)).toEqual(Array(12).fill(100_000 / 12))
  expect(rounded!.map(({ amount }) => amount)).toEqual([...Array(11).fill(8333), 8337])
})

test('amounts keep all their digits', async () => {
  const { api, fee, customer_id } = await setUpCharges()
  const body = JSON.stringify({
    customer_id,
    starting_at: '2026-03-01T00:00:00Z',
    scheduled_charges: [charge(fee, item('2026-04-01T00:00:00Z', 0))],
  }).replace('"amount":0', '"amount":12345678901234567.89')
  const created = await api.call('POST', '/v1/contracts/create', body)
  expect(created.status).toBe(200)
  expect(created.text).toContain('"amount":12345678901234567.89')
})

test('charges that are malformed are refused by the name of the field, and nothing is created', async () => {
  const { api, create, fee, customer_id } = await setUpCharges()
  const usage = await createPlainProduct(api, 'PRO_SERVICE', 'Consulting')
  const archived = await createPlainProduct(api, 'FIXED', 'Old fee')
  await api.call('POST', '/v1/contract-pricing/products/archive', { product_id: archived })
  const recurring_schedule = {
    starting_at: '2026-03-01T00:00:00Z',
    ending_before: '2026-03-01T00:00:00Z',
    frequency: 'MONTHLY',
    amount: 1,
    amount_distribution: 'EACH',
  }
  const whole = { ...charge(fee, item(NOW, 1)) }
  const cases: [object, number, string][] = [
    [{ schedule: whole.schedule }, 400, 'scheduled_charges[0].product_id: expected'],
    [charge(UNKNOWN_ID, item(NOW, 1)), 404, `scheduled_charges[0].product_id: no product`],
    [charge(usage, item(NOW, 1)), 400, 'scheduled_charges[0].product_id: expected a product of'],
    [charge(archived, item(NOW, 1)), 400, 'scheduled_charges[0].product_id: product'],
    [charge(fee), 400, 'scheduled_charges[0].schedule.schedule_items: required'],
    [{ product_id: fee }, 400, 'scheduled_charges[0].schedule: missing, expected an object'],
    [charge(fee, item('soon', 1)), 400, 'schedule_items[0].timestamp: expected an RFC 3339'],
    [charge(fee, item(NOW, -1)), 400, 'schedule_items[0].amount: expected a number that is not'],
    [charge(fee, { timestamp: NOW }), 400, 'schedule.schedule_items[0].amount: required'],
    [
      charge(fee, { ...item(NOW, 1), quantity: 2 }),
      400,
      'schedule.schedule_items[0].amount: expected only without',
    ],
    [charge(fee, { timestamp: NOW, quantity: 2 }), 400, 'schedule_items[0].unit_price: required'],
    [
      { ...whole, schedule: { ...whole.schedule, recurring_schedule } },
      400,
      'scheduled_charges[0].schedule.recurring_schedule: expected only without',
    ],
    [
      { ...whole, schedule: { recurring_schedule } },
      400,
      'schedule.recurring_schedule.ending_before: expected an instant after',
    ],
    [
      {
        ...whole,
        schedule: {
          recurring_schedule: { ...recurring_schedule, ending_before: '2999-01-01T00:00:00Z' },
        },
      },
      400,
      'schedule.recurring_schedule.ending_before: a schedule has at most 1000 items',
    ],
    [
      { ...whole, schedule: { ...whole.schedule, credit_type_id: UNKNOWN_ID } },
      400,
      'scheduled_charges[0].schedule.credit_type_id: expected the id of a currency',
    ],
    [
      { ...whole, schedule: { ...whole.schedule, do_not_invoice: true } },
      400,
      'schedule.do_not_invoice: expected only in the invoice_schedule of a commit',
    ],
    [{ ...whole, custom_fields: { unknown: '1' } }, 400, 'scheduled_charges[0].custom_fields'],
  ]
  for (const [malformed, status, message] of cases) {
    const answer = await create({ scheduled_charges: [malformed] })
    expect([malformed, answer.status, answer.body.message]).toEqual([
      malformed,
      status,
      expect.stringContaining(message),
    ])
  }
  expect((await create({ scheduled_charges_on_usage_invoices: 'SOME' })).body.message).toContain(
    'scheduled_charges_on_usage_invoices: expected one of ALL',
  )
  expect((await api.call('POST', '/v2/contracts/list', { customer_id })).body.data).toEqual([])
})

test('an edit adds, changes and archives charges, and its history says what it did', async () => {
  const { fee, edit, read, post, contract } = await signUpForCharges((product) => ({
    scheduled_charges: [
      charge(product, item('2026-04-01T00:00:00Z', 10), item('2026-05-01T00:00:00Z', 20)),
      charge(product, item('2026-04-01T00:00:00Z', 30)),
    ],
  }))
  const [first, second] = withoutInvoiceIds(contract).scheduled_charges
  const [april, may] = first.schedule.schedule_items
  const edited = await edit({
    add_scheduled_charges: [{ ...charge(fee, item('2026-06-01T00:00:00Z', 1)), name: 'Extra' }],
    update_scheduled_charges: [
      {
        scheduled_charge_id: first.id,
        netsuite_sales_order_id: 'so-2',
        invoice_schedule: {
          add_schedule_items: [{ timestamp: '2026-03-20T00:00:00Z', unit_price: 2, quantity: 4 }],
          update_schedule_items: [{ id: april.id, quantity: 3 }],
          remove_schedule_items: [{ id: may.id }],
        },
      },
    ],
    archive_scheduled_charges: [{ id: second.id }],
  })
  expect(edited.status).toBe(200)
  const added = {
    id: expect.any(String),
    timestamp: '2026-03-20T00:00:00.000Z',
    amount: 8,
    unit_price: 2,
    quantity: 4,
  }
  const changed = { ...april, amount: 30, quantity: 3 }
  const now = withoutInvoiceIds(await read())
  expect(now.scheduled_charges).toEqual([
    {
      ...first,
      netsuite_sales_order_id: 'so-2',
      schedule: { credit_type: USD, schedule_items: [added, changed] },
    },
    { ...second, archived_at: NOW },
    {
      id: expect.any(String),
      name: 'Extra',
      product: { id: fee, name: 'Platform fee' },
      custom_fields: {},
      schedule: {
        credit_type: USD,
        schedule_items: [
          {
            id: expect.any(String),
            timestamp: '2026-06-01T00:00:00.000Z',
            amount: 1,
            unit_price: 1,
            quantity: 1,
          },
        ],
      },
    },
  ])
  const history = await post('/v2/contracts/getEditHistory')
  expect(history.body.data).toEqual([edited.body.data.edit])
  expect(edited.body.data.edit).toEqual({
    id: edited.body.data.id,
    timestamp: NOW,
    add_scheduled_charges: [now.scheduled_charges[2]],
    update_scheduled_charges: [
      {
        id: first.id,
        netsuite_sales_order_id: 'so-2',
        invoice_schedule: {
          add_schedule_items: [now.scheduled_charges[0].schedule.schedule_items[0]],
          update_schedule_items: [changed],
          remove_schedule_items: [{ id: may.id }],
        },
      },
    ],
    archive_scheduled_charges: [{ id: second.id }],
  })
})

test('as_of_date tells the charges as they were before an edit', async () => {
  const { api, edit, read, contract } = await signUpForCharges((product) => ({
    scheduled_charges: [charge(product, item('2026-06-01T00:00:00Z', 10))],
  }))
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-03-12T00:00:00Z' })
  const { id } = contract.scheduled_charges[0]
  expect(await edit({ archive_scheduled_charges: [{ id }] })).toMatchObject({ status: 200 })
  expect((await read()).scheduled_charges[0].archived_at).toBe('2026-03-12T00:00:00.000Z')
  const before = await read({ as_of_date: '2026-03-11T00:00:00Z' })
  // The invoice that it was to be on is no more.
  const { scheduled_charges } = withoutInvoiceIds(contract)
  expect(before.scheduled_charges).toEqual(scheduled_charges)
})

test('edits of charges that there are not, or that say nothing, are refused by field', async () => {
  const { edit, read, contract } = await signUpForCharges((product) => ({
    scheduled_charges: [charge(product, item('2026-06-01T00:00:00Z', 10))],
  }))
  const { id: scheduled_charge_id, schedule } = contract.scheduled_charges[0]
  const update = (invoice_schedule?: object) => ({
    update_scheduled_charges: [{ scheduled_charge_id, invoice_schedule }],
  })
  const [{ id }] = schedule.schedule_items
  const path = 'update_scheduled_charges[0].invoice_schedule'
  const cases: [object, number, string][] = [
    [{ archive_scheduled_charges: [{ id: UNKNOWN_ID }] }, 404, 'archive_scheduled_charges[0].id'],
    [
      { update_scheduled_charges: [{ scheduled_charge_id: UNKNOWN_ID }] },
      404,
      'update_scheduled_charges[0].scheduled_charge_id',
    ],
    [update(), 400, `${path}: expected a change`],
    [
      update({ remove_schedule_items: [{ id: UNKNOWN_ID }] }),
      404,
      `${path}.remove_schedule_items[0].id`,
    ],
    [
      update({ update_schedule_items: [{ id, amount: 1, quantity: 1 }] }),
      400,
      `${path}.update_schedule_items[0].amount`,
    ],
    [
      update({ add_schedule_items: [{ timestamp: NOW }] }),
      400,
      `${path}.add_schedule_items[0].amount`,
    ],
    [
      { add_scheduled_charges: [charge(UNKNOWN_ID, item(NOW, 1))] },
      404,
      'add_scheduled_charges[0].product_id',
    ],
    [
      {
        ...update({ remove_schedule_items: [{ id }] }),
        archive_scheduled_charges: [{ id: scheduled_charge_id }],
      },
      400,
      'archive_scheduled_charges[0].id: expected each charge only once',
    ],
  ]
  for (const [body, status, message] of cases) {
    const answer = await edit(body)
    expect([body, answer.status, answer.body.message]).toEqual([
      body,
      status,
      expect.stringContaining(message),
    ])
  }
  expect((await read()).scheduled_charges).toEqual(contract.scheduled_charges)
})

test('pricing 6.8: what a finalized invoice has is neither changed nor removed', async () => {
  const { edit, read, contract } = await signUpForCharges((product) => ({
    scheduled_charges: [
      charge(product, item('2026-03-05T00:00:00Z', 10), item('2026-06-01T00:00:00Z', 20)),
    ],
  }))
  const { id: scheduled_charge_id, schedule } = contract.scheduled_charges[0]
  const [{ id }, later] = schedule.schedule_items
  const update = (invoice_schedule: object) =>
    edit({ update_scheduled_charges: [{ scheduled_charge_id, invoice_schedule }] })
  const path = 'update_scheduled_charges[0].invoice_schedule'
  expect(await update({ update_schedule_items: [{ id, amount: 1 }] })).toMatchObject({
    status: 400,
    body: {
      message: `${path}.update_schedule_items[0].id: item ${id} is on a finalized invoice and cannot be changed`,
    },
  })
  expect(await update({ remove_schedule_items: [{ id }] })).toMatchObject({
    status: 400,
    body: {
      message: `${path}.remove_schedule_items[0].id: item ${id} is on a finalized invoice and cannot be removed`,
    },
  })
  expect((await read()).scheduled_charges).toMatchObject(contract.scheduled_charges)
  expect(await update({ remove_schedule_items: [{ id: later.id }] })).toMatchObject({ status: 200 })
  expect((await read()).scheduled_charges[0].schedule.schedule_items).toMatchObject([{ id }])
})

test('a customer can be created with a contract that has charges', async () => {
  const { api, fee } = await setUpCharges()
  const createBoth = (product_id: string) =>
    api.call('POST', '/v1/composite/createCustomerWithContract', {
      customer: { name: 'Both' },
      contract: {
        starting_at: '2026-03-01T00:00:00Z',
        scheduled_charges: [charge(product_id, item('2026-06-01T00:00:00Z', 10))],
      },
    })
  const created = await createBoth(fee)
  expect(created.status).toBe(200)
  const { customer_id, contract_id } = created.body.data
  const read = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  expect(read.body.data.scheduled_charges).toHaveLength(1)
  expect(await createBoth(UNKNOWN_ID)).toMatchObject({
    status: 404,
    body: { message: `contract.scheduled_charges[0].product_id: no product ${UNKNOWN_ID}` },
  })
})

test('the official SDK agrees on charges, changes them and reads them', async () => {
  const { api, fee, customer_id } = await setUpCharges()
  const { v1, v2 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data: created } = await v1.contracts.create({
    customer_id,
    starting_at: '2026-03-01T00:00:00Z',
    scheduled_charges_on_usage_invoices: 'ALL',
    scheduled_charges: [
      {
        product_id: fee,
        schedule: {
          recurring_schedule: {
            starting_at: '2026-04-01T00:00:00Z',
            ending_before: '2027-04-01T00:00:00Z',
            frequency: 'SEMI_ANNUAL',
            amount_distribution: 'EACH',
            unit_price: 10,
            quantity: 2,
          },
        },
      },
    ],
  })
  const contract_id = created.id
  const read = async () => (await v2.contracts.retrieve({ customer_id, contract_id })).data
  const [kept] = (await read()).scheduled_charges
  const items = kept?.schedule.schedule_items ?? []
  expect(items.map(({ timestamp, amount }) => [timestamp, amount])).toEqual([
    ['2026-04-01T00:00:00.000Z', 20],
    ['2026-10-01T00:00:00.000Z', 20],
  ])
  await v2.contracts.edit({
    customer_id,
    contract_id,
    update_scheduled_charges: [
      {
        scheduled_charge_id: kept!.id,
        invoice_schedule: { remove_schedule_items: [{ id: items[1]!.id }] },
      },
    ],
    add_discounts: [
      {
        product_id: fee,
        schedule: { schedule_items: [{ timestamp: '2026-05-01T00:00:00Z', amount: 3 }] },
      },
    ],
  })
  const edited = await read()
  expect(edited.scheduled_charges[0]?.schedule.schedule_items).toHaveLength(1)
  expect(edited.discounts?.[0]?.schedule.schedule_items?.[0]?.amount).toBe(3)
})
