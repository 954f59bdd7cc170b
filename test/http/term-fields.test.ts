import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addFieldKeys, addRate, createdId, createRateCard } from '../support/catalog.ts'

const MARCH = '2026-03-01T00:00:00Z'

/** A customer, and a product of type SUBSCRIPTION on a card. */
async function createSeats(api: TestApi) {
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Seats',
    type: 'SUBSCRIPTION',
  })
  const rate_card_id = await createRateCard(api)
  await addRate(api, { rate_card_id, product_id, price: 500, billing_frequency: 'MONTHLY' })
  const subscription = (custom_fields?: Record<string, string>) => ({
    subscription_rate: { billing_frequency: 'MONTHLY', product_id },
    collection_schedule: 'ARREARS',
    proration: { is_prorated: false },
    initial_quantity: 2,
    starting_at: MARCH,
    custom_fields,
  })
  const contract = { customer_id, rate_card_id, starting_at: MARCH }
  return { customer_id, contract, subscription }
}

function setValues({ call }: TestApi, entity: string, entity_id: string, custom_fields: object) {
  return call('POST', '/v1/customFields/setValues', { entity, entity_id, custom_fields })
}

test('subscriptions take keys of subscriptions only, when a contract is created and edited', async () => {
  const api = await createTestApi()
  const { customer_id, contract, subscription } = await createSeats(api)
  const create = (...subscriptions: object[]) =>
    api.call('POST', '/v1/contracts/create', { ...contract, subscriptions })
  await addFieldKeys(api, 'contract', ['erp'])
  expect(await create(subscription(), subscription({ erp: '1' }))).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^subscriptions\[1\]\.custom_fields\.erp: /) },
  })
  await addFieldKeys(api, 'subscription', ['erp'], true)
  const twice = await create(subscription({ erp: '1' }), subscription({ erp: '1' }))
  expect([twice.status, twice.body.message]).toEqual([
    409,
    expect.stringMatching(/^subscriptions\[1\]\.custom_fields\.erp: the value must be unique/),
  ])
  const created = await create(subscription({ erp: '1' }))
  expect(created.status).toBe(200)
  const { id: contract_id } = created.body.data
  const edit = (erp: string) =>
    api.call('POST', '/v2/contracts/edit', {
      customer_id,
      contract_id,
      add_subscriptions: [subscription({ erp })],
    })
  const refused = await edit('1')
  expect([refused.status, refused.body.message]).toEqual([
    409,
    expect.stringMatching(/^add_subscriptions\[0\]\.custom_fields\.erp: the value must be unique/),
  ])
  expect((await edit('2')).status).toBe(200)
})

test('values of a subscription are set without an edit, and its lines show them', async () => {
  const api = await createTestApi()
  const { customer_id, contract, subscription } = await createSeats(api)
  await addFieldKeys(api, 'subscription', ['erp', 'tier'])
  const contract_id = await createdId(api, '/v1/contracts/create', {
    ...contract,
    subscriptions: [subscription({ tier: 'gold' }), subscription()],
  })
  const read = async () =>
    (await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })).body.data
  const { subscriptions: before } = await read()
  expect((await setValues(api, 'subscription', before[0].id, { erp: '7' })).status).toBe(200)
  expect((await read()).subscriptions).toEqual([
    { ...before[0], custom_fields: { tier: 'gold', erp: '7' } },
    before[1],
  ])
  const history = await api.call('POST', '/v2/contracts/getEditHistory', {
    customer_id,
    contract_id,
  })
  expect(history.body.data).toEqual([])
  const invoices = (await api.call('GET', `/v1/customers/${customer_id}/invoices`)).body.data
  const shown = invoices
    .flatMap((invoice: { line_items: object[] }) => invoice.line_items)
    .map((line: { subscription_custom_fields: object }) => line.subscription_custom_fields)
  expect(shown).toContainEqual({ tier: 'gold', erp: '7' })
  await api.call('POST', '/v1/customFields/removeKey', { entity: 'subscription', key: 'tier' })
  expect((await read()).subscriptions[0].custom_fields).toEqual({ erp: '7' })
  await api.call('POST', '/v2/contracts/edit', {
    customer_id,
    contract_id,
    update_contract_name: 'Renamed',
  })
  await setValues(api, 'subscription', before[0].id, { erp: '8' })
  const then = await api.call('POST', '/v2/contracts/get', {
    customer_id,
    contract_id,
    as_of_date: '2026-03-10T12:00:00Z',
  })
  expect(then.body.data.subscriptions[0].custom_fields).toEqual({ erp: '8' })
})

