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
const MARCH = '2026-03-01T00:00:00.000Z'
const APRIL = '2026-04-01T00:00:00.000Z'
const MAY = '2026-05-01T00:00:00.000Z'
const FLAT = { starting_at: MARCH, entitled: true, rate_type: 'FLAT', price: 100 }

async function seed(pricingGroupKey: string[] = []) {
  const api = await createTestApi()
  const product_id = await createProduct(api, { pricingGroupKey })
  return { api, call: api.call, product_id, rate_card_id: await createRateCard(api) }
}

/** `2026-03-01..2026-04-01 {"model":"a"} 5`: the rows of an answer as text. */
function rowsOf(body: { data: ScheduledRow[] }): string[] {
  return body.data.map(({ starting_at, ending_before, pricing_group_values, rate }) =>
    [
      `${starting_at.slice(0, 10)}..${ending_before?.slice(0, 10) ?? ''}`,
      ...(pricing_group_values === undefined ? [] : [JSON.stringify(pricing_group_values)]),
      rate.price,
    ].join(' '),
  )
}

interface ScheduledRow {
  starting_at: string
  ending_before?: string
  pricing_group_values?: Record<string, string>
  rate: { price: number }
}

async function ratesAt(api: TestApi, rate_card_id: string, at: string, selectors?: object[]) {
  const { status, body } = await api.call('POST', `${CARDS}/getRates`, {
    rate_card_id,
    at,
    selectors,
  })
  expect({ status, next: body.next_page }).toEqual({ status: 200, next: null })
  return rowsOf(body)
}

async function schedule(api: TestApi, members: Record<string, unknown>) {
  const { status, body } = await api.call('POST', `${CARDS}/getRateSchedule`, members)
  expect({ status, next: body.next_page }).toEqual({ status: 200, next: null })
  return rowsOf(body)
}

test('a flat rate is added, and read back with its product', async () => {
  const api = await createTestApi()
  await addFieldKeys(api, 'contract_product', ['sku'])
  const product_id = await createProduct(api, {
    pricingGroupKey: ['model', 'region'],
    name: 'Tokens',
    tags: ['ai'],
    custom_fields: { sku: 'T-1' },
  })
  const rate_card_id = await createRateCard(api)
  const added = await api.call('POST', `${CARDS}/addRate`, {
    rate_card_id,
    product_id,
    starting_at: MARCH,
    ending_before: APRIL,
    entitled: false,
    rate_type: 'flat',
    price: 12.5,
    credit_type_id: USD.id,
    pricing_group_values: { region: 'eu', model: 'a' },
    some_field_of_tomorrow: 1,
  })
  const rate = {
    rate_type: 'FLAT',
    price: 12.5,
    credit_type: USD,
    pricing_group_values: { model: 'a', region: 'eu' },
  }
  expect(added).toMatchObject({ status: 200 })
  expect(added.body).toEqual({ data: rate })
  const row = {
    product_id,
    product_name: 'Tokens',
    product_tags: ['ai'],
    product_custom_fields: { sku: 'T-1' },
    pricing_group_values: { model: 'a', region: 'eu' },
    starting_at: MARCH,
    ending_before: APRIL,
    entitled: false,
    rate,
  }
  const answer = { data: [row], next_page: null }
  const at = '2026-03-15T12:34:56.789Z'
  expect((await api.call('POST', `${CARDS}/getRates`, { rate_card_id, at })).body).toEqual(answer)
  const whole = { rate_card_id, starting_at: MARCH }
  expect((await api.call('POST', `${CARDS}/getRateSchedule`, whole)).body).toEqual(answer)
})

test('a price keeps every digit, in and out', async () => {
  const { call, product_id, rate_card_id } = await seed()
  for (const price of ['0.1234567890123456789', '123456789012345678901234567890.5', '0']) {
    const body = JSON.stringify({ ...FLAT, rate_card_id, product_id, price: 0 })
    const added = await call(
      'POST',
      `${CARDS}/addRate`,
      body.replace('"price":0', `"price":${price}`),
    )
    expect(added.text).toContain(`"price":${price},`)
    const read = await call('POST', `${CARDS}/getRates`, { rate_card_id, at: MARCH })
    expect(read.text).toContain(`"price":${price},`)
  }
})

