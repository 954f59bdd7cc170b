import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import {
  addRate,
  createdId,
  createProduct,
  createRateCard,
  UNKNOWN_ID,
} from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const NOW = '2026-03-10T12:00:00.000Z'

const months = (value: number) => ({ value, unit: 'MONTHS' })

function createPackage(api: TestApi, members: object): Promise<string> {
  return createdId(api, '/v1/packages/create', { name: 'Starter', ...members })
}

async function getPackage(api: TestApi, package_id: string) {
  return (await api.call('POST', '/v1/packages/get', { package_id })).body.data
}

async function listPackages(api: TestApi, body: object = {}, query = '') {
  const { body: answer } = await api.call('POST', `/v1/packages/list${query}`, body)
  return { names: answer.data.map(({ name }: { name: string }) => name), next: answer.next_page }
}

test('a package is created, read and listed as it was asked for', async () => {
  const api = await createTestApi()
  const { rateCardId: rate_card_id, productId: product_id } = await createOffering(api)
  const specifier = { product_id, pricing_group_values: { model: 'm1' } }
  const id = await createPackage(api, {
    name: 'Enterprise',
    contract_name: 'Enterprise plan',
    uniqueness_key: 'enterprise',
    rate_card_id,
    aliases: [{ name: 'enterprise', starting_at: '2026-01-01T00:00:00Z' }],
    duration: { value: 1, unit: 'years' },
    net_payment_terms_days: 30,
    usage_statement_schedule: {
      frequency: 'quarterly',
      day: 'contract_start',
      invoice_generation_starting_at_offset: months(1),
    },
    multiplier_override_prioritization: 'explicit',
    overrides: [
      {
        starting_at_offset: { value: 2, unit: 'WEEKS' },
        duration: months(3),
        type: 'multiplier',
        multiplier: 0.9,
        priority: 1,
        override_specifiers: [specifier],
      },
      {
        starting_at_offset: { value: 0, unit: 'days' },
        type: 'OVERWRITE',
        overwrite_rate: { rate_type: 'FLAT', price: 1.5 },
        override_specifiers: [specifier],
      },
      {
        starting_at_offset: months(0),
        type: 'TIERED',
        tiers: [{ size: 100, multiplier: 1 }, { multiplier: 0.5 }],
        priority: 2,
        override_specifiers: [{}],
        is_commit_specific: true,
      },
      {
        starting_at_offset: months(0),
        entitled: false,
        override_specifiers: [{ product_tags: ['beta'], exclude: [{ product_tags: ['ga'] }] }],
      },
    ],
    commits: [],
    credits: [],
  })
  const expected = {
    id,
    name: 'Enterprise',
    contract_name: 'Enterprise plan',
    uniqueness_key: 'enterprise',
    aliases: [{ name: 'enterprise', starting_at: '2026-01-01T00:00:00.000Z' }],
    rate_card_id,
    duration: { value: 1, unit: 'YEARS' },
    net_payment_terms_days: 30,
    usage_statement_schedule: {
      frequency: 'QUARTERLY',
      day: 'CONTRACT_START',
      invoice_generation_starting_at_offset: months(1),
    },
    multiplier_override_prioritization: 'EXPLICIT',
    overrides: [
      {
        id: expect.any(String),
        starting_at_offset: { value: 2, unit: 'WEEKS' },
        duration: months(3),
        type: 'MULTIPLIER',
        multiplier: 0.9,
        priority: 1,
        override_specifiers: [specifier],
      },
      {
        id: expect.any(String),
        starting_at_offset: { value: 0, unit: 'DAYS' },
        type: 'OVERWRITE',
        overwrite_rate: { rate_type: 'FLAT', price: 1.5 },
        override_specifiers: [specifier],
      },
      {
        id: expect.any(String),
        starting_at_offset: months(0),
        type: 'TIERED',
        override_tiers: [{ size: 100, multiplier: 1 }, { multiplier: 0.5 }],
        priority: 2,
        override_specifiers: [{}],
        is_commit_specific: true,
        target: 'LIST_RATE',
      },
      {
        id: expect.any(String),
        starting_at_offset: months(0),
        entitled: false,
        override_specifiers: [{ product_tags: ['beta'], exclude: [{ product_tags: ['ga'] }] }],
      },
    ],
    commits: [],
    credits: [],
    scheduled_charges: [],
    subscriptions: [],
    created_at: NOW,
    created_by: 'test',
  }
  expect(await getPackage(api, id)).toEqual(expected)
  expect((await api.call('POST', '/v1/packages/list', {})).body).toEqual({
    data: [expected],
    next_page: null,
  })
})

