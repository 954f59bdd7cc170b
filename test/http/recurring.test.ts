import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { addRate, createdId, createRateCard, UNKNOWN_ID } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const USD = '2714e483-4ff1-48e4-9e25-ac732e8f24f2'
const START = '2026-01-16T00:00:00Z'

interface Signed {
  api: TestApi
  customer_id: string
  product_id: string
  sdk: Metronome
}

/** The clock stands at noon of 10 March 2026. */
async function signUp(): Promise<Signed> {
  const api = await createTestApi()
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const product = { name: 'Monthly', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const sdk = new Metronome({
    bearerToken: api.token,
    baseURL: 'https://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  return { api, customer_id, product_id, sdk }
}

function grant(product_id: string, members: object = {}) {
  return {
    product_id,
    access_amount: { unit_price: 1000, quantity: 1, credit_type_id: USD },
    priority: 5,
    commit_duration: { value: 1, unit: 'PERIODS' as const },
    starting_at: START,
    ...members,
  }
}

/** `2026-01-16 516` of each balance of the customer that there is by now. */
async function granted({ api, customer_id }: Pick<Signed, 'api' | 'customer_id'>) {
  const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
    customer_id,
    include_contract_balances: true,
  })
  type Listed = { access_schedule: { schedule_items: { starting_at: string; amount: number }[] } }
  return body.data
    .flatMap(({ access_schedule }: Listed) => access_schedule.schedule_items)
    .map(({ starting_at, amount }: { starting_at: string; amount: number }) => {
      return `${starting_at.slice(0, 10)} ${amount}`
    })
    .toSorted((a: string, b: string) => (a < b ? -1 : 1))
}

test('a contract with recurring commits and credits is created by the SDK and shown by both versions', async () => {
  const { api, customer_id, product_id, sdk } = await signUp()
  const { data } = await sdk.v1.contracts.create({
    customer_id,
    starting_at: START,
    recurring_commits: [
      grant(product_id, {
        name: 'Base',
        description: 'What is bought each quarter',
        invoice_amount: { unit_price: 800, quantity: 1, credit_type_id: USD },
        recurrence_frequency: 'QUARTERLY',
        commit_duration: { value: 2 },
        ending_before: '2027-01-16T00:00:00Z',
        rate_type: 'commit_rate',
        rollover_fraction: 0.25,
        applicable_product_tags: ['ai'],
        proration: 'NONE',
        netsuite_sales_order_id: 'NS-1',
      }),
    ],
    recurring_credits: [
      grant(product_id, {
        proration_rounding: { access: { rounding_method: 'half_up', decimal_places: 0 } },
      }),
    ],
  })
  const commit = {
    id: expect.any(String),
    contract: { id: data.id },
    product: { id: product_id, name: 'Monthly' },
    name: 'Base',
    description: 'What is bought each quarter',
    priority: 5,
    rate_type: 'COMMIT_RATE',
    access_amount: { unit_price: 1000, quantity: 1, credit_type_id: USD },
    invoice_amount: { unit_price: 800, quantity: 1, credit_type_id: USD },
    commit_duration: { value: 2, unit: 'PERIODS' },
    recurrence_frequency: 'QUARTERLY',
    proration: 'NONE',
    rollover_fraction: 0.25,
    applicable_product_tags: ['ai'],
    netsuite_sales_order_id: 'NS-1',
    starting_at: '2026-01-16T00:00:00.000Z',
    ending_before: '2027-01-16T00:00:00.000Z',
  }
  const credit = {
    id: expect.any(String),
    contract: { id: data.id },
    product: { id: product_id, name: 'Monthly' },
    priority: 5,
    rate_type: 'LIST_RATE',
    access_amount: { unit_price: 1000, quantity: 1, credit_type_id: USD },
    commit_duration: { value: 1, unit: 'PERIODS' },
    proration: 'FIRST_AND_LAST',
    proration_rounding: { access: { rounding_method: 'HALF_UP', decimal_places: 0 } },
    starting_at: '2026-01-16T00:00:00.000Z',
  }
  const reference = { customer_id, contract_id: data.id }
  const v1 = (await sdk.v1.contracts.retrieve(reference)).data
  expect(v1.current.recurring_commits).toEqual([commit])
  expect(v1.initial.recurring_credits).toEqual([credit])
  const v2 = (await sdk.v2.contracts.retrieve(reference)).data
  expect(v2.recurring_commits).toEqual([commit])
  expect(v2.recurring_credits).toEqual([credit])
  expect(await granted({ api, customer_id })).toEqual([
    '2026-01-16 1000',
    '2026-01-16 516',
    '2026-02-01 1000',
    '2026-03-01 1000',
  ])
})

test('edits add recurring ones and change what has not started, and are told of', async () => {
  const { api, customer_id, product_id, sdk } = await signUp()
  const contract = { customer_id, starting_at: START }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const added = await sdk.v2.contracts.edit({
    customer_id,
    contract_id,
    add_recurring_credits: [grant(product_id)],
    add_recurring_commits: [
      grant(product_id, {
        starting_at: '2026-03-01T00:00:00Z',
        invoice_amount: { unit_price: 10, quantity: 2, credit_type_id: USD },
      }),
    ],
  })
  const credit = added.data.edit?.add_recurring_credits?.[0]
  const commit = added.data.edit?.add_recurring_commits?.[0]
  const changed = await sdk.v2.contracts.edit({
    customer_id,
    contract_id,
    update_recurring_credits: [
      {
        recurring_credit_id: credit!.id,
        access_amount: { unit_price: 600 },
        ending_before: '2026-04-16T00:00:00Z',
        proration_rounding: { access: { rounding_method: 'FLOOR', decimal_places: 0 } },
      },
    ],
    update_recurring_commits: [
      {
        recurring_commit_id: commit!.id,
        invoice_amount: { quantity: 3 },
        rate_type: 'COMMIT_RATE',
      },
    ],
  })
  expect(changed.data.edit).toMatchObject({
    update_recurring_credits: [
      {
        id: credit?.id,
        access_amount: { unit_price: 600, quantity: 1 },
        ending_before: '2026-04-16T00:00:00.000Z',
      },
    ],
    update_recurring_commits: [
      { id: commit?.id, invoice_amount: { unit_price: 10, quantity: 3 }, rate_type: 'COMMIT_RATE' },
    ],
  })
  const read = (await sdk.v2.contracts.retrieve({ customer_id, contract_id })).data
  expect(read.recurring_credits).toMatchObject([
    { access_amount: { unit_price: 600 }, ending_before: '2026-04-16T00:00:00.000Z' },
  ])
  expect(read.recurring_commits).toMatchObject([{ invoice_amount: { quantity: 3 } }])
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-20T00:00:00Z' })
  expect(await granted({ api, customer_id })).toEqual([
    '2026-01-16 516.1290322580645',
    '2026-02-01 1000',
    '2026-03-01 1000',
    '2026-03-01 1000',
    '2026-04-01 1000',
    '2026-04-01 300',
  ])
  const history = await api.call('POST', '/v2/contracts/getEditHistory', {
    customer_id,
    contract_id,
  })
  expect(history.body.data).toHaveLength(2)
})

test('seats of a subscription of the same request are linked by its temporary id', async () => {
  const { api, customer_id, product_id } = await signUp()
  const plan = { name: 'Seats', type: 'SUBSCRIPTION' }
  const planId = await createdId(api, '/v1/contract-pricing/products/create', plan)
  const rate_card_id = await createRateCard(api)
  await addRate(api, {
    rate_card_id,
    product_id: planId,
    starting_at: '2026-01-01T00:00:00Z',
    billing_frequency: 'MONTHLY',
    price: 100,
  })
  const linked = {
    access_amount: { unit_price: 10, credit_type_id: USD },
    starting_at: '2026-03-01T00:00:00Z',
    subscription_config: {
      subscription_id: 'seats',
      apply_seat_increase_config: { is_prorated: false },
    },
  }
  const contract = {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    subscriptions: [
      {
        temporary_id: 'seats',
        subscription_rate: { product_id: planId, billing_frequency: 'MONTHLY' },
        collection_schedule: 'ARREARS',
        proration: {},
        initial_quantity: 7,
      },
    ],
    recurring_credits: [grant(product_id, linked)],
  }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const { body } = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  expect(body.data.recurring_credits).toMatchObject([
    {
      subscription_config: {
        subscription_id: body.data.subscriptions[0].id,
        allocation: 'POOLED',
        apply_seat_increase_config: { is_prorated: false },
      },
    },
  ])
  expect(await granted({ api, customer_id })).toEqual(['2026-03-01 70'])
  const individual = {
    ...linked,
    subscription_config: {
      ...linked.subscription_config,
      subscription_id: body.data.subscriptions[0].id,
      allocation: 'INDIVIDUAL',
    },
  }
  const refused = await api.call('POST', '/v2/contracts/edit', {
    customer_id,
    contract_id,
    add_recurring_credits: [grant(product_id, individual)],
  })
  expect(refused).toMatchObject({ status: 400 })
  expect(refused.body.message).toContain('add_recurring_credits[0].subscription_config.allocation')
})

test('what a recurring commit or credit cannot be is refused by name, and nothing is written', async () => {
  const { api, customer_id, product_id } = await signUp()
  const usage = { name: 'Seats', type: 'SUBSCRIPTION' }
  const planId = await createdId(api, '/v1/contract-pricing/products/create', usage)
  const amount = { unit_price: 1, credit_type_id: USD }
  const link = { subscription_id: 'none', apply_seat_increase_config: { is_prorated: true } }
  const daily = { recurrence_frequency: 'DAILY' }
  const refusals: [object[], number, string][] = [
    [[{ priority: undefined }], 400, '[0].priority'],
    [[{ commit_duration: { value: 0 } }], 400, '[0].commit_duration.value'],
    [[{ commit_duration: { value: 1, unit: 'DAYS' } }], 400, '[0].commit_duration.unit'],
    [[{ starting_at: '2026-01-16T00:30:00Z' }], 400, '[0].starting_at'],
    [[{ starting_at: '2026-01-15T00:00:00Z' }], 400, '[0].starting_at'],
    [[{ ending_before: START }], 400, '[0].ending_before'],
    [[{ product_id: UNKNOWN_ID }], 404, '[0].product_id'],
    [[{ product_id: planId }], 400, '[0].product_id'],
    [[{ access_amount: amount }], 400, '[0].access_amount.quantity'],
    [[{ access_amount: { ...amount, quantity: -1 } }], 400, '[0].access_amount.quantity'],
    [
      [{ access_amount: { ...amount, quantity: 1, credit_type_id: UNKNOWN_ID } }],
      404,
      '[0].access_amount.credit_type_id',
    ],
    [[{ access_amount: amount, subscription_config: link }], 404, 'subscription_id'],
    [[{ recurrence_frequency: 'SEMI_ANNUAL' }], 400, '[0].recurrence_frequency'],
    [[daily, daily], 400, '[1].recurrence_frequency'],
    [[{ rollover_fraction: 25 }], 400, '[0].rollover_fraction'],
    [[{ applicable_product_ids: [UNKNOWN_ID] }], 404, '[0].applicable_product_ids[0]'],
    [
      [{ applicable_product_tags: ['a'], specifiers: [{ product_tags: ['a'] }] }],
      400,
      'specifiers',
    ],
    [
      [{ proration_rounding: { access: { rounding_method: 'FLOOR', decimal_places: 6 } } }],
      400,
      'decimal_places',
    ],
    [[{ hierarchy_configuration: { child_access: { type: 'SOME' } } }], 400, 'hierarchy'],
  ]
  for (const [all, status, field] of refusals) {
    const recurring_credits = all.map((members) => grant(product_id, members))
    const body = { customer_id, starting_at: START, recurring_credits }
    const answer = await api.call('POST', '/v1/contracts/create', body)
    expect({ field, status: answer.status }).toEqual({ field, status })
    expect(answer.body.message).toContain(`recurring_credits`)
    expect(answer.body.message).toContain(field)
  }
  const unit = { invoice_amount: { unit_price: 1, quantity: 1, credit_type_id: UNKNOWN_ID } }
  const commits = { customer_id, starting_at: START, recurring_commits: [grant(product_id, unit)] }
  const refused = await api.call('POST', '/v1/contracts/create', commits)
  expect(refused.status).toBe(400)
  expect(refused.body.message).toContain('recurring_commits[0].invoice_amount.credit_type_id')
  const { body } = await api.call('POST', '/v2/contracts/list', { customer_id })
  expect(body.data).toEqual([])
})

test('changes of what there is not, or of nothing, are refused by name', async () => {
  const { api, customer_id, product_id } = await signUp()
  const contract = { customer_id, starting_at: START, recurring_credits: [grant(product_id)] }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const { body } = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  const [{ id }] = body.data.recurring_credits
  const update = (verb: string, members: object) =>
    api.call('POST', '/v2/contracts/edit', { customer_id, contract_id, [verb]: [members] })
  const unknown = { recurring_credit_id: UNKNOWN_ID, rate_type: 'LIST_RATE' }
  expect(await update('update_recurring_credits', unknown)).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('update_recurring_credits[0].recurring_credit_id') },
  })
  const otherKind = { recurring_commit_id: id, rate_type: 'LIST_RATE' }
  expect(await update('update_recurring_commits', otherKind)).toMatchObject({ status: 404 })
  expect(await update('update_recurring_credits', { recurring_credit_id: id })).toMatchObject({
    status: 400,
  })
  const early = { recurring_credit_id: id, ending_before: START }
  expect(await update('update_recurring_credits', early)).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('ending_before') },
  })
})

