import { exports } from 'cloudflare:workers'
import Metronome from '@metronome/sdk'
import { expect, test } from 'vitest'
import { UNKNOWN_ID } from '../support/catalog.ts'
import { createPlainProduct, setUpCharges } from '../support/charges.ts'

const worker = (exports as unknown as { default: Fetcher }).default

async function agree() {
  const { api, customer_id, create } = await setUpCharges()
  const product_id = await createPlainProduct(api, 'PRO_SERVICE', 'Consulting')
  const created = await create({
    professional_services: [{ product_id, unit_price: 200, quantity: 40, max_amount: 1000 }],
  })
  const { contract } = created.body.data
  const reference = { customer_id, contract_id: contract.id as string }
  const professional_service_id: string = contract.professional_services[0].id
  const bill = (issued_at: string, ...lines: object[]) =>
    api.call('POST', '/v1/contracts/scheduleProServicesInvoice', {
      ...reference,
      issued_at,
      line_items: lines.map((line) => ({ professional_service_id, ...line })),
    })
  const list = async () => {
    const listed = await api.call('GET', `/v1/customers/${customer_id}/invoices?type=SCHEDULED`)
    return listed.body.data
  }
  return { api, product_id, reference, professional_service_id, bill, list }
}

test('services are invoiced on request, at once for the past and on their date otherwise', async () => {
  const { api, bill, list, product_id, professional_service_id } = await agree()
  const past = await bill('2026-03-05T00:00:00Z', { quantity: 2 }, { amount: 50 })
  expect(past.status).toBe(200)
  expect(past.body.data).toMatchObject([
    {
      type: 'SCHEDULED',
      status: 'FINALIZED',
      issued_at: '2026-03-05T00:00:00+00:00',
      total: 450,
      line_items: [
        { name: 'Consulting', product_id, professional_service_id, total: 400, quantity: 2 },
        { total: 50, unit_price: 50, quantity: 1 },
      ],
    },
  ])
  const first = await bill('2026-04-01T00:00:00Z', { unit_price: 100, quantity: 3 })
  const second = await bill('2026-04-01T00:00:00Z', { amount: 5 })
  expect(first.body.data).toMatchObject([{ status: 'DRAFT', total: 300 }])
  expect(second.body.data).toMatchObject([{ status: 'DRAFT', total: 5 }])
  const ids = [past, first, second].map(({ body }) => body.data[0].id)
  const listed: { id: string; status: string }[] = await list()
  expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(ids))
  await api.call('POST', '/v1/sandboxes/clock', { now: '2026-04-02T00:00:00Z' })
  const later: { status: string }[] = await list()
  expect(later.map(({ status }) => status)).toEqual(Array(3).fill('FINALIZED'))
})

test('all invoices for a service come to its maximum at most', async () => {
  const { bill, list } = await agree()
  expect((await bill('2026-03-05T00:00:00Z', { amount: 600 })).status).toBe(200)
  expect(await bill('2026-04-01T00:00:00Z', { amount: 300 }, { amount: 101 })).toMatchObject({
    status: 400,
    body: {
      message: expect.stringMatching(/^line_items\[1\]\.amount: 101 is more than .* 100 of 1000$/),
    },
  })
  expect((await bill('2026-04-01T00:00:00Z', { amount: 400 })).status).toBe(200)
  expect(await list()).toHaveLength(2)
})

test('requests that name nothing that is there, or do not say enough, are refused', async () => {
  const { api, bill, list, reference, professional_service_id } = await agree()
  const at = '2026-04-01T00:00:00Z'
  expect(await bill(at, {})).toMatchObject({
    status: 400,
    body: { message: 'line_items[0].amount: required, or else unit_price and quantity' },
  })
  expect(await bill(at, { unit_price: 1 })).toMatchObject({ status: 400 })
  expect(await bill(at, { amount: 1, quantity: 1 })).toMatchObject({ status: 400 })
  expect(await bill(at)).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(/^line_items: /) },
  })
  expect(await bill('soon', { amount: 1 })).toMatchObject({ status: 400 })
  expect(await bill(at, { amount: 1, professional_service_id: UNKNOWN_ID })).toMatchObject({
    status: 404,
    body: {
      message: `line_items[0].professional_service_id: the contract has no professional service ${UNKNOWN_ID}`,
    },
  })
  for (const field of ['customer_id', 'contract_id']) {
    const body = {
      ...reference,
      issued_at: at,
      line_items: [{ professional_service_id, amount: 1 }],
    }
    const path = '/v1/contracts/scheduleProServicesInvoice'
    expect(await api.call('POST', path, { ...body, [field]: UNKNOWN_ID })).toMatchObject({
      status: 404,
      body: { message: expect.stringMatching(`^${field}: `) },
    })
  }
  expect(await list()).toEqual([])
})

test('the history of a contract does not tell of invoices for services', async () => {
  const { api, bill, reference } = await agree()
  expect((await bill('2026-04-01T00:00:00Z', { amount: 1 })).status).toBe(200)
  await api.call('POST', '/v2/contracts/edit', { ...reference, update_contract_name: 'Deal' })
  const history = await api.call('POST', '/v2/contracts/getEditHistory', reference)
  expect(history.body.data).toMatchObject([{ update_contract_name: 'Deal' }])
})

test('the official SDK invoices professional services', async () => {
  const { api, reference, professional_service_id } = await agree()
  const { v1 } = new Metronome({
    bearerToken: api.token,
    baseURL: 'http://tactus.test',
    fetch: (url, init) => worker.fetch(new Request(url, init)),
  })
  const { data } = await v1.contracts.scheduleProServicesInvoice({
    ...reference,
    issued_at: '2026-04-01T00:00:00Z',
    line_items: [
      {
        professional_service_id,
        quantity: 3,
        metadata: 'March',
        netsuite_invoice_billing_start: '2026-03-01T00:00:00Z',
      },
    ],
  })
  expect(data).toMatchObject([
    {
      status: 'DRAFT',
      total: 600,
      line_items: [
        { metadata: 'March', netsuite_invoice_billing_start: '2026-03-01T00:00:00+00:00' },
      ],
    },
  ])
})
