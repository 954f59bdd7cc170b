import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Where Miniflare keeps the shared database. */
const DATABASES = join('v3', 'd1', 'miniflare-D1DatabaseObject')

/** Ids of rows that are written straight into the database: those of a kind sort by number. */
export function idOf(number: number, kind: number): string {
  return `0193000${kind}-0000-7000-8000-${number.toString(16).padStart(12, '0')}`
}

/** The file of the state's database that has the product's tables. */
export function findDatabase(state: string): string {
  const folder = join(state, DATABASES)
  for (const name of readdirSync(folder)) {
    if (!name.endsWith('.sqlite') || name === 'metadata.sqlite') continue
    const path = join(folder, name)
    const database = new DatabaseSync(path)
    const found = database
      .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'invoices'`)
      .get()
    database.close()
    if (found !== undefined) return path
  }
  throw new Error('the state has no database')
}
