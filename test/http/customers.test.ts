import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addFieldKeys, createdId } from '../support/catalog.ts'

const UNKNOWN_ID = '01930000-0000-7000-8000-000000000000'

test('customers are found by a part of their name', async () => {
  const { call } = await createTestApi()
  for (const name of ['Acme Robotics', '100%_Sure', 'Globex']) {
    await call('POST', '/v1/customers', { name })
  }
  const find = async (name: string) => {
    const { body } = await call('GET', `/v1/customers?name=${encodeURIComponent(name)}`)
    return body.data.map((customer: { name: string }) => customer.name)
  }
  expect(await find('rob')).toEqual(['Acme Robotics'])
  expect(await find('%_')).toEqual(['100%_Sure'])
  expect(await find('nobody')).toEqual([])
})

test('a customer is created, read, renamed and listed', async () => {
  const { call } = await createTestApi()
  await addFieldKeys({ call }, 'customer', ['region'])
  const created = await call('POST', '/v1/customers', {
    name: 'Acme',
    ingest_aliases: ['acme', 'acme-2'],
    custom_fields: { region: 'eu' },
  })
  const { id } = created.body.data
  expect(created).toMatchObject({
    status: 200,
    body: {
      data: {
        name: 'Acme',
        external_id: 'acme',
        ingest_aliases: ['acme', 'acme-2'],
        custom_fields: { region: 'eu' },
      },
    },
  })
  expect(
    (await call('POST', `/v1/customers/${id}/setName`, { name: 'Acme Inc' })).body.data.name,
  ).toBe('Acme Inc')
  await call('POST', `/v1/customers/${id}/updateConfig`, { salesforce_account_id: 'sf-1' })
  const read = await call('GET', `/v1/customers/${id}`)
  expect(read.body.data).toEqual({
    id,
    name: 'Acme Inc',
    external_id: 'acme',
    ingest_aliases: ['acme', 'acme-2'],
    custom_fields: { region: 'eu' },
    customer_config: { salesforce_account_id: 'sf-1' },
    created_at: '2026-03-10T12:00:00.000Z',
    updated_at: '2026-03-10T12:00:00.000Z',
    archived_at: null,
  })
  expect((await call('GET', '/v1/customers')).body).toEqual({
    data: [read.body.data],
    next_page: null,
  })
})

test('CU-3: without an alias the external id is the id', async () => {
  const { call } = await createTestApi()
  const { body } = await call('POST', '/v1/customers', { name: 'Bare' })
  expect(body.data.external_id).toBe(body.data.id)
  const { body: old } = await call('POST', '/v1/customers', { name: 'Old', external_id: 'old-id' })
  expect(old.data).toMatchObject({ external_id: 'old-id', ingest_aliases: ['old-id'] })
})

test('AL-7: an alias that another customer holds is a conflict, and nothing is created', async () => {
  const { call } = await createTestApi()
  await call('POST', '/v1/customers', { name: 'A', ingest_aliases: ['shared'] })
  const taken = await call('POST', '/v1/customers', {
    name: 'B',
    ingest_aliases: ['free', 'shared'],
  })
  expect(taken).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining('"shared"') },
  })
  expect(taken.headers.get('x-should-retry')).toBe('false')
  expect((await call('GET', '/v1/customers')).body.data).toHaveLength(1)
  // The other alias was not taken by the refused request.
  expect(
    (await call('POST', '/v1/customers', { name: 'C', ingest_aliases: ['free'] })).status,
  ).toBe(200)
})

test('AL-10: an alias may not be the id of another customer', async () => {
  const { call } = await createTestApi()
  const { body } = await call('POST', '/v1/customers', { name: 'A' })
  const taken = await call('POST', '/v1/customers', { name: 'B', ingest_aliases: [body.data.id] })
  expect(taken.status).toBe(409)
})

test('two requests for one alias at once: exactly one gets it', async () => {
  const { call } = await createTestApi()
  const requests = Array.from({ length: 6 }, (_, i) =>
    call('POST', '/v1/customers', { name: `C${i}`, ingest_aliases: ['wanted'] }),
  )
  const statuses = (await Promise.all(requests)).map(({ status }) => String(status))
  expect([...statuses].sort()).toEqual(['200', '409', '409', '409', '409', '409'])
  expect((await call('GET', '/v1/customers')).body.data).toHaveLength(1)
})

