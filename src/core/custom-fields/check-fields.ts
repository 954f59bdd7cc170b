import { ok, refuse, type Result } from '../result.ts'
import type { FieldEntity, FieldKey } from './field-key.ts'

/** Custom fields that an object is to have. */
export interface FieldHolder {
  entity: FieldEntity
  entityId: string
  fields: Record<string, string>
  /** As the API calls the fields, such as `subscriptions[0].custom_fields`. */
  field: string
  /** Whether keys that the entity lacks are added, for values that come from a package. */
  bringsKeys?: boolean
}

/** A value of a key that enforces uniqueness, and who holds it. */
export interface TakenValue {
  entity: FieldEntity
  key: string
  value: string
  entityId: string
}

/**
 * Decides whether objects may have these fields (pricing 1.4): each key must have been added for
 * the entity, and a value that must be unique be nobody else's, in the request or before it.
 */
export function checkFields(
  holders: FieldHolder[],
  keys: FieldKey[],
  taken: TakenValue[],
): Result<null> {
  const keyOf = new Map(keys.map((key) => [nameOf(key.entity, key.key), key]))
  const holderOf = new Map(taken.map((value) => [placeOf(value), value.entityId]))
  for (const { entity, entityId, fields, field, bringsKeys = false } of holders) {
    for (const [key, value] of Object.entries(fields)) {
      const known = keyOf.get(nameOf(entity, key))
      if (known === undefined && bringsKeys) continue
      if (known === undefined) {
        return refuse(
          'invalid',
          `${field}.${key}: expected a key that has been added for ${entity} (customFields/addKey)`,
        )
      }
      if (!known.enforceUniqueness) continue
      const place = placeOf({ entity, key, value })
      const holder = holderOf.get(place) ?? entityId
      if (holder !== entityId) {
        return refuse(
          'conflict',
          `${field}.${key}: the value must be unique, and ${entity} ${holder} has it already`,
        )
      }
      holderOf.set(place, entityId)
    }
  }
  return ok(null)
}

function nameOf(entity: FieldEntity, key: string): string {
  return JSON.stringify([entity, key])
}

function placeOf({ entity, key, value }: Omit<TakenValue, 'entityId'>): string {
  return JSON.stringify([entity, key, value])
}
