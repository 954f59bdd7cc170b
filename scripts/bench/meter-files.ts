import { copyFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { makeFolder } from './scratch.ts'

/** Where Miniflare keeps the objects of a class: folder `<Worker>-<class>`, a file for each. */
const METERS = join('v3', 'do', 'tactus-MeterObject')

export interface MeterFiles {
  /** In pages that are in use: those of deleted rows are written to next. */
  bytes: number
  /** Of each table that has any. */
  rows: Record<string, number>
  /** Events in rows of their flush, which sealing has not gathered into blocks yet. */
  unsealedEvents: number
}

/**
 * What the meters of a state have on disk, looked at in a copy. Nobody may be writing.
 * @param folder of the meters' files, within the state
 */
export function readMeterFiles(state: string, folder = METERS): MeterFiles {
  const source = join(state, folder)
  const copy = makeFolder()
  const names = readdirSync(source)
  for (const name of names) copyFileSync(join(source, name), join(copy, name))
  const found: MeterFiles = { bytes: 0, rows: {}, unsealedEvents: 0 }
  for (const name of names) {
    if (!name.endsWith('.sqlite') || name === 'metadata.sqlite') continue
    addFile(found, join(copy, name))
  }
  return found
}

function addFile(found: MeterFiles, path: string): void {
  const database = new DatabaseSync(path)
  const read = (query: string) => Object.values(database.prepare(query).get() ?? {})[0] as number
  // The file as it will be: pages that still lie in the write-ahead log count once.
  const pages = read('PRAGMA page_count') - read('PRAGMA freelist_count')
  found.bytes += pages * read('PRAGMA page_size')
  const tables = database
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all() as { name: string }[]
  for (const { name } of tables) {
    const rows = read(`SELECT COUNT(*) FROM "${name}"`)
    if (rows > 0) found.rows[name] = (found.rows[name] ?? 0) + rows
  }
  if (tables.some(({ name }) => name === 'chunks')) {
    found.unsealedEvents += read('SELECT coalesce(sum(count), 0) FROM chunks')
  }
  database.close()
}