test('a package has them by offsets, and its contracts at dates of their own', async () => {
  const { api, customer_id, product_id, sdk } = await signUp()
  const { starting_at: _, ...undated } = grant(product_id)
  const package_id = await createdId(api, '/v1/packages/create', {
    name: 'Starter',
    recurring_commits: [
      {
        ...undated,
        starting_at_offset: { value: 2, unit: 'MONTHS' },
        duration: { value: 6, unit: 'MONTHS' },
        invoice_amount: { unit_price: 800, quantity: 1, credit_type_id: USD },
        temporary_id: 'base',
      },
    ],
    recurring_credits: [
      { ...undated, starting_at_offset: { value: 0, unit: 'DAYS' }, proration: 'NONE' },
    ],
  })
  const { data } = await sdk.v1.packages.retrieve({ package_id })
  const shared = {
    id: expect.any(String),
    product: { id: product_id, name: 'Monthly' },
    priority: 5,
    rate_type: 'LIST_RATE',
    access_amount: { unit_price: 1000, quantity: 1, credit_type_id: USD },
    commit_duration: { value: 1, unit: 'PERIODS' },
  }
  expect(data.recurring_commits).toEqual([
    {
      ...shared,
      proration: 'FIRST_AND_LAST',
      invoice_amount: { unit_price: 800, quantity: 1, credit_type_id: USD },
      starting_at_offset: { value: 2, unit: 'MONTHS' },
      duration: { value: 6, unit: 'MONTHS' },
    },
  ])
  expect(data.recurring_credits).toEqual([
    { ...shared, proration: 'NONE', starting_at_offset: { value: 0, unit: 'DAYS' } },
  ])
  const contract = { customer_id, package_id, starting_at: '2026-02-10T00:00:00Z' }
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const made = (await sdk.v2.contracts.retrieve({ customer_id, contract_id })).data
  expect(made.recurring_commits).toMatchObject([
    { starting_at: '2026-04-10T00:00:00.000Z', ending_before: '2026-10-10T00:00:00.000Z' },
  ])
  expect(made.recurring_credits?.[0]?.id).not.toBe(data.recurring_credits?.[0]?.id)
  expect(await granted({ api, customer_id })).toEqual(['2026-02-10 1000', '2026-03-01 1000'])
  const wrong = {
    ...undated,
    product_id: UNKNOWN_ID,
    starting_at_offset: { value: 0, unit: 'DAYS' },
  }
  const refused = await api.call('POST', '/v1/packages/create', {
    name: 'Wrong',
    recurring_credits: [wrong],
  })
  expect(refused).toMatchObject({
    status: 404,
    body: { message: expect.stringContaining('recurring_credits[0].product_id') },
  })
})

