import { expect, test } from 'vitest'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { completion, createOffering } from '../support/offering.ts'

const MARCH_10 = Date.UTC(2026, 2, 10, 12)
const AT = '2026-03-10T11:00:00Z'

interface Row {
  id: string
  transaction_id: string | null
  message: string
}

async function list({ call }: TestApi, query = ''): Promise<Row[]> {
  return (await call('GET', `/v1/events/quarantine${query}`)).body.data
}

/** Ingests an event that is rejected, and returns its id in the quarantine. */
async function quarantine(api: TestApi, event: unknown): Promise<string> {
  const answer = await api.call('POST', '/v1/ingest', [event])
  expect(answer.status).toBe(400)
  return (await list(api))[0]!.id
}

async function replay({ call }: TestApi, body: unknown) {
  const { status, body: answer } = await call('POST', '/v1/events/quarantine/replay', body)
  expect({ status, message: answer.message }).toEqual({ status: 200, message: undefined })
  return answer.data
}

async function setClock({ call }: TestApi, now: string): Promise<void> {
  const { body } = await call('POST', '/v1/sandboxes/clock', { now })
  expect(body.data).toMatchObject({ done: true })
}

async function countSearched({ call }: TestApi, id: string): Promise<number> {
  const { body } = await call('POST', '/v1/events/search', { transactionIds: [id] })
  return body.filter((found: { is_duplicate: boolean }) => !found.is_duplicate).length
}

test('the quarantine is filtered by customer, transaction and time of receipt', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const bad = (id: string, customer: string) => {
    return { ...completion(id, 'never'), customer_id: customer }
  }
  await api.call('POST', '/v1/ingest', [bad('a', 'acme'), bad('b', 'globex'), 7])
  await setClock(api, '2026-03-10T13:00:00Z')
  await api.call('POST', '/v1/ingest', [bad('b', 'acme'), bad('c', 'acme')])
  const ids = async (query: string) =>
    (await list(api, query)).map(({ transaction_id }) => transaction_id)
  expect(await ids('')).toEqual(['c', 'b', null, 'b', 'a'])
  expect(await ids('?customer_id=acme')).toEqual(['c', 'b', 'a'])
  expect(await ids('?customer_id=globex')).toEqual(['b'])
  expect(await ids('?transaction_id=b')).toEqual(['b', 'b'])
  expect(await ids('?transaction_id=b&customer_id=acme')).toEqual(['b'])
  expect(await ids('?received_after=2026-03-10T13:00:00Z')).toEqual(['c', 'b'])
  expect(await ids('?received_before=2026-03-10T13:00:00Z')).toEqual([null, 'b', 'a'])
  const none = '?received_after=2026-03-10T12:00:00.001Z&received_before=2026-03-10T13:00:00Z'
  expect(await ids(none)).toEqual([])
  expect((await api.call('GET', '/v1/events/quarantine?received_after=noon')).status).toBe(400)

  const first = await api.call('GET', '/v1/events/quarantine?customer_id=acme&limit=2')
  const cursor = encodeURIComponent(first.body.next_page)
  expect(await ids(`?customer_id=acme&limit=2&next_page=${cursor}`)).toEqual(['a'])
  const other = `/v1/events/quarantine?customer_id=globex&next_page=${cursor}`
  expect((await api.call('GET', other)).status).toBe(400)
})

test('the export has every rejected event in a line, as it is listed', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const path = '/v1/events/quarantine/export'
  const empty = await api.call('GET', path)
  expect([empty.status, empty.text]).toEqual([200, ''])
  const bad = (i: number) => ({ ...completion(`t${i}`, AT), event_type: '' })
  const events = Array.from({ length: 250 }, (_, i) => bad(i))
  for (let i = 0; i < 250; i += 50) await api.call('POST', '/v1/ingest', events.slice(i, i + 50))
  const long = JSON.stringify([bad(250)]).replace('"tokens":1', '"tokens":0.12345678901234567890')
  await api.call('POST', '/v1/ingest', long)

  const exported = await api.call('GET', path)
  expect(exported.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = exported.text.trimEnd().split('\n')
  expect(lines[0]).toContain('"tokens":0.12345678901234567890')
  const rows = lines.map((line) => JSON.parse(line) as Row)
  expect(rows.map(({ transaction_id }) => transaction_id)).toEqual(
    Array.from({ length: 251 }, (_, i) => `t${250 - i}`),
  )
  expect(rows.slice(0, 100)).toEqual(await list(api))
  const filtered = await api.call('GET', `${path}?transaction_id=t7`)
  expect(JSON.parse(filtered.text)).toMatchObject({ transaction_id: 't7' })
})

