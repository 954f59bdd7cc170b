import { expect, test } from 'vitest'
import { createTestApi, TEST_NOW, withScope, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const SETTINGS = '/v1/environment/settings'
const DEFAULTS = {
  strict_ingest: false,
  ingest_events_per_second: null,
  searches_per_second: 8,
  grace_hours: 24,
  backdating_max_hours: 816,
  future_max_minutes: 5,
  seller: {
    name: null,
    address_lines: null,
    tax_id: null,
    email: null,
    payment_instructions: null,
    footer: null,
    number_format: '1,234.56',
  },
  embed_hours: 24,
}
const event = (id: string, hoursAgo = 1) =>
  completion(id, new Date(TEST_NOW - hoursAgo * 3_600_000).toISOString())

async function change(api: TestApi, settings: object) {
  const { status, body } = await api.call('POST', SETTINGS, settings)
  expect({ status, body }).toMatchObject({ status: 200 })
  return body.data.settings
}

test('an environment shows the settings that are in force', async () => {
  const api = await createTestApi()
  expect((await api.call('GET', '/v1/environment')).body).toEqual({
    data: {
      id: api.environmentId,
      name: 'test',
      kind: 'SANDBOX',
      now: '2026-03-10T12:00:00.000Z',
      settings: DEFAULTS,
    },
  })
})

test('a change leaves the other settings as they are, and null sets the default again', async () => {
  const api = await createTestApi()
  expect(await change(api, { strict_ingest: true, grace_hours: 2 })).toEqual({
    ...DEFAULTS,
    strict_ingest: true,
    grace_hours: 2,
  })
  expect(await change(api, { searches_per_second: 0.5, grace_hours: null })).toEqual({
    ...DEFAULTS,
    strict_ingest: true,
    searches_per_second: 0.5,
  })
  expect(await change(api, {})).toMatchObject({ strict_ingest: true, searches_per_second: 0.5 })
  const other = await createTestApi()
  expect((await other.call('GET', '/v1/environment')).body.data.settings).toEqual(DEFAULTS)
})

test('who bills is changed member by member, and taken away by null', async () => {
  const api = await createTestApi()
  const seller = { name: 'Seller', address_lines: ['Street 1', 'Town'], email: 'a@b.example' }
  await change(api, { seller })
  const { seller: changed } = await change(api, { seller: { email: null, footer: 'Thank you' } })
  expect(changed).toEqual({
    ...DEFAULTS.seller,
    name: 'Seller',
    address_lines: ['Street 1', 'Town'],
    footer: 'Thank you',
  })
  expect((await change(api, { grace_hours: 3 })).seller).toEqual(changed)
  expect((await change(api, { seller: null })).seller).toEqual(DEFAULTS.seller)
})

test('changes that come at once are all made', async () => {
  const api = await createTestApi()
  const changes = [{ strict_ingest: true }, { grace_hours: 3 }, { future_max_minutes: 9 }]
  await Promise.all(changes.map((settings) => change(api, settings)))
  expect((await api.call('GET', '/v1/environment')).body.data.settings).toEqual({
    ...DEFAULTS,
    ...Object.assign({}, ...changes),
  })
})

test('settings that are out of range or unknown are refused by name, and nothing changes', async () => {
  const api = await createTestApi()
  const refused: [object, string][] = [
    [{ strict_ingest: 'yes' }, 'strict_ingest'],
    [{ ingest_events_per_second: 0 }, 'ingest_events_per_second: expected a number above 0'],
    [{ searches_per_second: -1 }, 'searches_per_second: expected a number above 0'],
    [{ grace_hours: 1.5 }, 'grace_hours: expected a whole number from 0 to 720'],
    [{ grace_hours: 721 }, 'grace_hours: expected a whole number from 0 to 720'],
    [{ backdating_max_hours: 817 }, 'backdating_max_hours: expected a whole number from 1 to 816'],
    [{ backdating_max_hours: 0 }, 'backdating_max_hours: expected a whole number from 1 to 816'],
    [{ future_max_minutes: 1_381 }, 'future_max_minutes: expected a whole number from 0 to 1380'],
    [{ strictIngest: true }, 'strictIngest'],
  ]
  for (const [settings, message] of refused) {
    const answer = await api.call('POST', SETTINGS, { grace_hours: 7, ...settings })
    expect(answer.status).toBe(400)
    expect(answer.body.message).toContain(message)
  }
  expect((await api.call('GET', '/v1/environment')).body.data.settings).toEqual(DEFAULTS)
})

test('everybody may read the settings but who may only ingest, and full tokens change them', async () => {
  const api = await createTestApi()
  const [reader, ingester] = [
    await withScope(api, 'read-only'),
    await withScope(api, 'ingest-only'),
  ]
  expect((await reader.call('GET', '/v1/environment')).status).toBe(200)
  expect((await reader.call('POST', SETTINGS, { grace_hours: 1 })).status).toBe(403)
  expect((await ingester.call('GET', '/v1/environment')).status).toBe(403)
  expect((await ingester.call('POST', SETTINGS, { grace_hours: 1 })).status).toBe(403)
})

test('ingest obeys a change at once where it was made', async () => {
  for (const kind of ['SANDBOX', 'PRODUCTION'] as const) {
    const api = await createTestApi({ kind })
    const ingest = (...events: object[]) => api.call('POST', '/v1/ingest', events)
    expect((await ingest(event('a', 48))).status).toBe(200)
    await change(api, { backdating_max_hours: 24 })
    expect((await ingest(event('b', 48))).status).toBe(400)
    expect((await ingest(event('c'), {})).status).toBe(200)
    await change(api, { strict_ingest: true })
    expect((await ingest(event('d'), {})).status).toBe(400)
    await change(api, { strict_ingest: null, backdating_max_hours: null })
    expect((await ingest(event('b', 48), {})).body.data).toMatchObject({ accepted: 1 })
    // What was accepted before the window was narrowed and widened again is still known.
    expect((await ingest(event('a', 48))).body.data).toMatchObject({ accepted: 0, duplicates: 1 })
  }
})

test('EV-36: beyond a rate that was set, answers are 429 and say when to come again', async () => {
  const api = await createTestApi()
  await change(api, { ingest_events_per_second: 0.1, searches_per_second: 0.05 })
  const search = () => api.call('POST', '/v1/events/search', { transactionIds: ['a'] })
  for (const [request, seconds] of [
    [() => api.call('POST', '/v1/ingest', [event('a')]), 10],
    [search, 20],
  ] as const) {
    expect((await request()).status).toBe(200)
    const refused = await request()
    expect(refused.status).toBe(429)
    expect(refused.headers.get('x-metronome-rate-limit-type')).toBe('client')
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(seconds - 5)
    expect(wait).toBeLessThanOrEqual(seconds)
  }
  await change(api, { ingest_events_per_second: null, searches_per_second: 1_000 })
  expect((await api.call('POST', '/v1/ingest', [event('b')])).status).toBe(200)
  expect((await search()).status).toBe(200)
})

test('statements that are not final follow a change of grace', async () => {
  const april = (hour: number) => new Date(Date.UTC(2026, 3, 1, hour)).toISOString()
  const api = await createTestApi()
  const { customerId, rateCardId } = await createOffering(api)
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const state = async (now: string) => {
    await api.call('POST', '/v1/sandboxes/clock', { now })
    const { body } = await api.call('GET', `/v1/customers/${customerId}/invoices?limit=1`)
    return body.data[0].status
  }
  await change(api, { grace_hours: 48 })
  expect(await state(april(30))).toBe('DRAFT')
  await change(api, { grace_hours: 31 })
  expect(await state(april(30.5))).toBe('DRAFT')
  expect(await state(april(31))).toBe('FINALIZED')
})
