import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { FIELD_ENTITIES } from '../../src/core/custom-fields/field-key.ts'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import {
  addFieldKeys,
  createdId,
  createMetric,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const FIELDS = '/v1/customFields'
const MARCH = '2026-03-01T00:00:00Z'

function setValues(
  { call }: Pick<TestApi, 'call'>,
  entity: string,
  entity_id: string,
  custom_fields: unknown,
) {
  return call('POST', `${FIELDS}/setValues`, { entity, entity_id, custom_fields })
}

function deleteValues(
  { call }: Pick<TestApi, 'call'>,
  entity: string,
  entity_id: string,
  keys: unknown,
) {
  return call('POST', `${FIELDS}/deleteValues`, { entity, entity_id, keys })
}

function statusesOf(answers: { status: number }[]): string {
  return answers
    .map(({ status }) => String(status))
    .toSorted()
    .join(' ')
}

test('a key is added once for each entity, listed and removed', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'customer', ['crm'], true)
  await addFieldKeys(api, 'contract', ['crm'])
  const again = { entity: 'customer', key: 'crm', enforce_uniqueness: false }
  expect(await api.call('POST', `${FIELDS}/addKey`, again)).toMatchObject({
    status: 409,
    body: { message: 'key: customer has the key "crm" already' },
  })
  const contract = { entity: 'contract', key: 'crm', enforce_uniqueness: false }
  const customer = { entity: 'customer', key: 'crm', enforce_uniqueness: true }
  expect((await api.call('POST', `${FIELDS}/listKeys`, {})).body).toEqual({
    data: [contract, customer],
    next_page: null,
  })
  const ofCustomers = { entities: ['customer', 'alert'] }
  expect((await api.call('POST', `${FIELDS}/listKeys`, ofCustomers)).body.data).toEqual([customer])
  const removed = { entity: 'customer', key: 'crm' }
  expect(await api.call('POST', `${FIELDS}/removeKey`, removed)).toMatchObject({
    status: 200,
    text: '',
  })
  expect(await api.call('POST', `${FIELDS}/removeKey`, removed)).toMatchObject({
    status: 404,
    body: { message: 'key: customer has no key "crm"' },
  })
  expect((await api.call('POST', `${FIELDS}/listKeys`)).body.data).toEqual([contract])
})

