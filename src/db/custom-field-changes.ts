import type { BatchItem } from 'drizzle-orm/batch'
import type { FieldEntity } from '../core/custom-fields/field-key.ts'
import { ok, type Result } from '../core/result.ts'
import { patchRow, patchTerm, releaseValues, type FieldPlace } from './custom-field-values.ts'
import { writeWithFields } from './custom-fields.ts'
import type { Database } from './database.ts'

/** A change of the custom fields of one object; keys that it does not name stay as they are. */
export interface FieldChange {
  entity: FieldEntity
  entityId: string
  set: Record<string, string>
  removed: string[]
}

/** Changes the custom fields of an object, all of them or none (invoices 12.8). */
export async function changeFields(
  db: Database,
  environmentId: string,
  place: FieldPlace,
  { entity, entityId, set, removed }: FieldChange,
): Promise<Result<null>> {
  const patch = { ...set, ...Object.fromEntries(removed.map((key) => [key, null])) }
  const holder = { entity, entityId, fields: set, field: 'custom_fields' }
  const released = releaseValues(db, environmentId, entity, entityId, removed)
  const patches: BatchItem<'sqlite'>[] =
    place.kind === 'row'
      ? [patchRow(db, environmentId, entity, entityId, patch)]
      : patchTerm(db, environmentId, entity, { termId: entityId, ownerId: place.ownerId }, patch)
  const written = await writeWithFields(db, environmentId, [holder], (claims) =>
    db.batch([released, ...patches, ...claims]),
  )
  return written.ok ? ok(null) : written
}