test('a package may say nothing but its name: then statements are monthly', async () => {
  const api = await createTestApi()
  const id = await createPackage(api, {})
  expect(await getPackage(api, id)).toEqual({
    id,
    name: 'Starter',
    aliases: [],
    usage_statement_schedule: { frequency: 'MONTHLY', day: 'FIRST_OF_MONTH' },
    overrides: [],
    commits: [],
    credits: [],
    scheduled_charges: [],
    subscriptions: [],
    created_at: NOW,
    created_by: 'test',
  })
})

function sorted(texts: string[]): string[] {
  return texts.toSorted((a, b) => (a < b ? -1 : 1))
}

test('packages are listed by page, by whether they are archived', async () => {
  const api = await createTestApi()
  for (const name of ['a', 'b', 'c']) await createPackage(api, { name })
  // Packages of the same instant are in the order of their ids.
  const first = await listPackages(api, {}, '?limit=2')
  const second = await listPackages(api, {}, `?limit=2&next_page=${first.next}`)
  expect([first.names.length, second.names.length, second.next]).toEqual([2, 1, null])
  expect(sorted([...first.names, ...second.names])).toEqual(['a', 'b', 'c'])
  const archivedId = await createPackage(api, { name: 'old' })
  const archive = () => api.call('POST', '/v1/packages/archive', { package_id: archivedId })
  expect((await archive()).body).toEqual({ data: { id: archivedId } })
  expect((await archive()).status).toBe(200)
  expect((await getPackage(api, archivedId)).archived_at).toBe(NOW)
  const namesOf = async (body: object) => sorted((await listPackages(api, body)).names)
  expect(await namesOf({})).toEqual(['a', 'b', 'c'])
  expect(await namesOf({ archive_filter: 'archived' })).toEqual(['old'])
  expect(await namesOf({ archive_filter: 'ALL' })).toEqual(['a', 'b', 'c', 'old'])
  const stray = await api.call('POST', `/v1/packages/list?next_page=${first.next}`, {
    archive_filter: 'ALL',
  })
  expect([stray.status, stray.body.message]).toEqual([400, expect.stringContaining('next_page')])
})

test('an alias passes to the package that it is given to last', async () => {
  const api = await createTestApi()
  const first = await createPackage(api, { aliases: [{ name: 'starter' }, { name: 'basic' }] })
  const second = await createPackage(api, {
    aliases: [{ name: 'starter', starting_at: '2026-06-01T00:00:00Z' }],
  })
  expect((await getPackage(api, first)).aliases).toEqual([
    { name: 'starter', ending_before: '2026-06-01T00:00:00.000Z' },
    { name: 'basic' },
  ])
  await createPackage(api, { aliases: [{ name: 'starter' }] })
  expect((await getPackage(api, first)).aliases).toEqual([{ name: 'basic' }])
  expect((await getPackage(api, second)).aliases).toEqual([])
})

test('a uniqueness key makes one package, of an environment, for good', async () => {
  const api = await createTestApi()
  const body = { name: 'Starter', uniqueness_key: 'once' }
  const package_id = await createPackage(api, body)
  await api.call('POST', '/v1/packages/archive', { package_id })
  expect(await api.call('POST', '/v1/packages/create', body)).toMatchObject({
    status: 409,
    body: { message: 'This uniqueness key has already been used.' },
  })
  expect((await listPackages(api, { archive_filter: 'ALL' })).names).toEqual(['Starter'])
  await createPackage(await createTestApi(), body)
})

