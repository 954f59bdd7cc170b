import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { checkFields, type FieldHolder } from '../core/custom-fields/check-fields.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import type { Database } from './database.ts'
import { customFieldKeys, uniqueFieldValues } from './custom-field-schema.ts'

/**
 * Checks the custom fields that objects are to get, and answers the statement that belongs into
 * the batch which writes the objects: it claims values that must be unique, and fails the batch
 * whole where a value is taken or a key is gone by then. Objects may be named again with fields
 * that they have. Nothing is read or written for objects without fields.
 */
export async function customFieldWrites(
  db: Database,
  environmentId: string,
  holders: FieldHolder[],
): Promise<Result<BatchItem<'sqlite'>[]>> {
  const given = holders.filter(({ fields }) => Object.keys(fields).length > 0)
  if (given.length === 0) return ok([])
  const rows = fieldRows(given)
  const asked = askedOf(rows)
  const [keys, taken] = await db.batch([
    db
      .select({
        entity: customFieldKeys.entity,
        key: customFieldKeys.key,
        enforceUniqueness: customFieldKeys.enforceUniqueness,
      })
      .from(customFieldKeys)
      .where(
        and(
          eq(customFieldKeys.environmentId, environmentId),
          sql`(${customFieldKeys.entity}, ${customFieldKeys.key}) IN (
            SELECT DISTINCT asked.value ->> 'entity', asked.value ->> 'key' FROM ${asked})`,
        ),
      ),
    db
      .select({
        entity: uniqueFieldValues.entity,
        key: uniqueFieldValues.key,
        value: uniqueFieldValues.value,
        entityId: uniqueFieldValues.entityId,
      })
      .from(uniqueFieldValues)
      .where(
        and(
          eq(uniqueFieldValues.environmentId, environmentId),
          sql`(${uniqueFieldValues.entity}, ${uniqueFieldValues.key}, ${uniqueFieldValues.value}) IN (
            SELECT asked.value ->> 'entity', asked.value ->> 'key', asked.value ->> 'value' FROM ${asked})`,
        ),
      ),
  ])
  const checked = checkFields(given, keys, taken)
  if (!checked.ok) return checked
  const brought = fieldRows(given.filter(({ bringsKeys }) => bringsKeys))
  return ok([
    ...(brought.length === 0 ? [] : [addKeys(db, environmentId, brought)]),
    claimValues(db, environmentId, rows),
  ])
}

/**
 * Writes objects with their custom fields, all or nothing.
 * @param write runs the batch, with these statements in it
 */
export async function writeWithFields<T>(
  db: Database,
  environmentId: string,
  holders: FieldHolder[],
  write: (fieldWrites: BatchItem<'sqlite'>[]) => Promise<T>,
): Promise<Result<T>> {
  const writes = await customFieldWrites(db, environmentId, holders)
  if (!writes.ok) return writes
  try {
    return ok(await write(writes.value))
  } catch (error) {
    const lostRace = await refuseLostFields(db, environmentId, holders, error)
    if (lostRace !== null) return lostRace
    throw error
  }
}

/** Why a batch failed, if it was because others took a value or removed a key after the check; else null. */
export async function refuseLostFields(
  db: Database,
  environmentId: string,
  holders: FieldHolder[],
  error: unknown,
): Promise<Result<never> | null> {
  if (!isFieldConflict(error)) return null
  const again = await customFieldWrites(db, environmentId, holders)
  if (!again.ok) return again
  return refuse('overloaded', 'Custom fields are being changed by others; try again shortly.')
}

/** True when a batch failed because a value of its objects was taken, or a key gone. */
export function isFieldConflict(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (/constraint failed: unique_field_values\./.test(cause.message)) return true
  }
  return false
}

type FieldRow = { entity: string; id: string; key: string; value: string }

function fieldRows(holders: FieldHolder[]): FieldRow[] {
  return holders.flatMap(({ entity, entityId: id, fields }) =>
    Object.entries(fields).map(([key, value]) => ({ entity, id, key, value })),
  )
}

function askedOf(rows: FieldRow[]) {
  return sql`json_each(${JSON.stringify(rows)}) AS asked`
}

/** Adds keys that entities lack; they enforce no uniqueness. */
function addKeys(db: Database, environmentId: string, rows: FieldRow[]) {
  const keys = sql`
    SELECT DISTINCT ${environmentId}, asked.value ->> 'entity', asked.value ->> 'key', 0, 0
    FROM ${askedOf(rows)} WHERE true`
  return db.insert(customFieldKeys).select(keys).onConflictDoNothing()
}

/** A key that is gone by now makes `key` null, which its column refuses, as its index does a value that is taken. */
function claimValues(db: Database, environmentId: string, rows: FieldRow[]) {
  const claims = sql`
    SELECT ${environmentId}, asked.value ->> 'entity', asked.value ->> 'id', known.key, asked.value ->> 'value'
    FROM ${askedOf(rows)}
    LEFT JOIN ${customFieldKeys} AS known ON known.environment_id = ${environmentId}
      AND known.entity = asked.value ->> 'entity' AND known.key = asked.value ->> 'key'
    WHERE known.key IS NULL OR known.enforce_uniqueness`
  return db
    .insert(uniqueFieldValues)
    .select(claims)
    .onConflictDoUpdate({
      target: [
        uniqueFieldValues.environmentId,
        uniqueFieldValues.entity,
        uniqueFieldValues.entityId,
        uniqueFieldValues.key,
      ],
      set: { value: sql`excluded.value` },
    })
}
