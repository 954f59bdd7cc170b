import { expect, test } from 'vitest'
import { createTestApi, TEST_NOW, type TestApi } from '../support/api.ts'
import { createdId, createMetric, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const on = (day: number, hour = 0) => new Date(Date.UTC(2026, 2, day, hour)).toISOString()

function createApi() {
  return createTestApi({ settings: { searchesPerSecond: null } })
}

async function list(api: TestApi, filter: object, query = '?limit=100') {
  const { status, body } = await api.call('POST', `/v1/events/search${query}`, filter)
  expect({ status, body }).toMatchObject({ status: 200 })
  return body as {
    data: { transaction_id: string; is_duplicate: boolean }[]
    next_page: string | null
  }
}

async function listIds(api: TestApi, filter: object) {
  const { data, next_page } = await list(api, filter)
  expect(next_page).toBeNull()
  return data.map(({ transaction_id: id, is_duplicate }) => (is_duplicate ? `${id} again` : id))
}

async function createEvents(api: TestApi) {
  const offering = await createOffering(api)
  const events = [
    completion('a', on(2)),
    { ...completion('b', on(3)), customer_id: 'nobody' },
    { ...completion('c', on(4)), event_type: 'page' },
    completion('d', on(5)),
    completion('a', on(6)),
    { ...completion('e', on(7)), customer_id: offering.customerId },
  ]
  await api.call('POST', '/v1/ingest', events)
  await api.call('POST', '/v1/ingest', [completion('f', on(8)), completion('d', on(9))])
  return offering
}

test('events are listed in the order of the log by customer, ingest id, type and time', async () => {
  const api = await createApi()
  const { customerId } = await createEvents(api)
  expect(await listIds(api, { starting_on: on(1) })).toEqual([
    'a',
    'b',
    'c',
    'd',
    'e',
    'f',
    'a again',
    'd again',
  ])
  expect(await listIds(api, { customer_id: customerId, is_duplicate: false })).toEqual([
    'a',
    'c',
    'd',
    'e',
    'f',
  ])
  expect(await listIds(api, { ingest_ids: ['nobody', customerId] })).toEqual(['b', 'e'])
  const both = { customer_id: customerId, ingest_ids: ['nobody', 'acme'], event_types: ['page'] }
  expect(await listIds(api, both)).toEqual(['c'])
  expect(await listIds(api, { starting_on: on(3), ending_before: on(5) })).toEqual(['b', 'c'])
  expect(await listIds(api, { transactionIds: ['d', 'x', 'b'], ending_before: on(9) })).toEqual([
    'b',
    'd',
  ])
  expect(await listIds(api, { is_duplicate: true })).toEqual(['a again', 'd again'])
  expect(await listIds(api, { ingest_ids: ['stranger'] })).toEqual([])
})

test('events that nobody or nothing counts can be found', async () => {
  const api = await createApi()
  await createEvents(api)
  expect(await listIds(api, { unmatched: 'customer' })).toEqual(['b'])
  expect(await listIds(api, { unmatched: 'billable_metric' })).toEqual(['c'])
  expect(await listIds(api, { unmatched: true })).toEqual(['b', 'c'])
  expect(await listIds(api, { unmatched: 'any', event_types: ['completion'] })).toEqual(['b'])
  await createdId(api, '/v1/customers', { name: 'Found', ingest_aliases: ['nobody'] })
  const pages = await createMetric(api, { event_type_filter: { in_values: ['page'] } })
  expect(await listIds(api, { unmatched: true })).toEqual([])
  await api.call('POST', '/v1/billable-metrics/archive', { id: pages })
  expect(await listIds(api, { unmatched: true })).toEqual(['c'])
})

test('an event that an alias made a duplicate is listed as one', async () => {
  const api = await createApi()
  const customerId = await createdId(api, '/v1/customers', { name: 'A', ingest_aliases: ['one'] })
  const event = { ...completion('t', on(2)), customer_id: 'one' }
  await api.call('POST', '/v1/ingest', [event])
  await api.call('POST', '/v1/ingest', [{ ...event, customer_id: 'two' }])
  expect(await listIds(api, { is_duplicate: true })).toEqual([])
  const aliases = { ingest_aliases: ['one', 'two'] }
  await api.call('POST', `/v1/customers/${customerId}/setIngestAliases`, aliases)
  expect(await listIds(api, { is_duplicate: true })).toEqual(['t again'])
  expect(await listIds(api, { is_duplicate: false })).toEqual(['t'])
})

test('pages follow each other to the end, whatever their size, and events come between them', async () => {
  const api = await createApi()
  await createEvents(api)
  const whole = await listIds(api, { starting_on: on(1) })
  for (const limit of [1, 2, 3, 7]) {
    const ids: string[] = []
    let query = `?limit=${limit}`
    for (let page = 0; page < 20 && query !== ''; page++) {
      const { data, next_page } = await list(api, { starting_on: on(1) }, query)
      expect(data.length).toBeLessThanOrEqual(limit)
      ids.push(
        ...data.map(({ transaction_id, is_duplicate }) =>
          is_duplicate ? `${transaction_id} again` : transaction_id,
        ),
      )
      query = next_page === null ? '' : `?limit=${limit}&next_page=${next_page}`
    }
    expect(ids).toEqual(whole)
  }
  const first = await list(api, { starting_on: on(1) }, '?limit=5')
  await api.call('POST', '/v1/ingest', [completion('g', on(10))])
  const rest = await list(api, { starting_on: on(1) }, `?next_page=${first.next_page}`)
  expect(rest.data.map(({ transaction_id: id }) => id)).toEqual(['f', 'g', 'a', 'd'])
})

test('search by transaction ids alone answers an array; a limit makes it a page', async () => {
  const api = await createApi()
  const { customerId } = await createEvents(api)
  const plain = await api.call('POST', '/v1/events/search', { transactionIds: ['a'] })
  expect(plain.body).toMatchObject([
    { transaction_id: 'a', is_duplicate: false, matched_customer: { id: customerId } },
    { transaction_id: 'a', is_duplicate: true },
  ])
  expect(await list(api, { transactionIds: ['a'] })).toEqual({ data: plain.body, next_page: null })
})

test('filters are refused by name, and cursors belong to their filter', async () => {
  const api = await createApi()
  await createEvents(api)
  const search = async (body: object, query = '') =>
    (await api.call('POST', `/v1/events/search${query}`, body)).body.message
  expect(await search({})).toBe('transactionIds: expected, unless another filter is given')
  expect(await search({}, '?limit=5')).toContain('transactionIds')
  expect(await search({ unmatched: 'x' })).toContain('unmatched: expected true or one of')
  expect(await search({ unmatched: false })).toContain('unmatched: expected true')
  expect(await search({ starting_on: 'x' })).toContain('starting_on: expected an RFC 3339')
  expect(await search({ event_types: [] })).toContain('event_types')
  expect(await search({ is_duplicate: 'no' })).toContain('is_duplicate')
  expect(await search({ is_duplicate: true }, '?limit=0')).toContain('limit')
  const answer = await api.call('POST', '/v1/events/search', { customer_id: UNKNOWN_ID })
  expect(answer).toMatchObject({
    status: 404,
    body: { message: `customer_id: no customer ${UNKNOWN_ID}` },
  })
  const { next_page } = await list(api, { starting_on: on(1) }, '?limit=1')
  expect(await search({ starting_on: on(2) }, `?next_page=${next_page}`)).toContain(
    'next_page: the cursor belongs to another request',
  )
})

test('other environments see none of it', async () => {
  const [api, other] = [await createApi(), await createApi()]
  await createEvents(api)
  expect(await listIds(other, { starting_on: on(1) })).toEqual([])
})

test('events that were accepted more than 34 days ago are not listed', async () => {
  const api = await createTestApi({ settings: { searchesPerSecond: null } })
  await createEvents(api)
  const days = (n: number) => new Date(TEST_NOW + n * 86_400_000).toISOString()
  await api.call('POST', '/v1/sandboxes/clock', { now: days(33) })
  expect((await listIds(api, { starting_on: on(1) })).length).toBe(8)
  await api.call('POST', '/v1/sandboxes/clock', { now: days(35) })
  expect(await listIds(api, { starting_on: on(1) })).toEqual([])
})

interface Listed {
  id: string
  transaction_id: string
  processed_at: string
  is_duplicate: boolean
}

/** All pages of the newest events; `between` runs after each of them. */
async function readNewest(
  api: TestApi,
  filter: object,
  { limit, between = async () => {} }: { limit: number; between?: () => Promise<unknown> },
): Promise<Listed[]> {
  const listed: Listed[] = []
  let query = `?sort=date_desc&limit=${limit}`
  for (let page = 0; page < 100; page++) {
    const { data, next_page } = await list(api, filter, query)
    expect(data.length).toBeLessThanOrEqual(limit)
    listed.push(...(data as Listed[]))
    if (next_page === null) return listed
    query = `?sort=date_desc&limit=${limit}&next_page=${encodeURIComponent(next_page)}`
    await between()
  }
  throw new Error('the pages do not end')
}

/** Events of several meters, of which one customer has its own, over some minutes. */
async function createSpreadEvents(api: TestApi) {
  const { customerId } = await createOffering(api)
  const other = await createdId(api, '/v1/customers', { name: 'B', ingest_aliases: ['b'] })
  await api.call('POST', `/v1/customers/${other}/placement`, { meters: 2 })
  for (let minute = 0; minute < 6; minute++) {
    const now = new Date(TEST_NOW + minute * 60_000).toISOString()
    await api.call('POST', '/v1/sandboxes/clock', { now })
    const batch = Array.from({ length: 7 }, (_, i) => completion(`${minute}/${i}`, on(2 + minute)))
    const repeated = minute > 0 ? [completion(`${minute - 1}/0`, on(9))] : []
    const others = batch.slice(0, 3).map((event) => ({ ...event, customer_id: 'b' }))
    await api.call('POST', '/v1/ingest', [...batch, ...others, ...repeated])
  }
  return { customerId, other }
}

test('the newest events of all meters come first, page by page, whatever comes in between', async () => {
  const api = await createTestApi({ settings: { searchesPerSecond: null, sharedMeters: 3 } })
  const { customerId, other } = await createSpreadEvents(api)
  const whole = await readNewest(api, { starting_on: on(1) }, { limit: 100 })
  expect(whole.length).toBe(6 * 10 + 5)
  expect(new Set(whole.map(({ id }) => id)).size).toBe(65)
  const times = whole.map(({ processed_at }) => processed_at)
  expect(times).toEqual(times.toSorted().toReversed())
  expect(
    whole.filter(({ is_duplicate }) => is_duplicate).map((each) => each.transaction_id),
  ).toEqual(['4/0', '3/0', '2/0', '1/0', '0/0'])
  for (const limit of [6, 30]) {
    expect(await readNewest(api, { starting_on: on(1) }, { limit })).toEqual(whole)
  }
  const filters = [
    { customer_id: other },
    { is_duplicate: true },
    { transactionIds: ['3/0', '1/1'] },
  ]
  const counts: number[] = []
  for (const filter of filters) counts.push((await readNewest(api, filter, { limit: 3 })).length)
  expect(counts).toEqual([18, 5, 5])
  const since = { customer_id: customerId, processed_since: times[20] }
  const recent = await readNewest(api, since, { limit: 2 })
  expect(recent.every(({ processed_at }) => processed_at >= times[20]!)).toBe(true)
  let added = 0
  const between = async () =>
    api.call('POST', '/v1/ingest', [completion(`new ${added++}`, on(8)), completion('5/1', on(8))])
  expect(await readNewest(api, { starting_on: on(1) }, { limit: 9, between })).toEqual(whole)
})

test('events are found by the metric that they feed, and told why others do not count them', async () => {
  const api = await createApi()
  await createEvents(api)
  const pages = await createMetric(api, {
    name: 'Pages',
    event_type_filter: { in_values: ['page'] },
  })
  expect(await listIds(api, { billable_metric_id: pages })).toEqual(['c'])
  const { body } = await api.call('POST', '/v1/events/search', {
    transactionIds: ['b'],
    explain: true,
  })
  expect(body[0].unmatched_billable_metrics).toEqual([
    { id: pages, name: 'Pages', reason: 'The metric needs that event_type is one of "page".' },
  ])
})

test('volumes add up over meters, by window, customer, type and metric', async () => {
  const api = await createTestApi({ settings: { searchesPerSecond: null, sharedMeters: 2 } })
  const { other } = await createSpreadEvents(api)
  await api.call('POST', '/v1/ingest', [
    { ...completion('x', on(2)), customer_id: 'nobody' },
    { ...completion('y', on(3)), event_type: 'page' },
  ])
  const volume = async (query: string) => {
    const path = `/v1/events/volume?starting_on=2026-03-01T00:00:00Z&ending_before=2026-03-11T00:00:00Z${query}`
    const { status, body } = await api.call('GET', path)
    expect({ status, body }).toMatchObject({ status: 200 })
    const { windows, ...totals } = body.data
    return {
      totals,
      days: windows.map((day: Record<string, number>) => Object.values(day).slice(2)),
    }
  }
  const none = [0, 0, 0]
  const totals = { complete_from: null, forgotten_duplicates: 0 }
  expect(await volume('&window_size=day')).toEqual({
    totals: { accepted: 62, duplicates: 5, unmatched: 2, ...totals },
    days: [
      none,
      [11, 0, 1],
      [11, 0, 1],
      ...Array.from({ length: 4 }, () => [10, 0, 0]),
      none,
      [0, 5, 0],
      none,
    ],
  })
  expect((await volume(`&customer_id=${other}`)).totals).toMatchObject({ accepted: 18 })
  expect((await volume('&event_type=page')).totals).toMatchObject({ accepted: 1, unmatched: 1 })
  expect((await volume('&ingest_id=nobody')).totals).toMatchObject({ accepted: 1, unmatched: 1 })
  const { body } = await api.call('GET', '/v1/billable-metrics')
  const fed = await volume(`&billable_metric_id=${body.data[0].id}`)
  expect(fed.totals).toMatchObject({ accepted: 61, duplicates: 5, unmatched: 1 })
  const refused = async (query: string) =>
    (await api.call('GET', `/v1/events/volume?${query}`)).body.message
  const [start, end] = ['starting_on=2026-03-01T00:00:00Z', 'ending_before=2026-03-02T00:00:00Z']
  expect(await refused(`starting_on=2026-03-01T00:30:00Z&${end}`)).toBe(
    'starting_on: expected the start of an hour in UTC',
  )
  expect(await refused(`${start}&ending_before=2026-03-01T00:00:00Z`)).toContain(
    'after starting_on',
  )
  expect(await refused(`${start}&${end}&window_size=minute`)).toContain('at most 1000 windows')
  expect(await refused(`${start}&${end}&window_size=week`)).toContain('window_size')
  expect(await refused(`${start}&${end}&billable_metric_id=${UNKNOWN_ID}`)).toBe(
    `billable_metric_id: no billable metric ${UNKNOWN_ID}`,
  )
})

test('events are exported as CSV by the same filters, newest first', async () => {
  const api = await createApi()
  const { customerId } = await createEvents(api)
  const event = completion('=cmd()', on(9))
  const properties = { ...event.properties, note: 'a "b", c' }
  await api.call('POST', '/v1/ingest', [{ ...event, properties, event_type: 'page' }])
  const { status, text, headers } = await api.call(
    'GET',
    `/v1/events/export?customer_id=${customerId}&is_duplicate=false&event_type=page`,
  )
  expect(status).toBe(200)
  expect(headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
  expect(headers.get('x-tactus-row-limit')).toBe('100000')
  const rows = text.split('\r\n')
  expect(rows[0]).toBe(
    'id,transaction_id,customer_id,event_type,timestamp,processed_at,is_duplicate,matched_customer_id,matched_customer_name,matched_billable_metrics,properties',
  )
  expect(rows.slice(1).map((row) => row.split(',').slice(1, 4).join(' '))).toEqual([
    "'=cmd() acme page",
    'c acme page',
    '',
  ])
  expect(rows[1]).toContain('""note"":""a \\""b\\"", c""')
  const all = await api.call('GET', '/v1/events/export')
  expect(all.text.split('\r\n').length).toBe(9 + 2)
  const none = await api.call('GET', '/v1/events/export?ingest_id=stranger')
  expect(none.text.split('\r\n').length).toBe(2)
  // A filter that is misspelled would export everything.
  const misspelled = await api.call('GET', '/v1/events/export?event_types=page')
  expect([misspelled.status, misspelled.body.message]).toEqual([
    400,
    expect.stringContaining('event_types: no such query parameter'),
  ])
  const refused = await api.call('GET', '/v1/events/export?is_duplicate=maybe')
  expect(refused.body.message).toContain('is_duplicate: expected true or false')
})
