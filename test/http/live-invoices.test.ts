import { env, exports } from 'cloudflare:workers'
import { evictDurableObject, runDurableObjectAlarm } from 'cloudflare:test'
import { afterEach, expect, test } from 'vitest'
import {
  applyChange,
  type LiveMessage,
  type LiveState,
} from '../../src/core/invoices/live-draft.ts'
import type { Env } from '../../src/env.ts'
import { accountOf } from '../../src/objects/account.ts'
import { createBrowser } from '../support/browser.ts'
import { createTestApi, withScope, type TestApi } from '../support/api.ts'
import { addRate, createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const bindings = env as unknown as Env
const worker = (exports as unknown as { default: Fetcher }).default
const MAR = '2026-03-01T00:00:00Z'

/** A customer with a contract, and a credit of 100 that pays first. */
async function signUp() {
  const api = await createTestApi()
  const offering = await createOffering(api)
  const { customerId: customer_id, rateCardId: rate_card_id } = offering
  const fixed = { name: 'Credit', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', fixed)
  const schedule_items = [{ amount: 100, starting_at: MAR, ending_before: '2026-06-01T00:00:00Z' }]
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: MAR,
    credits: [{ product_id, access_schedule: { schedule_items }, priority: 1 }],
  })
  const use = async (id: string, properties: object = {}) => {
    const event = completion(id, '2026-03-05T00:00:00Z', { tokens: 10, ...properties })
    const sent = await api.call('POST', '/v1/ingest', [event])
    expect(sent.status).toBe(200)
  }
  const account = accountOf(bindings, api.environmentId, customer_id)
  return { api, ...offering, contract_id, use, account }
}

const opened: WebSocket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close()
})

function open(api: TestApi, customerId: string, headers: Record<string, string> = {}) {
  const url = `http://tactus.test/v1/customers/${customerId}/invoices/live`
  const authorization = `Bearer ${api.token}`
  return worker.fetch(url, { headers: { upgrade: 'websocket', authorization, ...headers } })
}

/** Follows the drafts of a customer as a client does. */
async function follow(api: TestApi, customerId: string) {
  const response = await open(api, customerId)
  expect(response.status).toBe(101)
  const socket = response.webSocket!
  const messages: LiveMessage[] = []
  const closed: number[] = []
  let state: LiveState | null = null
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(data as string) as LiveMessage
    messages.push(message)
    state = applyChange(state, message)
  })
  socket.addEventListener('close', ({ code }) => {
    closed.push(code)
  })
  socket.accept()
  opened.push(socket)
  const read = async () => {
    const list = `/v1/customers/${customerId}/invoices?status=DRAFT`
    const asked = {
      customer_id: customerId,
      include_balance: true,
      include_contract_balances: true,
    }
    const { data } = (await api.call('POST', '/v1/contracts/customerBalances/list', asked)).body
    const balances = data.map(({ id, type, balance }: Record<string, unknown>) => {
      return { id, type, balance }
    })
    return { invoices: (await api.call('GET', list)).body.data, balances }
  }
  /** Waits until what the messages add up to is what reading answers. */
  const untilSame = async () => {
    const expected = await read()
    await expect
      .poll(() => state && { invoices: state.invoices, balances: state.balances }, {
        timeout: 10_000,
        interval: 20,
      })
      .toEqual(expected)
  }
  return { socket, messages, closed, untilSame, total: () => state?.invoices[0]?.['total'] }
}

test('a socket gets the drafts, then what each batch changes about them and about balances', async () => {
  const { api, customerId, use } = await signUp()
  await use('a')
  const { messages, untilSame, total } = await follow(api, customerId)
  await untilSame()
  expect(messages).toMatchObject([{ type: 'state', version: 1, balances: [{ balance: 80 }] }])
  await use('b', { tokens: 60 })
  await expect.poll(total).toBe(40)
  await untilSame()
  expect(messages[1]).toMatchObject({
    type: 'changed',
    version: 2,
    drafts: {},
    balances: { changed: [{ at: 0, item: { balance: 0 } }] },
  })
  // A duplicate changes nothing, so nothing is sent.
  await use('b', { tokens: 60 })
  await use('c', { model: 'm2', team: 'blue' })
  await expect.poll(total).toBe(70)
  await untilSame()
  expect(messages.map(({ type, version }) => `${type} ${version}`)).toEqual([
    'state 1',
    'changed 2',
    'changed 3',
  ])
})

test('under random batches, edits and evictions the messages add up to what reading answers', async () => {
  const { api, customerId, contract_id, productId, use, account } = await signUp()
  const first = await follow(api, customerId)
  const second = await follow(api, customerId)
  for (let i = 0; i < 8; i += 1) {
    const team = ['red', 'blue', 'green'][i % 3]
    await Promise.all([
      use(`x${i}`, { team, tokens: i * 7 }),
      use(`y${i}`, { team, model: i % 2 === 0 ? 'm1' : 'm2', tokens: 3 - i }),
    ])
    if (i === 3) await evictDurableObject(account)
    if (i === 5) {
      const override = {
        type: 'MULTIPLIER',
        multiplier: 0.5,
        starting_at: MAR,
        product_id: productId,
      }
      const edit = { customer_id: customerId, contract_id, add_overrides: [override] }
      expect((await api.call('POST', '/v2/contracts/edit', edit)).status).toBe(200)
    }
    if (i % 4 === 3) await first.untilSame()
  }
  await first.untilSame()
  await second.untilSame()
  expect(first.messages.filter(({ type }) => type === 'resync')).toEqual([])
  const before = first.messages.length
  await Promise.all(Array.from({ length: 40 }, (_, i) => use(`burst ${i}`)))
  await first.untilSame()
  // Together, not one by one.
  expect(first.messages.length - before).toBeLessThan(15)
})

