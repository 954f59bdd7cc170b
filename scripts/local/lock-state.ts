import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

// Kept for as long as the process lives: collected as garbage, a database would lift its lock.
const held: DatabaseSync[] = []

/**
 * Takes a state folder for this process; false when another process has it: two servers on one
 * state would each trust their own memory of what was counted. The lock is SQLite's own on a file,
 * which the operating system lifts however the process ends.
 */
export function lockState(statePath: string): boolean {
  mkdirSync(statePath, { recursive: true })
  const database = new DatabaseSync(join(statePath, 'lock.sqlite'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && error.message.includes('database is locked')) return false
    throw error
  }
  held.push(database)
  return true
}