test('scheduled charges, discounts and professional services have fields of their entities', async () => {
  const api = await createTestApi()
  const { contract } = await createSeats(api)
  const fixed = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Support',
    type: 'FIXED',
  })
  const service = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Training',
    type: 'PRO_SERVICE',
  })
  const schedule = { schedule_items: [{ timestamp: '2026-06-01T00:00:00Z', amount: 100 }] }
  const lists = [
    ['scheduled_charge', 'scheduled_charges', { product_id: fixed, schedule }],
    ['discount', 'discounts', { product_id: fixed, schedule }],
    [
      'professional_service',
      'professional_services',
      { product_id: service, unit_price: 1, quantity: 1, max_amount: 1 },
    ],
  ] as const
  for (const [entity, list, term] of lists) {
    const create = () =>
      api.call('POST', '/v1/contracts/create', {
        ...contract,
        [list]: [{ ...term, custom_fields: { erp: '1' } }],
      })
    const refused = await create()
    expect([refused.status, refused.body.message]).toEqual([
      400,
      `${list}[0].custom_fields.erp: expected a key that has been added for ${entity} (customFields/addKey)`,
    ])
    await addFieldKeys(api, entity, ['erp'], true)
    const created = await create()
    expect(created.status).toBe(200)
    const [shown] = created.body.data.contract[list]
    expect(shown.custom_fields).toEqual({ erp: '1' })
    expect((await create()).status).toBe(409)
    expect((await setValues(api, entity, shown.id, { erp: '2' })).status).toBe(200)
    expect((await create()).status).toBe(200)
  }
})

test('the terms of a package have fields, which go to the terms of its contracts', async () => {
  const api = await createTestApi()
  const { customer_id } = await createSeats(api)
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Support',
    type: 'FIXED',
  })
  const asked = (tier: string) => ({
    name: 'Starter',
    scheduled_charges: [
      {
        product_id,
        custom_fields: { tier },
        schedule: {
          schedule_items: [
            { date_offset: { value: 3, unit: 'MONTHS' }, unit_price: 1, quantity: 1 },
          ],
        },
      },
    ],
  })
  const refused = await api.call('POST', '/v1/packages/create', asked('gold'))
  expect([refused.status, refused.body.message]).toEqual([
    400,
    expect.stringMatching(/^scheduled_charges\[0\]\.custom_fields\.tier: /),
  ])
  await addFieldKeys(api, 'package_scheduled_charge', ['tier'])
  const package_id = await createdId(api, '/v1/packages/create', asked('gold'))
  const read = async () =>
    (await api.call('POST', '/v1/packages/get', { package_id })).body.data.scheduled_charges[0]
  const provision = () =>
    api.call('POST', '/v1/contracts/create', { customer_id, package_id, starting_at: MARCH })
  const [before] = (await provision()).body.data.contract.scheduled_charges
  const { id } = await read()
  expect((await setValues(api, 'package_scheduled_charge', id, { tier: 'silver' })).status).toBe(
    200,
  )
  expect((await read()).custom_fields).toEqual({ tier: 'silver' })
  const [after] = (await provision()).body.data.contract.scheduled_charges
  expect([before.custom_fields, after.custom_fields]).toEqual([
    { tier: 'gold' },
    { tier: 'silver' },
  ])
  // The key came with the first contract: what a contract has can be changed there.
  expect((await setValues(api, 'scheduled_charge', before.id, { tier: 'bronze' })).status).toBe(200)
  const entities = ['scheduled_charge']
  expect((await api.call('POST', '/v1/customFields/listKeys', { entities })).body.data).toEqual([
    { entity: 'scheduled_charge', key: 'tier', enforce_uniqueness: false },
  ])
})

const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'

/** Two months of a commit or credit, from the start of a contract on. */
function granted(product_id: string) {
  const from = { value: 0, unit: 'DAYS' }
  const items = [{ amount: 100, starting_at_offset: from, duration: { value: 2, unit: 'MONTHS' } }]
  return { product_id, access_schedule: { credit_type_id: USD, schedule_items: items } }
}