test('sockets outlive an eviction of the account and of the meter, and aliases that move', async () => {
  const { api, customerId, rateCardId, productId, use, account } = await signUp()
  await use('a', { tokens: 100 })
  const { messages, untilSame, total } = await follow(api, customerId)
  await untilSame()
  await evictDurableObject(account)
  await evictDurableObject(bindings.METER.getByName(`${api.environmentId}/0`))
  await use('b')
  await expect.poll(total, { timeout: 10_000 }).toBe(120)
  await untilSame()
  expect(messages.map(({ type }) => type)).toEqual(['state', 'state'])
  const other = await createdId(api, '/v1/customers', { name: 'Other' })
  const setAliases = (id: string, aliases: string[]) =>
    api.call('POST', `/v1/customers/${id}/setIngestAliases`, { ingest_aliases: aliases })
  await setAliases(customerId, [])
  await setAliases(other, ['acme'])
  await expect.poll(total).toBe(0)
  await untilSame()
  await setAliases(other, [])
  await setAliases(customerId, ['acme'])
  await expect.poll(total).toBe(120)
  // What nobody tells of is seen by the look from time to time.
  await addRate(api, {
    rate_card_id: rateCardId,
    product_id: productId,
    pricing_group_values: { model: 'm1' },
    starting_at: MAR,
    price: 5,
  })
  expect(await runDurableObjectAlarm(account)).toBe(true)
  await expect.poll(total).toBe(450)
  await untilSame()
})

test('a draft that becomes final goes, and the next one comes', async () => {
  const { api, customerId, use } = await signUp()
  await use('a', { tokens: 100 })
  const { messages, untilSame } = await follow(api, customerId)
  await untilSame()
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-03T00:00:00Z' })
  await expect.poll(() => messages.length, { timeout: 10_000 }).toBeGreaterThan(1)
  await untilSame()
})

test('only who may read the customer opens a socket, with the token in a header or a subprotocol', async () => {
  const { api, customerId } = await signUp()
  const offering = { authorization: '', 'sec-websocket-protocol': `tactus, bearer.${api.token}` }
  const named = await open(api, customerId, offering)
  expect([named.status, named.headers.get('sec-websocket-protocol')]).toEqual([101, 'tactus'])
  named.webSocket!.accept()
  opened.push(named.webSocket!)
  const wrong = { authorization: '', 'sec-websocket-protocol': 'tactus, bearer.nothing' }
  expect((await open(api, customerId, wrong)).status).toBe(401)
  expect((await open(await withScope(api, 'ingest-only'), customerId)).status).toBe(403)
  expect((await open(api, UNKNOWN_ID)).status).toBe(404)
  expect((await open(await createTestApi(), customerId)).status).toBe(404)
  const browser = createBrowser()
  await browser.signIn(api.token)
  const page = { upgrade: 'websocket', cookie: browser.cookie(), origin: 'https://tactus.test' }
  const url = `https://tactus.test/v1/customers/${customerId}/invoices/live`
  const inSession = await worker.fetch(url, { headers: page })
  expect(inSession.status).toBe(101)
  inSession.webSocket!.accept()
  opened.push(inSession.webSocket!)
  const foreign = await worker.fetch(url, { headers: { ...page, origin: 'https://evil.test' } })
  expect(foreign.status).toBe(403)
  const path = `/v1/customers/${customerId}/invoices/live`
  const plain = await api.call('GET', path)
  expect([plain.status, plain.body.message]).toEqual([400, 'Upgrade: expected websocket'])
})

test('when its token is revoked, a socket is closed instead of told what changed', async () => {
  const { api, customerId, use } = await signUp()
  const created = await api.call('POST', '/v1/api-tokens', { name: 'live', scope: 'read-only' })
  const { id, token } = created.body.data
  const revoked = await follow({ ...api, token }, customerId)
  const staying = await follow(api, customerId)
  await staying.untilSame()
  await api.call('POST', '/v1/api-tokens/revoke', { id })
  await use('a', { tokens: 100 })
  await expect.poll(() => revoked.closed, { timeout: 5_000 }).toEqual([4401])
  await staying.untilSame()
  expect(staying.closed).toEqual([])
})

test('a customer has a hundred sockets at most', async () => {
  const { api, customerId } = await signUp()
  const statuses: number[] = []
  for (let tens = 0; tens < 10; tens += 1) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => open(api, customerId)))
    for (const { status, webSocket } of answers) {
      statuses.push(status)
      webSocket!.accept()
      opened.push(webSocket!)
    }
  }
  expect(statuses).toEqual(Array(100).fill(101))
  const refused = await open(api, customerId)
  expect([refused.status, await refused.json()]).toEqual([
    429,
    { message: 'At most 100 sockets follow the drafts of one customer.' },
  ])
})
