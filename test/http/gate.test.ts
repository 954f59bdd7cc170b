import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import type { Env } from '../../src/env.ts'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const NOW = '2026-03-20T12:00:00Z'

const bindings = env as unknown as Env

/** A customer with a credit of 100 cents; its tokens of `m1` cost 2 each. */
async function signUp(credit = 100) {
  const api = await createTestApi({ clockMs: Date.parse(NOW) })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const starting_at = '2026-03-01T00:00:00Z'
  await createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, starting_at })
  const product = { name: 'Credit', type: 'FIXED' }
  const ending_before = '2026-04-01T00:00:00Z'
  await createdId(api, '/v1/contracts/customerCredits/create', {
    customer_id,
    priority: 1,
    product_id: await createdId(api, '/v1/contract-pricing/products/create', product),
    access_schedule: { schedule_items: [{ amount: credit, starting_at, ending_before }] },
  })
  const usage = (tokens: number) => {
    const { event_type, properties } = completion('', NOW, { tokens })
    return { events: [{ event_type, properties }] }
  }
  const path = `/v1/customers/${customer_id}/gate`
  const ask = (tokens: number, more: object = {}, headers?: Record<string, string>) =>
    api.call('POST', path, { ...usage(tokens), ...more }, headers)
  const settle = (id: string, tokens: number) =>
    api.call('POST', `${path}/${id}/settle`, usage(tokens))
  const release = (id: string) => api.call('POST', `${path}/${id}/release`)
  const use = (id: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(id, '2026-03-10T00:00:00Z', { tokens })])
  const balance = async (): Promise<number> => {
    const net = '/v1/contracts/customerBalances/getNetBalance'
    return (await api.call('POST', net, { customer_id })).body.data.balance
  }
  const advance = (now: string) => api.call('POST', '/v1/sandboxes/clock', { now })
  return { api, customer_id, path, ask, settle, release, use, balance, advance }
}

test('a gate says what usage costs, keeps it free, and lets nothing else have it', async () => {
  const { ask, use } = await signUp()
  await use('a', 10)
  const first = await ask(30)
  expect(first.body.data).toMatchObject({
    allowed: true,
    reason: null,
    hold_id: expect.any(String),
    expires_at: '2026-03-20T12:01:00.000Z',
    draws: [{ amount: 60, remaining: 20 }],
  })
  expect((await ask(11)).body.data).toMatchObject({
    allowed: false,
    reason: 'balance',
    hold_id: null,
    expires_at: null,
    uncovered: [{ credit_type: { name: 'USD (cents)' }, amount: 2 }],
  })
  expect((await ask(10)).body.data).toMatchObject({ allowed: true, draws: [{ remaining: 0 }] })
})

test('what is settled is ingested once, and counts instead of the hold', async () => {
  const { ask, settle, balance } = await signUp()
  const { hold_id } = (await ask(40)).body.data
  expect(await balance()).toBe(100)
  const settled = await settle(hold_id, 30)
  expect(settled.body.data).toEqual({ id: hold_id, accepted: 1, duplicates: 0, expired: false })
  expect(await balance()).toBe(40)
  expect((await settle(hold_id, 30)).body.data).toEqual(settled.body.data)
  expect(await settle(hold_id, 31)).toMatchObject({ status: 409 })
  expect(await balance()).toBe(40)
  expect((await ask(21)).body.data.allowed).toBe(false)
  expect((await ask(20)).body.data.allowed).toBe(true)
})

test('a hold that is settled twice at the same time is settled once', async () => {
  const { ask, settle, balance } = await signUp()
  const { hold_id } = (await ask(40)).body.data
  const [first, second] = await Promise.all([settle(hold_id, 30), settle(hold_id, 30)])
  expect(first.body.data).toMatchObject({ accepted: 1, duplicates: 0 })
  expect(second.body.data).toEqual(first.body.data)
  expect(await balance()).toBe(40)
})

