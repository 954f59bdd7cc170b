import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { withoutIds } from '../support/golden.ts'
import { completion, createOffering } from '../support/offering.ts'

const START = '2026-03-01T00:00:00Z'

/** What happens on a day, besides the clock's moving on. */
type Step = (api: TestApi, ids: Record<string, string>) => Promise<unknown>

/** A numbers generator that gives the same for the same seed (Park and Miller). */
function random(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

/** Days of March and April with usage, some of it late, and changes of the terms. */
function story(seed: number): Map<number, Step[]> {
  const draw = random(seed)
  const days = new Map<number, Step[]>()
  for (let n = 0; n < 14; n += 1) {
    const day = 1 + draw(50)
    const late = draw(4) === 0 ? draw(Math.min(day, 20)) : 0
    const timestamp = new Date(Date.parse(START) + (day - late) * 86_400_000 - 1).toISOString()
    const properties = { tokens: 1 + draw(40), model: `m${1 + draw(2)}`, team: 'x' }
    const use: Step = async (api, { alias }) => {
      const event = { ...completion(`e${n}`, timestamp, properties), customer_id: alias }
      expect((await api.call('POST', '/v1/ingest', [event])).status).toBe(200)
    }
    days.set(day, [...(days.get(day) ?? []), use])
  }
  const credit: Step = (api, { customer_id, fee }) =>
    createdId(api, '/v1/contracts/customerCredits/create', {
      customer_id,
      name: 'Sorry',
      product_id: fee,
      priority: draw(5),
      access_schedule: {
        schedule_items: [{ amount: 70, starting_at: START, ending_before: '2026-03-25T00:00:00Z' }],
      },
    })
  days.set(10, [...(days.get(10) ?? []), credit])
  return days
}

async function play(seed: number, isWatched: boolean) {
  const api = await createTestApi({ clockMs: Date.parse(START) })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const product = { name: 'Fee', type: 'FIXED' }
  const fee = await createdId(api, '/v1/contract-pricing/products/create', product)
  const contract = { customer_id, rate_card_id, starting_at: START, commits: [] as object[] }
  contract.commits.push({
    type: 'PREPAID',
    name: 'Prepaid',
    product_id: fee,
    access_schedule: {
      schedule_items: [{ amount: 900, starting_at: START, ending_before: '2026-05-01T00:00:00Z' }],
    },
  })
  const contract_id = await createdId(api, '/v1/contracts/create', contract)
  const ids = { customer_id, contract_id, fee, alias: customer_id }
  const list = () => api.call('GET', `/v1/customers/${customer_id}/invoices`)
  const days = story(seed)
  for (let day = 1; day <= 65; day += 1) {
    const now = new Date(Date.parse(START) + day * 86_400_000).toISOString()
    const isEventful = days.has(day)
    if (isEventful || day === 65) await api.call('POST', '/v1/sandboxes/clock', { now })
    for (const step of days.get(day) ?? []) await step(api, ids)
    if (!isWatched || !isEventful) continue
    await list()
    const question = { customer_id, include_ledgers: true, include_balance: true }
    await api.call('POST', '/v1/contracts/customerBalances/list', question)
  }
  const { body } = await list()
  const question = { customer_id, include_contract_balances: true, include_ledgers: true }
  const balances = await api.call('POST', '/v1/contracts/customerBalances/list', question)
  const ledgers = balances.body.data.map(({ ledger }: { ledger: unknown }) => ledger)
  return withoutIds({ invoices: body.data, ledgers }, {})
}

test('looking at drafts and balances at any time changes neither invoices nor ledgers', async () => {
  for (const seed of [7, 42]) {
    const alone = await play(seed, false)
    expect(alone).toMatchObject({
      invoices: [{ status: 'FINALIZED' }, { status: 'FINALIZED' }, { status: 'DRAFT' }],
    })
    expect(await play(seed, true)).toEqual(alone)
  }
})
