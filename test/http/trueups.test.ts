import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

/** A customer in a sandbox, who is to be billed for a postpaid commit of 1000. */
async function signUp(now: string) {
  const api = await createTestApi({ clockMs: Date.parse(now) })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', {
    name: 'Commitment',
    type: 'FIXED',
  })
  const commit = (starting_at: string, ending_before: string, timestamp: string) => ({
    type: 'POSTPAID',
    product_id,
    access_schedule: { schedule_items: [{ amount: 1000, starting_at, ending_before }] },
    invoice_schedule: { schedule_items: [{ amount: 1000, timestamp }] },
  })
  const create = (members: object) =>
    createdId(api, '/v1/contracts/create', { customer_id, rate_card_id, ...members })
  const use = (event: string, timestamp: string, tokens: number) =>
    api.call('POST', '/v1/ingest', [completion(event, timestamp, { tokens })])
  const advance = async (to: string) => {
    expect(await api.call('POST', '/v1/sandboxes/clock', { now: to })).toMatchObject({
      status: 200,
      body: { data: { done: true } },
    })
  }
  /** Every scheduled invoice as `contract date status total`. */
  const invoices = async (names: Record<string, string> = {}) => {
    const path = `/v1/customers/${customer_id}/invoices?sort=date_asc&type=SCHEDULED`
    const { body } = await api.call('GET', path)
    return body.data.map((invoice: Record<string, string>) =>
      [
        names[invoice['contract_id']!] ?? 'contract',
        invoice['issued_at']?.slice(0, 10),
        invoice['status'],
        invoice['total'],
      ].join(' '),
    )
  }
  return { api, customer_id, product_id, commit, create, use, advance, invoices }
}

test('a contract of the past is made with its true-up, which follows its usage invoices', async () => {
  const { commit, create, advance, invoices } = await signUp('2026-06-10T00:00:00Z')
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-03-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')],
  })
  await advance('2026-06-11T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-03-02 FINALIZED 1000'])
})

test('a renewal takes an obligation along, and trues it up itself', async () => {
  const { commit, create, use, advance, invoices } = await signUp('2026-01-05T00:00:00Z')
  const obligation = commit('2026-01-01T00:00:00Z', '2026-12-01T00:00:00Z', '2026-12-01T00:00:00Z')
  const former = await create({
    starting_at: '2026-01-01T00:00:00Z',
    commits: [{ ...obligation, rollover_fraction: 0.5 }],
  })
  await use('a', '2026-01-02T00:00:00Z', 100)
  await advance('2026-02-10T00:00:00Z')
  const next = await create({
    starting_at: '2026-03-01T00:00:00Z',
    ending_before: '2026-05-01T00:00:00Z',
    transition: { type: 'RENEWAL', from_contract_id: former },
  })
  await advance('2027-01-01T00:00:00Z')
  // 200 of 1000 was used; 500 went on with the renewal.
  expect((await invoices({ [former]: 'former', [next]: 'next' })).toSorted()).toEqual([
    'former 2026-12-01 FINALIZED 300',
    'next 2026-12-01 FINALIZED 500',
  ])
})

test('a true-up is regenerated after the usage that it depends on, and charges the rest again', async () => {
  const { api, customer_id, commit, create, use, advance, invoices } =
    await signUp('2026-01-05T00:00:00Z')
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-02-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')],
  })
  await use('a', '2026-01-02T00:00:00Z', 100)
  await advance('2026-02-10T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-02 FINALIZED 800'])
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  const idOf = (type: string) => body.data.find((one: { type: string }) => one.type === type).id
  const [usage, trueup] = [idOf('USAGE'), idOf('SCHEDULED')]
  for (const id of [usage, trueup]) await api.call('POST', '/v1/invoices/void', { id })
  const early = await api.call('POST', '/v1/invoices/regenerate', { id: trueup })
  expect(early.status).toBe(400)
  expect(early.body.message).toContain('2026-01-01T00:00:00')
  for (const id of [usage, trueup]) {
    const again = await api.call('POST', '/v1/invoices/regenerate', { id })
    expect({ again }).toMatchObject({ again: { status: 200 } })
  }
  expect((await invoices()).toSorted()).toEqual([
    'contract 2026-02-02 FINALIZED 800',
    'contract 2026-02-02 VOID 800',
  ])
})

