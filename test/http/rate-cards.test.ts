import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import {
  addFieldKeys,
  addRate,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'

const CARDS = '/v1/contract-pricing/rate-cards'
const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

async function aliasesOf(api: TestApi, id: string) {
  return (await api.call('POST', `${CARDS}/get`, { id })).body.data.aliases
}

async function euroId(api: TestApi): Promise<string> {
  const { body } = await api.call('GET', '/v1/credit-types/list')
  return body.data.find(({ name }: { name: string }) => name === 'EUR').id
}

test('a card is created, read and listed', async () => {
  const api = await createTestApi()
  const EUR = { id: await euroId(api), name: 'EUR' }
  await addFieldKeys(api, 'rate_card', ['owner'])
  const created = await api.call('POST', `${CARDS}/create`, {
    name: 'Europe',
    description: 'List prices',
    fiat_credit_type_id: EUR.id,
    aliases: [{ name: 'eu', starting_at: '2026-01-01T00:00:00Z' }, { name: 'default' }],
    custom_fields: { owner: 'growth' },
  })
  const { id } = created.body.data
  expect(created.body).toEqual({ data: { id } })
  const card = {
    id,
    name: 'Europe',
    description: 'List prices',
    fiat_credit_type: EUR,
    credit_type_conversions: [],
    aliases: [{ name: 'eu', starting_at: '2026-01-01T00:00:00.000Z' }, { name: 'default' }],
    custom_fields: { owner: 'growth' },
    created_at: '2026-03-10T12:00:00.000Z',
    created_by: 'test',
  }
  const read = await api.call('POST', `${CARDS}/get`, { id })
  expect(read.body).toEqual({ data: { ...card, product_order: [] } })
  expect((await api.call('POST', `${CARDS}/list`, {})).body).toEqual({
    data: [card],
    next_page: null,
  })
})

test('a card is in dollars unless it says otherwise, and has no description unless it is given one', async () => {
  const api = await createTestApi()
  const id = await createRateCard(api, { credit_type_conversions: [] })
  expect((await api.call('POST', `${CARDS}/get`, { id })).body.data).toEqual({
    id,
    name: 'Standard',
    fiat_credit_type: USD,
    credit_type_conversions: [],
    aliases: [],
    custom_fields: {},
    created_at: '2026-03-10T12:00:00.000Z',
    created_by: 'test',
    product_order: [],
  })
})

test('an update changes what it gives and leaves the rest', async () => {
  const api = await createTestApi()
  const id = await createRateCard(api, { description: 'old', aliases: [{ name: 'a' }] })
  const update = async (members: object) => {
    const updated = await api.call('POST', `${CARDS}/update`, { rate_card_id: id, ...members })
    expect(updated).toMatchObject({ status: 200, body: { data: { id } } })
    const { name, description, aliases } = (await api.call('POST', `${CARDS}/get`, { id })).body
      .data
    return { name, description, aliases }
  }
  const aliases = [{ name: 'a' }]
  expect(await update({ name: 'New' })).toEqual({ name: 'New', description: 'old', aliases })
  expect(await update({ description: '' })).toEqual({ name: 'New', description: '', aliases })
  expect(await update({})).toEqual({ name: 'New', description: '', aliases })
  const spans = [
    {
      name: 'a',
      starting_at: '2026-01-01T00:00:00.000Z',
      ending_before: '2026-02-01T00:00:00.000Z',
    },
    { name: 'b' },
  ]
  expect(await update({ aliases: spans })).toEqual({ name: 'New', description: '', aliases: spans })
  expect(await update({ aliases: [] })).toEqual({ name: 'New', description: '', aliases: [] })
})

test('an alias that another card takes ends for the card before at the new start (pricing 3.2)', async () => {
  const api = await createTestApi()
  const old = await createRateCard(api, { aliases: [{ name: 'paygo' }, { name: 'other' }] })
  const next = await createRateCard(api, {
    aliases: [{ name: 'paygo', starting_at: '2026-07-01T00:00:00Z' }],
  })
  expect(await aliasesOf(api, old)).toEqual([
    { name: 'paygo', ending_before: '2026-07-01T00:00:00.000Z' },
    { name: 'other' },
  ])
  expect(await aliasesOf(api, next)).toEqual([
    { name: 'paygo', starting_at: '2026-07-01T00:00:00.000Z' },
  ])
  // Giving the old card its own span again takes nothing from the new one.
  await api.call('POST', `${CARDS}/update`, {
    rate_card_id: old,
    aliases: await aliasesOf(api, old),
  })
  expect(await aliasesOf(api, next)).toHaveLength(1)
  // Taking it back without a start takes it wholly.
  await api.call('POST', `${CARDS}/update`, { rate_card_id: old, aliases: [{ name: 'paygo' }] })
  expect(await aliasesOf(api, next)).toEqual([])
  expect(await aliasesOf(api, old)).toEqual([{ name: 'paygo' }])
})

test('aliases of another environment are left alone', async () => {
  const [api, other] = [await createTestApi(), await createTestApi()]
  const foreign = await createRateCard(other, { aliases: [{ name: 'paygo' }] })
  await createRateCard(api, { aliases: [{ name: 'paygo' }] })
  expect(await aliasesOf(other, foreign)).toEqual([{ name: 'paygo' }])
})

test('of many cards that take an alias at once, one holds it afterwards', async () => {
  const api = await createTestApi()
  const cards = await Promise.all(
    Array.from({ length: 4 }, () => createRateCard(api, { aliases: [{ name: 'paygo' }] })),
  )
  const held = await Promise.all(cards.map((id) => aliasesOf(api, id)))
  expect(held.flat()).toEqual([{ name: 'paygo' }])
})

test('an archived card stays readable, takes rates, and leaves the list', async () => {
  const api = await createTestApi()
  const [kept, archived] = [await createRateCard(api), await createRateCard(api)]
  const archive = () => api.call('POST', `${CARDS}/archive`, { id: archived })
  expect(await archive()).toMatchObject({ status: 200, body: { data: { id: archived } } })
  expect((await archive()).status).toBe(200)
  expect((await api.call('POST', `${CARDS}/get`, { id: archived })).status).toBe(200)
  const { body } = await api.call('POST', `${CARDS}/list`, {})
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([kept])
  await addRate(api, { rate_card_id: archived, product_id: await createProduct(api), price: 1 })
})

test.for([
  [{ name: undefined }, 'name:'],
  [{ name: '' }, 'name:'],
  [{ description: 5 }, 'description:'],
  [{ fiat_credit_type_id: 'EUR' }, 'fiat_credit_type_id: expected a UUID'],
  [
    { fiat_credit_type_id: UNKNOWN_ID },
    'fiat_credit_type_id: expected the id of a currency, as /v1/credit-types/list has them',
  ],
  [{ credit_type_conversions: {} }, 'credit_type_conversions:'],
  [
    { credit_type_conversions: [{ custom_credit_type_id: 'x', fiat_per_custom_credit: 1 }] },
    'credit_type_conversions[0].custom_credit_type_id: expected a UUID',
  ],
  [
    { credit_type_conversions: [{ custom_credit_type_id: USD.id, fiat_per_custom_credit: 1 }] },
    'credit_type_conversions[0].custom_credit_type_id: USD (cents) is a currency; expected a custom pricing unit',
  ],
  [
    {
      credit_type_conversions: [{ custom_credit_type_id: UNKNOWN_ID, fiat_per_custom_credit: -1 }],
    },
    'credit_type_conversions[0].fiat_per_custom_credit: expected a number that is not negative',
  ],
  [{ aliases: {} }, 'aliases:'],
  [{ aliases: [{}] }, 'aliases[0].name:'],
  [{ aliases: [{ name: '' }] }, 'aliases[0].name:'],
  [
    { aliases: [{ name: 'a', starting_at: '2026-01-01' }] },
    'aliases[0].starting_at: expected an RFC 3339 timestamp',
  ],
  [
    {
      aliases: [
        { name: 'a', starting_at: '2026-01-01T00:00:00Z', ending_before: '2026-01-01T00:00:00Z' },
      ],
    },
    'aliases[0].ending_before: expected an instant after starting_at',
  ],
  [{ custom_fields: { a: null } }, 'custom_fields.a:'],
] as const)('a malformed card is refused by field: %j', async ([members, message]) => {
  const { call } = await createTestApi()
  const refused = await call('POST', `${CARDS}/create`, { name: 'x', ...members })
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
  expect((await call('POST', `${CARDS}/list`, {})).body.data).toEqual([])
})

test.for([
  [{ rate_card_id: undefined }, 'rate_card_id:'],
  [{ name: '' }, 'name:'],
  [{ description: null }, 'description:'],
  [{ aliases: [{ name: 1 }] }, 'aliases[0].name:'],
  [{ add_credit_type_conversions: [{}] }, 'add_credit_type_conversions[0].custom_credit_type_id:'],
] as const)('a malformed update is refused by field: %j', async ([members, message]) => {
  const api = await createTestApi()
  const body = { rate_card_id: await createRateCard(api), ...members }
  const refused = await api.call('POST', `${CARDS}/update`, body)
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
})

test('ids that are unknown, malformed or of another environment', async () => {
  const api = await createTestApi()
  const foreignId = await createRateCard(await createTestApi())
  for (const id of [UNKNOWN_ID, foreignId]) {
    for (const path of ['get', 'archive']) {
      expect(await api.call('POST', `${CARDS}/${path}`, { id })).toMatchObject({
        status: 404,
        body: { message: `id: no rate card ${id}` },
      })
    }
    const update = { rate_card_id: id, name: 'x', aliases: [{ name: 'a' }] }
    expect(await api.call('POST', `${CARDS}/update`, update)).toMatchObject({
      status: 404,
      body: { message: `rate_card_id: no rate card ${id}` },
    })
  }
  for (const path of ['get', 'archive']) {
    expect(await api.call('POST', `${CARDS}/${path}`, { id: 'x' })).toMatchObject({
      status: 400,
      body: { message: 'id: expected a UUID' },
    })
  }
})

test('cards are listed by page', async () => {
  const api = await createTestApi()
  const ids: string[] = []
  for (let i = 0; i < 5; i++) ids.push(await createRateCard(api))
  const seen: string[] = []
  let next = ''
  for (const size of [2, 2, 1]) {
    const { body } = await api.call('POST', `${CARDS}/list?limit=2${next}`, {})
    expect(body.data).toHaveLength(size)
    seen.push(...body.data.map(({ id }: { id: string }) => id))
    next = body.next_page === null ? '' : `&next_page=${encodeURIComponent(body.next_page)}`
  }
  expect(next).toBe('')
  expect(seen.sort()).toEqual(ids.sort())
  const { body: products } = await api.call(
    'POST',
    '/v1/contract-pricing/products/list?limit=1',
    {},
  )
  expect(products.data).toEqual([])
})

test('a cursor of another list is refused', async () => {
  const api = await createTestApi()
  for (let i = 0; i < 2; i++) await createProduct(api)
  const { body } = await api.call('POST', '/v1/contract-pricing/products/list?limit=1', {})
  const path = `${CARDS}/list?next_page=${encodeURIComponent(body.next_page)}`
  expect(await api.call('POST', path, {})).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('next_page: the cursor belongs to another request') },
  })
})

