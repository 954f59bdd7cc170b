import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { addFieldKeys } from '../support/catalog.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const get = (path: string) => worker.fetch(new Request(`http://tactus.test${path}`))

test('an unknown route says so, with or without a token', async () => {
  const { call } = await createTestApi()
  expect(await call('GET', '/v1/nothing')).toMatchObject({
    status: 404,
    body: { message: 'No such route: GET /v1/nothing' },
  })
  expect((await get('/v1/nothing')).status).toBe(404)
  expect(await call('PUT', '/v1/customers', {})).toMatchObject({
    status: 404,
    body: { message: 'No such route: PUT /v1/customers' },
  })
})

test('a body must be JSON and of a sensible size', async () => {
  const { call } = await createTestApi()
  expect(await call('POST', '/v1/customers', '{"name":')).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('not valid JSON') },
  })
  expect(
    await call('POST', '/v1/customers', 'name=x', { 'content-type': 'text/plain' }),
  ).toMatchObject({
    status: 400,
    body: { message: expect.stringContaining('Content-Type') },
  })
  const large = JSON.stringify({ name: 'x'.repeat(1024 * 1024) })
  expect((await call('POST', '/v1/customers', large)).status).toBe(413)
})

test('the OpenAPI document and the reference page describe every route', async () => {
  const answer = await get('/openapi.json')
  const document = await answer.json<{
    openapi: string
    paths: Record<string, Record<string, { operationId: string }>>
  }>()
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
  const ids = operations.map(({ operationId }) => operationId)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toEqual(expect.arrayContaining(['ingest', 'createCustomer', 'listInvoices']))
  const page = await (await get('/docs')).text()
  for (const id of ids) expect(page).toContain(`id="${id}"`)
  // Nothing is loaded from elsewhere: the page works without a network.
  expect(page).not.toMatch(/(?:src|href)="https?:/)
})

test('any page that is no path of the API is the dashboard, under a strict policy', async () => {
  for (const path of ['/', '/customers/some-id']) {
    const page = await get(path)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    )
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(page.headers.get('permissions-policy')).toContain('camera=()')
    const text = await page.text()
    // Nothing inline, which the policy would not run.
    expect(text).not.toMatch(/<style|style=|<script(?![^>]*src=)|onclick=/)
    const script = /<script[^>]+src="(\/assets\/[^"]+\.js)"/.exec(text)![1]!
    const file = await get(script)
    expect(file.headers.get('content-type')).toContain('javascript')
    expect(file.headers.get('cache-control')).toContain('immutable')
    await file.text()
  }
})

test('a page is asked about without being read, and takes no other method', async () => {
  const ask = (method: string) =>
    worker.fetch(new Request('http://tactus.test/customers', { method }))
  const head = await ask('HEAD')
  expect([head.status, await head.text()]).toEqual([200, ''])
  expect((await ask('POST')).status).toBe(404)
})

test('a file of a former build is missing, and so is an unknown path of the API', async () => {
  expect((await get('/assets/index-former.js')).status).toBe(404)
  for (const path of ['/v2/nothing', '/session/nothing', '/docs/nothing', '/v1']) {
    const answer = await get(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toEqual({ message: `No such route: GET ${path}` })
  }
})

test('nothing is taken for something else, and nothing is dropped', async () => {
  const { call } = await createTestApi()
  await addFieldKeys({ call }, 'customer', ['__proto__'])
  const metric = '{"name":"N","aggregation_type":"COUNT","event_type_filter":1e400}'
  expect(await call('POST', '/v1/billable-metrics/create', metric)).toMatchObject({
    status: 400,
    body: { message: 'The number 1e400 is not expected here.' },
  })
  const customer = '{"name":"N","custom_fields":{"__proto__":"v"}}'
  expect((await call('POST', '/v1/customers', customer)).text).toContain(
    '"custom_fields":{"__proto__":"v"}',
  )
})

test('a tampered cursor is refused', async () => {
  const { call } = await createTestApi()
  for (const name of ['a', 'b']) await call('POST', '/v1/customers', { name })
  const { next_page } = (await call('GET', '/v1/customers?limit=1')).body
  const [fingerprint] = JSON.parse(decodeURIComponent(atob(next_page)))
  for (const key of [[], ['x'], ['x', 1], [1], [1, 2]]) {
    const tampered = btoa(encodeURIComponent(JSON.stringify([fingerprint, key])))
    const answer = await call(
      'GET',
      `/v1/customers?limit=1&next_page=${encodeURIComponent(tampered)}`,
    )
    expect(answer).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('next_page') },
    })
  }
})
