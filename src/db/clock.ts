import { eq, sql } from 'drizzle-orm'
import { assert } from '../core/result.ts'
import type { Database } from './database.ts'
import { environments } from './schema.ts'

/**
 * Moves an environment's clock to an instant, unless it stands later already; an environment in
 * real time is frozen there. In one statement, so that concurrent moves never set it back.
 * @returns where the clock stands now
 */
export async function moveClock(
  db: Database,
  environmentId: string,
  toMs: number,
): Promise<number> {
  const row = await db
    .update(environments)
    .set({ clockMs: sql`max(coalesce(${environments.clockMs}, ${toMs}), ${toMs})` })
    .where(eq(environments.id, environmentId))
    .returning({ clockMs: environments.clockMs })
    .get()
  assert(
    row?.clockMs !== undefined && row.clockMs !== null,
    `environment ${environmentId} must exist`,
  )
  return row.clockMs
}
