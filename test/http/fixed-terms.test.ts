import { expect, test } from 'vitest'
import { addFieldKeys, createdId, UNKNOWN_ID } from '../support/catalog.ts'
import {
  charge,
  createPlainProduct,
  item,
  setUpCharges,
  signUpForCharges,
} from '../support/charges.ts'

const NOW = '2026-03-10T12:00:00.000Z'
const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

test('discounts, services and royalties are agreed on, added, and shown by both versions', async () => {
  const { api, fee, create, customer_id } = await setUpCharges()
  const work = await createPlainProduct(api, 'PRO_SERVICE', 'Consulting')
  const service = { product_id: work, unit_price: 200, quantity: 40, max_amount: 9000 }
  const royalty = {
    reseller_type: 'AWS',
    fraction: 0.03,
    netsuite_reseller_id: 'ns-1',
    applicable_product_ids: [fee],
    starting_at: '2026-03-01T00:00:00Z',
    aws_options: { aws_account_number: '123', aws_offer_id: 'o' },
    reseller_contract_value: 5000,
  }
  const created = await create({
    discounts: [{ ...charge(fee, item('2026-04-01T00:00:00Z', 10)), name: 'Welcome' }],
    professional_services: [{ ...service, description: 'Onboarding' }],
    reseller_royalties: [royalty],
  })
  expect(created.status).toBe(200)
  const { id: contract_id, contract } = created.body.data
  const segment = {
    reseller_type: 'AWS',
    fraction: 0.03,
    netsuite_reseller_id: 'ns-1',
    applicable_product_ids: [fee],
    starting_at: '2026-03-01T00:00:00.000Z',
    reseller_contract_value: 5000,
    aws_account_number: '123',
    aws_offer_id: 'o',
  }
  const id = expect.any(String)
  expect(contract.discounts).toMatchObject([
    { id, name: 'Welcome', schedule: { schedule_items: [{ amount: 10 }] } },
  ])
  expect(contract.professional_services).toEqual([
    { id, description: 'Onboarding', ...service, custom_fields: {} },
  ])
  expect(contract.reseller_royalties).toEqual([{ reseller_type: 'AWS', segments: [segment] }])
  const reference = { customer_id, contract_id }
  const edited = await api.call('POST', '/v2/contracts/edit', {
    ...reference,
    add_discounts: [charge(fee, item('2026-05-01T00:00:00Z', 5))],
    add_professional_services: [service],
    add_reseller_royalties: [
      { reseller_type: 'aws', fraction: 0.05, starting_at: '2026-06-01T00:00:00Z' },
    ],
  })
  const later = { ...segment, fraction: 0.05, starting_at: '2026-06-01T00:00:00.000Z' }
  expect(edited.body.data.edit).toMatchObject({
    add_discounts: [{ schedule: { schedule_items: [{ amount: 5 }] } }],
    add_professional_services: [service],
    add_reseller_royalties: [later],
  })
  const v2 = (await api.call('POST', '/v2/contracts/get', reference)).body.data
  const ended = { ...segment, ending_before: '2026-06-01T00:00:00.000Z' }
  expect(v2.reseller_royalties).toEqual([{ reseller_type: 'AWS', segments: [ended, later] }])
  expect([v2.discounts.length, v2.professional_services.length]).toEqual([2, 2])
  const v1 = (await api.call('POST', '/v1/contracts/get', reference)).body.data
  expect(v1.initial.reseller_royalties).toEqual([segment])
  expect(v1.current.reseller_royalties).toEqual([ended])
  expect(v1.current.discounts).toEqual(v2.discounts)
})