test('rates are added together, with their order as the order of entry', async () => {
  const { api, product_id, rate_card_id } = await seed(['model'])
  const rates = [
    { ...FLAT, product_id, price: 1 },
    { ...FLAT, product_id, price: 2, pricing_group_values: { model: 'a' } },
    { ...FLAT, product_id, price: 3, pricing_group_values: { model: 'b' } },
    { ...FLAT, product_id, price: 4, pricing_group_values: { model: 'a' } },
  ]
  const added = await api.call('POST', `${CARDS}/addRates`, { rate_card_id, rates })
  expect(added).toMatchObject({ status: 200 })
  expect(added.body).toEqual({ data: { id: rate_card_id } })
  expect(await ratesAt(api, rate_card_id, MARCH)).toEqual([
    '2026-03-01.. 1',
    '2026-03-01.. {"model":"a"} 4',
    '2026-03-01.. {"model":"b"} 3',
  ])
})

test('of rates that are added together one that is refused refuses all, and is named by its place', async () => {
  const { api, product_id, rate_card_id } = await seed(['model'])
  const refused = async (second: object) => {
    const rates = [
      { ...FLAT, product_id },
      { ...FLAT, product_id, ...second },
    ]
    const { status, body } = await api.call('POST', `${CARDS}/addRates`, { rate_card_id, rates })
    return `${status} ${body.message}`
  }
  expect(await refused({ pricing_group_values: { zone: 'a' } })).toBe(
    '400 rates[1].pricing_group_values: missing "model", superfluous "zone"; the pricing group key of the product "Calls" is ["model"]',
  )
  expect(await refused({ product_id: UNKNOWN_ID })).toBe(
    `404 rates[1].product_id: no product ${UNKNOWN_ID}`,
  )
  expect(await refused({ price: -1 })).toBe(
    '400 rates[1].price: expected a number that is not negative',
  )
  expect(await refused({ tiers: [{ price: 1 }] })).toBe(
    '400 rates[1].tiers: applies to TIERED, TIERED_PERCENTAGE rates only',
  )
  expect(await ratesAt(api, rate_card_id, MARCH)).toEqual([])
})

test('as many rates as one request may have are added; one more is refused', async () => {
  const { api, product_id, rate_card_id } = await seed(['n'])
  const rates = Array.from({ length: 1_001 }, (_, i) => ({
    ...FLAT,
    product_id,
    pricing_group_values: { n: String(i) },
  }))
  const tooMany = await api.call('POST', `${CARDS}/addRates`, { rate_card_id, rates })
  expect(tooMany).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('rates:') },
  })
  const added = await api.call('POST', `${CARDS}/addRates`, { rate_card_id, rates: rates.slice(1) })
  expect(added.status).toBe(200)
  expect(
    await ratesAt(api, rate_card_id, MARCH, [{ pricing_group_values: { n: '1000' } }]),
  ).toEqual(['2026-03-01.. {"n":"1000"} 100'])
})

test('a repeated addition under one key adds once', async () => {
  const { api, product_id, rate_card_id } = await seed()
  const body = { ...FLAT, rate_card_id, product_id }
  const add = () => api.call('POST', `${CARDS}/addRate`, body, { 'idempotency-key': 'k' })
  expect((await add()).body).toEqual((await add()).body)
})

test.for([
  [{ rate_card_id: undefined }, 'rate_card_id:'],
  [{ product_id: 'p' }, 'product_id: expected a UUID'],
  [{ starting_at: undefined }, 'starting_at:'],
  [{ starting_at: 'now' }, 'starting_at: expected an RFC 3339 timestamp'],
  [{ starting_at: '2026-03-01T00:30:00Z' }, 'starting_at: expected a timestamp on the hour'],
  [{ ending_before: '2026-04-01T00:00:01Z' }, 'ending_before: expected a timestamp on the hour'],
  [{ ending_before: MARCH }, 'ending_before: expected an instant after starting_at'],
  [{ entitled: undefined }, 'entitled:'],
  [{ entitled: 'true' }, 'entitled:'],
  [{ rate_type: undefined }, 'rate_type:'],
  [
    { rate_type: 'VOLUME' },
    'rate_type: expected one of FLAT, PERCENTAGE, SUBSCRIPTION, TIERED, TIERED_PERCENTAGE, CUSTOM',
  ],
  [{ price: undefined }, 'price: required for FLAT rates'],
  [{ price: '5' }, 'price: expected a number'],
  [{ price: null }, 'price: expected a number'],
  [{ price: -0.01 }, 'price: expected a number that is not negative'],
  [
    { credit_type_id: UNKNOWN_ID },
    "credit_type_id: expected the rate card's USD (cents), or a custom unit that it has a conversion for",
  ],
  [{ pricing_group_values: [] }, 'pricing_group_values: expected an object'],
  [{ pricing_group_values: { a: 1 } }, 'pricing_group_values.a:'],
  [
    { pricing_group_values: { a: 'x' } },
    'pricing_group_values: superfluous "a"; the pricing group key of the product "Calls" is none',
  ],
] as const)('a malformed rate is refused by field: %j', async ([members, message]) => {
  const { api, product_id, rate_card_id } = await seed()
  const refused = await api.call('POST', `${CARDS}/addRate`, {
    ...FLAT,
    rate_card_id,
    product_id,
    ...members,
  })
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
  expect(await ratesAt(api, rate_card_id, MARCH)).toEqual([])
})

