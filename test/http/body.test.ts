import { exports } from 'cloudflare:workers'
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { completion } from '../support/offering.ts'

const GZIP = { 'content-encoding': 'gzip' }
const events = (id: string) => JSON.stringify([completion(id, '2026-03-10T11:00:00Z')])
const customer = (name: string) => JSON.stringify({ name, ingest_aliases: [name] })

test('a compressed body is read as the text that it holds', async () => {
  const { call } = await createTestApi()
  const bodies: [string, Uint8Array][] = [
    ['gzip', gzipSync(events('a'))],
    ['GZIP', gzipSync(events('b'))],
    ['x-gzip', gzipSync(events('c'))],
    ['deflate', deflateSync(events('d'))],
    ['identity', new TextEncoder().encode(events('e'))],
    // Several members after each other are one gzip text.
    ['gzip', Buffer.concat([gzipSync(events('f').slice(0, 9)), gzipSync(events('f').slice(9))])],
  ]
  for (const [encoding, body] of bodies) {
    const answer = await call('POST', '/v1/ingest', body, { 'content-encoding': encoding })
    expect(answer.body).toEqual({ data: { accepted: 1, duplicates: 0, errors: [] } })
  }
})

test('configuration routes read compressed bodies as well, and keys see the text', async () => {
  const { call } = await createTestApi()
  const key = { 'idempotency-key': 'k' }
  const made = await call('POST', '/v1/customers', gzipSync(customer('zoë')), { ...GZIP, ...key })
  expect(made.body.data).toMatchObject({ name: 'zoë', ingest_aliases: ['zoë'] })
  const again = await call('POST', '/v1/customers', customer('zoë'), key)
  expect(again.body).toEqual(made.body)
})

test('an empty body has nothing to decompress', async () => {
  const { call } = await createTestApi()
  const answer = await call('POST', '/v1/customers', new Uint8Array(), GZIP)
  expect(answer.status).toBe(400)
  expect(answer.body.message).toContain('name')
})

test('a body that is not what its Content-Encoding says is refused', async () => {
  const { call } = await createTestApi()
  const whole = gzipSync(events('a'))
  const flipped = Buffer.from(whole)
  flipped[flipped.length - 6]! ^= 1
  const cases: [string, Uint8Array, string][] = [
    ['gzip', Buffer.from(events('a')), 'gzip'],
    ['gzip', whole.subarray(0, whole.length - 9), 'gzip'],
    ['gzip', flipped, 'gzip'],
    ['deflate', deflateRawSync(events('a')), 'deflate'],
  ]
  for (const path of ['/v1/ingest', '/v1/customers']) {
    for (const [encoding, body, name] of cases) {
      const answer = await call('POST', path, body, { 'content-encoding': encoding })
      expect(answer.status).toBe(400)
      expect(answer.body.message).toMatch(
        new RegExp(`^The request body is not valid ${name}, as its Content-Encoding says it is: `),
      )
    }
  }
})

test('an encoding that is not supported is refused by its name', async () => {
  const { call } = await createTestApi()
  for (const path of ['/v1/ingest', '/v1/ingest/bulk', '/v1/customers']) {
    for (const encoding of ['br', 'gzip, gzip']) {
      const answer = await call('POST', path, events('a'), { 'content-encoding': encoding })
      expect(answer).toMatchObject({
        status: 400,
        body: {
          message: `Content-Encoding: "${encoding}" is not supported; send gzip, deflate or none.`,
        },
      })
    }
  }
})

test('limits hold for what comes out of a compressed body', async () => {
  const { call } = await createTestApi()
  const spaces = (bytes: number, text: string) => gzipSync(text.padEnd(bytes))
  const limits: [string, string, number][] = [
    ['/v1/ingest', events('a'), 100 * (100 * 1024 + 1024)],
    ['/v1/customers', customer('acme'), 1024 * 1024],
  ]
  for (const [path, text, bytesMax] of limits) {
    expect((await call('POST', path, spaces(bytesMax, text), GZIP)).status).toBe(200)
    expect(await call('POST', path, spaces(bytesMax + 1, text), GZIP)).toMatchObject({
      status: 413,
      body: { message: `The request body exceeds ${bytesMax} bytes.` },
    })
  }
  // 200 MB that are sent as 200 KB.
  const megabyte = new Uint8Array(1024 * 1024)
  const bomb = gzipSync(Buffer.concat(Array.from({ length: 20 }, () => megabyte)))
  const bombs = Buffer.concat(Array.from({ length: 10 }, () => bomb))
  expect((await call('POST', '/v1/ingest', bombs, GZIP)).status).toBe(413)
})

test('bytes that are no UTF-8 are refused, for different ids would become the same', async () => {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const text = JSON.stringify([
    {
      transaction_id: 'caf?',
      customer_id: 'c',
      event_type: 'e',
      timestamp: '2026-03-20T11:00:00Z',
    },
  ])
  const latin1 = Uint8Array.from(text, (character) =>
    character === '?' ? 0xe9 : character.charCodeAt(0),
  )
  const worker = (exports as unknown as { default: Fetcher }).default
  for (const path of ['/v1/ingest', '/v1/customers']) {
    const answer = await worker.fetch(`http://tactus.test${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: latin1,
    })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ message: 'The request body is not valid UTF-8.' })
  }
})