test('commits and credits of packages hand their fields on, and the key where it lacks', async () => {
  const lists = [
    ['package_commit', 'commit', 'commits', { type: 'POSTPAID' }],
    ['package_commit', 'commit', 'commits', { type: 'PREPAID' }],
    ['package_credit', 'contract_credit', 'credits', {}],
  ] as const
  for (const [entity, entityOfContract, list, members] of lists) {
    const api = await createTestApi()
    const { customer_id } = await createSeats(api)
    const product = { name: 'Support', type: 'FIXED' }
    const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
    const payments = {
      credit_type_id: USD,
      schedule_items: [{ unit_price: 100, quantity: 1, date_offset: { value: 2, unit: 'MONTHS' } }],
    }
    const term = {
      ...granted(product_id),
      ...members,
      ...(list === 'commits' && { invoice_schedule: payments }),
      custom_fields: { po: '1', tier: 'gold' },
    }
    const create = () =>
      api.call('POST', '/v1/packages/create', { name: 'Starter', [list]: [term] })
    const refused = await create()
    expect([refused.status, refused.body.message]).toEqual([
      400,
      `${list}[0].custom_fields.po: expected a key that has been added for ${entity} (customFields/addKey)`,
    ])
    await addFieldKeys(api, entity, ['po', 'tier'])
    const package_id = (await create()).body.data.id
    const read = async () =>
      (await api.call('POST', '/v1/packages/get', { package_id })).body.data[list][0]
    const { id } = await read()
    expect((await setValues(api, entity, id, { po: '2' })).status).toBe(200)
    const deleted = { entity, entity_id: id, keys: ['tier'] }
    expect((await api.call('POST', '/v1/customFields/deleteValues', deleted)).status).toBe(200)
    expect((await read()).custom_fields).toEqual({ po: '2' })
    const other = entity === 'package_commit' ? 'package_credit' : 'package_commit'
    await addFieldKeys(api, other, ['po'])
    expect((await setValues(api, other, id, { po: '3' })).status).toBe(404)
    const contract = { customer_id, package_id, starting_at: MARCH }
    const made = (await api.call('POST', '/v1/contracts/create', contract)).body.data.contract
    expect(made[list][0].custom_fields).toEqual({ po: '2' })
    const entities = [entityOfContract]
    expect((await api.call('POST', '/v1/customFields/listKeys', { entities })).body.data).toEqual([
      { entity: entityOfContract, key: 'po', enforce_uniqueness: false },
    ])
    expect((await setValues(api, entityOfContract, made[list][0].id, { po: '4' })).status).toBe(200)
  }
})

test('recurring commits and credits of packages hand on the fields that were set for them', async () => {
  const api = await createTestApi()
  const { customer_id } = await createSeats(api)
  const product = { name: 'Support', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const recurring = {
    product_id,
    access_amount: { unit_price: 100, quantity: 1, credit_type_id: USD },
    priority: 1,
    commit_duration: { value: 1 },
    starting_at_offset: { value: 0, unit: 'DAYS' },
    duration: { value: 2, unit: 'WEEKS' },
  }
  const package_id = await createdId(api, '/v1/packages/create', {
    name: 'Starter',
    recurring_commits: [recurring],
    recurring_credits: [recurring],
  })
  const { data } = (await api.call('POST', '/v1/packages/get', { package_id })).body
  await addFieldKeys(api, 'package_commit', ['po', 'old'])
  await addFieldKeys(api, 'package_credit', ['gift'])
  const [commit, credit] = [data.recurring_commits[0].id, data.recurring_credits[0].id]
  expect((await setValues(api, 'package_credit', commit, { gift: 'x' })).status).toBe(404)
  expect((await setValues(api, 'package_commit', commit, { po: '1', old: 'x' })).status).toBe(200)
  expect((await setValues(api, 'package_credit', credit, { gift: '2' })).status).toBe(200)
  const deleted = { entity: 'package_commit', entity_id: commit, keys: ['old'] }
  expect((await api.call('POST', '/v1/customFields/deleteValues', deleted)).status).toBe(200)
  const contract = { customer_id, package_id, starting_at: MARCH }
  expect((await api.call('POST', '/v1/contracts/create', contract)).status).toBe(200)
  const listed = await api.call('POST', '/v1/contracts/customerBalances/list', {
    customer_id,
    include_contract_balances: true,
  })
  const shown = listed.body.data.map(
    ({ type, custom_fields }: { type: string; custom_fields: object }) => [type, custom_fields],
  )
  expect(new Map(shown)).toEqual(
    new Map([
      ['PREPAID', { po: '1' }],
      ['CREDIT', { gift: '2' }],
    ]),
  )
  const entities = ['commit', 'contract_credit']
  expect((await api.call('POST', '/v1/customFields/listKeys', { entities })).body.data).toEqual([
    { entity: 'commit', key: 'po', enforce_uniqueness: false },
    { entity: 'contract_credit', key: 'gift', enforce_uniqueness: false },
  ])
})
