import { env } from 'cloudflare:workers'
import { runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { Invoice } from '../../src/core/invoices/invoice.ts'
import type { Env } from '../../src/env.ts'
import { accountOf } from '../../src/objects/account.ts'
import { insertInvoice } from '../../src/objects/account-store.ts'
import { createTestApi } from '../support/api.ts'
import { createdId, UNKNOWN_ID } from '../support/catalog.ts'

const USD = { id: '2714e483-4ff1-48e4-9e25-ac732e8f24f2', name: 'USD (cents)' }

/** A document as it was kept when all prices were flat and in the card's currency. */
const STORED = {
  id: '01930000-0000-7000-8000-000000000001',
  contractId: UNKNOWN_ID,
  type: 'USAGE',
  status: 'FINALIZED',
  startingAt: Date.UTC(2026, 1),
  endingBefore: Date.UTC(2026, 2),
  issuedAt: Date.UTC(2026, 2, 2),
  creditTypeId: USD.id,
  customFields: {},
  contractCustomFields: {},
  customerCustomFields: {},
  finalizedAt: Date.UTC(2026, 2, 2),
  total: '7',
  lines: [
    {
      type: 'usage',
      name: 'Calls',
      productId: UNKNOWN_ID,
      productType: 'UsageProductListItem',
      productTags: ['api'],
      productCustomFields: {},
      creditTypeId: USD.id,
      quantity: '3.5',
      unitPrice: '2',
      total: '7',
      startingAt: Date.UTC(2026, 1),
      endingBefore: Date.UTC(2026, 2),
      pricingGroupValues: { model: 'm1' },
      presentationGroupValues: null,
      derivation: {
        metricId: 'metric',
        rateId: 'rate',
        increments: [
          { startingAt: Date.UTC(2026, 1), endingBefore: Date.UTC(2026, 2), quantity: '3.5' },
        ],
      },
    },
  ],
  derivation: { ratingVersion: 1, rateSequence: 1, cut: null, unbilled: [] },
}

test('an invoice that was finalized under the first rules is answered as it was', async () => {
  const api = await createTestApi()
  const customerId = await createdId(api, '/v1/customers', { name: 'Acme' })
  const path = `/v1/customers/${customerId}/invoices`
  // The account's tables are there once it was asked.
  expect((await api.call('GET', path)).body.data).toEqual([])
  const account = accountOf(env as unknown as Env, api.environmentId, customerId)
  await runInDurableObject(account, (_, { storage }) =>
    insertInvoice(storage, { ...STORED, customerId } as Invoice, []),
  )
  const { body } = await api.call('GET', path)
  expect(body.data).toMatchObject([{ id: STORED.id, status: 'FINALIZED', total: 7 }])
  expect(body.data[0].line_items).toEqual([
    {
      name: 'Calls',
      type: 'usage',
      quantity: 3.5,
      unit_price: 2,
      total: 7,
      credit_type: USD,
      product_id: UNKNOWN_ID,
      product_type: 'UsageProductListItem',
      product_tags: ['api'],
      product_custom_fields: {},
      starting_at: '2026-02-01T00:00:00+00:00',
      ending_before: '2026-03-01T00:00:00+00:00',
      pricing_group_values: { model: 'm1' },
    },
  ])
  const one = await api.call('GET', `${path}/${STORED.id}`)
  expect(one.body.data).toEqual(body.data[0])
})
