import { drizzle, type DrizzleD1Database } from 'drizzle-orm/d1'

export type Database = DrizzleD1Database

const opened = new WeakMap<D1Database, Database>()

/** The same object for the same binding, so that statements that are prepared on it are kept. */
export function openDatabase(binding: D1Database): Database {
  let database = opened.get(binding)
  if (database === undefined) opened.set(binding, (database = drizzle(binding)))
  return database
}

/** True when a write failed because a row with this unique column (or columns) exists already. */
export function isUniqueConflict(error: unknown, column: string): boolean {
  return isConflict(error, 'UNIQUE constraint failed', column)
}

/** True when a write failed because this column would have no value. */
export function isNullConflict(error: unknown, column: string): boolean {
  return isConflict(error, 'NOT NULL constraint failed', column)
}

function isConflict(error: unknown, reason: string, column: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(reason) && cause.message.includes(column)) return true
  }
  return false
}
