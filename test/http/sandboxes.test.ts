import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createTestApi } from '../support/api.ts'

const { ARCHIVE } = env as unknown as Env

test('a sandbox has a token, a clock of its own and no data of others', async () => {
  const api = await createTestApi()
  await api.call('POST', '/v1/customers', { name: 'Outside' })
  const created = await api.call('POST', '/v1/sandboxes', {
    name: 's',
    now: '2026-01-05T07:00:00+01:00',
  })
  const { id, token, now, name } = created.body.data
  expect({ name, now }).toEqual({ name: 's', now: '2026-01-05T06:00:00.000Z' })
  const inside = { authorization: `Bearer ${token}` }
  expect((await api.call('GET', '/v1/customers', undefined, inside)).body.data).toEqual([])
  const clock = await api.call('GET', '/v1/sandboxes/clock', undefined, inside)
  expect(clock.body).toEqual({ data: { now: '2026-01-05T06:00:00.000Z', frozen: true } })
  const customer = await api.call('POST', '/v1/customers', { name: 'In' }, inside)
  const read = await api.call('GET', `/v1/customers/${customer.body.data.id}`, undefined, inside)
  expect(read.body.data.created_at).toBe('2026-01-05T06:00:00.000Z')

  const moved = await api.call(
    'POST',
    '/v1/sandboxes/clock',
    { now: '2026-01-06T00:00:00Z' },
    inside,
  )
  expect(moved.body).toEqual({
    data: { now: '2026-01-06T00:00:00.000Z', frozen: true, done: true, held_back: [] },
  })
  const back = await api.call(
    'POST',
    '/v1/sandboxes/clock',
    { now: '2026-01-05T00:00:00Z' },
    inside,
  )
  expect(back).toMatchObject({ status: 400, body: { message: expect.stringContaining('now') } })

  expect((await api.call('POST', '/v1/sandboxes/delete', { id })).status).toBe(200)
  expect((await api.call('GET', '/v1/customers', undefined, inside)).status).toBe(401)
  expect((await api.call('POST', '/v1/sandboxes/delete', { id })).status).toBe(404)
})

test('a deleted sandbox leaves nothing in the archive, and others keep theirs', async () => {
  const api = await createTestApi()
  const { id } = (await api.call('POST', '/v1/sandboxes', {})).body.data
  for (const key of [`${id}/0/1-5-aa`, `${id}/1/1-9-bb`, `${api.environmentId}/0/1-5-cc`]) {
    await ARCHIVE.put(key, 'events')
  }
  expect((await api.call('POST', '/v1/sandboxes/delete', { id })).status).toBe(200)
  const left = async (environmentId: string) =>
    (await ARCHIVE.list({ prefix: environmentId })).objects.length
  expect([await left(id), await left(api.environmentId)]).toEqual([0, 1])
})

test('a sandbox without a given clock runs in real time until it is frozen', async () => {
  const api = await createTestApi()
  const { token } = (await api.call('POST', '/v1/sandboxes', {})).body.data
  const inside = { authorization: `Bearer ${token}` }
  const before = Date.now()
  const clock = (await api.call('GET', '/v1/sandboxes/clock', undefined, inside)).body.data
  expect(clock.frozen).toBe(false)
  expect(Date.parse(clock.now)).toBeGreaterThanOrEqual(before)
  const past = await api.call(
    'POST',
    '/v1/sandboxes/clock',
    { now: '2020-01-01T00:00:00Z' },
    inside,
  )
  expect(past.status).toBe(400)
  const later = new Date(Date.now() + 86_400_000).toISOString()
  const moved = await api.call('POST', '/v1/sandboxes/clock', { now: later }, inside)
  expect(moved.body.data).toMatchObject({ now: later, frozen: true })
})

test('production tokens may not use sandboxes, and nobody may delete what is not theirs', async () => {
  const production = await createTestApi({ kind: 'PRODUCTION', clockMs: null })
  for (const [method, path, body] of [
    ['POST', '/v1/sandboxes', {}],
    ['GET', '/v1/sandboxes/clock', undefined],
    ['POST', '/v1/sandboxes/clock', { now: '2026-01-01T00:00:00Z' }],
    ['POST', '/v1/sandboxes/delete', { id: '01930000-0000-7000-8000-000000000000' }],
  ] as const) {
    expect([path, (await production.call(method, path, body)).status]).toEqual([path, 403])
  }
  const [mine, other] = [await createTestApi(), await createTestApi()]
  const { id } = (await mine.call('POST', '/v1/sandboxes', {})).body.data
  expect((await other.call('POST', '/v1/sandboxes/delete', { id })).status).toBe(404)
  // An environment that an operator made is no sandbox of the API's.
  expect((await mine.call('POST', '/v1/sandboxes/delete', { id: mine.environmentId })).status).toBe(
    404,
  )
})

test('malformed bodies are refused by field', async () => {
  const { call } = await createTestApi()
  expect((await call('POST', '/v1/sandboxes', { now: 'yesterday' })).body.message).toContain('now')
  expect((await call('POST', '/v1/sandboxes', { name: '' })).body.message).toContain('name')
  expect((await call('POST', '/v1/sandboxes/clock', {})).body.message).toContain('now')
  expect((await call('POST', '/v1/sandboxes/delete', { id: 'x' })).body.message).toContain('id')
})