test('a settling that died and is too late to be completed is let go of', async () => {
  const { api, customer_id, ask, settle, advance } = await signUp()
  const { hold_id } = (await ask(40)).body.data
  const account = bindings.ACCOUNT.getByName(`${api.environmentId}/${customer_id}`)
  const state = (change = '') =>
    runInDurableObject(account, (_, { storage }) => {
      if (change !== '') storage.sql.exec('UPDATE holds SET state = ?', change)
      return storage.sql.exec('SELECT state FROM holds').toArray()
    })
  expect(await state('SETTLING')).toEqual([{ state: 'SETTLING' }])
  await advance('2026-04-30T00:00:00Z')
  await ask(1, { hold_seconds: 0 })
  // It ended so long ago that it is not even known any more.
  expect(await state()).toEqual([])
  expect(await settle(hold_id, 30)).toMatchObject({ status: 404 })
})

test('what is released or expires is free again; settling it later still bills it', async () => {
  const { ask, settle, release, balance, advance } = await signUp()
  const released = (await ask(50)).body.data.hold_id
  expect((await ask(1)).body.data.allowed).toBe(false)
  expect((await release(released)).body.data).toEqual({ id: released, released: true })
  expect((await release(released)).body.data).toEqual({ id: released, released: false })
  const expiring = (await ask(50, { hold_seconds: 30 })).body.data.hold_id
  expect((await ask(1)).body.data.allowed).toBe(false)
  await advance('2026-03-20T12:00:30Z')
  expect((await ask(50, { hold_seconds: 0 })).body.data).toMatchObject({
    allowed: true,
    hold_id: null,
  })
  expect((await settle(expiring, 5)).body.data).toMatchObject({ accepted: 1, expired: true })
  expect(await balance()).toBe(90)
  expect(await release(expiring)).toMatchObject({ status: 409 })
})

test('with a limit, usage may go beyond balances as far as the draft stays within it', async () => {
  const { ask, use } = await signUp()
  await use('a', 60)
  const spend_limit = { amount: 30 }
  expect((await ask(6, { spend_limit })).body.data).toMatchObject({ allowed: false })
  expect((await ask(5, { spend_limit })).body.data).toMatchObject({
    allowed: true,
    uncovered: [{ amount: 10 }],
  })
  expect((await ask(1, { spend_limit })).body.data).toMatchObject({
    allowed: false,
    reason: 'spend_limit',
  })
})

test('however many ask at once, what is granted is all there is, and nothing less', async () => {
  const { ask, settle, balance } = await signUp(200)
  const asked = await Promise.all(Array.from({ length: 150 }, () => ask(1)))
  const granted = asked.flatMap(({ body }) => body.data.hold_id ?? [])
  expect(asked.map(({ status }) => status)).toEqual(Array(150).fill(200))
  expect(new Set(granted).size).toBe(100)
  // Settling and asking at once neither frees what is used nor counts it twice.
  const [, again] = await Promise.all([
    Promise.all(granted.slice(0, 60).map((id) => settle(id, 1))),
    Promise.all(Array.from({ length: 20 }, () => ask(1))),
  ])
  expect(again.filter(({ body }) => body.data.allowed)).toEqual([])
  expect(await balance()).toBe(80)
})

test('a gate that is repeated under an Idempotency-Key is the same hold', async () => {
  const { ask } = await signUp()
  const headers = { 'Idempotency-Key': 'one' }
  const first = await ask(30, {}, headers)
  expect((await ask(30, {}, headers)).body).toEqual(first.body)
  expect((await ask(21)).body.data.allowed).toBe(false)
})

test('what is not known or not well formed is refused', async () => {
  const { api, ask, settle, path } = await signUp()
  const nobody = crypto.randomUUID()
  expect(
    await api.call('POST', `/v1/customers/${nobody}/gate`, {
      events: [{ event_type: 'x' }],
    }),
  ).toMatchObject({ status: 404 })
  expect(await settle(nobody, 1)).toMatchObject({ status: 404 })
  expect(await api.call('POST', `${path}/${nobody}/release`)).toMatchObject({ status: 404 })
  expect(await ask(1, { hold_seconds: -1 })).toMatchObject({ status: 400 })
  const bad = await api.call('POST', path, {
    events: [{ event_type: 'x', timestamp: '2020-01-01T00:00:00Z' }],
  })
  expect(bad).toMatchObject({ status: 400, body: { message: expect.stringMatching(/timestamp/) } })
})
