import { integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import { FIELD_ENTITIES } from '../core/custom-fields/field-key.ts'
import { createdAt, environmentId } from './schema.ts'

/** The keys that custom fields may have, by entity. */
export const customFieldKeys = sqliteTable(
  'custom_field_keys',
  {
    environmentId: environmentId(),
    entity: text('entity', { enum: FIELD_ENTITIES }).notNull(),
    key: text('key').notNull(),
    enforceUniqueness: integer('enforce_uniqueness', { mode: 'boolean' }).notNull(),
    createdAt: createdAt(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.entity, table.key] })],
)

/**
 * The values of custom fields whose keys enforce uniqueness; all values are with their objects,
 * too. A row is written in one batch with the object, so that its index decides races.
 */
export const uniqueFieldValues = sqliteTable(
  'unique_field_values',
  {
    environmentId: environmentId(),
    entity: text('entity', { enum: FIELD_ENTITIES }).notNull(),
    entityId: text('entity_id').notNull(),
    key: text('key').notNull(),
    value: text('value').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.environmentId, table.entity, table.entityId, table.key] }),
    uniqueIndex('unique_field_values_value').on(
      table.environmentId,
      table.entity,
      table.key,
      table.value,
    ),
  ],
)

/** In which contract or package a term is; triggers on both keep it, so that no writer can forget it. */
export const termOwners = sqliteTable(
  'term_owners',
  {
    environmentId: environmentId(),
    entity: text('entity', { enum: FIELD_ENTITIES }).notNull(),
    termId: text('term_id').notNull(),
    /** A package, where the entity is of packages; else a contract. */
    ownerId: text('owner_id').notNull(),
  },
  (table) => [primaryKey({ columns: [table.environmentId, table.entity, table.termId] })],
)
