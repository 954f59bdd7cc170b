import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import { createToken } from '../../src/actions/create-token.ts'
import { openDatabase } from '../../src/db/database.ts'
import type { Env } from '../../src/env.ts'
import { identify } from '../../src/http/auth.ts'
import { createTestApi, withScope } from '../support/api.ts'
import { createBrowser } from '../support/browser.ts'

const bindings = env as unknown as Env
const HOUR_MS = 3_600_000

test('a browser signs in with tokens of several environments side by side', async () => {
  const production = await createTestApi({ kind: 'PRODUCTION', clockMs: null })
  const sandbox = await createTestApi()
  const browser = createBrowser()
  expect((await browser.call('GET', '/session')).body.data).toEqual({
    environments: [],
    current: null,
    csrf: null,
    local: false,
  })
  await browser.signIn(production.token)
  const signedIn = await browser.signIn(sandbox.token)
  expect(signedIn.body.data).toEqual({
    environments: [
      {
        id: production.environmentId,
        name: 'test',
        kind: 'PRODUCTION',
        scope: 'full',
        token_name: 'test',
      },
      {
        id: sandbox.environmentId,
        name: 'test',
        kind: 'SANDBOX',
        scope: 'full',
        token_name: 'test',
      },
    ],
    current: sandbox.environmentId,
    csrf: expect.stringMatching(/^[\w-]{43}$/),
    local: false,
  })
  const currentId = async (headers = {}) =>
    (await browser.call('GET', '/v1/environment', undefined, headers)).body.data.id
  expect(await currentId()).toBe(sandbox.environmentId)
  const switched = await browser.call('POST', '/session/switch', {
    environment_id: production.environmentId,
  })
  expect(switched.body.data.current).toBe(production.environmentId)
  expect(await currentId()).toBe(production.environmentId)
  // A page that shows another environment says so, whatever other pages have switched to.
  expect(await currentId({ 'x-tactus-environment': sandbox.environmentId })).toBe(
    sandbox.environmentId,
  )

  const left = await browser.call('DELETE', `/session?environment_id=${production.environmentId}`)
  expect(left.body.data.environments).toHaveLength(1)
  expect(await currentId()).toBe(sandbox.environmentId)
  const former = browser.cookie()
  expect((await browser.call('DELETE', '/session')).body.data.environments).toEqual([])
  expect(browser.cookie()).toBe('')
  expect((await browser.call('GET', '/v1/environment')).status).toBe(401)
  expect(former).not.toBe('')
})

