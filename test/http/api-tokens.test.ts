import { env } from 'cloudflare:workers'
import { expect, test, vi } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createTestApi, withScope } from '../support/api.ts'

test('a token is shown once, stored as a hash, listed and revoked', async () => {
  const api = await createTestApi()
  const created = await api.call('POST', '/v1/api-tokens', { name: 'ci', scope: 'read-only' })
  const { id, token, prefix } = created.body.data
  expect(token).toMatch(/^tactus_sandbox_[\w-]{43}$/)
  expect(token.startsWith(prefix)).toBe(true)
  const { DB } = env as unknown as Env
  const row = await DB.prepare('SELECT * FROM api_tokens WHERE id = ?').bind(id).first()
  expect(JSON.stringify(row)).not.toContain(token)
  const listed = await api.call('GET', '/v1/api-tokens')
  const names: string[] = listed.body.data.map(({ name }: { name: string }) => name)
  expect([...names].sort()).toEqual(['ci', 'test'])
  expect(listed.text).not.toContain(token)

  const asToken = { authorization: `Bearer ${token}` }
  expect((await api.call('GET', '/v1/customers', undefined, asToken)).status).toBe(200)
  expect((await api.call('POST', '/v1/api-tokens/revoke', { id })).body).toEqual({ data: { id } })
  expect((await api.call('GET', '/v1/customers', undefined, asToken)).status).toBe(401)
  // Revoking again changes nothing and is no error.
  expect((await api.call('POST', '/v1/api-tokens/revoke', { id })).status).toBe(200)
})

test('T22: without a valid token the answer is 401', async () => {
  const { call } = await createTestApi()
  for (const authorization of ['', 'Bearer', 'Bearer nope', 'Basic abc']) {
    const answer = await call('GET', '/v1/customers', undefined, { authorization })
    expect([authorization, answer.status]).toEqual([authorization, 401])
    expect(answer.body.message).toEqual(expect.any(String))
  }
  expect((await call('POST', '/v1/ingest', [], { authorization: 'Bearer nope' })).status).toBe(401)
})

test('T22: scopes are enforced on every kind of route', async () => {
  const api = await createTestApi()
  const reader = await withScope(api, 'read-only')
  const ingester = await withScope(api, 'ingest-only')
  const event = {
    transaction_id: 't1',
    customer_id: 'c',
    event_type: 'e',
    timestamp: '2026-03-10T00:00:00Z',
  }
  expect((await reader.call('GET', '/v1/customers')).status).toBe(200)
  expect((await reader.call('POST', '/v1/customers', { name: 'x' })).status).toBe(403)
  expect((await reader.call('POST', '/v1/ingest', [event])).status).toBe(403)
  expect((await reader.call('POST', '/v1/events/search', { transactionIds: ['t1'] })).status).toBe(
    200,
  )
  expect((await ingester.call('GET', '/v1/customers')).status).toBe(403)
  expect(
    (await ingester.call('POST', '/v1/events/search', { transactionIds: ['t1'] })).status,
  ).toBe(403)
  expect((await ingester.call('POST', '/v1/ingest', [event])).status).toBe(200)
  expect((await ingester.call('POST', '/v1/api-tokens', { name: 'x', scope: 'full' })).status).toBe(
    403,
  )
})

test('malformed bodies are refused by field, unknown tokens are not found', async () => {
  const { call } = await createTestApi()
  const other = await createTestApi()
  const foreign = (await other.call('GET', '/v1/api-tokens')).body.data[0].id
  expect((await call('POST', '/v1/api-tokens', { scope: 'full' })).body.message).toContain('name')
  expect(
    (await call('POST', '/v1/api-tokens', { name: 'x', scope: 'admin' })).body.message,
  ).toContain('scope')
  expect((await call('POST', '/v1/api-tokens/revoke', {})).body.message).toContain('id')
  expect((await call('POST', '/v1/api-tokens/revoke', { id: foreign })).status).toBe(404)
})

test('the last use of a token is told to the minute, in real time', async () => {
  const api = await createTestApi()
  const ingester = await withScope(api, 'ingest-only')
  const read = async () => {
    const { data } = (await api.call('GET', '/v1/api-tokens')).body
    const token = data.find(({ scope }: { scope: string }) => scope === 'ingest-only')
    return token.last_used_at === null ? null : Date.parse(token.last_used_at)
  }
  expect(await read()).toBe(null)
  const start = Date.now()
  await ingester.call('POST', '/v1/ingest', [])
  await vi.waitFor(async () => expect(await read()).toBeGreaterThanOrEqual(start))
  const first = await read()
  vi.useFakeTimers({ toFake: ['Date'] })
  try {
    vi.setSystemTime(start + 50_000)
    await ingester.call('POST', '/v1/ingest', [])
    expect(await read()).toBe(first)
    vi.setSystemTime(start + 70_000)
    await ingester.call('POST', '/v1/ingest', [])
    await vi.waitFor(async () => expect(await read()).toBe(start + 70_000))
  } finally {
    vi.useRealTimers()
  }
})
