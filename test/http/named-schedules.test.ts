import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, createRateCard, UNKNOWN_ID } from '../support/catalog.ts'

const CARDS = '/v1/contract-pricing/rate-cards'
const [FEBRUARY, MARCH, APRIL] = ['02', '03', '04'].map((month) => `2026-${month}-01T00:00:00.000Z`)

async function createCustomer(api: TestApi): Promise<string> {
  return createdId(api, '/v1/customers', { name: 'Acme' })
}

async function createContract(api: TestApi, customer_id: string): Promise<string> {
  return createdId(api, '/v1/contracts/create', { customer_id, starting_at: MARCH })
}

test('a schedule of a rate card is set in spans and read whole or at an instant', async () => {
  const api = await createTestApi()
  const schedule = { rate_card_id: await createRateCard(api), schedule_name: 'discount' }
  const get = async (members: object = {}) =>
    (await api.call('POST', `${CARDS}/getNamedSchedule`, { ...schedule, ...members })).body
  const set = (members: object) =>
    api.call('POST', `${CARDS}/updateNamedSchedule`, { ...schedule, ...members })
  expect(await get()).toEqual({ data: [] })
  const first = await set({ starting_at: FEBRUARY, value: { share: 0.5 } })
  expect([first.status, first.text]).toEqual([200, ''])
  await set({ starting_at: MARCH, ending_before: APRIL, value: null })
  const segments = [
    { value: { share: 0.5 }, starting_at: FEBRUARY, ending_before: MARCH },
    { value: null, starting_at: MARCH, ending_before: APRIL },
    { value: { share: 0.5 }, starting_at: APRIL },
  ]
  expect(await get()).toEqual({ data: segments })
  expect(await get({ covering_date: '2026-03-31T23:59:59Z' })).toEqual({ data: [segments[1]] })
  expect(await get({ covering_date: '2026-01-01T00:00:00Z' })).toEqual({ data: [] })
  expect(await get({ schedule_name: 'other' })).toEqual({ data: [] })
})

test('a value is kept with all digits of its numbers', async () => {
  const api = await createTestApi()
  const schedule = { rate_card_id: await createRateCard(api), schedule_name: 'n' }
  const value = '[0.1234567890123456789,{"__proto__":1e2},"x",true]'
  const body = JSON.stringify({ ...schedule, starting_at: MARCH, value: 7 })
  await api.call('POST', `${CARDS}/updateNamedSchedule`, body.replace(':7}', `:${value}}`))
  const read = await api.call('POST', `${CARDS}/getNamedSchedule`, schedule)
  expect(read.text).toContain(`"value":${value.replace('1e2', '100')}`)
})

test('a customer and a contract have schedules of their own', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const contract_id = await createContract(api, customer_id)
  const name = { schedule_name: 's' }
  for (const [path, owner, value] of [
    ['customers', { customer_id }, 'customer'],
    ['contracts', { customer_id, contract_id }, 'contract'],
    ['contracts', { customer_id, contract_id, properties: { b: '2', a: '1' } }, 'by properties'],
  ] as const) {
    const body = { ...owner, ...name, starting_at: MARCH, value }
    expect((await api.call('POST', `/v1/${path}/updateNamedSchedule`, body)).status).toBe(200)
  }
  const read = async (path: string, owner: object) =>
    (await api.call('POST', `/v1/${path}/getNamedSchedule`, { ...owner, ...name })).body.data.map(
      ({ value }: { value: string }) => value,
    )
  expect(await read('customers', { customer_id })).toEqual(['customer'])
  expect(await read('contracts', { customer_id, contract_id })).toEqual(['contract'])
  const withProperties = { customer_id, contract_id, properties: { a: '1', b: '2' } }
  expect(await read('contracts', withProperties)).toEqual(['by properties'])
  expect(await read('contracts', { ...withProperties, properties: { a: '1' } })).toEqual([])
})

