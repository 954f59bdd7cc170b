import { and, eq, sql, type SQL } from 'drizzle-orm'
import type { CardAlias } from '../core/catalog/rate-card.ts'
import type { Database } from './database.ts'
import type { packages, rateCards } from './schema.ts'

/** The tables whose rows hold aliases, each of which belongs to one row at a time. */
export type AliasTable = typeof packages | typeof rateCards

/** Who holds some aliases: what a change of them is decided on, and must still hold when written. */
export interface AliasHolders<Holder> {
  holders: Holder[]
  names: string[]
  /** The holders and their aliases as one text. */
  state: string
}

/** The rows that hold aliases of these names, at whatever time, archived ones included. */
export async function loadHolders<Table extends AliasTable>(
  db: Database,
  table: Table,
  environmentId: string,
  names: string[],
): Promise<AliasHolders<Table['$inferSelect']>> {
  const held: AliasTable = table
  const [holders, [state]] = await db.batch([
    db
      .select()
      .from(held)
      .where(and(eq(table.environmentId, environmentId), holdsAny(table, names))),
    db.select({ text: stateOfHolders(table, environmentId, names) }).from(sql`(SELECT 1)`),
  ])
  return { holders, names, state: state?.text ?? '' }
}

/** The statement that changes the aliases of a row, for a batch. */
export function writeAliases(
  db: Database,
  table: AliasTable,
  environmentId: string,
  { id, aliases }: { id: string; aliases: CardAlias[] },
) {
  return db
    .update(table)
    .set({ aliases })
    .where(and(eq(table.environmentId, environmentId), eq(table.id, id)))
}

/**
 * A row's name while the holders are as they were read. Otherwise it is null, which its column
 * refuses: so a lost race fails the whole batch instead of leaving two holders of an alias.
 */
export function unlessChanged<Holder>(
  table: AliasTable,
  environmentId: string,
  name: SQL,
  { names, state }: AliasHolders<Holder>,
): SQL {
  if (names.length === 0) return name
  return sql`CASE WHEN ${stateOfHolders(table, environmentId, names)} = ${state} THEN ${name} END`
}

/** Runs a batch that uses `unlessChanged`; false when it failed because of that. */
export async function writeUnlessChanged(write: () => Promise<unknown>): Promise<boolean> {
  try {
    await write()
    return true
  } catch (error) {
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      if (/NOT NULL constraint failed: (packages|rate_cards)\.name/.test(cause.message))
        return false
    }
    throw error
  }
}

function holdsAny(table: AliasTable, names: string[]): SQL {
  return sql`EXISTS (
    SELECT 1 FROM json_each(${table.aliases}) AS held
    JOIN json_each(${JSON.stringify(names)}) AS wanted ON wanted.value = held.value ->> 'name')`
}

function stateOfHolders(table: AliasTable, environmentId: string, names: string[]): SQL<string> {
  return sql<string>`(
    SELECT json_group_array(json_array(id, aliases))
    FROM (SELECT ${table.id} AS id, ${table.aliases} AS aliases FROM ${table}
      WHERE ${table.environmentId} = ${environmentId} AND ${holdsAny(table, names)}
      ORDER BY ${table.id}))`
}