test('malformed packages are refused by field, and nothing is created', async () => {
  const api = await createTestApi()
  const { rateCardId: rate_card_id, productId: product_id } = await createOffering(api)
  const foreign = await createProduct(api)
  const override = {
    starting_at_offset: months(0),
    type: 'MULTIPLIER',
    multiplier: 1,
    override_specifiers: [{ product_id }],
  }
  const overwrite = { rate_type: 'FLAT', price: 1 }
  const one = (members: object) => ({ overrides: [{ ...override, ...members }] })
  const table: [object, string][] = [
    [{ name: '' }, 'name'],
    [{ name: undefined }, 'name'],
    [{ name: 'a\ud800' }, 'name: expected well-formed Unicode text'],
    [{ aliases: [{ name: '\udc00' }] }, 'aliases[0].name: expected well-formed Unicode text'],
    [{ uniqueness_key: 'x'.repeat(129) }, 'uniqueness_key'],
    [{ aliases: [{ name: '' }] }, 'aliases[0].name'],
    [{ aliases: [{ name: 'a', starting_at: NOW, ending_before: NOW }] }, 'aliases[0].ending'],
    [{ rate_card_alias: 'paygo' }, 'rate_card_alias: expected only without rate_card_id'],
    [{ rate_card_id: 'x' }, 'rate_card_id'],
    [{ duration: { value: 0, unit: 'DAYS' } }, 'duration.value: expected a number above 0'],
    [{ duration: { value: -1, unit: 'DAYS' } }, 'duration.value'],
    [{ duration: { value: 1.5, unit: 'DAYS' } }, 'duration.value'],
    [{ duration: { value: 1_001, unit: 'YEARS' } }, 'duration.value: expected at most 1000 YEARS'],
    [{ duration: { value: 1, unit: 'HOURS' } }, 'duration.unit'],
    [{ duration: '1 month' }, 'duration'],
    [{ net_payment_terms_days: -1 }, 'net_payment_terms_days'],
    [{ usage_statement_schedule: {} }, 'usage_statement_schedule.frequency'],
    [{ usage_statement_schedule: { frequency: 'MONTHLY', day: 'CUSTOM_DATE' } }, '.day'],
    [
      { usage_statement_schedule: { frequency: 'MONTHLY', billing_anchor_date: NOW } },
      'usage_statement_schedule.billing_anchor_date',
    ],
    [
      {
        duration: months(1),
        usage_statement_schedule: {
          frequency: 'MONTHLY',
          invoice_generation_starting_at_offset: { value: 4, unit: 'WEEKS' },
        },
      },
      'usage_statement_schedule.invoice_generation_starting_at_offset',
    ],
    [{ multiplier_override_prioritization: 'HIGHEST' }, 'multiplier_override_prioritization'],
    [{ multiplier_override_prioritization: 'EXPLICIT', ...one({}) }, 'overrides[0].priority'],
    [one({ starting_at_offset: undefined }), 'overrides[0].starting_at_offset'],
    [one({ starting_at_offset: { value: -1, unit: 'DAYS' } }), 'starting_at_offset.value'],
    [one({ duration: months(0) }), 'overrides[0].duration.value'],
    [one({ override_specifiers: undefined }), 'overrides[0].override_specifiers'],
    [one({ override_specifiers: [] }), 'overrides[0].override_specifiers'],
    [one({ product_id }), 'overrides[0].product_id: expected in override_specifiers'],
    [one({ applicable_product_tags: ['a'] }), 'overrides[0].applicable_product_tags'],
    [
      one({ override_specifiers: [{ product_id: UNKNOWN_ID }] }),
      'overrides[0].override_specifiers[0].product_id: No such product in rate card',
    ],
    [
      one({ override_specifiers: [{ product_id: foreign }] }),
      'overrides[0].override_specifiers[0].product_id: No such product in rate card',
    ],
    [one({ multiplier: undefined }), 'overrides[0].multiplier'],
    [
      one({ type: 'MULTIPLIER', overwrite_rate: overwrite }),
      'overrides[0].overwrite_rate: expected only with type OVERWRITE',
    ],
    [
      one({ type: 'OVERWRITE', multiplier: undefined, overwrite_rate: overwrite }),
      'override_specifiers[0].pricing_group_values',
    ],
    [one({ type: 'TIERED', multiplier: undefined, tiers: [{ multiplier: 1 }] }), 'EXPLICIT'],
    [one({ target: 'COMMIT_RATE' }), 'overrides[0].target'],
    ...UNSERVED.map((field): [object, string] => [{ [field]: [{}] }, `${field}: not supported`]),
  ]
  for (const [change, field] of table) {
    const body = { name: 'Starter', rate_card_id, ...change }
    const answer = await api.call('POST', '/v1/packages/create', body)
    expect([change, answer.status]).toEqual([change, 400])
    expect(answer.body.message).toContain(field)
  }
  expect((await listPackages(api, { archive_filter: 'ALL' })).names).toEqual([])
})