test.for([
  [{ rates: undefined }, 'rates:'],
  [{ rates: [] }, 'rates:'],
  [{ rates: {} }, 'rates:'],
  [{ rate_card_id: 5 }, 'rate_card_id:'],
] as const)('a malformed addition of rates is refused by field: %j', async ([members, message]) => {
  const { call, product_id, rate_card_id } = await seed()
  const rates = [{ ...FLAT, product_id }]
  const refused = await call('POST', `${CARDS}/addRates`, { rate_card_id, rates, ...members })
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
})

test('card and product must be of this environment, and the product not archived', async () => {
  const { api, product_id, rate_card_id } = await seed()
  const foreign = await seed()
  const add = (members: object) =>
    api.call('POST', `${CARDS}/addRate`, { ...FLAT, rate_card_id, product_id, ...members })
  for (const id of [UNKNOWN_ID, foreign.rate_card_id]) {
    const missing = { status: 404, body: { message: `rate_card_id: no rate card ${id}` } }
    expect(await add({ rate_card_id: id })).toMatchObject(missing)
    const rates = [{ ...FLAT, product_id }]
    expect(await api.call('POST', `${CARDS}/addRates`, { rate_card_id: id, rates })).toMatchObject(
      missing,
    )
    expect(
      await api.call('POST', `${CARDS}/getRates`, { rate_card_id: id, at: MARCH }),
    ).toMatchObject(missing)
    expect(
      await api.call('POST', `${CARDS}/getRateSchedule`, { rate_card_id: id, starting_at: MARCH }),
    ).toMatchObject(missing)
  }
  for (const id of [UNKNOWN_ID, foreign.product_id]) {
    expect(await add({ product_id: id })).toMatchObject({
      status: 404,
      body: { message: `product_id: no product ${id}` },
    })
  }
  await add({})
  await api.call('POST', '/v1/contract-pricing/products/archive', { product_id })
  expect(await add({})).toMatchObject({
    status: 400,
    body: { message: `product_id: product ${product_id} is archived and takes no new rates` },
  })
  // The rates that it had stay.
  expect(await ratesAt(api, rate_card_id, MARCH)).toEqual(['2026-03-01.. 100'])
})

test('the newest entry wins inside its span, and the earlier one resumes after it', async () => {
  const { api, product_id, rate_card_id } = await seed()
  await addRate(api, { rate_card_id, product_id, price: 1, starting_at: MARCH })
  await addRate(api, { rate_card_id, product_id, price: 2, starting_at: APRIL, ending_before: MAY })
  const all = ['2026-03-01..2026-04-01 1', '2026-04-01..2026-05-01 2', '2026-05-01.. 1']
  expect(await schedule(api, { rate_card_id, starting_at: MARCH })).toEqual(all)
  expect(await schedule(api, { rate_card_id, starting_at: APRIL, ending_before: MAY })).toEqual([
    all[1],
  ])
  expect(await schedule(api, { rate_card_id, starting_at: '2026-04-30T23:59:59Z' })).toEqual(
    all.slice(1),
  )
  expect(
    await schedule(api, {
      rate_card_id,
      starting_at: '2026-01-01T00:00:00Z',
      ending_before: MARCH,
    }),
  ).toEqual([])
  expect(await ratesAt(api, rate_card_id, '2026-02-28T23:59:59.999Z')).toEqual([])
  expect(await ratesAt(api, rate_card_id, '2026-03-31T23:59:59.999Z')).toEqual([all[0]])
  expect(await ratesAt(api, rate_card_id, APRIL)).toEqual([all[1]])
  expect(await ratesAt(api, rate_card_id, MAY)).toEqual([all[2]])
})

