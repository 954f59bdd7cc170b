import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { completion, createOffering } from '../support/offering.ts'

const MAR = '2026-03-01T00:00:00Z'
const MAY = '2026-05-01T00:00:00Z'

/** A contract of the customer `top`, and one below it of the customer `acme`, on 20 March. */
async function signUp({
  ofParent = {},
  ofChild = {},
}: { ofParent?: object; ofChild?: object } = {}) {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const { customerId, rateCardId: rate_card_id } = await createOffering(api)
  const top = await createdId(api, '/v1/customers', { name: 'Top', ingest_aliases: ['top'] })
  const terms = { rate_card_id, starting_at: MAR }
  const parent = {
    customer_id: top,
    contract_id: await createdId(api, '/v1/contracts/create', {
      ...terms,
      customer_id: top,
      ...ofParent,
    }),
  }
  const child = {
    customer_id: customerId,
    contract_id: await createdId(api, '/v1/contracts/create', {
      ...terms,
      customer_id: customerId,
      hierarchy_configuration: { parent, ...ofChild },
    }),
  }
  const fixed = { name: 'Credit', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', fixed)
  return { api, parent, child, product_id }
}

type Setup = Awaited<ReturnType<typeof signUp>>

function credit({ product_id }: Setup, amount: number, child_access?: object) {
  return {
    product_id,
    name: 'Shared',
    priority: 1,
    access_schedule: { schedule_items: [{ amount, starting_at: MAR, ending_before: MAY }] },
    ...(child_access && { hierarchy_configuration: { child_access } }),
  }
}

async function addCredit(
  { api }: Setup,
  contract: { customer_id: string; contract_id: string },
  body: object,
) {
  const edit = { ...contract, add_credits: [body] }
  const { status, body: answer } = await api.call('POST', '/v2/contracts/edit', edit)
  expect({ status, answer }).toMatchObject({ status: 200 })
}

async function use(api: TestApi, customer_id: string, event: string, tokens: number, on: string) {
  const events = [{ ...completion(event, on, { tokens }), customer_id }]
  expect((await api.call('POST', '/v1/ingest', events)).status).toBe(200)
}

async function march(api: TestApi, customer_id: string) {
  const { status: code, body } = await api.call(
    'GET',
    `/v1/customers/${customer_id}/invoices?type=USAGE`,
  )
  expect({ code, body }).toMatchObject({ code: 200 })
  const invoices = body.data as {
    id: string
    status: string
    total: number
    start_timestamp?: string
  }[]
  const invoice = invoices.filter(
    (one) => one.start_timestamp?.startsWith('2026-03') && one.status !== 'VOID',
  )[0]!
  return { id: invoice.id, status: invoice.status, total: invoice.total }
}

async function balances(api: TestApi, customer_id: string) {
  const question = {
    customer_id,
    include_balance: true,
    include_ledgers: true,
    include_contract_balances: true,
  }
  const { body } = await api.call('POST', '/v1/contracts/customerBalances/list', question)
  return body.data as { balance: number; ledger: Record<string, unknown>[] }[]
}

async function advance(api: TestApi, now: string) {
  expect((await api.call('POST', '/v1/sandboxes/clock', { now })).status).toBe(200)
}

test('a child draws on what its parent shares, and the parent keeps the books', async () => {
  const setup = await signUp()
  const { api, parent, child } = setup
  await addCredit(setup, parent, credit(setup, 1000, { type: 'ALL' }))
  await use(api, 'acme', 'a', 150, '2026-03-05T00:00:00Z')
  expect(await march(api, child.customer_id)).toMatchObject({ status: 'DRAFT', total: 0 })
  const net = await api.call('POST', '/v1/contracts/customerBalances/getNetBalance', {
    customer_id: child.customer_id,
  })
  expect(net.body.data.balance).toBe(0)
  expect(await balances(api, child.customer_id)).toEqual([])

  await advance(api, '2026-04-10T00:00:00Z')
  const final = await march(api, child.customer_id)
  expect(final).toMatchObject({ status: 'FINALIZED', total: 0 })
  const deduction = {
    type: 'CREDIT_AUTOMATED_INVOICE_DEDUCTION',
    amount: -300,
    invoice_id: final.id,
    contract_id: child.contract_id,
  }
  const start = { type: 'CREDIT_SEGMENT_START', amount: 1000 }
  expect(await balances(api, parent.customer_id)).toMatchObject([
    { balance: 700, ledger: [start, deduction] },
  ])

  expect((await api.call('POST', '/v1/invoices/void', { id: final.id })).status).toBe(200)
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 1000 }])
  const again = await api.call('POST', '/v1/invoices/regenerate', { id: final.id })
  expect(again.status).toBe(200)
  expect(await march(api, child.customer_id)).toMatchObject({ status: 'FINALIZED', total: 0 })
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 700 }])
  const archive = { ...child, void_invoices: true }
  expect((await api.call('POST', '/v1/contracts/archive', archive)).status).toBe(200)
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 1000 }])
})

