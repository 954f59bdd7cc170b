import type { FieldEntity, FieldKey } from '../core/custom-fields/field-key.ts'
import { ok, refuse, type Refusal, type Result } from '../core/result.ts'
import { changeFields, type FieldChange } from '../db/custom-field-changes.ts'
import { deleteFieldKey, findFieldKeys, insertFieldKey } from '../db/custom-field-keys.ts'
import { findFieldPlace } from '../db/custom-field-values.ts'
import { openDatabase, type Database } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/** Adds a key to an entity, whose objects may have values of it from then on. */
export async function addFieldKey(
  db: Database,
  environmentId: string,
  key: FieldKey,
  now: number,
): Promise<Result<null>> {
  if (await insertFieldKey(db, environmentId, key, now)) return ok(null)
  return refuse('conflict', `key: ${key.entity} has the key ${JSON.stringify(key.key)} already`)
}

/** Removes a key from an entity, and its values from all objects. */
export async function removeFieldKey(
  db: Database,
  environmentId: string,
  { entity, key }: Pick<FieldKey, 'entity' | 'key'>,
): Promise<Result<null>> {
  if (await deleteFieldKey(db, environmentId, entity, key)) return ok(null)
  return refuse('not_found', `key: ${entity} has no key ${JSON.stringify(key)}`)
}

/** Sets values of an object, all or none; those of other keys stay. */
export function setFieldValues(
  env: Env,
  environmentId: string,
  object: Pick<FieldChange, 'entity' | 'entityId'>,
  set: Record<string, string>,
  now: number,
): Promise<Result<null>> {
  return changeObject(env, environmentId, { ...object, set, removed: [] }, now)
}

/** Deletes values of an object, which need not have them. */
export async function deleteFieldValues(
  env: Env,
  environmentId: string,
  object: Pick<FieldChange, 'entity' | 'entityId'>,
  removed: string[],
  now: number,
): Promise<Result<null>> {
  const { entity } = object
  const known = await findFieldKeys(openDatabase(env.DB), environmentId, entity, removed)
  const at = removed.findIndex((key) => !known.has(key))
  if (at >= 0) {
    return refuse('invalid', `keys[${at}]: expected a key that has been added for ${entity}`)
  }
  return changeObject(env, environmentId, { ...object, set: {}, removed }, now)
}

/** The terms of a contract change in its account's turn only: an edit would undo the change. */
async function changeObject(
  env: Env,
  environmentId: string,
  change: FieldChange,
  now: number,
): Promise<Result<null>> {
  const db = openDatabase(env.DB)
  const place = await findFieldPlace(db, environmentId, change.entity, change.entityId)
  if (place === null) return { ok: false, error: noObject(change.entity, change.entityId) }
  if (place.kind !== 'contract-term') return changeFields(db, environmentId, place, change)
  const { customerId } = place
  const account = accountOf(env, environmentId, customerId)
  return account.changeTermFields({ environmentId, customerId, now, place, change })
}

function noObject(entity: FieldEntity, id: string): Refusal {
  const what =
    entity === 'invoice'
      ? `invoice ${id} that is final; a draft takes no values`
      : `${entity} ${id}`
  return { code: 'not_found', message: `entity_id: no ${what}` }
}
