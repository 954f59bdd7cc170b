import { expect, test } from 'vitest'
import { loadCatalogs, loadTerms } from '../../src/db/terms.ts'
import {
  addContract,
  addMetric,
  addProduct,
  addRate,
  addRateCard,
  createBilling,
  db,
} from '../support/billing.ts'
import { at, period } from '../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')

test('a catalog has the products in the order in which they were put on the card', async () => {
  const billing = await createBilling()
  const second = await addProduct(billing.environmentId, { billableMetricId: billing.metricId })
  await addRate({ ...billing, productId: second }, { startingAt: at('2030-01-01') })
  await addRate(billing, { price: '1' })
  await addRate({ ...billing, productId: second }, { price: '2' })
  const { catalogs } = await loadCatalogs(db, billing.environmentId, [billing.rateCardId], MARCH)
  const catalog = catalogs.get(billing.rateCardId)
  expect(catalog?.products.map(({ id }) => id)).toEqual([second, billing.productId])
  expect(catalog?.rates.map(({ price }) => price)).toEqual([
    { rateType: 'FLAT', price: '1' },
    { rateType: 'FLAT', price: '2' },
  ])
})

test('a catalog has the metrics of all definitions of its products, and their version', async () => {
  const billing = await createBilling()
  const later = await addMetric(billing.environmentId)
  const unused = await addMetric(billing.environmentId)
  const swapped = await addProduct(
    billing.environmentId,
    { billableMetricId: billing.metricId },
    { updates: [{ startingAt: 0, billableMetricId: later, createdAt: 0, createdBy: 'test' }] },
  )
  await addRate({ ...billing, productId: swapped })
  const loaded = await loadCatalogs(db, billing.environmentId, [billing.rateCardId], MARCH)
  const ids = loaded.catalogs.get(billing.rateCardId)?.metrics.map(({ id }) => id)
  expect(new Set(ids)).toEqual(new Set([billing.metricId, later]))
  expect(ids).not.toContain(unused)
  // Three metrics and the customer were added, each a new version.
  expect(loaded.configVersion).toBe(4)
})

test('cards of other environments are not loaded, not even by their id', async () => {
  const [billing, other] = [await createBilling(), await createBilling()]
  await addRate(other)
  const { catalogs } = await loadCatalogs(db, billing.environmentId, [other.rateCardId], MARCH)
  expect(catalogs.size).toBe(0)
})

test("a customer's terms are its contracts and the currencies of their cards", async () => {
  const billing = await createBilling()
  const card = await addRateCard(billing.environmentId, { fiatCreditTypeId: 'eur' })
  const first = await addContract(billing, {}, at('2026-01-01'))
  const second = await addContract(billing, { rateCardId: card }, at('2026-01-02'))
  const terms = await loadTerms(db, billing.environmentId, billing.customerId)
  expect(terms?.contracts.map(({ id }) => id)).toEqual([first, second])
  expect(terms?.currencies.get(card)).toBe('eur')
  expect(terms?.currencies.size).toBe(2)
  expect(terms?.customer).toEqual({ customFields: { crm: '7' }, archivedAt: null })
  expect(await loadTerms(db, billing.environmentId, crypto.randomUUID())).toBeNull()
})