test('a true-up that came to nothing charges what its commit is raised by later, once', async () => {
  const { api, customer_id, commit, create, use, advance, invoices } =
    await signUp('2026-01-05T00:00:00Z')
  const contract_id = await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-02-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')],
  })
  await use('a', '2026-01-02T00:00:00Z', 600)
  await advance('2026-02-10T00:00:00Z')
  expect(await invoices()).toEqual([])
  const { body } = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  const [owed] = body.data.commits
  const [segment] = owed.access_schedule.schedule_items
  const [item] = owed.invoice_schedule.schedule_items
  const raise = (amount: number) =>
    api.call('POST', '/v2/contracts/edit', {
      customer_id,
      contract_id,
      update_commits: [
        {
          commit_id: owed.id,
          access_schedule: { update_schedule_items: [{ id: segment.id, amount }] },
          invoice_schedule: { update_schedule_items: [{ id: item.id, amount }] },
        },
      ],
    })
  expect((await raise(1000)).status).toBe(200)
  expect(await invoices()).toEqual([])
  expect(await raise(1500)).toMatchObject({ status: 200 })
  await advance('2026-02-11T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-02 FINALIZED 500'])
  const renamed = { customer_id, contract_id, update_contract_name: 'New' }
  expect((await api.call('POST', '/v2/contracts/edit', renamed)).status).toBe(200)
  await advance('2026-02-12T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-02 FINALIZED 500'])
})

test('a true-up that falls due while usage of its commit is void waits until that is made again', async () => {
  const { api, customer_id, commit, create, use, advance, invoices } =
    await signUp('2026-01-05T00:00:00Z')
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-02-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-20T00:00:00Z')],
  })
  await use('a', '2026-01-02T00:00:00Z', 100)
  await advance('2026-02-10T00:00:00Z')
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?type=USAGE`)
  const [{ id }] = body.data
  expect((await api.call('POST', '/v1/invoices/void', { id })).status).toBe(200)
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-02-25T00:00:00Z' })
  expect(await invoices()).toEqual(['contract 2026-02-20 DRAFT 1000'])
  expect((await api.call('POST', '/v1/invoices/regenerate', { id })).status).toBe(200)
  await advance('2026-02-26T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-20 FINALIZED 800'])
})

test('usage that comes to something else than a final true-up counted is made again only without that', async () => {
  const { api, customer_id, commit, create, use, advance, invoices } =
    await signUp('2026-01-05T00:00:00Z')
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-02-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')],
  })
  await use('a', '2026-01-02T00:00:00Z', 100)
  await advance('2026-02-10T00:00:00Z')
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices`)
  const idOf = (type: string) => body.data.find((one: { type: string }) => one.type === type).id
  const [usage, trueup] = [idOf('USAGE'), idOf('SCHEDULED')]
  const correct = (verb: string, id: string) => api.call('POST', `/v1/invoices/${verb}`, { id })
  expect((await correct('void', usage)).status).toBe(200)
  await use('late', '2026-01-25T00:00:00Z', 50)
  const refused = await correct('regenerate', usage)
  expect(refused.status).toBe(400)
  expect(refused.body.message).toContain(`the true-up on invoice ${trueup}`)
  expect((await correct('void', trueup)).status).toBe(200)
  for (const id of [usage, trueup]) expect((await correct('regenerate', id)).status).toBe(200)
  expect((await invoices()).toSorted()).toEqual([
    'contract 2026-02-02 FINALIZED 700',
    'contract 2026-02-02 VOID 800',
  ])
})

test('a true-up that came to nothing charges what usage falls short of when it is made again', async () => {
  const { api, customer_id, commit, create, use, advance, invoices } =
    await signUp('2026-01-05T00:00:00Z')
  await create({
    starting_at: '2026-01-01T00:00:00Z',
    ending_before: '2026-02-01T00:00:00Z',
    commits: [commit('2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-02-01T00:00:00Z')],
  })
  await use('a', '2026-01-02T00:00:00Z', 600)
  await advance('2026-02-10T00:00:00Z')
  expect(await invoices()).toEqual([])
  const { body } = await api.call('GET', `/v1/customers/${customer_id}/invoices?type=USAGE`)
  const [{ id }] = body.data
  expect((await api.call('POST', '/v1/invoices/void', { id })).status).toBe(200)
  // All of the commit is owed while nothing is billed, and that waits for the usage.
  expect(await invoices()).toEqual(['contract 2026-02-02 DRAFT 1000'])
  await use('correction', '2026-01-25T00:00:00Z', -300)
  expect((await api.call('POST', '/v1/invoices/regenerate', { id })).status).toBe(200)
  await advance('2026-02-11T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-02 FINALIZED 400'])
  await advance('2026-03-11T00:00:00Z')
  expect(await invoices()).toEqual(['contract 2026-02-02 FINALIZED 400'])
})
