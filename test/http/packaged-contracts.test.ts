import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addFieldKeys, createdId, createRateCard, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const START = '2026-01-31T00:00:00Z'

const days = (value: number) => ({ value, unit: 'DAYS' })
const months = (value: number) => ({ value, unit: 'MONTHS' })

function createPackage(api: TestApi, members: object): Promise<string> {
  return createdId(api, '/v1/packages/create', { name: 'Starter', ...members })
}

function createContract(api: TestApi, body: object) {
  return api.call('POST', '/v1/contracts/create', { starting_at: START, ...body })
}

function createCustomer(api: TestApi): Promise<string> {
  return createdId(api, '/v1/customers', { name: 'Acme' })
}

test('a contract of a package has its terms, with dates, and names it in both versions', async () => {
  const api = await createTestApi()
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const package_id = await createPackage(api, {
    contract_name: 'Starter plan',
    rate_card_id,
    duration: months(1),
    net_payment_terms_days: 14,
    usage_statement_schedule: { frequency: 'WEEKLY', day: 'CONTRACT_START' },
    overrides: [
      {
        starting_at_offset: days(7),
        duration: { value: 1, unit: 'WEEKS' },
        type: 'MULTIPLIER',
        multiplier: 0.5,
        override_specifiers: [{ product_tags: ['beta'] }],
      },
    ],
  })
  await addFieldKeys(api, 'contract', ['crm'])
  const created = await createContract(api, {
    customer_id,
    package_id,
    uniqueness_key: 'once',
    custom_fields: { crm: '7' },
    overrides: [],
  })
  expect(created.status).toBe(200)
  const { id: contract_id, contract } = created.body.data
  const { overrides: templates } = (await api.call('POST', '/v1/packages/get', { package_id })).body
    .data
  expect(contract.overrides[0].id).not.toBe(templates[0].id)
  const terms = {
    name: 'Starter plan',
    rate_card_id,
    starting_at: '2026-01-31T00:00:00.000Z',
    ending_before: '2026-02-28T00:00:00.000Z',
    net_payment_terms_days: 14,
    usage_statement_schedule: {
      frequency: 'WEEKLY',
      billing_anchor_date: '2026-01-31T00:00:00.000Z',
    },
    overrides: [
      {
        type: 'MULTIPLIER',
        multiplier: 0.5,
        starting_at: '2026-02-07T00:00:00.000Z',
        ending_before: '2026-02-14T00:00:00.000Z',
        override_specifiers: [{ product_tags: ['beta'] }],
      },
    ],
  }
  const entity = {
    id: contract_id,
    customer_id,
    package_id,
    uniqueness_key: 'once',
    custom_fields: { crm: '7' },
  }
  expect(contract).toMatchObject({ ...entity, ...terms })
  const body = { customer_id, contract_id }
  const v1 = (await api.call('POST', '/v1/contracts/get', body)).body.data
  expect(v1).toMatchObject({ ...entity, current: terms, initial: terms })
  const v2 = (await api.call('POST', '/v2/contracts/get', body)).body.data
  expect(v2).toEqual(contract)
})