test('usage invoices show the reseller royalty of their period, and cost what they do without', async () => {
  const { api, fee, create, customer_id } = await setUpCharges(Date.UTC(2026, 3, 10))
  const royalty = {
    reseller_type: 'AWS',
    fraction: 0.03,
    netsuite_reseller_id: 'ns-1',
    applicable_product_ids: [fee],
    starting_at: '2026-03-01T00:00:00Z',
    ending_before: '2026-04-01T00:00:00Z',
    aws_options: { aws_account_number: '123' },
  }
  const created = await create({
    reseller_royalties: [royalty],
    scheduled_charges: [charge(fee, item('2026-03-01T00:00:00Z', 10))],
  })
  expect(created.status).toBe(200)
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  const shown = body.data.map(
    ({ type, total, reseller_royalty }: Record<string, unknown>) =>
      [type, total, reseller_royalty] as const,
  )
  const aws = {
    reseller_type: 'AWS',
    fraction: '0.03',
    netsuite_reseller_id: 'ns-1',
    aws_options: { aws_account_number: '123' },
  }
  expect(shown).toEqual([
    ['SCHEDULED', 10, undefined],
    ['USAGE', 0, aws],
    ['USAGE', 0, undefined],
  ])
})

test('terms of these kinds that are malformed are refused by field', async () => {
  const { api, fee, create } = await setUpCharges()
  const work = await createPlainProduct(api, 'PRO_SERVICE', 'Consulting')
  const service = { product_id: work, unit_price: 200, quantity: 40, max_amount: 9000 }
  const royalty = {
    reseller_type: 'GCP',
    fraction: 0.03,
    netsuite_reseller_id: 'ns-1',
    applicable_product_tags: ['ai'],
    starting_at: '2026-03-01T00:00:00Z',
  }
  const cases: [object, number, string][] = [
    [{ discounts: [charge(work, item(NOW, 1))] }, 400, 'discounts[0].product_id: expected a'],
    [
      { professional_services: [{ ...service, product_id: fee }] },
      400,
      'professional_services[0].product_id: expected a product of type PRO_SERVICE',
    ],
    [
      { professional_services: [{ ...service, max_amount: undefined }] },
      400,
      'professional_services[0].max_amount',
    ],
    [{ reseller_royalties: [{ ...royalty, fraction: 2 }] }, 400, 'reseller_royalties[0].fraction'],
    [
      { reseller_royalties: [{ ...royalty, reseller_type: 'AZURE' }] },
      400,
      'reseller_royalties[0].reseller_type: expected one of AWS',
    ],
    [
      { reseller_royalties: [{ ...royalty, applicable_product_tags: [] }] },
      400,
      'reseller_royalties[0].applicable_product_ids: expected a product here',
    ],
    [
      { reseller_royalties: [{ ...royalty, applicable_product_ids: [UNKNOWN_ID] }] },
      404,
      'reseller_royalties[0].applicable_product_ids[0]: no product',
    ],
    [
      { reseller_royalties: [{ ...royalty, netsuite_reseller_id: undefined }] },
      400,
      'reseller_royalties[0].netsuite_reseller_id: required',
    ],
    [
      { reseller_royalties: [royalty, royalty] },
      400,
      'reseller_royalties[1].reseller_type: expected each type only once',
    ],
  ]
  for (const [members, status, message] of cases) {
    const answer = await create(members)
    expect([members, answer.status, answer.body.message]).toEqual([
      members,
      status,
      expect.stringContaining(message),
    ])
  }
})

test('an amendment adds these terms, and is shown with them', async () => {
  const { api, fee, post, read } = await signUpForCharges((product) => ({
    reseller_royalties: [
      {
        reseller_type: 'GCP',
        fraction: 0.1,
        netsuite_reseller_id: 'ns',
        applicable_product_ids: [product],
        starting_at: '2026-03-01T00:00:00Z',
        ending_before: '2027-03-01T00:00:00Z',
      },
    ],
  }))
  const work = await createPlainProduct(api, 'PRO_SERVICE', 'Consulting')
  const amended = await post('/v1/contracts/amend', {
    starting_at: '2026-03-10T00:00:00Z',
    scheduled_charges: [charge(fee, item('2026-06-01T00:00:00Z', 10))],
    discounts: [charge(fee, item('2026-06-01T00:00:00Z', 1))],
    professional_services: [{ product_id: work, unit_price: 1, quantity: 1, max_amount: 1 }],
    reseller_royalties: [{ reseller_type: 'GCP', ending_before: null }],
  })
  expect(amended.status).toBe(200)
  const v2 = await read()
  const { scheduled_charges, discounts, professional_services, reseller_royalties } = v2
  expect(scheduled_charges).toMatchObject([{ schedule: { schedule_items: [{ amount: 10 }] } }])
  expect(reseller_royalties[0].segments).toHaveLength(1)
  expect(reseller_royalties[0].segments[0]).not.toHaveProperty('ending_before')
  const v1 = (await post('/v1/contracts/get')).body.data
  expect(v1.initial.scheduled_charges).toEqual([])
  expect(v1.current).toMatchObject({ scheduled_charges, discounts, professional_services })
  expect(v1.amendments).toMatchObject([
    {
      id: amended.body.data.id,
      scheduled_charges,
      discounts,
      professional_services,
      reseller_royalties: [{ reseller_type: 'GCP', fraction: 0.1 }],
    },
  ])
  const refused = await post('/v1/contracts/amend', {
    starting_at: '2026-03-10T00:00:00Z',
    scheduled_charges: [charge(UNKNOWN_ID, item(NOW, 1))],
  })
  expect(refused).toMatchObject({
    status: 404,
    body: { message: `scheduled_charges[0].product_id: no product ${UNKNOWN_ID}` },
  })
})

