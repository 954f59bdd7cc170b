import { expect, test } from 'vitest'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const START = '2026-03-01T00:00:00Z'
const END = '2027-03-01T00:00:00Z'

async function signUp(api: TestApi, body: object = {}) {
  const customer_id = await createdId(api, '/v1/customers', { name: 'Acme' })
  const contract = { customer_id, starting_at: START, ...body }
  return { customer_id, contract_id: await createdId(api, '/v1/contracts/create', contract) }
}

async function create(api: TestApi, customer_id: string, hierarchy: object, body: object = {}) {
  return api.call('POST', '/v1/contracts/create', {
    customer_id,
    starting_at: START,
    hierarchy_configuration: hierarchy,
    ...body,
  })
}

test('a parent shows its children and a child its parent, in both versions', async () => {
  const api = await createTestApi()
  const behavior = { parent_behavior: { invoice_consolidation_type: 'none' } }
  const parent = await signUp(api, { hierarchy_configuration: behavior })
  const asked = { parent, payer: 'parent', usage_statement_behavior: 'consolidate' }
  const child = await signUp(api, { hierarchy_configuration: asked })
  const sibling = await signUp(api, { hierarchy_configuration: { parent } })
  const gone = await signUp(api, { hierarchy_configuration: { parent } })
  await api.call('POST', '/v1/contracts/archive', { ...gone, void_invoices: false })
  const ofParent = {
    children: [
      { contract_id: child.contract_id, customer_id: child.customer_id },
      { contract_id: sibling.contract_id, customer_id: sibling.customer_id },
    ],
    parent_behavior: { invoice_consolidation_type: 'NONE' },
  }
  const ofChild = { parent, payer: 'PARENT', usage_statement_behavior: 'CONSOLIDATE' }
  const shown: [object, object][] = [
    [parent, ofParent],
    [child, ofChild],
    [sibling, { parent, payer: 'SELF', usage_statement_behavior: 'SEPARATE' }],
  ]
  for (const [ids, hierarchy_configuration] of shown) {
    const second = await api.call('POST', '/v2/contracts/get', ids)
    expect(second.body.data).toMatchObject({ hierarchy_configuration })
    const first = await api.call('POST', '/v1/contracts/get', ids)
    expect(first.body.data).toMatchObject({
      initial: { hierarchy_configuration },
      current: { hierarchy_configuration },
    })
  }
})

test('a hierarchy has one level, and customers that are a parent or a child', async () => {
  const api = await createTestApi()
  const parent = await signUp(api)
  const child = await signUp(api, { hierarchy_configuration: { parent } })
  const other = await signUp(api)
  const stranger = await createdId(api, '/v1/customers', { name: 'New' })
  const refusals: [string, object, number, string][] = [
    [stranger, { parent: child }, 400, 'parent.customer_id'],
    [stranger, { parent: { ...other, contract_id: UNKNOWN_ID } }, 404, 'parent.contract_id'],
    [stranger, { parent: { ...other, customer_id: stranger } }, 404, 'parent.contract_id'],
    [parent.customer_id, { parent: other }, 400, 'parent'],
    [child.customer_id, { parent }, 400, 'parent.contract_id'],
    [other.customer_id, { parent: other }, 400, 'parent.customer_id'],
    [stranger, { parent, usage_statement_behavior: 'CONSOLIDATE' }, 400, 'usage_statement'],
    [stranger, { payer: 'SELF' }, 400, 'payer'],
    [stranger, {}, 400, 'hierarchy_configuration'],
    [stranger, { parent, payer: 'OTHER' }, 400, 'payer'],
    [
      stranger,
      { parent, parent_behavior: { invoice_consolidation_type: 'CONCATENATE' } },
      400,
      'hierarchy_configuration.parent_behavior',
    ],
  ]
  for (const [customerId, hierarchy, status, field] of refusals) {
    const answer = await create(api, customerId, hierarchy)
    expect({ field, status: answer.status }).toEqual({ field, status })
    expect(JSON.stringify(answer.body)).toContain(field)
  }
})

test('of children created at once, none is lost and no more than nine are taken', async () => {
  const api = await createTestApi()
  const parent = await signUp(api)
  const customers = await Promise.all(
    Array.from({ length: 11 }, () => createdId(api, '/v1/customers', { name: 'Child' })),
  )
  let waiting = customers
  const statuses: number[] = []
  for (let round = 0; round < 11 && waiting.length > 0; round += 1) {
    const answers = await Promise.all(waiting.map((id) => create(api, id, { parent })))
    expect(answers.every(({ status }) => [200, 400, 503].includes(status))).toBe(true)
    statuses.push(...answers.map(({ status }) => status).filter((status) => status !== 503))
    waiting = waiting.filter((_, i) => answers[i]!.status === 503)
  }
  expect(statuses.filter((status) => status === 200)).toHaveLength(9)
  expect(statuses.filter((status) => status === 400)).toHaveLength(2)
})

test('a contract that starts when another one of the customer has ended is taken', async () => {
  const api = await createTestApi()
  const parent = await signUp(api)
  const child = await signUp(api, { ending_before: END, hierarchy_configuration: { parent } })
  const next = await create(api, child.customer_id, { parent }, { starting_at: END })
  expect(next.status).toBe(200)
})

test('customers that become parents of each other at once do not both succeed', async () => {
  const api = await createTestApi()
  const [one, two] = [await signUp(api), await signUp(api)]
  const answers = await Promise.all([
    create(api, one.customer_id, { parent: two }),
    create(api, two.customer_id, { parent: one }),
  ])
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})