test('selectors are alternatives; the members of one must all fit (pricing 3.4)', async () => {
  const api = await createTestApi()
  const rate_card_id = await createRateCard(api)
  const keyed = await createProduct(api, {
    pricingGroupKey: ['model', 'region'],
    tags: ['ai', 'x'],
  })
  const plain = await createProduct(api, { tags: ['ai'] })
  const other = await createProduct(api)
  let price = 1
  for (const [model, region] of [
    ['a', 'eu'],
    ['a', 'us'],
    ['b', 'eu'],
  ]) {
    await addRate(api, {
      rate_card_id,
      product_id: keyed,
      price: price++,
      pricing_group_values: { model, region },
    })
  }
  for (const product_id of [keyed, plain, other]) {
    await addRate(api, { rate_card_id, product_id, price: price++ })
  }
  const prices = async (...selectors: object[]) =>
    (await ratesAt(api, rate_card_id, MARCH, selectors))
      .map((row) => row.split(' ').at(-1) ?? '')
      .toSorted((a, b) => Number(a) - Number(b))
      .join(' ')
  expect(await prices()).toBe('1 2 3 4 5 6')
  expect(await prices({})).toBe('1 2 3 4 5 6')
  expect(await prices({ product_id: keyed })).toBe('1 2 3 4')
  expect(await prices({ product_tags: ['ai', 'none'] })).toBe('1 2 3 4 5')
  expect(await prices({ product_tags: ['none'] })).toBe('')
  expect(await prices({ product_tags: [] })).toBe('')
  expect(await prices({ product_id: plain, product_tags: ['ai'] })).toBe('5')
  expect(await prices({ product_id: other, product_tags: ['ai'] })).toBe('')
  expect(await prices({ pricing_group_values: { region: 'eu', model: 'a' } })).toBe('1')
  expect(await prices({ pricing_group_values: { model: 'a' } })).toBe('')
  expect(await prices({ pricing_group_values: {} })).toBe('4 5 6')
  expect(await prices({ partial_pricing_group_values: { model: 'a' } })).toBe('1 2')
  expect(await prices({ partial_pricing_group_values: { model: 'a', region: 'us' } })).toBe('2')
  expect(await prices({ partial_pricing_group_values: { model: 'A' } })).toBe('')
  expect(await prices({ partial_pricing_group_values: { model: 'a', zone: 'z' } })).toBe('')
  expect(await prices({ partial_pricing_group_values: {} })).toBe('1 2 3 4 5 6')
  expect(
    await prices({ product_id: other }, { partial_pricing_group_values: { region: 'us' } }),
  ).toBe('2 6')
  expect(await prices({ billing_frequency: 'Monthly' })).toBe('')
  expect(await prices({ billing_frequency: 'MONTHLY' }, { product_id: plain })).toBe('5')
})

test('values of which the names need quoting are found', async () => {
  const { api, product_id, rate_card_id } = await seed(['__proto__', 'a."b', '10', '9'])
  const values = { ['__proto__']: 'p', 'a."b': "it's \u00e9 \u2028", '10': '', '9': '0' }
  await addRate(api, { rate_card_id, product_id, price: 1, pricing_group_values: values })
  for (const selector of [
    { pricing_group_values: values },
    { partial_pricing_group_values: values },
    { partial_pricing_group_values: { ['__proto__']: 'p' } },
    { partial_pricing_group_values: { '10': '' } },
  ]) {
    expect(await ratesAt(api, rate_card_id, MARCH, [selector])).toHaveLength(1)
  }
  expect(
    await ratesAt(api, rate_card_id, MARCH, [{ partial_pricing_group_values: { '9': '' } }]),
  ).toEqual([])
})

