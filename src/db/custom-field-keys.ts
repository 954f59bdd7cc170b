import { and, asc, eq, sql } from 'drizzle-orm'
import type { FieldEntity, FieldKey } from '../core/custom-fields/field-key.ts'
import { removedKeyWrites } from './custom-field-values.ts'
import { isUniqueConflict, type Database } from './database.ts'
import { inJson } from './keyset.ts'
import { customFieldKeys, uniqueFieldValues } from './custom-field-schema.ts'

/** Adds a key; false when its entity has it. */
export async function insertFieldKey(
  db: Database,
  environmentId: string,
  key: FieldKey,
  now: number,
): Promise<boolean> {
  try {
    await db.insert(customFieldKeys).values({ ...key, environmentId, createdAt: now })
    return true
  } catch (error) {
    if (isUniqueConflict(error, 'custom_field_keys.key')) return false
    throw error
  }
}

/** Keys by entity and name, those of some entities or of all, after one of them or from the first. */
export async function listFieldKeys(
  db: Database,
  environmentId: string,
  entities: FieldEntity[] | undefined,
  from: { entity: string; key: string } | null,
  limit: number,
): Promise<FieldKey[]> {
  const { entity, key, enforceUniqueness } = customFieldKeys
  return db
    .select({ entity, key, enforceUniqueness })
    .from(customFieldKeys)
    .where(
      and(
        eq(customFieldKeys.environmentId, environmentId),
        entities === undefined ? undefined : inJson(entity, entities),
        from === null ? undefined : sql`(${entity}, ${key}) > (${from.entity}, ${from.key})`,
      ),
    )
    .orderBy(asc(entity), asc(key))
    .limit(limit)
}

/** Which of these keys an entity has. */
export async function findFieldKeys(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  keys: string[],
): Promise<Set<string>> {
  const rows = await db
    .select({ key: customFieldKeys.key })
    .from(customFieldKeys)
    .where(and(isOf(environmentId, entity), inJson(customFieldKeys.key, keys)))
  return new Set(rows.map(({ key }) => key))
}

/**
 * Removes a key with all values of it, archived objects' included: they do not come back with the
 * key. False when the entity has no such key.
 */
export async function deleteFieldKey(
  db: Database,
  environmentId: string,
  entity: FieldEntity,
  key: string,
): Promise<boolean> {
  const [deleted] = await db.batch([
    db
      .delete(customFieldKeys)
      .where(and(isOf(environmentId, entity), eq(customFieldKeys.key, key))),
    db
      .delete(uniqueFieldValues)
      .where(
        and(
          eq(uniqueFieldValues.environmentId, environmentId),
          eq(uniqueFieldValues.entity, entity),
          eq(uniqueFieldValues.key, key),
        ),
      ),
    ...removedKeyWrites(db, environmentId, entity, key),
  ])
  return deleted.meta.changes > 0
}

function isOf(environmentId: string, entity: FieldEntity) {
  return and(eq(customFieldKeys.environmentId, environmentId), eq(customFieldKeys.entity, entity))
}
