import { and, eq } from 'drizzle-orm'
import type { BalanceSurroundings } from '../core/ledger/check-balance.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { fromProductRow } from './products.ts'
import { contracts, creditTypes, products } from './schema.ts'

/** What some commits and credits of a customer depend on, all as of one moment. */
export async function loadBalanceSurroundings(
  db: Database,
  environmentId: string,
  customerId: string,
  { productIds, creditTypeIds }: Record<'productIds' | 'creditTypeIds', string[]>,
): Promise<BalanceSurroundings> {
  const [productRows, unitRows, contractRows] = await db.batch([
    db
      .select()
      .from(products)
      .where(and(eq(products.environmentId, environmentId), inJson(products.id, productIds))),
    db
      .select({ id: creditTypes.id })
      .from(creditTypes)
      .where(
        and(eq(creditTypes.environmentId, environmentId), inJson(creditTypes.id, creditTypeIds)),
      ),
    db
      .select({ id: contracts.id, archivedAt: contracts.archivedAt })
      .from(contracts)
      .where(and(eq(contracts.environmentId, environmentId), eq(contracts.customerId, customerId))),
  ])
  return {
    products: productRows.map(fromProductRow),
    customUnitIds: new Set(unitRows.map(({ id }) => id)),
    contracts: contractRows,
  }
}
