import { assert } from '../core/result.ts'

/** A change of an object's own SQLite schema. Ids grow; a released migration never changes. */
export interface ObjectMigration {
  id: number
  sql: string
}

/**
 * Brings an object's schema up to date. Synchronous, so that no request can see a half-made
 * schema; SQLite in Durable Objects has no `user_version`, hence the table.
 */
export function migrate(storage: DurableObjectStorage, migrations: ObjectMigration[]): void {
  storage.transactionSync(() => {
    storage.sql.exec('CREATE TABLE IF NOT EXISTS migrations (id INTEGER PRIMARY KEY)')
    const rows = storage.sql.exec<{ id: number }>('SELECT id FROM migrations ORDER BY id').toArray()
    rows.forEach(({ id }, i) => assert(migrations[i]?.id === id, `migration ${id} has changed`))
    for (const { id, sql } of migrations.slice(rows.length)) {
      storage.sql.exec(sql)
      storage.sql.exec('INSERT INTO migrations (id) VALUES (?)', id)
    }
  })
}