test('what a parent draws itself goes before its children of the same period', async () => {
  const setup = await signUp()
  const { api, parent, child } = setup
  await addCredit(setup, parent, credit(setup, 1000, { type: 'ALL' }))
  await use(api, 'acme', 'a', 150, '2026-03-05T00:00:00Z')
  await use(api, 'top', 'b', 400, '2026-03-06T00:00:00Z')
  expect(await march(api, child.customer_id)).toMatchObject({ total: 100 })
  await advance(api, '2026-04-10T00:00:00Z')
  expect(await march(api, child.customer_id)).toMatchObject({ status: 'FINALIZED', total: 100 })
  expect(await march(api, parent.customer_id)).toMatchObject({ status: 'FINALIZED', total: 0 })
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 0 }])
})

test('a child draws on its own contract first, and on what is shared with others not at all', async () => {
  const setup = await signUp()
  const { api, parent, child } = setup
  await addCredit(setup, parent, credit(setup, 1000, { type: 'NONE' }))
  await addCredit(setup, parent, credit(setup, 1000))
  const others = { type: 'CONTRACT_IDS', contract_ids: [parent.contract_id] }
  await addCredit(setup, parent, credit(setup, 1000, others))
  await use(api, 'acme', 'a', 150, '2026-03-05T00:00:00Z')
  expect(await march(api, child.customer_id)).toMatchObject({ total: 300 })
  const own = { type: 'CONTRACT_IDS', contract_ids: [child.contract_id] }
  await addCredit(setup, parent, credit(setup, 250, own))
  expect(await march(api, child.customer_id)).toMatchObject({ total: 50 })
  await addCredit(setup, child, credit(setup, 100))
  expect(await march(api, child.customer_id)).toMatchObject({ total: 0 })
  await advance(api, '2026-04-10T00:00:00Z')
  expect(await balances(api, child.customer_id)).toMatchObject([{ balance: 0 }])
  const left = await balances(api, parent.customer_id)
  expect(left.map(({ balance }) => balance).toSorted((a, b) => a - b)).toEqual([
    50, 1000, 1000, 1000,
  ])
})

test('two children never draw more than there is', async () => {
  const setup = await signUp()
  const { api, parent, child } = setup
  const other = await createdId(api, '/v1/customers', { name: 'Two', ingest_aliases: ['two'] })
  const { body } = await api.call('POST', '/v2/contracts/get', child)
  await createdId(api, '/v1/contracts/create', {
    customer_id: other,
    rate_card_id: body.data.rate_card_id,
    starting_at: MAR,
    hierarchy_configuration: { parent },
  })
  await addCredit(setup, parent, credit(setup, 500, { type: 'ALL' }))
  await use(api, 'acme', 'a', 150, '2026-03-05T00:00:00Z')
  await use(api, 'two', 'b', 150, '2026-03-05T00:00:00Z')
  await advance(api, '2026-04-10T00:00:00Z')
  const totals = [await march(api, child.customer_id), await march(api, other)]
  expect(totals.map(({ total }) => total).toSorted((a, b) => a - b)).toEqual([0, 100])
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 0 }])
})