test('a rejected event is replayed as it is, and leaves the quarantine', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const { metricId, customerId } = await createOffering(api)
  const early = completion('a', '2026-03-10T12:30:00Z', { tokens: 5 })
  const id = await quarantine(api, early)
  expect(await replay(api, { ids: [id] })).toEqual([
    {
      id,
      status: 'rejected',
      message: 'event.timestamp must not lie more than 5 minutes in the future.',
    },
  ])
  expect(await list(api)).toMatchObject([
    { id, message: 'event.timestamp must not lie more than 5 minutes in the future.' },
  ])
  await setClock(api, '2026-03-10T12:25:00Z')
  expect(await replay(api, { ids: [id] })).toEqual([{ id, status: 'accepted' }])
  expect(await list(api)).toEqual([])
  expect(await replay(api, { ids: [id] })).toEqual([
    { id, status: 'rejected', message: 'There is no such event in the quarantine.' },
  ])
  const { body } = await api.call('POST', '/v1/usage', {
    starting_on: '2026-03-10T00:00:00Z',
    ending_before: '2026-03-11T00:00:00Z',
    window_size: 'none',
    customer_ids: [customerId],
    billable_metrics: [{ id: metricId }],
  })
  expect(body.data).toMatchObject([{ value: 5 }])
})

test('corrected events are replayed in the place of what was received, in the order asked', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const first = await quarantine(api, { ...completion('a', AT), event_type: '' })
  const second = await quarantine(api, 'nonsense')
  const third = await quarantine(api, { ...completion('c', AT), customer_id: '' })
  const [kept] = await list(api, '?transaction_id=c')
  const answer = await replay(api, {
    ids: [first],
    events: [
      { id: third, event: { ...completion('c', AT), transaction_id: '' } },
      { id: second, event: completion('b', AT, { tokens: 3 }) },
      { id: '999999', event: completion('d', AT) },
    ],
  })
  expect(answer).toEqual([
    { id: first, status: 'rejected', message: 'event.event_type must be a non-empty string.' },
    {
      id: third,
      status: 'rejected',
      message: 'event.transaction_id must be a string of 1 to 128 characters.',
    },
    { id: second, status: 'accepted' },
    { id: '999999', status: 'rejected', message: 'There is no such event in the quarantine.' },
  ])
  // A stored event gets its new reason; what is wrong with a correction is not a reason for it.
  expect(await list(api)).toEqual([
    kept,
    expect.objectContaining({ id: first, message: answer[0].message }),
  ])
  const { body } = await api.call('POST', '/v1/events/search', { transactionIds: ['b'] })
  expect(body).toMatchObject([{ customer_id: 'acme', properties: { tokens: 3 } }])
})

test('an event that was ingested meanwhile is a duplicate, and leaves the quarantine', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const id = await quarantine(api, { ...completion('a', AT), event_type: '' })
  const twin = await quarantine(api, { ...completion('b', AT), event_type: '' })
  const other = await quarantine(api, { ...completion('b', AT), event_type: '' })
  await api.call('POST', '/v1/ingest', [completion('a', AT)])
  const events = [id, twin, other].map((row, i) => {
    return { id: row, event: completion(i === 0 ? 'a' : 'b', AT) }
  })
  expect(await replay(api, { events })).toEqual([
    { id, status: 'duplicate' },
    { id: twin, status: 'accepted' },
    { id: other, status: 'duplicate' },
  ])
  expect(await list(api)).toEqual([])
})