test('a creation that is repeated under its key makes one card', async () => {
  const api = await createTestApi()
  const create = () =>
    api.call(
      'POST',
      `${CARDS}/create`,
      { name: 'x', aliases: [{ name: 'a' }] },
      { 'idempotency-key': 'k' },
    )
  expect((await create()).body).toEqual((await create()).body)
  expect((await api.call('POST', `${CARDS}/list`, {})).body.data).toHaveLength(1)
})

test('custom units are converted at what the card says, exactly, and rates may be in them', async () => {
  const api = await createTestApi()
  const unit = async (name: string) =>
    (await api.call('POST', '/v1/credit-types/create', { name })).body.data.id as string
  const [tokens, credits] = [await unit('Tokens'), await unit('Credits')]
  const body = {
    name: 'Units',
    credit_type_conversions: [{ custom_credit_type_id: tokens, fiat_per_custom_credit: 7 }],
  }
  const worth = '0.1234567890123456789'
  const created = await api.call(
    'POST',
    `${CARDS}/create`,
    JSON.stringify(body).replace(':7', `:${worth}`),
  )
  const rate_card_id = created.body.data.id
  const product_id = await createProduct(api)
  const rate = { rate_card_id, product_id, price: 5, starting_at: '2026-03-01T00:00:00Z' }
  const add = (credit_type_id?: string) =>
    api.call('POST', `${CARDS}/addRate`, {
      ...rate,
      credit_type_id,
      entitled: true,
      rate_type: 'FLAT',
    })
  expect((await add(credits)).body.message).toBe(
    "credit_type_id: expected the rate card's USD (cents), or a custom unit that it has a conversion for",
  )
  const update = (fiat_per_custom_credit: number) =>
    api.call('POST', `${CARDS}/update`, {
      rate_card_id,
      add_credit_type_conversions: [{ custom_credit_type_id: credits, fiat_per_custom_credit }],
    })
  for (const status of [200, 200]) expect((await update(2)).status).toBe(status)
  expect(await update(3)).toMatchObject({
    status: 400,
    body: {
      message:
        'add_credit_type_conversions[0].fiat_per_custom_credit: the unit has a conversion already, of 2, which cannot be changed',
    },
  })
  const read = await api.call('POST', `${CARDS}/get`, { id: rate_card_id })
  expect(read.body.data.credit_type_conversions).toEqual([
    { custom_credit_type: { id: tokens, name: 'Tokens' }, fiat_per_custom_credit: worth },
    { custom_credit_type: { id: credits, name: 'Credits' }, fiat_per_custom_credit: '2' },
  ])
  const added = await add(credits)
  expect(added.body.data.credit_type).toEqual({ id: credits, name: 'Credits' })
  expect((await add(tokens)).status).toBe(400)
  expect((await add()).status).toBe(400)
  const rows = await api.call('POST', `${CARDS}/getRates`, { rate_card_id, at: rate.starting_at })
  expect(rows.body.data).toMatchObject([{ rate: { credit_type: { name: 'Credits' } } }])
})

test('a unit that is unknown or of another environment has no conversion', async () => {
  const [api, other] = [await createTestApi(), await createTestApi()]
  const { body } = await other.call('POST', '/v1/credit-types/create', { name: 'Tokens' })
  for (const id of [UNKNOWN_ID, body.data.id]) {
    const conversion = { custom_credit_type_id: id, fiat_per_custom_credit: 1 }
    expect(
      await api.call('POST', `${CARDS}/create`, {
        name: 'x',
        credit_type_conversions: [conversion],
      }),
    ).toMatchObject({
      status: 404,
      body: {
        message: `credit_type_conversions[0].custom_credit_type_id: no custom pricing unit ${id}`,
      },
    })
  }
  expect((await api.call('POST', `${CARDS}/list`, {})).body.data).toEqual([])
})