test('the cookie is sealed, for this site alone, and read by no script', async () => {
  const { token } = await createTestApi()
  const browser = createBrowser()
  const { headers, text } = await browser.signIn(token)
  expect(headers.get('set-cookie')).toMatch(
    /^tactus_session=[\w-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  )
  expect(headers.get('cache-control')).toBe('no-store')
  expect(text).not.toContain(token)
  const sealed = browser.cookie().split('=')[1]!
  expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toContain(token)
  // One other bit anywhere, and it is no session.
  const bytes = Buffer.from(sealed, 'base64url')
  bytes[20]! ^= 1
  browser.setCookie(`tactus_session=${bytes.toString('base64url')}`)
  expect((await browser.call('GET', '/v1/customers')).status).toBe(401)
  expect((await browser.call('GET', '/session')).body.data.environments).toEqual([])
  for (const cookie of ['tactus_session=', 'tactus_session=x', 'other=1']) {
    browser.setCookie(cookie)
    expect((await browser.call('GET', '/v1/customers')).status).toBe(401)
  }
})

test('what changes anything needs the CSRF token and comes from a page of this origin', async () => {
  const { token } = await createTestApi()
  const browser = createBrowser()
  await browser.signIn(token)
  const create = (headers: Record<string, string>) =>
    browser.call('POST', '/v1/customers', { name: 'x' }, headers)
  expect((await create({})).status).toBe(200)
  for (const headers of [
    { 'x-tactus-csrf': '' },
    { 'x-tactus-csrf': 'A'.repeat(43) },
    { origin: 'https://elsewhere.test' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ] as Record<string, string>[]) {
    expect([headers, (await create(headers)).status]).toEqual([headers, 403])
  }
  const { body } = await create({ 'x-tactus-csrf': '' })
  expect(body.message).toContain('x-tactus-csrf')
  // Reads need no token, but are not for other sites either.
  expect(
    (await browser.call('GET', '/v1/customers', undefined, { 'x-tactus-csrf': '' })).status,
  ).toBe(200)
  expect(
    (await browser.call('GET', '/v1/customers', undefined, { 'sec-fetch-site': 'cross-site' }))
      .status,
  ).toBe(403)
  for (const [method, path] of [
    ['POST', '/session/switch'],
    ['DELETE', '/session'],
  ] as const) {
    const answer = await browser.call(
      method,
      path,
      method === 'POST' ? { environment_id: crypto.randomUUID() } : undefined,
      {
        'x-tactus-csrf': 'x',
      },
    )
    expect(answer.status).toBe(403)
  }
  const other = createBrowser()
  const elsewhere = { origin: 'https://elsewhere.test' }
  expect((await other.call('POST', '/session', { token }, elsewhere)).status).toBe(403)
  // The session of one browser has another CSRF token than that of another.
  await other.signIn(token)
  expect((await create({ 'x-tactus-csrf': other.csrfToken() })).status).toBe(403)
})

test('a session ends with its tokens, and twelve hours after it was asked for last', async () => {
  const api = await createTestApi({ clockMs: null })
  const reader = await withScope(api, 'read-only')
  const browser = createBrowser()
  await browser.signIn(reader.token)
  expect((await browser.call('GET', '/v1/customers')).status).toBe(200)
  // The roles of tokens hold for sessions.
  expect((await browser.call('POST', '/v1/customers', { name: 'x' })).status).toBe(403)
  const tokens = (await api.call('GET', '/v1/api-tokens')).body.data
  const { id } = tokens.find(({ scope }: { scope: string }) => scope === 'read-only')
  await api.call('POST', '/v1/api-tokens/revoke', { id })
  expect((await browser.call('GET', '/v1/customers')).status).toBe(401)
  expect((await browser.call('GET', '/session')).body.data.environments).toEqual([])

  await browser.signIn(api.token)
  const start = Date.now()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    vi.setSystemTime(start + 11 * HOUR_MS)
    await browser.call('GET', '/session')
    vi.setSystemTime(start + 22 * HOUR_MS)
    expect((await browser.call('GET', '/v1/customers')).status).toBe(200)
    vi.setSystemTime(start + 23 * HOUR_MS + 1_000)
    expect((await browser.call('GET', '/v1/customers')).status).toBe(401)
  } finally {
    vi.useRealTimers()
  }
})

test('tokens that are unknown or cannot read do not sign in', async () => {
  const api = await createTestApi()
  const ingester = await withScope(api, 'ingest-only')
  const browser = createBrowser()
  expect((await browser.call('POST', '/session', { token: 'nope' })).status).toBe(401)
  expect((await browser.call('POST', '/session', { token: ingester.token })).status).toBe(403)
  expect((await browser.call('POST', '/session', {})).body.message).toContain('token')
  expect((await browser.call('POST', '/session/local', { environment: 'sandbox' })).status).toBe(
    403,
  )
  expect(browser.cookie()).toBe('')
  // An Authorization header speaks for itself, whatever the cookie says.
  await browser.signIn(api.token)
  const answer = await browser.call('GET', '/v1/customers', undefined, {
    authorization: 'Bearer x',
  })
  expect(answer.status).toBe(401)
})

test('pages of this very machine sign in by its well-known tokens, without TLS', async () => {
  const { environmentId } = await createTestApi()
  const local = createBrowser('http://localhost:8787')
  const locally = () => local.call('POST', '/session/local', { environment: 'sandbox' })
  expect((await locally()).status).toBe(401)
  const db = openDatabase(bindings.DB)
  const { row } = await createToken(
    db,
    { id: environmentId, kind: 'SANDBOX' },
    { id: crypto.randomUUID(), name: 'local', scope: 'full' },
    Date.now(),
  )
  // printf tactus_sandbox_local | sha256sum
  const hash = await crypto.subtle.digest(
    'SHA-256',
    new TextEncoder().encode('tactus_sandbox_local'),
  )
  await bindings.DB.prepare('UPDATE api_tokens SET token_hash = ? WHERE id = ?')
    .bind(Buffer.from(hash).toString('hex'), row.id)
    .run()
  expect((await local.call('GET', '/session')).body.data.local).toBe(true)
  const answer = await locally()
  expect(answer.body.data.current).toBe(environmentId)
  expect(answer.headers.get('set-cookie')).not.toContain('Secure')
  expect((await local.call('GET', '/v1/customers')).status).toBe(200)
  const rebound = createBrowser('http://rebound.test:8787')
  expect((await rebound.call('POST', '/session/local', { environment: 'sandbox' })).status).toBe(
    403,
  )
})

test('a session ingests, and opens WebSockets from its own pages', async () => {
  const api = await createTestApi({ clockMs: null })
  const browser = createBrowser()
  await browser.signIn(api.token)
  const event = {
    transaction_id: 't1',
    customer_id: 'c',
    event_type: 'e',
    timestamp: new Date().toISOString(),
  }
  expect((await browser.call('POST', '/v1/ingest', [event])).status).toBe(200)
  expect((await browser.call('POST', '/v1/ingest', [event], { 'x-tactus-csrf': '' })).status).toBe(
    403,
  )

  const upgrade = (headers: Record<string, string>) =>
    identify(
      new Request('https://tactus.test/v1/live', {
        headers: { upgrade: 'websocket', cookie: browser.cookie(), ...headers },
      }),
      bindings,
    )
  expect(await upgrade({ origin: 'https://tactus.test' })).toMatchObject({
    environment: { id: api.environmentId },
  })
  expect(await upgrade({ origin: 'https://elsewhere.test' })).toMatchObject({ status: 403 })
  expect(await upgrade({})).toMatchObject({ status: 403 })
})

test('without a secret there are no sessions, and the answer says what to set', async () => {
  const { token } = await createTestApi()
  const browser = createBrowser()
  await browser.signIn(token)
  const request = new Request('https://tactus.test/v1/customers', {
    headers: { cookie: browser.cookie() },
  })
  for (const secret of [undefined, 'short']) {
    expect(await identify(request, { ...bindings, SESSION_SECRET: secret })).toEqual({
      status: 503,
      message: expect.stringContaining('SESSION_SECRET'),
    })
  }
  // Another secret opens nothing that this one sealed.
  const other = 'another secret, of more than 32 characters'
  expect(await identify(request, { ...bindings, SESSION_SECRET: other })).toMatchObject({
    status: 401,
  })
})