test('keys can be added to every entity, and are listed by page', async () => {
  const api = await createTestApi()
  for (const entity of FIELD_ENTITIES) await addFieldKeys(api, entity, ['k'])
  const listed: string[] = []
  let next = ''
  for (const size of [10, 10, 2]) {
    const { body } = await api.call('POST', `${FIELDS}/listKeys?limit=10${next}`, {})
    expect(body.data).toHaveLength(size)
    listed.push(...body.data.map(({ entity }: { entity: string }) => entity))
    next = body.next_page === null ? '' : `&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(next).toBe('')
  expect(listed).toEqual([...FIELD_ENTITIES].toSorted())
})

test('keys and values of one environment are unknown in others', async () => {
  const [one, other] = [await createTestApi(), await createTestApi()]
  await addFieldKeys(one, 'customer', ['crm'], true)
  const customerId = await createdId(one, '/v1/customers', {
    name: 'A',
    custom_fields: { crm: '1' },
  })
  expect((await other.call('POST', `${FIELDS}/listKeys`, {})).body.data).toEqual([])
  await addFieldKeys(other, 'customer', ['crm'], true)
  expect((await setValues(other, 'customer', customerId, { crm: '2' })).status).toBe(404)
  await createdId(other, '/v1/customers', { name: 'B', custom_fields: { crm: '1' } })
})

test('a read-only token lists keys and changes nothing', async () => {
  const { call } = await withScope(await createTestApi(), 'read-only')
  expect((await call('POST', `${FIELDS}/listKeys`, {})).status).toBe(200)
  const key = { entity: 'customer', key: 'k', enforce_uniqueness: false }
  expect((await call('POST', `${FIELDS}/addKey`, key)).status).toBe(403)
  expect((await setValues({ call }, 'customer', UNKNOWN_ID, {})).status).toBe(403)
})

test.each([
  ['addKey', { entity: 'customers', key: 'k', enforce_uniqueness: true }, 'entity: expected one'],
  ['addKey', { entity: 'customer', key: '', enforce_uniqueness: true }, 'key:'],
  ['addKey', { entity: 'customer', key: 'x'.repeat(201), enforce_uniqueness: true }, 'key:'],
  ['addKey', { entity: 'customer', key: 'k' }, 'enforce_uniqueness:'],
  ['removeKey', { entity: 'customer' }, 'key:'],
  ['listKeys', { entities: ['nobody'] }, 'entities[0]: expected one'],
  ['setValues', { entity: 'customer', entity_id: 'x', custom_fields: {} }, 'entity_id:'],
  ['setValues', { entity: 'customer', entity_id: UNKNOWN_ID }, 'custom_fields:'],
  [
    'setValues',
    { entity: 'customer', entity_id: UNKNOWN_ID, custom_fields: { a: 1 } },
    'custom_fields.a:',
  ],
  ['deleteValues', { entity: 'customer', entity_id: UNKNOWN_ID, keys: [1] }, 'keys[0]:'],
])('bad input of %s is refused: %j', async (name, body, message) => {
  const { call } = await createTestApi()
  const refused = await call('POST', `${FIELDS}/${name}`, body)
  expect([refused.status, refused.body.message.startsWith(message)]).toEqual([400, true])
})

test('an object without the key of the entity, or that there is none of, is refused', async () => {
  const api = await createTestApi()
  const id = await createdId(api, '/v1/customers', { name: 'A' })
  expect(await setValues(api, 'customer', id, { crm: '1' })).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^custom_fields\.crm: expected a key/) },
  })
  expect(await deleteValues(api, 'customer', id, ['crm'])).toMatchObject({
    status: 400,
    body: { message: 'keys[0]: expected a key that has been added for customer' },
  })
  for (const entity of FIELD_ENTITIES) {
    await addFieldKeys(api, entity, ['k'])
    const refused = await setValues(api, entity, UNKNOWN_ID, { k: 'v' })
    expect([entity, refused.status, refused.body.message]).toEqual([
      entity,
      404,
      expect.stringMatching(/^entity_id: no /),
    ])
    expect((await deleteValues(api, entity, UNKNOWN_ID, ['k'])).status).toBe(404)
  }
})

test('values of customers, contracts, products, metrics and rate cards are set, kept and deleted', async () => {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'A' })
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: MARCH,
  })
  const billable_metric_id = await createMetric(api)
  const product_id = await createProduct(api, { billable_metric_id })
  const card_id = await createRateCard(api)
  const post = (path: string, body: unknown) => () => api.call('POST', path, body)
  const objects = [
    ['customer', customer_id, () => api.call('GET', `/v1/customers/${customer_id}`)],
    ['contract', contract_id, post('/v2/contracts/get', { customer_id, contract_id })],
    ['contract_product', product_id, post('/v1/contract-pricing/products/get', { id: product_id })],
    [
      'billable_metric',
      billable_metric_id,
      () => api.call('GET', `/v1/billable-metrics/${billable_metric_id}`),
    ],
    ['rate_card', card_id, post('/v1/contract-pricing/rate-cards/get', { id: card_id })],
  ] as const
  for (const [entity, id, read] of objects) {
    await addFieldKeys(api, entity, ['a', 'b', 'it\'s "quoted".$[0]'])
    const odd = { 'it\'s "quoted".$[0]': '\\"\u0001é' }
    expect(await setValues(api, entity, id, { a: '1', b: '', ...odd })).toMatchObject({
      status: 200,
      text: '',
    })
    expect((await setValues(api, entity, id, { a: '2' })).status).toBe(200)
    expect((await read()).body.data.custom_fields).toEqual({ a: '2', b: '', ...odd })
    expect(await deleteValues(api, entity, id, ['a', 'it\'s "quoted".$[0]'])).toMatchObject({
      status: 200,
      text: '',
    })
    expect((await read()).body.data.custom_fields).toEqual({ b: '' })
    expect((await deleteValues(api, entity, id, ['a'])).status).toBe(200)
  }
})

test('every object that takes custom fields at its creation refuses keys that were not added', async () => {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'A' })
  const custom_fields = { nope: 'x' }
  const creations = [
    ['/v1/customers', { name: 'B', custom_fields }],
    ['/v1/contracts/create', { customer_id, starting_at: MARCH, custom_fields }],
    ['/v1/contract-pricing/products/create', { name: 'P', type: 'FIXED', custom_fields }],
    ['/v1/billable-metrics/create', { name: 'M', aggregation_type: 'COUNT', custom_fields }],
    ['/v1/contract-pricing/rate-cards/create', { name: 'R', custom_fields }],
  ] as const
  for (const [path, body] of creations) {
    const { status, body: answer } = await api.call('POST', path, body)
    expect([path, status, answer.message]).toEqual([
      path,
      400,
      expect.stringMatching(/^custom_fields\.nope: /),
    ])
  }
  const composite = '/v1/composite/createCustomerWithContract'
  for (const member of ['customer', 'contract']) {
    const body = {
      customer: { name: 'C', ...(member === 'customer' && { custom_fields }) },
      contract: { starting_at: MARCH, ...(member === 'contract' && { custom_fields }) },
    }
    const { status, body: answer } = await api.call('POST', composite, body)
    expect([status, answer.message]).toEqual([
      400,
      expect.stringMatching(new RegExp(`^${member}\\.custom_fields\\.nope: `)),
    ])
  }
  expect((await api.call('GET', '/v1/customers')).body.data).toHaveLength(1)
})

test('a unique value is held by one object, archived ones included, until it is cleared', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'rate_card', ['erp'], true)
  await addFieldKeys(api, 'rate_card', ['note'])
  const first = await createRateCard(api, { custom_fields: { erp: '1', note: 'n' } })
  const second = await createRateCard(api, { custom_fields: { erp: '2', note: 'n' } })
  const conflict = {
    status: 409,
    body: {
      message: `custom_fields.erp: the value must be unique, and rate_card ${first} has it already`,
    },
  }
  const name = 'R'
  expect(
    await api.call('POST', '/v1/contract-pricing/rate-cards/create', {
      name,
      custom_fields: { erp: '1' },
    }),
  ).toMatchObject(conflict)
  await api.call('POST', '/v1/contract-pricing/rate-cards/archive', { id: first })
  const refused = await setValues(api, 'rate_card', second, { note: 'changed', erp: '1' })
  expect(refused).toMatchObject(conflict)
  const read = await api.call('POST', '/v1/contract-pricing/rate-cards/get', { id: second })
  expect(read.body.data.custom_fields).toEqual({ erp: '2', note: 'n' })
  // Its own value may be set again; another one frees it, and so does deleting.
  expect((await setValues(api, 'rate_card', second, { erp: '2' })).status).toBe(200)
  expect((await setValues(api, 'rate_card', first, { erp: '3' })).status).toBe(200)
  expect((await setValues(api, 'rate_card', second, { erp: '1' })).status).toBe(200)
  expect((await deleteValues(api, 'rate_card', first, ['erp'])).status).toBe(200)
  await createRateCard(api, { custom_fields: { erp: '3' } })
})

test('T25: a unique value of an archived product is refused, and one too long changes nothing', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'contract_product', ['stripe_product_id'], true)
  const { productId, customerId, rateCardId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: MARCH,
  })
  const other = await createProduct(api)
  const value = { stripe_product_id: 'prod_1' }
  expect((await setValues(api, 'contract_product', productId, value)).status).toBe(200)
  expect((await setValues(api, 'contract_product', other, value)).status).toBe(409)
  await api.call('POST', '/v1/ingest', [completion('a', '2026-03-05T00:00:00Z')])
  const invoices = await api.call('GET', `/v1/customers/${customerId}/invoices`)
  expect(invoices.body.data[0].line_items[0].product_custom_fields).toEqual(value)
  await api.call('POST', '/v1/contract-pricing/products/archive', { product_id: productId })
  expect((await setValues(api, 'contract_product', other, value)).status).toBe(409)
  await addFieldKeys(api, 'contract_product', ['note'])
  const long = { note: 'n', stripe_product_id: 'x'.repeat(201) }
  expect(await setValues(api, 'contract_product', productId, long)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^custom_fields\.stripe_product_id: /) },
  })
  const read = await api.call('POST', '/v1/contract-pricing/products/get', { id: productId })
  expect(read.body.data.custom_fields).toEqual(value)
})

test('of objects that ask for one unique value at once, one gets it', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'customer', ['crm'], true)
  const create = (i: number) =>
    api.call('POST', '/v1/customers', { name: `C${i}`, custom_fields: { crm: '1' } })
  const created = await Promise.all([0, 1, 2, 3, 4].map(create))
  expect(statusesOf(created)).toBe('200 409 409 409 409')
  const listed = (await api.call('GET', '/v1/customers')).body.data
  expect(listed).toHaveLength(1)
  const others = await Promise.all(
    ['A', 'B', 'C'].map((name) => createdId(api, '/v1/customers', { name })),
  )
  const set = await Promise.all(others.map((id) => setValues(api, 'customer', id, { crm: '2' })))
  expect(statusesOf(set)).toBe('200 409 409')
})

test('a key that is removed takes its values along, and comes back without them', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'customer', ['crm'], true)
  await addFieldKeys(api, 'customer', ['region'])
  const custom_fields = { crm: '1', region: 'eu' }
  const id = await createdId(api, '/v1/customers', { name: 'A', custom_fields })
  await api.call('POST', `${FIELDS}/removeKey`, { entity: 'customer', key: 'crm' })
  const read = () => api.call('GET', `/v1/customers/${id}`)
  expect((await read()).body.data.custom_fields).toEqual({ region: 'eu' })
  expect((await setValues(api, 'customer', id, { crm: '1' })).status).toBe(400)
  await addFieldKeys(api, 'customer', ['crm'], true)
  expect((await read()).body.data.custom_fields).toEqual({ region: 'eu' })
  await createdId(api, '/v1/customers', { name: 'B', custom_fields: { crm: '1' } })
})

test('a final invoice takes custom fields, which its draft and its next one do not have', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: MARCH,
  })
  await addFieldKeys(api, 'invoice', ['po'], true)
  const list = async () =>
    (await api.call('GET', `/v1/customers/${customerId}/invoices?sort=date_asc`)).body.data
  const [draft] = await list()
  expect(await setValues(api, 'invoice', draft.id, { po: '17' })).toMatchObject({
    status: 404,
    body: {
      message: `entity_id: no invoice ${draft.id} that is final; a draft takes no values`,
    },
  })
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-10T00:00:00Z' })
  expect((await setValues(api, 'invoice', draft.id, { po: '17' })).status).toBe(200)
  const fields = (await list()).map((invoice: { custom_fields: unknown }) => invoice.custom_fields)
  expect(fields).toEqual([{ po: '17' }, {}])
  const path = `/v1/customers/${customerId}/invoices/${draft.id}`
  expect((await api.call('GET', path)).body.data).toMatchObject({
    status: 'FINALIZED',
    custom_fields: { po: '17' },
  })
  await deleteValues(api, 'invoice', draft.id, ['po'])
  expect((await api.call('GET', path)).body.data.custom_fields).toEqual({})
})

test('an amendment sets custom fields of its contract', async () => {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'A' })
  await addFieldKeys(api, 'contract', ['deal', 'po'], true)
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: MARCH,
    custom_fields: { deal: 'x', po: '1' },
  })
  const amend = (custom_fields: unknown) =>
    api.call('POST', '/v1/contracts/amend', {
      customer_id,
      contract_id,
      starting_at: MARCH,
      custom_fields,
    })
  expect((await amend({ po: '2' })).status).toBe(200)
  const read = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  expect(read.body.data.custom_fields).toEqual({ deal: 'x', po: '2' })
  expect(await amend({ nope: '2' })).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^custom_fields\.nope: /) },
  })
})

test('a call that is repeated under its key sets values once', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'customer', ['crm'], true)
  const create = () =>
    api.call(
      'POST',
      '/v1/customers',
      { name: 'A', custom_fields: { crm: '1' } },
      { 'idempotency-key': 'once' },
    )
  const first = await create()
  expect(first.status).toBe(200)
  expect(await create()).toMatchObject({ status: 200, body: first.body })
})

test('the official SDK adds keys, sets values and lists what there is', async () => {
  const { token } = await createTestApi()
  const { v1 } = new Metronome({
    bearerToken: token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const entity = 'customer'
  await v1.customFields.addKey({ entity, key: 'x_account_id', enforce_uniqueness: true })
  await v1.customFields.addKey({ entity, key: 'region', enforce_uniqueness: false })
  const { data } = await v1.customers.create({ name: 'Acme', custom_fields: { region: 'eu' } })
  const object = { entity, entity_id: data.id } as const
  await v1.customFields.setValues({ ...object, custom_fields: { x_account_id: 'KyVn' } })
  await v1.customFields.deleteValues({ ...object, keys: ['region'] })
  const read = await v1.customers.retrieve({ customer_id: data.id })
  expect(read.data.custom_fields).toEqual({ x_account_id: 'KyVn' })
  await v1.customFields.removeKey({ entity, key: 'region' })
  const keys: unknown[] = []
  for await (const key of v1.customFields.listKeys({ entities: [entity] })) keys.push(key)
  expect(keys).toEqual([{ entity, key: 'x_account_id', enforce_uniqueness: true }])
  for await (const key of v1.customFields.listKeys()) expect(key).toEqual(keys[0])
})

test('a commit of a customer takes keys of commits, its values are unique among them', async () => {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'A' })
  const product = { name: 'Prepayment', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const create = (custom_fields: unknown) =>
    api.call('POST', '/v1/contracts/customerCommits/create', {
      customer_id,
      type: 'PREPAID',
      product_id,
      priority: 1,
      access_schedule: {
        schedule_items: [{ amount: 1, starting_at: MARCH, ending_before: '2026-04-01T00:00:00Z' }],
      },
      custom_fields,
    })
  await addFieldKeys(api, 'contract_credit', ['po'])
  expect((await create({ po: '1' })).body.message).toMatch(/^custom_fields\.po: expected a key/)
  await addFieldKeys(api, 'commit', ['po'], true)
  const { body } = await create({ po: '1' })
  expect((await create({ po: '1' })).status).toBe(409)
  expect((await setValues(api, 'commit', body.data.id, { po: '2' })).status).toBe(200)
  const list = () => api.call('POST', '/v1/contracts/customerCommits/list', { customer_id })
  expect((await list()).body.data).toMatchObject([{ id: body.data.id, custom_fields: { po: '2' } }])
})
