import { z } from '@hono/zod-openapi'
import { exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { describeIssues } from '../../src/http/errors.ts'
import { plainIssue } from '../../src/http/plain-issue.ts'
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

test('files of the dashboard are compressed for those who take them so', async () => {
  const ask = (headers: Record<string, string>) =>
    worker.fetch(new Request('http://tactus.test/', { headers }))
  const zipped = await ask({ 'accept-encoding': 'gzip, br' })
  expect(zipped.headers.get('content-encoding')).toBe('gzip')
  expect(zipped.headers.get('vary')).toBe('accept-encoding')
  expect(await zipped.text()).toContain('<div id="root">')
  const again = await ask({ 'if-none-match': zipped.headers.get('etag') ?? '' })
  expect(again.status).toBe(304)
  const others: Record<string, string>[] = [
    { 'accept-encoding': 'br' },
    { 'accept-encoding': 'gzip', 'cf-ray': '1' },
  ]
  for (const headers of others) {
    const plain = await ask(headers)
    expect(plain.headers.get('content-encoding')).toBeNull()
    await plain.text()
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

test('what a page is about may be named by any text: its path is not turned into another', async () => {
  for (const path of [
    '/events/order%2F7',
    '/events/..%2F..%2Fx',
    '/events/a%20b',
    '/events/%5Cx',
  ]) {
    const page = await get(path)
    expect([path, page.status, page.headers.get('location')]).toEqual([path, 200, null])
    expect(await page.text()).toContain('<div id="root">')
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

test('a refusal names each field, and says in plain words what was expected', async () => {
  const { call } = await createTestApi()
  const TIME = 'expected an RFC 3339 timestamp of 1970 or later, such as 2026-03-01T00:00:00Z'
  const rates = '/v1/contract-pricing/rate-cards/addRates'
  for (const [path, body, message] of [
    ['/v1/customers', {}, 'name: missing, expected a text'],
    ['/v1/customers', [], 'The request body: expected an object, not a list'],
    [
      '/v1/customers',
      { name: 5, ingest_aliases: ['a', null] },
      'name: expected a text, not a number; ingest_aliases[1]: expected a text, not null',
    ],
    ['/v1/sandboxes', { name: 'x'.repeat(129) }, 'name: expected at most 128 characters'],
    ['/v1/sandboxes', { name: '', now: 7 }, `name: expected at least 1 character; now: ${TIME}`],
    [
      rates,
      { rate_card_id: 'a', rates: [{ entitled: 'yes' }] },
      `rate_card_id: expected a UUID; rates[0].product_id: expected a UUID; rates[0].starting_at: ${TIME}; rates[0].entitled: expected true or false, not a text; rates[0].rate_type: missing, expected a text`,
    ],
    // Of a value that may have several forms, the nearest one speaks.
    [
      '/v1/dashboards/getEmbeddableUrl',
      {
        customer_id: crypto.randomUUID(),
        dashboard: 'usage',
        bm_group_key_overrides: [{ group_key_name: 'a', value_display_names: { x: [] } }],
      },
      'bm_group_key_overrides[0].value_display_names.x: expected a text of at most 200 characters',
    ],
  ] as const) {
    expect(await call('POST', path, body)).toMatchObject({ status: 400, body: { message } })
  }
})

/** What is answered to a value that a schema refuses. */
function refusal(schema: z.ZodType, value: unknown): string {
  const { error } = schema.safeParse(value, { error: plainIssue })
  return describeIssues(error?.issues ?? [])
}

test('bounds are said as of what they count', () => {
  expect(refusal(z.number().min(3), 2)).toBe('The request body: expected 3 or more')
  expect(refusal(z.number().gt(3), 3)).toBe('The request body: expected more than 3')
  expect(refusal(z.number().lt(3), 3)).toBe('The request body: expected less than 3')
  expect(refusal(z.array(z.null()).max(1), [null, null])).toContain('expected at most 1 item')
  expect(refusal(z.literal('A'), 'B')).toContain('expected A')
  expect(refusal(z.int(), 1.5)).toBe('The request body: expected a whole number')
})

test('of several forms, the one speaks that a value is nearest to', () => {
  const forms = z.object({
    price: z.union([
      z.number(),
      z.object({ tiers: z.array(z.number()), size: z.number() }),
      z.object({ flat: z.number() }),
    ]),
  })
  expect(refusal(forms, { price: { flat: 'x' } })).toBe('price.flat: expected a number, not a text')
  expect(refusal(forms, { price: true })).toBe(
    'price: expected a number, not true, or expected an object, not true',
  )
  expect(refusal(z.union([z.number(), z.null()], { error: 'expected less' }), 'x')).toBe(
    'The request body: expected less',
  )
})