test('a draft of a contract that was made from a package equals that of the same contract made by hand', async () => {
  const api = await createTestApi()
  const { customerId, rateCardId, productId } = await createOffering(api)
  const specifiers = [{ product_id: productId, pricing_group_values: { model: 'm1' } }]
  const overwrite = {
    type: 'OVERWRITE',
    overwrite_rate: { rate_type: 'FLAT', price: 7 },
    override_specifiers: specifiers,
  }
  const half = {
    type: 'MULTIPLIER',
    multiplier: 0.5,
    override_specifiers: [{ product_id: productId }],
  }
  const common = { rate_card_id: rateCardId, net_payment_terms_days: 10 }
  const package_id = await createPackage(api, {
    ...common,
    duration: months(3),
    usage_statement_schedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' },
    overrides: [
      { ...overwrite, starting_at_offset: days(1), duration: days(2) },
      { ...half, starting_at_offset: months(1) },
    ],
  })
  const start = '2026-02-03T00:00:00Z'
  const made = await createContract(api, {
    customer_id: customerId,
    package_id,
    starting_at: start,
  })
  const byHand = await createContract(api, {
    ...common,
    customer_id: customerId,
    starting_at: start,
    ending_before: '2026-05-03T00:00:00Z',
    usage_statement_schedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' },
    overrides: [
      {
        ...overwrite,
        starting_at: '2026-02-04T00:00:00Z',
        ending_before: '2026-02-06T00:00:00Z',
      },
      { ...half, starting_at: '2026-03-03T00:00:00Z' },
    ],
  })
  expect([made.status, byHand.status]).toEqual([200, 200])
  const events = [
    completion('a', '2026-03-02T10:00:00Z', { tokens: 10 }),
    completion('b', '2026-03-03T10:00:00Z', { tokens: 10 }),
    completion('c', '2026-03-04T10:00:00Z', { tokens: 5, model: 'm2' }),
  ]
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
  const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?status=DRAFT`)
  const drafts = [made, byHand].map((contract) => {
    const own = body.data.filter(
      (invoice: { contract_id: string }) => invoice.contract_id === contract.body.data.id,
    )
    expect(own).toHaveLength(1)
    const { id: _, contract_id: __, line_items, ...rest } = own[0]
    return { ...rest, line_items: line_items.map(withoutId) }
  })
  // 10 × 2 before 3 March, and from then on half of 10 × 2 and of 5 × 3.
  expect(drafts[0]).toMatchObject({ total: 37.5 })
  expect(drafts[0]).toEqual(drafts[1])
})

/** A line without its id, which is derived from its contract's. */
function withoutId(line: Record<string, unknown>) {
  const { id: _, ...rest } = line
  return rest
}

test('an alias means the package, and the card, that have it when the contract starts', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const oldCard = await createRateCard(api, { aliases: [{ name: 'paygo' }] })
  const newCard = await createRateCard(api, {
    aliases: [{ name: 'paygo', starting_at: '2026-02-15T00:00:00Z' }],
  })
  const first = await createPackage(api, {
    rate_card_alias: 'paygo',
    aliases: [{ name: 'starter' }],
  })
  const second = await createPackage(api, {
    aliases: [{ name: 'starter', starting_at: '2026-03-01T00:00:00Z' }],
  })
  const made = async (starting_at: string) => {
    const { body } = await createContract(api, {
      customer_id,
      starting_at,
      package_alias: 'starter',
    })
    const { package_id, rate_card_id } = body.data.contract
    return [package_id, rate_card_id]
  }
  expect(await made('2026-02-14T23:00:00Z')).toEqual([first, oldCard])
  expect(await made('2026-02-15T00:00:00Z')).toEqual([first, newCard])
  expect(await made('2026-03-01T00:00:00Z')).toEqual([second, undefined])
  const refused = await createContract(api, { customer_id, package_alias: 'Starter' })
  expect([refused.status, refused.body.message]).toEqual([
    404,
    'package_alias: no package has the alias "Starter" when the contract starts',
  ])
})

test('with a package, every other term is refused by name', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const package_id = await createPackage(api, { aliases: [{ name: 'starter' }] })
  const override = { starting_at: START, entitled: true }
  const fields = {
    name: 'Mine',
    rate_card_id: UNKNOWN_ID,
    rate_card_alias: 'paygo',
    ending_before: '2026-05-01T00:00:00Z',
    net_payment_terms_days: 0,
    netsuite_sales_order_id: '1',
    salesforce_opportunity_id: '1',
    total_contract_value: 1,
    usage_statement_schedule: { frequency: 'MONTHLY' },
    multiplier_override_prioritization: 'EXPLICIT',
    overrides: [override],
    usage_filter: { group_key: 'a', group_values: ['b'] },
    commits: [{}],
    subscriptions: [{}],
    spend_threshold_configuration: {},
  }
  for (const [field, value] of Object.entries(fields)) {
    for (const named of [{ package_id }, { package_alias: 'starter' }]) {
      const answer = await createContract(api, { customer_id, ...named, [field]: value })
      expect([field, answer.status]).toEqual([field, 400])
      expect(answer.body.message).toContain(field)
    }
  }
  const both = await createContract(api, { customer_id, package_id, package_alias: 'starter' })
  expect([both.status, both.body.message]).toEqual([
    400,
    'package_alias: expected only without package_id',
  ])
  const listed = await api.call('POST', '/v1/packages/listContractsOnPackage', { package_id })
  expect(listed.body).toEqual({ data: [], next_page: null })
})

test('an archived package takes no new contracts, and keeps those that it has', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const package_id = await createPackage(api, { aliases: [{ name: 'starter' }] })
  const { body } = await createContract(api, { customer_id, package_id })
  await api.call('POST', '/v1/packages/archive', { package_id })
  for (const named of [{ package_id }, { package_alias: 'starter' }]) {
    const refused = await createContract(api, { customer_id, ...named })
    expect(refused.status).toBe(400)
    expect(refused.body.message).toContain(`package ${package_id} is archived`)
  }
  const listed = await api.call('POST', '/v1/packages/listContractsOnPackage', { package_id })
  expect(listed.body.data).toMatchObject([{ contract_id: body.data.id }])
})

test('what does not exist, and what is malformed, is refused by field', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const foreign = await createPackage(await createTestApi(), {})
  const package_id = await createPackage(api, { duration: { value: 1_000, unit: 'YEARS' } })
  const table: [object, number, string][] = [
    [{ package_id: UNKNOWN_ID }, 404, `package_id: no package ${UNKNOWN_ID}`],
    [{ package_id: foreign }, 404, `package_id: no package ${foreign}`],
    [{ package_id: 'x' }, 400, 'package_id'],
    [{ package_alias: '' }, 400, 'package_alias'],
    [{ package_id, starting_at: '2026-01-31T00:30:00Z' }, 400, 'starting_at'],
    [{ package_id, starting_at: '9000-01-01T00:00:00Z' }, 400, 'starting_at'],
    [{ package_id, customer_id: UNKNOWN_ID }, 404, 'customer_id'],
    [{ package_id, transition: { type: 'RENEWAL' } }, 400, 'transition.from_contract_id'],
  ]
  for (const [change, status, message] of table) {
    const answer = await createContract(api, { customer_id, ...change })
    expect([change, answer.status]).toEqual([change, status])
    expect(answer.body.message).toContain(message)
  }
  const key = { customer_id, package_id, uniqueness_key: 'once' }
  expect((await createContract(api, key)).status).toBe(200)
  expect((await createContract(api, key)).status).toBe(409)
})

test('a contract of a package may take over from another one, which then ends', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const package_id = await createPackage(api, {})
  const first = (await createContract(api, { customer_id })).body.data.id
  const next = await createContract(api, {
    customer_id,
    package_id,
    starting_at: '2026-04-01T00:00:00Z',
    transition: { type: 'RENEWAL', from_contract_id: first },
  })
  expect(next.status).toBe(200)
  expect(next.body.data.contract).toMatchObject({
    package_id,
    transitions: [{ type: 'RENEWAL', from_contract_id: first }],
  })
  const former = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id: first })
  expect(former.body.data.ending_before).toBe('2026-04-01T00:00:00.000Z')
})

function sorted(texts: string[]): string[] {
  return texts.toSorted((a, b) => (a < b ? -1 : 1))
}

test('a customer is created together with its contract of a package, or not at all', async () => {
  const api = await createTestApi()
  const package_id = await createPackage(api, { duration: months(1) })
  const create = (contract: object) =>
    api.call('POST', '/v1/composite/createCustomerWithContract', {
      customer: { name: 'Both' },
      contract: { starting_at: START, ...contract },
    })
  const refused = await create({ package_id: UNKNOWN_ID })
  expect([refused.status, refused.body.message]).toEqual([
    404,
    `contract.package_id: no package ${UNKNOWN_ID}`,
  ])
  const more = await create({ package_id, name: 'Mine' })
  expect([more.status, more.body.message]).toEqual([
    400,
    expect.stringContaining('contract.name: expected only without package_id'),
  ])
  expect((await api.call('GET', '/v1/customers')).body.data).toEqual([])
  const { customer_id, contract_id } = (await create({ package_id })).body.data
  const { body } = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  expect(body.data).toMatchObject({ package_id, ending_before: '2026-02-28T00:00:00.000Z' })
})

test('the contracts of a package are listed by page, by date and whether they are archived', async () => {
  const api = await createTestApi()
  const customer_id = await createCustomer(api)
  const package_id = await createPackage(api, { duration: months(1) })
  await createContract(api, { customer_id: await createCustomer(api) })
  const ids: Record<string, string> = {}
  for (const day of ['2026-01-01', '2026-02-01', '2026-03-01']) {
    const starting_at = `${day}T00:00:00Z`
    const customer = await createCustomer(api)
    const created = await createContract(api, { customer_id: customer, package_id, starting_at })
    ids[created.body.data.id] = day
  }
  const old = await createContract(api, { customer_id, package_id })
  const contract_id = old.body.data.id
  ids[contract_id] = 'archived'
  const archived = await api.call('POST', '/v1/contracts/archive', {
    customer_id,
    contract_id,
    void_invoices: false,
  })
  expect(archived.status).toBe(200)
  const list = async (filter: object, query = '') => {
    const path = `/v1/packages/listContractsOnPackage${query}`
    const { body } = await api.call('POST', path, { package_id, ...filter })
    const rows: { contract_id: string }[] = body.data
    return { days: sorted(rows.map((row) => ids[row.contract_id] ?? '')), next: body.next_page }
  }
  const daysOf = async (filter: object) => (await list(filter)).days
  expect(await daysOf({})).toEqual(['2026-01-01', '2026-02-01', '2026-03-01'])
  expect(await daysOf({ covering_date: '2026-02-01T00:00:00Z' })).toEqual(['2026-02-01'])
  expect(await daysOf({ covering_date: '2025-12-31T23:00:00Z' })).toEqual([])
  expect(await daysOf({ starting_at: '2026-02-01T00:00:00Z' })).toEqual([
    '2026-02-01',
    '2026-03-01',
  ])
  expect(await daysOf({ include_archived: true })).toContain('archived')
  const first = await list({}, '?limit=2')
  const second = await list({}, `?limit=2&next_page=${first.next}`)
  expect(sorted([...first.days, ...second.days])).toEqual(await daysOf({}))
  expect([first.days.length, second.next]).toEqual([2, null])
  const refused = await api.call('POST', '/v1/packages/listContractsOnPackage', {
    package_id,
    starting_at: START,
    covering_date: START,
  })
  expect(refused).toMatchObject({
    status: 400,
    body: { message: 'starting_at: expected only without covering_date' },
  })
})