const UNSERVED = ['billing_provider', 'delivery_method']

test("what does not exist, or is another environment's, is not found", async () => {
  const api = await createTestApi()
  const other = await createTestApi()
  const foreign = await createPackage(other, { aliases: [{ name: 'starter' }] })
  const foreignCard = await createRateCard(other)
  for (const package_id of [UNKNOWN_ID, foreign]) {
    for (const path of ['get', 'archive', 'listContractsOnPackage']) {
      expect(await api.call('POST', `/v1/packages/${path}`, { package_id })).toMatchObject({
        status: 404,
        body: { message: `package_id: no package ${package_id}` },
      })
    }
  }
  const cards = [{ rate_card_id: foreignCard }, { rate_card_alias: 'paygo' }]
  for (const card of cards) {
    const created = await api.call('POST', '/v1/packages/create', { name: 'Starter', ...card })
    expect(created.status).toBe(404)
    expect(created.body.message).toContain(Object.keys(card)[0])
  }
  await createPackage(api, { aliases: [{ name: 'starter' }] })
  expect((await getPackage(other, foreign)).aliases).toEqual([{ name: 'starter' }])
})

test('a repeated request under an idempotency key makes one package', async () => {
  const api = await createTestApi()
  const headers = { 'idempotency-key': crypto.randomUUID() }
  const create = () => api.call('POST', '/v1/packages/create', { name: 'Starter' }, headers)
  const first = await create()
  expect((await create()).body).toEqual(first.body)
  expect((await listPackages(api)).names).toEqual(['Starter'])
})

test('the official SDK creates, lists, provisions and archives packages', async () => {
  const api = await createTestApi()
  const productId = await createProduct(api)
  const rateCardId = await createRateCard(api)
  await addRate(api, { rate_card_id: rateCardId, product_id: productId, price: 1 })
  const customerId = await createdId(api, '/v1/customers', { name: 'Acme' })
  const { v1, v2 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data: made } = await v1.packages.create({
    name: 'Starter',
    rate_card_id: rateCardId,
    aliases: [{ name: 'starter' }],
    duration: { value: 1, unit: 'MONTHS' },
    overrides: [
      {
        starting_at_offset: { value: 0, unit: 'DAYS' },
        type: 'MULTIPLIER',
        multiplier: 0.5,
        override_specifiers: [{ product_id: productId }],
      },
    ],
  })
  const found = await v1.packages.retrieve({ package_id: made.id })
  expect(found.data.overrides[0]?.multiplier).toBe(0.5)
  for await (const listed of v1.packages.list({ archive_filter: 'NOT_ARCHIVED', limit: 1 })) {
    expect(listed.id).toBe(made.id)
  }
  const { data: contract } = await v1.contracts.create({
    customer_id: customerId,
    starting_at: '2026-01-31T00:00:00Z',
    package_alias: 'starter',
  })
  const shown = await v2.contracts.retrieve({ customer_id: customerId, contract_id: contract.id })
  expect(shown.data).toMatchObject({
    package_id: made.id,
    ending_before: '2026-02-28T00:00:00.000Z',
    overrides: [{ multiplier: 0.5, starting_at: '2026-01-31T00:00:00.000Z' }],
  })
  const contracts = []
  for await (const row of v1.packages.listContractsOnPackage({ package_id: made.id, limit: 1 })) {
    contracts.push(row)
  }
  expect(contracts).toEqual([
    {
      contract_id: contract.id,
      customer_id: customerId,
      starting_at: '2026-01-31T00:00:00.000Z',
      ending_before: '2026-02-28T00:00:00.000Z',
    },
  ])
  await v1.packages.archive({ package_id: made.id })
  const archived = await v1.packages.retrieve({ package_id: made.id })
  expect(archived.data.archived_at).toBe(NOW)
})
