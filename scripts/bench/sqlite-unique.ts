import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EVENTS_PER_BATCH, makeEvents } from './events.ts'
import type { Amount } from './ingest.ts'
import { makeFolder } from './scratch.ts'

/**
 * What a table with a unique transaction id takes by itself: no HTTP, no JSON to parse, nothing
 * added up. Durable as an object's storage is: one sync of the disk a transaction.
 */
export function measureSqliteUnique({ events, secondsMax }: Amount): { events_per_s: number } {
  const database = new DatabaseSync(join(makeFolder(), 'events.sqlite'))
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE events (
      transaction_id TEXT NOT NULL UNIQUE,
      customer_id TEXT NOT NULL,
      event_type TEXT NOT NULL,
      timestamp INTEGER NOT NULL,
      properties TEXT NOT NULL
    )`)
  const insert = database.prepare('INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?, ?)')
  const rows = makeEvents(['customer-00000'], EVENTS_PER_BATCH).map((event) => ({
    ...event,
    timestampMs: Date.parse(event.timestamp),
    json: JSON.stringify(event.properties),
  }))
  let written = 0
  const start = performance.now()
  while (written < events && performance.now() - start < secondsMax * 1_000) {
    database.exec('BEGIN')
    for (const { customer_id, event_type, timestampMs, json } of rows) {
      insert.run(crypto.randomUUID(), customer_id, event_type, timestampMs, json)
    }
    database.exec('COMMIT')
    written += rows.length
  }
  const seconds = (performance.now() - start) / 1_000
  database.close()
  return { events_per_s: written / seconds }
}