test('the scheduled charges of a package fall due at distances from the start of its contracts', async () => {
  const { api, fee, create } = await setUpCharges()
  await addFieldKeys(api, 'package_scheduled_charge', ['tier'])
  const months = (value: number) => ({ value, unit: 'MONTHS' })
  const schedule_items = [
    { unit_price: 5, quantity: 2, date_offset: months(0) },
    { unit_price: 6, quantity: 1, date_offset: months(1) },
  ]
  const template = { product_id: fee, name: 'Setup', custom_fields: { tier: 'gold' } }
  const body = { name: 'Starter', scheduled_charges_on_usage_invoices: 'ALL' }
  const package_id = await createdId(api, '/v1/packages/create', {
    ...body,
    scheduled_charges: [{ ...template, schedule: { schedule_items } }],
  })
  const read = await api.call('POST', '/v1/packages/get', { package_id })
  const id = expect.any(String)
  expect(read.body.data).toMatchObject({ scheduled_charges_on_usage_invoices: 'ALL' })
  expect(read.body.data.scheduled_charges).toEqual([
    {
      id,
      product: { id: fee, name: 'Platform fee' },
      name: 'Setup',
      schedule: {
        credit_type: USD,
        schedule_items: schedule_items.map((fields) => ({ id, ...fields })),
      },
      custom_fields: { tier: 'gold' },
    },
  ])
  await addFieldKeys(api, 'scheduled_charge', ['tier'])
  const made = await create({ package_id, starting_at: '2026-03-31T00:00:00Z' })
  expect(made.body.data.contract).toMatchObject({
    scheduled_charges_on_usage_invoices: 'ALL',
    scheduled_charges: [
      {
        name: 'Setup',
        custom_fields: { tier: 'gold' },
        schedule: {
          schedule_items: [
            { timestamp: '2026-03-31T00:00:00.000Z', amount: 10, unit_price: 5, quantity: 2 },
            { timestamp: '2026-04-30T00:00:00.000Z', amount: 6 },
          ],
        },
      },
    ],
  })
  for (const [items, status, message] of [
    [[{ ...schedule_items[0], amount: 1 }], 400, 'scheduled_charges[0].schedule.schedule_items[0]'],
    [[{ date_offset: months(0), quantity: 1 }], 400, 'schedule_items[0].unit_price'],
    [[], 400, 'scheduled_charges[0].schedule.schedule_items'],
  ] as const) {
    const charges = [{ ...template, schedule: { schedule_items: items } }]
    const refused = await api.call('POST', '/v1/packages/create', {
      ...body,
      scheduled_charges: charges,
    })
    expect([refused.status, refused.body.message]).toEqual([
      status,
      expect.stringContaining(message),
    ])
  }
  const unknown = [{ product_id: UNKNOWN_ID, schedule: { schedule_items } }]
  expect(
    await api.call('POST', '/v1/packages/create', { ...body, scheduled_charges: unknown }),
  ).toMatchObject({ status: 404, body: { message: expect.stringContaining('product_id') } })
})
