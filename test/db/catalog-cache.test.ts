import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { recallCatalogs } from '../../src/db/catalog-cache.ts'
import { creditTypes } from '../../src/db/schema.ts'
import { loadCatalogs, loadTerms } from '../../src/db/terms.ts'
import { addCustomer, addRate, createBilling, db, type Billing } from '../support/billing.ts'
import { period } from '../support/terms.ts'

const MARCH = period('2026-03-01', '2026-04-01')

async function recall(billing: Billing, range = MARCH) {
  const terms = await loadTerms(db, billing.environmentId, billing.customerId)
  return recallCatalogs(db, terms!, [billing.rateCardId], range)
}

test('catalogs are remembered until something that they hold changes, and then are read again', async () => {
  const billing = await createBilling()
  await addRate(billing, { price: '1' })
  let last = await recall(billing)
  const isRead = async () => {
    const before = last.catalogs
    last = await recall(billing)
    const { catalogs } = await loadCatalogs(db, billing.environmentId, [billing.rateCardId], MARCH)
    expect(last.catalogs).toEqual(catalogs)
    return last.catalogs !== before
  }
  expect(await isRead()).toBe(false)
  await addCustomer(billing.environmentId)
  expect(await isRead()).toBe(false)
  await addRate(await createBilling())
  expect(await isRead()).toBe(false)
  await addRate(billing, { price: '2' })
  expect(await isRead()).toBe(true)
  const changes = [
    sql`UPDATE rates SET price = '3' WHERE environment_id = ${billing.environmentId}`,
    sql`UPDATE rate_cards SET name = 'Other' WHERE id = ${billing.rateCardId}`,
    sql`UPDATE products SET custom_fields = '{"a":"b"}' WHERE id = ${billing.productId}`,
    sql`UPDATE billable_metrics SET name = 'Other' WHERE id = ${billing.metricId}`,
    sql`DELETE FROM rates WHERE environment_id = ${billing.environmentId} AND sequence =
      (SELECT max(sequence) FROM rates WHERE environment_id = ${billing.environmentId})`,
  ]
  for (const change of changes) {
    await db.run(change)
    expect(await isRead()).toBe(true)
    expect(await isRead()).toBe(false)
  }
})

test('every change of a table that a catalog is read from makes another version', async () => {
  const { environmentId, ...billing } = await createBilling()
  const unit = { id: crypto.randomUUID(), name: 'AI credits', createdAt: 0, createdBy: 'test' }
  await db.insert(creditTypes).values({ ...unit, environmentId })
  const versions = new Set<string>()
  const note = async () => {
    const terms = await loadTerms(db, environmentId, billing.customerId)
    versions.add(terms!.catalogVersion)
  }
  await note()
  await addRate({ environmentId, ...billing })
  const tables = ['rates', 'rate_cards', 'products', 'billable_metrics', 'credit_types']
  for (const table of tables) {
    const rows = sql`${sql.identifier(table)} WHERE environment_id = ${environmentId}`
    await note()
    await db.run(sql`UPDATE ${sql.identifier(table)} SET environment_id = environment_id
      WHERE environment_id = ${environmentId}`)
    await note()
    await db.run(sql`DELETE FROM ${rows}`)
    await note()
  }
  // Before the rate, after it, and after two changes of each table.
  expect(versions.size).toBe(2 + tables.length * 2)
})

test('catalogs are remembered for one range of time, and honour the ids of this moment', async () => {
  const billing = await createBilling()
  await addRate(billing, { startingAt: period('2026-04-10', '2026-04-11').startMs })
  const [march, april] = [
    await recall(billing),
    await recall(billing, period('2026-04-01', '2026-05-01')),
  ]
  expect(march.catalogs.get(billing.rateCardId)?.rates.length).toBe(0)
  expect(april.catalogs.get(billing.rateCardId)?.rates.length).toBe(1)
  await addCustomer(billing.environmentId)
  const later = await recall(billing)
  expect(later.catalogs).toBe(march.catalogs)
  expect(later.configVersion).toBe(march.configVersion + 1)
})
