import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { invoices } from '../../src/db/schema.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { db } from '../support/billing.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

/** As JavaScript reads 12345678901234567890.1. */
const HUGE = Number('12345678901234567890.1')

type Row = typeof invoices.$inferInsert

/** Puts rows into the index: by default, a day and a cent more with each. */
async function index(api: TestApi, customerId: string, rows: Partial<Row>[]): Promise<void> {
  await db.insert(invoices).values(
    rows.map((row, i) => ({
      id: crypto.randomUUID(),
      environmentId: api.environmentId,
      customerId,
      contractId: UNKNOWN_ID,
      type: 'SCHEDULED' as const,
      status: 'FINALIZED' as const,
      issuedAt: Date.UTC(2026, 0, i + 1),
      finalizedAt: Date.UTC(2026, 0, i + 1),
      creditTypeId: USD.id,
      total: String(i + 1),
      ...row,
    })),
  )
}

async function customers(api: TestApi, ...names: string[]): Promise<string[]> {
  return Promise.all(names.map((name) => createdId(api, '/v1/customers', { name })))
}

/** The totals on all pages, one list for each page. */
async function pages(api: TestApi, query: string): Promise<number[][]> {
  const read: number[][] = []
  for (let next: string | null = ''; next !== null;) {
    const path = `/v1/invoices?${query}&next_page=${encodeURIComponent(next)}`
    const { status, body } = await api.call('GET', path)
    expect(status).toBe(200)
    read.push(body.data.map(({ total }: { total: number }) => total))
    next = body.next_page
  }
  return read
}

async function totals(api: TestApi, query: string): Promise<number[]> {
  return (await pages(api, query)).flat()
}