test('AL-5: setting aliases replaces them all, and freed ones may be taken', async () => {
  const { call } = await createTestApi()
  const a = (await call('POST', '/v1/customers', { name: 'A', ingest_aliases: ['one', 'two'] }))
    .body.data.id
  const b = (await call('POST', '/v1/customers', { name: 'B' })).body.data.id
  const set = await call('POST', `/v1/customers/${a}/setIngestAliases`, {
    ingest_aliases: ['three', 'two'],
  })
  expect(set).toMatchObject({ status: 200, text: '' })
  expect((await call('GET', `/v1/customers/${a}`)).body.data.ingest_aliases).toEqual([
    'three',
    'two',
  ])
  expect(
    (await call('POST', `/v1/customers/${b}/setIngestAliases`, { ingest_aliases: ['two'] })).status,
  ).toBe(409)
  expect(
    (await call('POST', `/v1/customers/${b}/setIngestAliases`, { ingest_aliases: ['one'] })).status,
  ).toBe(200)
  await call('POST', `/v1/customers/${a}/setIngestAliases`, { ingest_aliases: [] })
  expect((await call('GET', `/v1/customers/${a}`)).body.data.ingest_aliases).toEqual([])
  const byAlias = await call('GET', '/v1/customers?ingest_alias=one')
  expect(byAlias.body.data.map(({ id }: { id: string }) => id)).toEqual([b])
})

test('AL-4: a customer may hold 2,000 aliases', async () => {
  const { call } = await createTestApi()
  const aliases = Array.from({ length: 2_000 }, (_, i) => `alias-${i}`)
  const created = await call('POST', '/v1/customers', { name: 'Many', ingest_aliases: aliases })
  expect(created.body.data.ingest_aliases).toEqual(aliases)
  const tooMany = await call('POST', '/v1/customers', {
    name: 'X',
    ingest_aliases: [...aliases, 'y'],
  })
  expect(tooMany).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('ingest_aliases') },
  })
})

test('lists are paged by cursors that belong to their question', async () => {
  const { call } = await createTestApi()
  for (const name of ['a', 'b', 'c', 'd', 'e']) await call('POST', '/v1/customers', { name })
  const names: string[] = []
  let cursor = ''
  for (let page = 0; page < 3; page++) {
    const { body } = await call('GET', `/v1/customers?limit=2${cursor && `&next_page=${cursor}`}`)
    names.push(...body.data.map(({ name }: { name: string }) => name))
    cursor = body.next_page === null ? '' : encodeURIComponent(body.next_page)
  }
  expect([...names].sort()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(cursor).toBe('')
  const { body } = await call('GET', '/v1/customers?limit=2')
  const foreign = encodeURIComponent(body.next_page)
  const misuse = await call('GET', `/v1/customers?only_archived=true&next_page=${foreign}`)
  expect(misuse).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('next_page') },
  })
})

test('customers can be asked for by id, repeated or separated by commas', async () => {
  const { call } = await createTestApi()
  const ids: string[] = []
  for (const name of ['a', 'b', 'c'])
    ids.push((await call('POST', '/v1/customers', { name })).body.data.id)
  const [a, b] = ids
  for (const query of [`customer_ids=${a},${b}`, `customer_ids=${a}&customer_ids=${b}`]) {
    expect((await call('GET', `/v1/customers?${query}`)).body.data).toHaveLength(2)
  }
  expect(
    (await call('GET', `/v1/customers?customer_ids=${a}&only_archived=false`)).body.data,
  ).toHaveLength(1)
})

