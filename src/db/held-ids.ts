import { and, eq } from 'drizzle-orm'
import { assert } from '../core/result.ts'
import type { Database } from './database.ts'
import { inJson } from './keyset.ts'
import { environments, ingestIds } from './schema.ts'

/** The ingest ids that customers hold, as of one version of the configuration. */
export interface HeldIds {
  configVersion: number
  /** By customer; one without any is absent. */
  ingestIds: Map<string, Set<string>>
}

export async function loadHeldIds(
  db: Database,
  environmentId: string,
  customerIds: string[],
): Promise<HeldIds> {
  // A batch is a transaction: no change comes between the two.
  const [[environment], rows] = await db.batch([
    db
      .select({ configVersion: environments.configVersion })
      .from(environments)
      .where(eq(environments.id, environmentId)),
    db
      .select({ ingestId: ingestIds.ingestId, customerId: ingestIds.customerId })
      .from(ingestIds)
      .where(
        and(eq(ingestIds.environmentId, environmentId), inJson(ingestIds.customerId, customerIds)),
      ),
  ])
  assert(environment !== undefined, 'the environment of a request exists')
  const held = new Map<string, Set<string>>()
  for (const { ingestId, customerId } of rows) {
    if (customerId === null) continue
    const own = held.get(customerId)
    if (own === undefined) held.set(customerId, new Set([ingestId]))
    else own.add(ingestId)
  }
  return { configVersion: environment.configVersion, ingestIds: held }
}

/** The ingest ids of a customer, with the versions of the configuration that they last changed at. */
export function loadIdVersions(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<{ ingestId: string; version: number }[]> {
  return db
    .select({ ingestId: ingestIds.ingestId, version: ingestIds.version })
    .from(ingestIds)
    .where(and(eq(ingestIds.environmentId, environmentId), eq(ingestIds.customerId, customerId)))
}