test('a renewal takes along what is left, up to the fraction of what a period granted', async () => {
  const { api, customer_id, product_id } = await signUp()
  const rolling = grant(product_id, {
    starting_at: '2026-03-01T00:00:00Z',
    rollover_fraction: 0.25,
  })
  const former = {
    customer_id,
    starting_at: '2026-03-01T00:00:00Z',
    recurring_credits: [rolling],
  }
  const from_contract_id = await createdId(api, '/v1/contracts/create', former)
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    starting_at: '2026-03-10T00:00:00Z',
    ending_before: '2027-03-10T00:00:00Z',
    transition: {
      type: 'RENEWAL',
      from_contract_id,
      future_invoice_behavior: { trueup: 'REMOVE' },
    },
  })
  expect(await granted({ api, customer_id })).toEqual(['2026-03-01 1000', '2026-03-10 250'])
  const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', {
    customer_id,
    include_contract_balances: true,
    include_ledgers: true,
  })
  const rolled = body.data.find((one: { contract: { id: string } }) => {
    return one.contract.id === contract_id
  })
  expect(rolled).toMatchObject({
    rolled_over_from: { contract_id: from_contract_id },
    created_at: '2026-03-10T00:00:00.000Z',
    access_schedule: { schedule_items: [{ ending_before: '2027-03-10T00:00:00.000Z' }] },
  })
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-05-01T00:00:00Z' })
  expect(await granted({ api, customer_id })).toEqual(['2026-03-01 1000', '2026-03-10 250'])
})