test('malformed bodies are refused by field, and unknown customers are not found', async () => {
  const { call } = await createTestApi()
  const table: [string, unknown, string][] = [
    ['/v1/customers', {}, 'name'],
    ['/v1/customers', { name: 1 }, 'name'],
    ['/v1/customers', { name: 'A', ingest_aliases: 'x' }, 'ingest_aliases'],
    ['/v1/customers', { name: 'A', ingest_aliases: [''] }, 'ingest_aliases[0]'],
    ['/v1/customers', { name: 'A', ingest_aliases: ['x'.repeat(129)] }, 'ingest_aliases[0]'],
    ['/v1/customers', { name: 'A', custom_fields: { a: 1 } }, 'custom_fields.a'],
    ['/v1/customers', { name: 'A', custom_fields: { a: 'x'.repeat(201) } }, 'custom_fields.a'],
    ['/v1/customers', [], 'body'],
    ['/v1/customers', 'null', 'body'],
    [`/v1/customers/${UNKNOWN_ID}/setName`, {}, 'name'],
    [`/v1/customers/${UNKNOWN_ID}/setIngestAliases`, {}, 'ingest_aliases'],
    ['/v1/customers/not-a-uuid/setName', { name: 'x' }, 'customer_id'],
  ]
  for (const [path, body, field] of table) {
    const answer = await call('POST', path, body)
    expect([path, body, answer.status]).toEqual([path, body, 400])
    expect(answer.body.message).toContain(field)
  }
  expect((await call('GET', `/v1/customers/${UNKNOWN_ID}`)).status).toBe(404)
  expect((await call('GET', '/v1/customers/nope')).status).toBe(400)
  expect((await call('POST', `/v1/customers/${UNKNOWN_ID}/setName`, { name: 'x' })).status).toBe(
    404,
  )
  expect((await call('POST', `/v1/customers/${UNKNOWN_ID}/updateConfig`, {})).status).toBe(404)
  expect(
    (await call('POST', `/v1/customers/${UNKNOWN_ID}/setIngestAliases`, { ingest_aliases: [] }))
      .status,
  ).toBe(404)
  for (const query of [
    'limit=0',
    'limit=101',
    'limit=x',
    'next_page=%F0',
    'customer_ids=x',
    'only_archived=maybe',
  ]) {
    const answer = await call('GET', `/v1/customers?${query}`)
    expect([query, answer.status]).toEqual([query, 400])
    expect(answer.body.message).toContain(query.split('=')[0])
  }
})

test("another environment's customers do not exist", async () => {
  const mine = await createTestApi()
  const other = await createTestApi()
  const { id } = (
    await mine.call('POST', '/v1/customers', { name: 'Mine', ingest_aliases: ['same'] })
  ).body.data
  expect((await other.call('GET', `/v1/customers/${id}`)).status).toBe(404)
  expect((await other.call('POST', `/v1/customers/${id}/setName`, { name: 'x' })).status).toBe(404)
  expect((await other.call('GET', '/v1/customers')).body.data).toEqual([])
  // Aliases are unique within an environment only.
  expect(
    (await other.call('POST', '/v1/customers', { name: 'O', ingest_aliases: ['same'] })).status,
  ).toBe(200)
})

test('a customer keeps its own id, whatever is set as aliases', async () => {
  const { call } = await createTestApi()
  const { id } = (await call('POST', '/v1/customers', { name: 'A' })).body.data
  const other = (await call('POST', '/v1/customers', { name: 'B' })).body.data.id
  for (const ingest_aliases of [[id, 'acme'], ['acme']]) {
    await call('POST', `/v1/customers/${id}/setIngestAliases`, { ingest_aliases })
    expect((await call('GET', `/v1/customers/${id}`)).body.data.ingest_aliases).toEqual(['acme'])
  }
  const stolen = await call('POST', `/v1/customers/${other}/setIngestAliases`, {
    ingest_aliases: [id],
  })
  expect(stolen.status).toBe(409)
})

test('aliases are well-formed text', async () => {
  const { call } = await createTestApi()
  const answer = await call('POST', '/v1/customers', '{"name":"A","ingest_aliases":["\\ud800"]}')
  expect(answer).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('ingest_aliases[0]') },
  })
})

test('ids are read in any casing and answered in lower case', async () => {
  const api = await createTestApi()
  const id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const shouted = id.toUpperCase()
  expect((await api.call('GET', `/v1/customers/${shouted}`)).body.data.id).toBe(id)
  const invoices = await api.call('GET', `/v1/customers/${shouted}/invoices`)
  expect(invoices).toMatchObject({ status: 200, body: { data: [] } })
  const archived = await api.call('POST', '/v1/customers/archive', { id: shouted })
  expect(archived.body).toEqual({ data: { id } })
})