test("the schedules of a customer's contracts are listed by page and filtered", async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const contracts = [
    await createContract(api, customer_id),
    await createContract(api, customer_id),
  ].toSorted()
  for (const contract_id of contracts) {
    for (const [schedule_name, properties] of [
      ['a', undefined],
      ['b', { zone: 'eu' }],
      ['b', { zone: 'us', tier: '1' }],
    ] as const) {
      const body = { customer_id, contract_id, schedule_name, properties }
      await api.call('POST', '/v1/contracts/updateNamedSchedule', {
        ...body,
        starting_at: MARCH,
        value: 1,
      })
    }
  }
  const list = async (members: object) =>
    (await api.call('POST', '/v1/contracts/listNamedSchedules', { customer_id, ...members })).body
  const all = await list({})
  expect(all.next_page).toBe(null)
  expect(all.data[0]).toEqual({
    contract_id: contracts[0],
    schedule_name: 'a',
    segments: [{ value: 1, starting_at: MARCH }],
  })
  expect(all.data).toHaveLength(6)
  const seen: object[] = []
  let next_page: string | undefined
  do {
    const page = await list({ limit: 4, next_page })
    seen.push(...page.data)
    next_page = page.next_page ?? undefined
  } while (next_page !== undefined)
  expect(seen).toEqual(all.data)
  const count = async (members: object) => (await list(members)).data.length
  expect(await count({ contract_id: contracts[1] })).toBe(3)
  expect(await count({ schedule_name: 'b' })).toBe(4)
  expect(await count({ properties: { zone: 'us' } })).toBe(2)
  expect(await count({ properties: { zone: 'us', tier: '2' } })).toBe(0)
  const early = await list({ covering_date: FEBRUARY })
  expect(early.data.map(({ segments }: { segments: object[] }) => segments.length)).toEqual([
    0, 0, 0, 0, 0, 0,
  ])
  const { next_page: cursor } = await list({ limit: 1 })
  expect((await list({ schedule_name: 'b', next_page: cursor })).message).toContain(
    'next_page: the cursor belongs to another request',
  )
})

test('owners must be of this environment, and a contract of its customer', async () => {
  const [api, other] = [await createTestApi(), await createTestApi()]
  const customer_id = await createCustomer(api)
  const contract_id = await createContract(api, await createCustomer(api))
  const card = await createRateCard(other)
  const customer = await createCustomer(other)
  for (const [path, owner, message] of [
    [CARDS, { rate_card_id: card }, `rate_card_id: no rate card ${card}`],
    ['/v1/customers', { customer_id: customer }, `customer_id: no customer ${customer}`],
    [
      '/v1/contracts',
      { customer_id, contract_id },
      `contract_id: the customer ${customer_id} has no contract ${contract_id}`,
    ],
  ] as const) {
    const body = { ...owner, schedule_name: 's', starting_at: MARCH, value: 1 }
    for (const action of ['getNamedSchedule', 'updateNamedSchedule']) {
      const refused = await api.call('POST', `${path}/${action}`, body)
      expect(refused).toMatchObject({ status: 404, body: { message } })
    }
  }
  expect(
    await api.call('POST', '/v1/contracts/listNamedSchedules', { customer_id: UNKNOWN_ID }),
  ).toMatchObject({ status: 404 })
})

test.for([
  [{ rate_card_id: 'x' }, 'rate_card_id: expected a UUID'],
  [{ schedule_name: undefined }, 'schedule_name:'],
  [{ schedule_name: '' }, 'schedule_name:'],
  [{ starting_at: undefined }, 'starting_at:'],
  [{ starting_at: 'now' }, 'starting_at: expected an RFC 3339 timestamp'],
  [{ ending_before: MARCH }, 'ending_before: expected an instant after starting_at'],
  [{ value: undefined }, 'value: required'],
  [{ value: 'x'.repeat(1_000) }, 'value: expected at most 1000 characters of JSON'],
] as const)('a malformed value is refused by field: %j', async ([members, message]) => {
  const api = await createTestApi()
  const schedule = { rate_card_id: await createRateCard(api), schedule_name: 's' }
  const body = { ...schedule, starting_at: MARCH, value: 1, ...members }
  const refused = await api.call('POST', `${CARDS}/updateNamedSchedule`, body)
  expect(refused.body.message).toContain(message)
  expect(refused.status).toBe(400)
  const read = await api.call('POST', `${CARDS}/getNamedSchedule`, schedule)
  expect(read.body.data).toEqual([])
})