test('what cannot be shared yet is refused by name', async () => {
  const setup = await signUp()
  const { api, parent } = setup
  const shared = credit(setup, 100, { type: 'ALL' })
  const bodies: [object, string][] = [
    [{ ...shared, rollover_fraction: 0.5 }, 'child_access'],
    [credit(setup, 100, { type: 'SOME' }), 'child_access.type'],
    [credit(setup, 100, { type: 'CONTRACT_IDS' }), 'contract_ids'],
    [credit(setup, 100, { type: 'ALL', contract_ids: [parent.contract_id] }), 'contract_ids'],
  ]
  for (const [body, field] of bodies) {
    const edit = { ...parent, add_credits: [body] }
    const answer = await api.call('POST', '/v2/contracts/edit', edit)
    expect({ field, status: answer.status }).toEqual({ field, status: 400 })
    expect(JSON.stringify(answer.body)).toContain(field)
  }
})

test('what a parent consolidates is a copy that says where its lines are from, and draws nothing', async () => {
  const setup = await signUp({
    ofParent: {
      hierarchy_configuration: { parent_behavior: { invoice_consolidation_type: 'CONCATENATE' } },
    },
    ofChild: { payer: 'PARENT', usage_statement_behavior: 'CONSOLIDATE' },
  })
  const { api, parent, child } = setup
  await addCredit(setup, parent, credit(setup, 500, { type: 'ALL' }))
  await use(api, 'acme', 'a', 150, '2026-03-05T00:00:00Z')
  await use(api, 'top', 'b', 150, '2026-03-06T00:00:00Z')
  const path = `/v1/customers/${parent.customer_id}/invoices`
  const read = async () => {
    const { body } = await api.call('GET', `${path}?type=USAGE_CONSOLIDATED&starting_on=${MAR}`)
    return body.data.filter((one: { issued_at: string }) => one.issued_at.startsWith('2026-04'))
  }
  const [draft] = await read()
  expect(draft).toMatchObject({ status: 'DRAFT', total: 100, ...parent, payer: parent })
  const moved = { invoice_id: draft.id, issue_date: '2026-04-05T00:00:00Z' }
  const refused = await api.call('POST', '/v1/contracts/updateInvoiceIssueDate', moved)
  expect(refused.status).toBe(400)
  expect((await api.call('POST', '/v1/invoices/void', { id: draft.id })).status).toBe(400)

  await advance(api, '2026-04-10T00:00:00Z')
  const [own, below] = [await march(api, parent.customer_id), await march(api, child.customer_id)]
  const [final] = await read()
  expect(final).toMatchObject({
    id: draft.id,
    status: 'FINALIZED',
    type: 'USAGE_CONSOLIDATED',
    total: 100,
    constituent_invoices: [
      { ...parent, invoice_id: own.id },
      { ...child, invoice_id: below.id },
    ],
    line_items: draft.line_items,
  })
  expect(
    final.line_items.map(({ total, origin }: { total: number; origin: { invoice_id: string } }) => [
      total,
      origin.invoice_id,
    ]),
  ).toEqual([
    [300, own.id],
    [-300, own.id],
    [200, below.id],
    [-200, below.id],
    [100, below.id],
  ])
  expect(final.line_items[2].origin).toMatchObject({ ...child, line_item_id: expect.any(String) })
  expect(await balances(api, parent.customer_id)).toMatchObject([{ balance: 0 }])
  const explained = await api.call('GET', `${path}/${draft.id}/explain`)
  expect(explained.status).toBe(200)
  expect(explained.body.data).toHaveLength(5)
  const listed = await api.call('GET', '/v1/invoices?type=USAGE_CONSOLIDATED')
  expect(listed.body.data).toMatchObject([{ id: draft.id, status: 'FINALIZED', total: 100 }])
})
