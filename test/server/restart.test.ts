import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect, createSandbox } from './api-client.ts'
import { answers, runNpmStart, startServer, type TestServer } from './start-server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

test('customers, contracts, usage and drafts survive a restart', async () => {
  const api = await createSandbox(server.url, '2026-03-10T00:00:00Z')
  const create = async (path: string, body: object) =>
    ((await api.post(path, body)) as { data: { id: string } }).data.id
  const customer = await create('/v1/customers', { name: 'Acme', ingest_aliases: ['acme'] })
  const metric = await create('/v1/billable-metrics/create', {
    name: 'Calls',
    aggregation_type: 'SUM',
    aggregation_key: 'n',
    event_type_filter: { in_values: ['call'] },
    property_filters: [{ name: 'n', exists: true }],
  })
  const product = await create('/v1/contract-pricing/products/create', {
    name: 'Calls',
    type: 'USAGE',
    billable_metric_id: metric,
  })
  const card = await create('/v1/contract-pricing/rate-cards/create', { name: 'List' })
  await api.post('/v1/contract-pricing/rate-cards/addRates', {
    rate_card_id: card,
    rates: [
      {
        product_id: product,
        rate_type: 'FLAT',
        price: 0.25,
        starting_at: '2026-01-01T00:00:00Z',
        entitled: true,
      },
    ],
  })
  const starting_at = '2026-03-01T00:00:00Z'
  await create('/v1/contracts/create', { customer_id: customer, rate_card_id: card, starting_at })
  await api.post('/v1/ingest', [
    {
      transaction_id: 'a',
      customer_id: 'acme',
      event_type: 'call',
      timestamp: '2026-03-09T12:00:00Z',
      properties: { n: '1000.5' },
    },
  ])
  const readAll = async () => ({
    customers: await api.get('/v1/customers'),
    contracts: await api.post('/v2/contracts/list', { customer_id: customer }),
    invoices: (await api.get(`/v1/customers/${customer}/invoices?status=DRAFT`)) as {
      data: { total: string }[]
    },
  })
  const before = await readAll()
  expect(before.invoices.data.map(({ total }) => total)).toEqual(['250.125'])

  await server.terminate()
  expect(await answers(server.url)).toBe(false)
  await server.startAgain()
  expect(await readAll()).toEqual(before)
})

test('a second server on the same state is refused, and one on the same port', async () => {
  const sameState = runNpmStart(server.port + 1, server.state)
  expect(await once(sameState.process, 'exit')).toEqual([1, null])
  expect(sameState.output()).toContain(`The state in ${server.state}/v3 is in use`)

  const samePort = runNpmStart(server.port, `${server.state}/other`)
  expect(await once(samePort.process, 'exit')).toEqual([1, null])
  expect(samePort.output()).toContain(`Port ${server.port} is taken`)
})

test('the server ends with the npm that runs it, and the port is free again', async () => {
  server.process().kill('SIGKILL')
  await expect.poll(() => answers(server.url), { timeout: 10_000 }).toBe(false)
  await server.startAgain()
  expect(await answers(server.url)).toBe(true)
})

test.runIf(process.platform === 'linux')(
  'a server killed alone takes workerd with it',
  async () => {
    const { pid } = server.process()
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
    process.kill(Number(children[0]), 'SIGKILL')
    await expect.poll(() => answers(server.url), { timeout: 10_000 }).toBe(false)
    await server.startAgain()
    expect(await answers(server.url)).toBe(true)
  },
)

test('a token made while the server runs works at once, within its scope', async () => {
  const made = execFileSync(
    process.execPath,
    [
      'scripts/create-token.ts',
      '--environment',
      'eu',
      '--name',
      "o'ps",
      '--scope',
      'read-only',
    ].concat(['--kind', 'sandbox', '--state', server.state]),
    { encoding: 'utf8' },
  )
  const [token = ''] = made.split('\n')
  expect(token).toMatch(/^tactus_sandbox_[\w-]{43}$/)
  const api = connect({ url: server.url, token })
  expect(await api.get('/v1/customers')).toEqual({ data: [], next_page: null })
  await expect(api.post('/v1/customers', { name: 'Acme' })).rejects.toThrow(': 403 ')
})

test('wrangler finds nothing left to migrate in the state of npm start', () => {
  const list = ['d1', 'migrations', 'list', 'tactus', '--local', '--persist-to', server.state]
  expect(execFileSync('wrangler', list, { encoding: 'utf8' })).toContain('No migrations to apply')
})

test('a socket follows the drafts of a running server', async () => {
  const outer = connect({ url: server.url, token: 'tactus_sandbox_local' })
  const sandbox = { name: 'live', now: '2026-03-10T00:00:00Z' }
  const made = (await outer.post('/v1/sandboxes', sandbox)) as { data: { token: string } }
  const { token } = made.data
  const api = connect({ url: server.url, token })
  const customer = (await api.post('/v1/customers', { name: 'Acme' })) as { data: { id: string } }
  const path = `/v1/customers/${customer.data.id}/invoices/live`
  const url = `${server.url.replace('http', 'ws')}${path}`
  const socket = new WebSocket(url, ['tactus', `bearer.${token}`])
  const [event] = (await once(socket, 'message')) as [{ data: string }]
  expect(socket.protocol).toBe('tactus')
  expect(JSON.parse(event.data)).toEqual({
    type: 'state',
    version: 1,
    invoices: [],
    balances: [],
  })
  // What follows may be here before the answer.
  const next = once(socket, 'message')
  await api.post('/v1/contracts/create', {
    customer_id: customer.data.id,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const [changed] = (await next) as [{ data: string }]
  expect(JSON.parse(changed.data)).toMatchObject({
    type: 'changed',
    drafts: { added: [{ at: 0, item: { status: 'DRAFT', total: 0 } }] },
  })
  socket.close()
  await once(socket, 'close')
})
