import { and, eq, ne, sql, type SQL } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { FieldEntity } from '../core/custom-fields/field-key.ts'
import {
  CONTRACT_TERM_LISTS,
  PACKAGE_TERM_LISTS,
  type TermList,
} from '../core/custom-fields/term-lists.ts'
import { assert } from '../core/result.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { termOwners, uniqueFieldValues } from './custom-field-schema.ts'
import {
  billableMetrics,
  commits,
  contracts,
  customers,
  invoices,
  packages,
  products,
  rateCards,
} from './schema.ts'

/** Values to set; null deletes one. Keys that are not named stay as they are. */
export type FieldPatch = Record<string, string | null>

/** The entities whose objects are rows with custom fields of their own. */
const TABLES = {
  billable_metric: { table: billableMetrics, isOf: undefined },
  commit: { table: commits, isOf: ne(commits.type, 'CREDIT') },
  contract: { table: contracts, isOf: undefined },
  contract_credit: { table: commits, isOf: eq(commits.type, 'CREDIT') },
  contract_product: { table: products, isOf: undefined },
  customer: { table: customers, isOf: undefined },
  invoice: { table: invoices, isOf: undefined },
  rate_card: { table: rateCards, isOf: undefined },
}

type EntityRows = (typeof TABLES)[keyof typeof TABLES]
type TermTable = typeof contracts | typeof packages

function rowsOf(entity: FieldEntity): EntityRows | undefined {
  return (TABLES as Partial<Record<FieldEntity, EntityRows>>)[entity]
}

/** Where the custom fields of an object are. */
export type FieldPlace =
  | { kind: 'row' }
  | { kind: 'contract-term'; ownerId: string; customerId: string }
  | { kind: 'package-term'; ownerId: string }

/** Finds an object by its id, wherever it is; null when there is none of the entity. */
export async function findFieldPlace(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  entityId: string,
): Promise<FieldPlace | null> {
  const rows = rowsOf(entity)
  if (rows !== undefined) {
    const row = await db
      .select({ id: rows.table.id })
      .from(rows.table as typeof contracts)
      .where(isRow(rows, environmentId, entityId))
      .get()
    if (row !== undefined) return { kind: 'row' }
  }
  if (listsOf(contracts, entity).length > 0) {
    return findContractTerm(db, environmentId, entity, entityId)
  }
  if (listsOf(packages, entity).length === 0) return null
  return findPackageTerm(db, environmentId, entity, entityId)
}

async function findContractTerm(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  termId: string,
): Promise<FieldPlace | null> {
  const row = await db
    .select({ ownerId: contracts.id, customerId: contracts.customerId })
    .from(termOwners)
    .innerJoin(contracts, eq(contracts.id, termOwners.ownerId))
    .where(ownsTerm(environmentId, entity, termId))
    .get()
  return row === undefined ? null : { kind: 'contract-term', ...row }
}

async function findPackageTerm(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  termId: string,
): Promise<FieldPlace | null> {
  const row = await db
    .select({ ownerId: termOwners.ownerId })
    .from(termOwners)
    .where(ownsTerm(environmentId, entity, termId))
    .get()
  return row === undefined ? null : { kind: 'package-term', ...row }
}

/** The statement that changes the custom fields of an object with a row of its own, for a batch. */
export function patchRow(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  entityId: string,
  patch: FieldPatch,
): BatchItem<'sqlite'> {
  const rows = rowsOf(entity)
  assert(rows !== undefined, `objects of ${entity} must have rows of their own`)
  return patchRows(db, rows, patch, isRow(rows, environmentId, entityId))
}

/**
 * The statements that change the custom fields of a term, for a batch. The terms of a contract
 * are changed in its account's turn only.
 */
export function patchTerm(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  { termId, ownerId }: { termId: string; ownerId: string },
  patch: FieldPatch,
): BatchItem<'sqlite'>[] {
  const isTerm = sql`term.value ->> 'id' = ${termId}`
  return patchTerms(db, entity, patch, isTerm, (table) =>
    and(eq(table.environmentId, environmentId), eq(table.id, ownerId)),
  )
}