test.for([
  ['getRates', { at: undefined }, 'at:'],
  ['getRates', { rate_card_id: undefined }, 'rate_card_id:'],
  ['getRates', { selectors: {} }, 'selectors:'],
  ['getRates', { selectors: [{ product_id: 'x' }] }, 'selectors[0].product_id:'],
  ['getRates', { selectors: [{ product_tags: 'x' }] }, 'selectors[0].product_tags:'],
  ['getRates', { selectors: [{ billing_frequency: 'DAILY' }] }, 'selectors[0].billing_frequency:'],
  [
    'getRates',
    { selectors: [{ pricing_group_values: { a: 1 } }] },
    'selectors[0].pricing_group_values.a:',
  ],
  ['getRates', { selectors: Array.from({ length: 101 }, () => ({})) }, 'selectors:'],
  ['getRateSchedule', { starting_at: undefined }, 'starting_at:'],
  ['getRateSchedule', { starting_at: '2026' }, 'starting_at:'],
  [
    'getRateSchedule',
    { ending_before: MARCH },
    'ending_before: expected an instant after starting_at',
  ],
  ['getRateSchedule', { selectors: [1] }, 'selectors[0]:'],
] as const)('a malformed question is refused by field: %s %j', async ([path, members, message]) => {
  const { call, rate_card_id } = await seed()
  const body = { rate_card_id, at: MARCH, starting_at: MARCH, ...members }
  const refused = await call('POST', `${CARDS}/${path}`, body)
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
})

test('a schedule is read by page, also where a page ends amid the segments of one rate', async () => {
  const { api, product_id, rate_card_id } = await seed(['model'])
  for (const model of ['a', 'b']) {
    const values = { rate_card_id, product_id, pricing_group_values: { model } }
    await addRate(api, { ...values, price: 1, starting_at: MARCH })
    await addRate(api, { ...values, price: 2, starting_at: APRIL, ending_before: MAY })
  }
  await addRate(api, { rate_card_id, product_id, price: 9, starting_at: MAY })
  const question = { rate_card_id, starting_at: MARCH }
  const whole = await schedule(api, question)
  expect(whole).toEqual([
    '2026-05-01.. 9',
    '2026-03-01..2026-04-01 {"model":"a"} 1',
    '2026-04-01..2026-05-01 {"model":"a"} 2',
    '2026-05-01.. {"model":"a"} 1',
    '2026-03-01..2026-04-01 {"model":"b"} 1',
    '2026-04-01..2026-05-01 {"model":"b"} 2',
    '2026-05-01.. {"model":"b"} 1',
  ])
  for (const limit of [1, 2, 3, 6, 7]) {
    const seen: string[] = []
    let pages = 0
    let next = ''
    do {
      const path = `${CARDS}/getRateSchedule?limit=${limit}${next}`
      const { body } = await api.call('POST', path, question)
      seen.push(...rowsOf(body))
      next = body.next_page === null ? '' : `&next_page=${encodeURIComponent(body.next_page)}`
      pages++
    } while (next !== '')
    expect(seen).toEqual(whole)
    expect(pages).toBe(Math.ceil(7 / limit))
  }
})

test('a cursor belongs to its question', async () => {
  const { api, product_id, rate_card_id } = await seed(['model'])
  for (const model of ['a', 'b']) {
    await addRate(api, { rate_card_id, product_id, price: 1, pricing_group_values: { model } })
  }
  const question = { rate_card_id, at: MARCH }
  const { body } = await api.call('POST', `${CARDS}/getRates?limit=1`, question)
  const path = `${CARDS}/getRates?next_page=${encodeURIComponent(body.next_page)}`
  expect(rowsOf((await api.call('POST', path, question)).body)).toEqual([
    '2026-03-01.. {"model":"b"} 1',
  ])
  for (const other of [{ at: APRIL }, { selectors: [{ product_id }] }]) {
    expect(await api.call('POST', path, { ...question, ...other })).toMatchObject({
      status: 400,
      body: {
        message: expect.stringContaining('next_page: the cursor belongs to another request'),
      },
    })
  }
})

test('a price of more digits than amounts could keep exactly is refused', async () => {
  const api = await createTestApi()
  const rateCardId = await createRateCard(api)
  const productId = await createProduct(api)
  const body = JSON.stringify({
    rate_card_id: rateCardId,
    product_id: productId,
    starting_at: '2026-03-01T00:00:00Z',
    entitled: true,
    rate_type: 'FLAT',
    price: 1,
  })
  const path = '/v1/contract-pricing/rate-cards/addRate'
  const answer = await api.call(
    'POST',
    path,
    body.replace('"price":1', `"price":0.${'1'.repeat(101)}`),
  )
  expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('price') } })
  const huge = await api.call('POST', path, body.replace('"price":1', '"price":1e400'))
  expect(huge).toMatchObject({ status: 400, body: { message: expect.stringContaining('price') } })
})
