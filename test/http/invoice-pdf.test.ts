import { env, exports } from 'cloudflare:workers'
import { expect, test } from 'vitest'
import { printInvoice } from '../../src/documents/invoice/invoice-pdf.ts'
import type { Env } from '../../src/env.ts'
import hashes from '../golden/invoice-pdf-hashes.json'
import { createTestApi, type TestApi } from '../support/api.ts'
import { createdId } from '../support/catalog.ts'
import { createOffering } from '../support/offering.ts'
import { GOLDEN, hashOf } from '../support/printed-invoices.ts'

const worker = (exports as unknown as { default: Fetcher }).default
const NAME = 'Łódź Ελλάδα Київ 株式会社東京 서울 שלום عربى हिन्दी ไทย 🧾'

async function get(api: TestApi, path: string) {
  const headers = { authorization: `Bearer ${api.token}` }
  const response = await worker.fetch(`http://tactus.test${path}`, { headers })
  return { response, bytes: new Uint8Array(await response.arrayBuffer()) }
}

async function draftOf(api: TestApi, customerName: string) {
  const { rateCardId } = await createOffering(api)
  const customerId = await createdId(api, '/v1/customers', { name: customerName })
  await createdId(api, '/v1/contracts/create', {
    customer_id: customerId,
    rate_card_id: rateCardId,
    starting_at: '2026-03-01T00:00:00Z',
  })
  const path = `/v1/customers/${customerId}/invoices`
  const { body } = await api.call('GET', path)
  return { customerId, path, invoiceId: body.data[0].id as string }
}

test('an invoice is a PDF of the same bytes each time, with names in any script', async () => {
  const api = await createTestApi()
  const seller = { name: 'Seller', address_lines: ['Street 1'], number_format: '1.234,56' }
  await api.call('POST', '/v1/environment/settings', { seller })
  const { path, invoiceId } = await draftOf(api, NAME)
  const { response, bytes } = await get(api, `${path}/${invoiceId}/pdf`)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/pdf')
  expect(response.headers.get('content-disposition')).toMatch(/^inline; filename="INV-.{11}\.pdf"$/)
  expect(response.headers.get('x-tactus-missing-glyphs')).toBe('U+1F9FE')
  expect(new TextDecoder('latin1').decode(bytes.subarray(0, 5))).toBe('%PDF-')
  const again = await get(api, `${path}/${invoiceId}/pdf`)
  expect(again.bytes).toEqual(bytes)
})

test('an unknown invoice, or customer, has no PDF', async () => {
  const api = await createTestApi()
  const { path, invoiceId } = await draftOf(api, 'Acme')
  const unknown = crypto.randomUUID()
  const noInvoice = await api.call('GET', `${path}/${unknown}/pdf`)
  expect(noInvoice.status).toBe(404)
  expect(noInvoice.body.message).toContain(unknown)
  const noCustomer = await api.call('GET', `/v1/customers/${unknown}/invoices/${unknown}/pdf`)
  expect(noCustomer.status).toBe(404)
  const other = await createTestApi()
  expect((await other.call('GET', `${path}/${invoiceId}/pdf`)).status).toBe(404)
})

test('golden: the bytes are the same in every runtime', async () => {
  const { ASSETS } = env as unknown as Env
  const read = async (path: string) => {
    const answer = await ASSETS.fetch(`https://assets.local/fonts/${path}`)
    return new Uint8Array(await answer.arrayBuffer())
  }
  const printed = await printInvoice(GOLDEN.names, read)
  expect(await hashOf(printed!.bytes)).toBe(hashes.names)
})