test('final and void invoices of all customers are listed, and no drafts', async () => {
  const api = await createTestApi()
  const [customer_id = '', other = ''] = await customers(api, 'Acme', 'Globex')
  const product = { name: 'Platform fee', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', product)
  const sign = (customer: string, amount: number) =>
    createdId(api, '/v1/contracts/create', {
      customer_id: customer,
      starting_at: '2026-01-01T00:00:00Z',
      scheduled_charges: [
        {
          product_id,
          schedule: {
            schedule_items: [
              { timestamp: '2026-02-01T00:00:00Z', amount },
              { timestamp: '2026-08-01T00:00:00Z', amount },
            ],
          },
        },
      ],
    })
  const contract_id = await sign(customer_id, 100)
  const voided = await sign(other, 200)
  const archive = { customer_id: other, contract_id: voided, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', archive)).status).toBe(200)
  const { body } = await api.call(
    'GET',
    '/v1/invoices?sort=date_asc&issued_from=2026-02-01T00:00:00Z',
  )
  const shown = body.data.filter(({ type }: { type: string }) => type === 'SCHEDULED')
  const row = {
    id: expect.any(String),
    type: 'SCHEDULED',
    issued_at: '2026-02-01T00:00:00+00:00',
    credit_type: USD,
  }
  expect(body.next_page).toBe(null)
  expect(shown).toHaveLength(2)
  expect(shown).toContainEqual({
    ...row,
    customer: { id: customer_id, name: 'Acme' },
    contract_id,
    status: 'FINALIZED',
    total: 100,
  })
  expect(shown).toContainEqual({
    ...row,
    customer: { id: other, name: 'Globex' },
    contract_id: voided,
    status: 'VOID',
    total: 200,
  })
})

test('each filter keeps what it says, alone and together with others', async () => {
  const api = await createTestApi()
  const [acme = '', globex = ''] = await customers(api, 'Acme & Söhne', 'Globex')
  const contractId = crypto.randomUUID()
  const periodStart = Date.UTC(2026, 0)
  await index(api, acme, [{}, { status: 'VOID' }, { type: 'USAGE', contractId, periodStart }])
  await index(api, globex, [
    { total: '-0.1', issuedAt: Date.UTC(2026, 1, 1) },
    { total: '12345678901234567890.1', issuedAt: Date.UTC(2026, 1, 2), creditTypeId: UNKNOWN_ID },
    { total: '10', issuedAt: Date.UTC(2026, 1, 3), status: 'VOID', type: 'USAGE', contractId },
  ])
  const kept = {
    '': [1, 2, 3, -0.1, 10],
    'sort=date_desc': [10, -0.1, 3, 2, 1],
    'status=void': [2, 10],
    'type=USAGE': [3, 10],
    'status=VOID&type=USAGE': [10],
    [`customer_id=${acme}`]: [1, 2, 3],
    [`customer_id=${acme}&status=VOID&sort=date_desc`]: [2],
    [`contract_id=${contractId}`]: [3, 10],
    [`contract_id=${contractId}&customer_id=${globex}`]: [10],
    'customer_name=s%C3%96H': [1, 2, 3],
    'customer_name=b&type=usage': [10],
    'customer_name=%25': [],
    'issued_from=2026-01-03T00:00:00Z&issued_before=2026-02-01T00:00:00Z': [3],
    'minimum_total=2&maximum_total=10': [2, 3, 10],
    'maximum_total=-0.10': [-0.1],
    'minimum_total=12345678901234567890.11': [],
  }
  for (const [query, expected] of Object.entries(kept)) {
    expect([query, await totals(api, `${query}&credit_type_id=${USD.id}`)]).toEqual([
      query,
      expected,
    ])
  }
  expect(await totals(api, 'minimum_total=12345678901234567890.1')).toEqual([HUGE])
  expect(await totals(api, 'minimum_total=12345678901234567890.11')).toEqual([])
  expect(await totals(api, 'sort=date_desc')).toEqual([10, HUGE, -0.1, 3, 2, 1])
})

test('pages go on where the one before ended, in both orders, also within one instant', async () => {
  const api = await createTestApi()
  const [acme = ''] = await customers(api, 'Acme')
  const ids = Array.from({ length: 7 }, () => crypto.randomUUID()).toSorted()
  const issuedAt = Date.UTC(2026, 0)
  await index(
    api,
    acme,
    ids.map((id, i) => ({ id, issuedAt: i < 5 ? issuedAt : issuedAt + i })),
  )
  for (const filter of ['', `&customer_id=${acme}`, '&status=FINALIZED', '&minimum_total=0']) {
    expect(await pages(api, `limit=3${filter}`)).toEqual([[1, 2, 3], [4, 5, 6], [7]])
    expect(await pages(api, `limit=3&sort=date_desc${filter}`)).toEqual([[7, 6, 5], [4, 3, 2], [1]])
  }
  const { body } = await api.call('GET', '/v1/invoices?limit=3')
  const next = encodeURIComponent(body.next_page)
  const changed = await api.call('GET', `/v1/invoices?limit=3&type=USAGE&next_page=${next}`)
  expect(changed.status).toBe(400)
})

test('a filter that few invoices fit reads some thousands a page, and misses none', async () => {
  const api = await createTestApi()
  const [acme = '', rare = ''] = await customers(api, 'Acme', 'Rare')
  await db.run(sql`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6100)
    INSERT INTO invoices (id, environment_id, customer_id, contract_id, type, status, issued_at, finalized_at, credit_type_id, total)
    SELECT ${api.environmentId} || i, ${api.environmentId}, CASE WHEN i IN (1, 5000, 5001, 6100) THEN ${rare} ELSE ${acme} END,
      ${UNKNOWN_ID}, 'USAGE', 'FINALIZED', i, i, ${USD.id}, i FROM n`)
  expect(await pages(api, 'customer_name=rare')).toEqual([
    [1, 5000],
    [5001, 6100],
  ])
  expect(await pages(api, 'customer_name=rare&limit=1')).toEqual([[1], [5000], [5001], [6100]])
  const all = await pages(api, '')
  expect(all).toHaveLength(61)
  expect(all.flat()).toEqual(Array.from({ length: 6100 }, (_, i) => i + 1))
})

test('invoices of other environments are not listed, and bad filters are named', async () => {
  const api = await createTestApi()
  const other = await createTestApi()
  const [acme = ''] = await customers(other, 'Acme')
  await index(other, acme, [{}])
  expect(await totals(api, '')).toEqual([])
  expect(await totals(api, `customer_id=${acme}`)).toEqual([])
  expect(await totals(api, `contract_id=${UNKNOWN_ID}`)).toEqual([])
  const bad = {
    'status=DRAFT': 'status: expected one of FINALIZED, VOID',
    'type=PLAN': 'type: expected one of USAGE, USAGE_CONSOLIDATED, SCHEDULED',
    'minimum_total=ten': 'minimum_total: expected a number of at most 100 characters',
    'sort=total': 'sort: expected date_asc or date_desc',
    'issued_until=2026-03-01T00:00:00Z': expect.stringContaining(
      'issued_until: no such query parameter; expected limit, next_page, status',
    ),
  }
  for (const [query, message] of Object.entries(bad)) {
    const { status, body } = await api.call('GET', `/v1/invoices?${query}`)
    expect([status, body.message]).toEqual([400, message])
  }
  const none = await api.call('GET', '/v1/environment?verbose=1')
  const message = 'verbose: no such query parameter; expected none'
  expect([none.status, none.body]).toEqual([400, { message }])
  // Clients of the API that is spoken here may send what is not served.
  const list = `/v1/customers/${acme}/invoices?webhook_notification_id=x&verbose=1`
  expect((await other.call('GET', list)).status).toBe(200)
})

test('periods are found by when they start and end; of scheduled invoices, the date counts', async () => {
  const api = await createTestApi()
  const [acme = ''] = await customers(api, 'Acme')
  const month = (n: number) => Date.UTC(2026, n, 1)
  const usage = (n: number) => ({
    type: 'USAGE' as const,
    periodStart: month(n),
    periodEnd: month(n + 1),
    issuedAt: month(n + 1) + 86_400_000,
    total: String(n),
  })
  await index(api, acme, [usage(1), usage(2), usage(3), { issuedAt: month(3), total: '30' }])
  expect(await totals(api, 'starting_on=2026-03-01T00:00:00Z')).toEqual([30, 2, 3])
  expect(await totals(api, 'ending_before=2026-04-01T00:00:00Z')).toEqual([1])
  const both = 'starting_on=2026-03-01T00:00:00Z&ending_before=2026-04-02T00:00:00Z'
  expect(await totals(api, `${both}&sort=date_desc`)).toEqual([2, 30])
  expect(await totals(api, `${both}&type=usage`)).toEqual([2])
})