/** The statement that frees the unique values of an object under some keys, for a batch. */
export function releaseValues(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  entityId: string,
  keys: string[],
): BatchItem<'sqlite'> {
  return db
    .delete(uniqueFieldValues)
    .where(
      and(
        eq(uniqueFieldValues.environmentId, environmentId),
        eq(uniqueFieldValues.entity, entity),
        eq(uniqueFieldValues.entityId, entityId),
        inJson(uniqueFieldValues.key, keys),
      ),
    )
}

/** The statements that take a key from all objects of an entity, for a batch. */
export function removedKeyWrites(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  key: string,
): BatchItem<'sqlite'>[] {
  const patch = { [key]: null }
  const hasKey = (fields: SQL) =>
    sql`EXISTS (SELECT 1 FROM json_each(${fields}) AS field WHERE field.key = ${key})`
  const rows = rowsOf(entity)
  const ofRows =
    rows &&
    patchRows(
      db,
      rows,
      patch,
      and(
        eq(rows.table.environmentId, environmentId),
        rows.isOf,
        hasKey(sql`${rows.table.customFields}`),
      ),
    )
  const hasTermKey = hasKey(sql`coalesce(term.value -> 'customFields', '{}')`)
  const ofTerms = patchTerms(db, entity, patch, hasTermKey, (table) =>
    eq(table.environmentId, environmentId),
  )
  return [...(ofRows === undefined ? [] : [ofRows]), ...ofTerms]
}

function patchRows(db: Database, { table }: EntityRows, patch: FieldPatch, where: SQL | undefined) {
  const customFields = sql`json_patch(${table.customFields}, ${JSON.stringify(patch)})`
  return db
    .update(table as typeof contracts)
    .set({ customFields })
    .where(where)
}

/**
 * @param isPatched of a term, whose text is `term.value`
 * @param isOwner of the contract or package that it is in
 */
function patchTerms(
  db: Database,
  entity: FieldEntity,
  patch: FieldPatch,
  isPatched: SQL,
  isOwner: (table: TermTable) => SQL | undefined,
): BatchItem<'sqlite'>[] {
  const fields = sql`json_patch(coalesce(term.value -> 'customFields', '{}'), ${JSON.stringify(patch)})`
  return ([contracts, packages] as const).flatMap((table) =>
    listsOf(table, entity).map(({ list, type }) => {
      const path = `$.${list}`
      const isWanted = and(isPatched, type && sql`term.value ->> 'type' = ${type}`)
      const terms = sql`json_each(${table.terms}, ${path}) AS term`
      // Each text is read as JSON where it is put into another: else it would become a string there.
      const term = sql`CASE WHEN ${isWanted}
        THEN json_set(term.value, '$.customFields', json(${fields})) ELSE term.value END`
      const changed = sql`json((SELECT json_group_array(json(${term})) FROM ${terms}))`
      const holds = sql`EXISTS (SELECT 1 FROM ${terms} WHERE ${isWanted})`
      return db
        .update(table as typeof contracts)
        .set({ terms: sql`json_set(${table.terms}, ${path}, ${changed})` })
        .where(and(isOwner(table), holds))
    }),
  )
}

function listsOf(table: TermTable, entity: FieldEntity): TermList[] {
  const lists = table === contracts ? CONTRACT_TERM_LISTS : PACKAGE_TERM_LISTS
  return lists.filter((list) => list.entity === entity)
}

function isRow({ table, isOf }: EntityRows, environmentId: string, id: string) {
  return and(eq(table.environmentId, environmentId), eq(table.id, id), isOf)
}

function ownsTerm(environmentId: string, entity: FieldEntity, termId: string) {
  return and(
    eq(termOwners.environmentId, environmentId),
    eq(termOwners.entity, entity),
    eq(termOwners.termId, termId),
  )
}
