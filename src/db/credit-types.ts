import { and, asc, eq } from 'drizzle-orm'
import type { CustomUnit } from '../core/credit-type.ts'
import { FIAT_CREDIT_TYPES, findFiatCreditType } from '../core/currency.ts'
import { isUniqueConflict, type Database } from './database.ts'
import { after, inJson, type RowKey } from './keyset.ts'
import { creditTypes } from './schema.ts'

export type CreditTypeRow = typeof creditTypes.$inferSelect

export function fromCreditTypeRow(row: CreditTypeRow): CustomUnit {
  const { environmentId: _, ...unit } = row
  return unit
}

/** Writes a new unit; false, with nothing written, when the environment has one of its name. */
export async function insertCreditType(
  db: Database,
  environmentId: string,
  unit: CustomUnit,
): Promise<boolean> {
  try {
    await db.insert(creditTypes).values({ ...unit, environmentId })
    return true
  } catch (error) {
    if (isUniqueConflict(error, 'credit_types.name')) return false
    throw error
  }
}

/** The environment's custom units with these ids, in no particular order. */
export async function loadCreditTypes(
  db: Database,
  environmentId: string,
  ids: Iterable<string>,
): Promise<CustomUnit[]> {
  const custom = [...new Set(ids)].filter((id) => findFiatCreditType(id) === undefined)
  if (custom.length === 0) return []
  const rows = await db
    .select()
    .from(creditTypes)
    .where(and(eq(creditTypes.environmentId, environmentId), inJson(creditTypes.id, custom)))
  return rows.map(fromCreditTypeRow)
}

/** Which of these are custom units of the environment. */
export async function customUnitIds(
  db: Database,
  environmentId: string,
  ids: Iterable<string>,
): Promise<ReadonlySet<string>> {
  return new Set((await loadCreditTypes(db, environmentId, ids)).map(({ id }) => id))
}

/** A row of the list of credit types. */
export interface ListedCreditType extends RowKey {
  name: string
  isCurrency: boolean
}

/** The currencies come first, in their own order: as if they had been created before 1970. */
const FIAT_ROWS: ListedCreditType[] = FIAT_CREDIT_TYPES.map((fiat, i) => ({
  ...fiat,
  createdAt: i - FIAT_CREDIT_TYPES.length,
}))

/** All currencies, then the environment's custom units in the order of their creation. */
export async function listCreditTypes(
  db: Database,
  environmentId: string,
  from: RowKey | null,
  limit: number,
): Promise<ListedCreditType[]> {
  const fiat = FIAT_ROWS.filter(({ createdAt }) => from === null || createdAt > from.createdAt)
  const rows = await db
    .select()
    .from(creditTypes)
    .where(and(eq(creditTypes.environmentId, environmentId), after(creditTypes, from)))
    .orderBy(asc(creditTypes.createdAt), asc(creditTypes.id))
    .limit(limit)
  const custom = rows.map(({ id, name, createdAt }) => ({ id, name, createdAt, isCurrency: false }))
  return [...fiat, ...custom].slice(0, limit)
}