test('how old an event may be is judged by when it was received', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const old = (id: string) => completion(id, '2026-02-06T12:00:00Z')
  const ids: string[] = []
  for (const id of ['a', 'b', 'c']) ids.push(await quarantine(api, { ...old(id), event_type: '' }))
  await setClock(api, '2026-04-13T11:00:00Z')
  const events = [
    old('a'),
    completion('b', '2026-02-04T11:59:59Z'),
    completion('c', '2026-04-13T11:05:01Z'),
  ]
  expect(await replay(api, { events: ids.map((id, i) => ({ id, event: events[i] })) })).toEqual([
    { id: ids[0], status: 'accepted' },
    {
      id: ids[1],
      status: 'rejected',
      message: 'event.timestamp must not lie more than 34 days before the event was received.',
    },
    {
      id: ids[2],
      status: 'rejected',
      message: 'event.timestamp must not lie more than 5 minutes in the future.',
    },
  ])
  await setClock(api, '2026-04-13T12:00:01Z')
  expect(await replay(api, { events: [{ id: ids[1], event: old('b') }] })).toMatchObject([
    { status: 'rejected', message: 'There is no such event in the quarantine.' },
  ])
})

test('no replay counts an event twice, though its id was forgotten since', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const { customerId } = await createOffering(api)
  await api.call('POST', '/v1/ingest', [completion('a', AT), completion('b', AT)])
  await setClock(api, '2026-03-30T12:00:00Z')
  const ids: string[] = []
  for (const id of ['a', 'a', 'b', 'c']) {
    ids.push(await quarantine(api, { ...completion(id, AT), event_type: '' }))
  }
  // The ids of 10 March are remembered until 14 April, 12:05.
  await setClock(api, '2026-04-20T12:00:00Z')
  const events = [
    completion('a', AT),
    { ...completion('a', AT), customer_id: customerId },
    { ...completion('b', AT), customer_id: 'globex' },
    completion('c', AT),
  ]
  expect(await replay(api, { events: ids.map((id, i) => ({ id, event: events[i] })) })).toEqual([
    { id: ids[0], status: 'duplicate' },
    { id: ids[1], status: 'duplicate' },
    { id: ids[2], status: 'accepted' },
    { id: ids[3], status: 'accepted' },
  ])
  expect(await list(api)).toEqual([])
  expect(await countSearched(api, 'c')).toBe(1)
})

test('what is asked of the quarantine is checked', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const many = (n: number) => Array.from({ length: n }, (_, i) => String(i))
  const bodies: [unknown, string][] = [
    [{}, 'expected 1 to 100 events in ids and events together'],
    [{ ids: many(100), events: [{ id: '100', event: {} }] }, 'expected 1 to 100 events'],
    [{ ids: ['1', '1'] }, 'each event may be named once'],
    [{ ids: ['x'] }, 'ids[0]: expected the id of a quarantined event'],
  ]
  for (const [body, message] of bodies) {
    expect(await api.call('POST', '/v1/events/quarantine/replay', body)).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    })
  }
  const posts = ['/v1/events/quarantine/replay', '/v1/events/quarantine/delete']
  const gets = ['/v1/events/quarantine', '/v1/events/quarantine/export']
  const [reader, ingester] = [
    await withScope(api, 'read-only'),
    await withScope(api, 'ingest-only'),
  ]
  for (const path of posts) {
    expect((await reader.call('POST', path, { ids: ['1'] })).status).toBe(403)
    expect((await ingester.call('POST', path, { ids: ['1'] })).status).toBe(403)
  }
  for (const path of gets) {
    expect((await reader.call('GET', path)).status).toBe(200)
    expect((await ingester.call('GET', path)).status).toBe(403)
  }
})

test('rejected events are deleted by their ids', async () => {
  const api = await createTestApi({ clockMs: MARCH_10 })
  const ids: string[] = []
  for (const id of ['a', 'b', 'c']) ids.push(await quarantine(api, completion(id, 'never')))
  const gone = { ids: [ids[2], '999999', ids[0]] }
  const deleted = await api.call('POST', '/v1/events/quarantine/delete', gone)
  expect(new Set(deleted.body.data.ids)).toEqual(new Set([ids[0], ids[2]]))
  expect(await list(api)).toMatchObject([{ id: ids[1] }])
  expect((await api.call('POST', '/v1/events/quarantine/delete', gone)).body).toEqual({
    data: { ids: [] },
  })
  const none = await createTestApi()
  const strange = await none.call('POST', '/v1/events/quarantine/delete', { ids: [ids[1]] })
  expect(strange.body).toEqual({ data: { ids: [] } })
  expect(await list(api)).toHaveLength(1)
})