test('a commit is invoiced at the start of each of its periods', async () => {
  const { api, customer_id, product_id } = await signUp()
  const paid = grant(product_id, {
    invoice_amount: { unit_price: 310, quantity: 1, credit_type_id: USD },
  })
  const contract = { customer_id, starting_at: START, recurring_commits: [paid] }
  await createdId(api, '/v1/contracts/create', contract)
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?type=SCHEDULED`)
  type Listed = { issued_at: string; total: number; status: string }
  const listed = body.data.map(({ issued_at, total, status }: Listed) => {
    return `${issued_at.slice(0, 10)} ${total} ${status}`
  })
  expect(listed.toSorted()).toEqual([
    '2026-01-16 160 FINALIZED',
    '2026-02-01 310 FINALIZED',
    '2026-03-01 310 FINALIZED',
    '2026-04-01 310 DRAFT',
  ])
})

test('what a recurring credit has made can be edited and archived for itself', async () => {
  const { api, customer_id, product_id } = await signUp()
  const contract = { customer_id, starting_at: START, recurring_credits: [grant(product_id)] }
  await createdId(api, '/v1/contracts/create', contract)
  const list = async () => {
    const asked = { customer_id, include_contract_balances: true }
    return (await api.call('POST', '/v1/contracts/customerBalances/list', asked)).body.data
  }
  const [january, february, march] = await list()
  const edited = { customer_id, credit_id: february.id, name: 'A better month', priority: 1 }
  expect((await api.call('POST', '/v2/contracts/credits/edit', edited)).status).toBe(200)
  const again = { ...edited, name: 'The best month' }
  expect((await api.call('POST', '/v2/contracts/credits/edit', again)).status).toBe(200)
  const archived = { customer_id, credit_id: march.id }
  expect((await api.call('POST', '/v2/contracts/credits/archive', archived)).status).toBe(200)
  expect(await list()).toEqual(
    [
      january,
      { ...february, name: 'The best month', priority: 1, rolled_over_from: undefined },
    ].map((credit) => JSON.parse(JSON.stringify(credit))),
  )
})
