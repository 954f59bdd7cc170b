import { expect, test } from 'vitest'
import { createTestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'

/** On 20 March, a contract of March and April with a fee on the 1st of March and of April, and on 15 April. */
async function signUp() {
  const api = await createTestApi({ clockMs: Date.parse('2026-03-20T12:00:00Z') })
  const { customerId: customer_id, rateCardId: rate_card_id } = await createOffering(api)
  const fixed = { name: 'Fee', type: 'FIXED' }
  const product_id = await createdId(api, '/v1/contract-pricing/products/create', fixed)
  const items = ['03-01', '04-01', '04-15'].map((day) => ({
    timestamp: `2026-${day}T00:00:00Z`,
    amount: 10,
  }))
  const contract_id = await createdId(api, '/v1/contracts/create', {
    customer_id,
    rate_card_id,
    starting_at: '2026-03-01T00:00:00Z',
    ending_before: '2026-05-01T00:00:00Z',
    scheduled_charges: [{ product_id, schedule: { schedule_items: items } }],
  })
  const invoices = async (): Promise<Record<'id' | 'type' | 'issued_at' | 'status', string>[]> =>
    (await api.call('GET', `/v1/customers/${customer_id}/invoices`)).body.data
  const show = async () =>
    (await invoices()).map(
      ({ type, issued_at, status }) => `${type} ${issued_at.slice(5, 10)} ${status}`,
    )
  const move = (invoice_id: string, day: string) =>
    api.call('POST', '/v1/contracts/updateInvoiceIssueDate', {
      invoice_id,
      issue_date: `2026-${day}T00:00:00Z`,
    })
  const advance = async (day: string) => {
    const now = `2026-${day}T00:00:00Z`
    expect((await api.call('POST', '/v1/sandboxes/clock', { now })).status).toBe(200)
  }
  return { api, customer_id, contract_id, invoices, show, move, advance }
}

test('a draft is issued on the date that it was given, and its schedule stays', async () => {
  const { api, customer_id, contract_id, invoices, show, move, advance } = await signUp()
  expect(await show()).toEqual([
    'SCHEDULED 03-01 FINALIZED',
    'SCHEDULED 04-01 DRAFT',
    'USAGE 04-02 DRAFT',
    'SCHEDULED 04-15 DRAFT',
  ])
  const [, april, usage] = await invoices()
  const moved = await move(april!.id, '04-20')
  expect([moved.status, moved.body]).toEqual([200, { data: { id: april!.id } }])
  expect((await move(usage!.id, '04-05')).status).toBe(200)
  const later = ['USAGE 04-05 DRAFT', 'SCHEDULED 04-15 DRAFT', 'SCHEDULED 04-20 DRAFT']
  expect(await show()).toEqual(['SCHEDULED 03-01 FINALIZED', ...later])
  await advance('04-04')
  expect(await show()).toEqual(['SCHEDULED 03-01 FINALIZED', ...later, 'USAGE 05-02 DRAFT'])
  await advance('04-16')
  expect((await show()).slice(1, 4)).toEqual([
    'USAGE 04-05 FINALIZED',
    'SCHEDULED 04-15 FINALIZED',
    'SCHEDULED 04-20 DRAFT',
  ])
  await advance('04-21')
  expect((await show())[3]).toBe('SCHEDULED 04-20 FINALIZED')
  const { body } = await api.call('POST', '/v2/contracts/get', { customer_id, contract_id })
  const { schedule_items } = body.data.scheduled_charges[0].schedule
  expect(schedule_items.map(({ timestamp }: { timestamp: string }) => timestamp)).toContain(
    '2026-04-01T00:00:00.000Z',
  )
  // It is final now.
  expect((await move(april!.id, '04-25')).status).toBe(400)
})

test('a scheduled invoice whose date is past is issued at once', async () => {
  const { invoices, show, move } = await signUp()
  const [, april] = await invoices()
  expect((await move(april!.id, '03-15')).status).toBe(200)
  expect((await show()).slice(0, 2)).toEqual([
    'SCHEDULED 03-01 FINALIZED',
    'SCHEDULED 03-15 FINALIZED',
  ])
})

test('a date is refused beyond the contract, within the period, and of what is no draft', async () => {
  const { invoices, show, move } = await signUp()
  const before = await show()
  const [final, april, usage] = await invoices()
  const beyond = await move(april!.id, '05-02')
  expect([beyond.status, beyond.body.message]).toEqual([
    400,
    'issue_date: expected at most 2026-05-01T00:00:00.000Z, the end of the contract',
  ])
  const within = await move(usage!.id, '03-25')
  expect([within.status, within.body.message]).toEqual([
    400,
    'issue_date: expected at least 2026-04-01T00:00:00.000Z, the end of the period',
  ])
  expect((await move(final!.id, '04-05')).status).toBe(400)
  expect((await move(UNKNOWN_ID, '04-05')).status).toBe(404)
  expect(await show()).toEqual(before)
})
