import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { SHARED_GROUP } from '../core/metering/place.ts'
import type { Database } from './database.ts'
import { bumpConfigVersion, currentConfigVersion, fromEnvironmentRow } from './environments.ts'
import { inJson } from './keyset.ts'
import { environments, ingestHomes, ingestIds, placements } from './schema.ts'

export type Placement = typeof placements.$inferSelect
type HomeRow = typeof ingestHomes.$inferSelect

/** Where an ingest id is at home, and was before. Ids that never moved have none of this. */
export interface IdHomes {
  ingestId: string
  /** Of the last move; it is under way still if `isMoving`. */
  epoch: number
  isMoving: boolean
  /** The groups of meters that may hold events under the id, without the shared one. */
  groups: string[]
  /** Where events under it belong; for one that is moving, where they may be taken in still. */
  group: string
  /** Where it is moving to, or is. */
  nextGroup: string
}

export async function findPlacement(
  db: Database,
  environmentId: string,
  customerId: string,
): Promise<Placement | null> {
  const row = await db
    .select()
    .from(placements)
    .where(and(eq(placements.environmentId, environmentId), eq(placements.customerId, customerId)))
    .get()
  return row ?? null
}

/** Gives a customer meters of its own, and begins to move its ids there, all in one batch. */
export async function replacePlacement(
  db: Database,
  placement: Placement,
  before: Placement | null,
): Promise<boolean> {
  const { environmentId, customerId } = placement
  // Nothing changes when somebody else has changed the placement meanwhile.
  const isStill = sql`coalesce((
    SELECT epoch FROM placements WHERE customer_id = ${customerId}), 0) = ${before?.epoch ?? 0}`
  const isNow = sql`EXISTS (
    SELECT 1 FROM placements
    WHERE customer_id = ${customerId} AND epoch = ${placement.epoch} AND meters = ${placement.meters})`
  const { epoch, meters, group } = placement
  const [, written] = await db.batch([
    bumpConfigVersion(db, environmentId),
    db
      .insert(placements)
      .select(
        sql`SELECT ${customerId}, ${environmentId}, ${epoch}, ${meters}, ${group} WHERE ${isStill}`,
      )
      .onConflictDoUpdate({
        target: placements.customerId,
        set: { epoch, meters, group },
      }),
    // What is of this version is looked at by `beginMoves`.
    db
      .update(ingestIds)
      .set({ version: currentConfigVersion(environmentId) })
      .where(
        and(
          eq(ingestIds.environmentId, environmentId),
          eq(ingestIds.customerId, customerId),
          isNow,
        ),
      ),
    ...beginMoves(db, environmentId),
  ])
  return written.meta.changes > 0
}

/**
 * The statements by which a batch that changes ids begins to move those that are not at home where
 * their holder is: ids of customers without meters of their own, and free ids, belong to the shared
 * ones. An id that is moving already fails the batch: its move is to be completed first.
 */
export function beginMoves(db: Database, environmentId: string) {
  const last = sql`(
    SELECT h.epoch, h.group_key, h.state FROM ingest_homes h
    WHERE h.environment_id = i.environment_id AND h.ingest_id = i.ingest_id
    ORDER BY h.epoch DESC LIMIT 1)`
  const lastOf = (column: string) => sql`(SELECT l.${sql.raw(column)} FROM ${last} l)`
  const wanted = sql`coalesce(p.group_key, ${SHARED_GROUP})`
  return [
    db.insert(ingestHomes).select(sql`
      SELECT i.environment_id, i.ingest_id, coalesce(${lastOf('epoch')}, 0) + 1, ${wanted},
        CASE WHEN ${lastOf('state')} = 'moving' THEN NULL ELSE 'moving' END
      FROM ingest_ids i LEFT JOIN placements p ON p.customer_id = i.customer_id
      WHERE i.environment_id = ${environmentId}
        AND i.version = ${currentConfigVersion(environmentId)}
        AND ${wanted} <> coalesce(${lastOf('group_key')}, ${SHARED_GROUP})`),
    db
      .update(environments)
      .set({ placementVersion: sql`${environments.placementVersion} + 1` })
      .where(
        and(
          eq(environments.id, environmentId),
          sql`EXISTS (
            SELECT 1 FROM ingest_homes WHERE environment_id = ${environmentId} AND state = 'moving')`,
        ),
      ),
  ] as const
}

/** What is known of where a customer's events are, as of one version of the configuration. */
export async function loadCustomerHomes(db: Database, environmentId: string, customerId: string) {
  const held = db
    .select({ ingestId: ingestIds.ingestId })
    .from(ingestIds)
    .where(and(eq(ingestIds.environmentId, environmentId), eq(ingestIds.customerId, customerId)))
  const [[environment], rows, [placement]] = await db.batch([
    db.select().from(environments).where(eq(environments.id, environmentId)),
    db
      .select()
      .from(ingestHomes)
      .where(and(eq(ingestHomes.environmentId, environmentId), inArray(ingestHomes.ingestId, held)))
      .orderBy(asc(ingestHomes.ingestId), asc(ingestHomes.epoch)),
    db
      .select({ group: placements.group })
      .from(placements)
      .where(
        and(eq(placements.environmentId, environmentId), eq(placements.customerId, customerId)),
      ),
  ])
  if (environment === undefined) return null
  return {
    environment: fromEnvironmentRow(environment),
    homes: toHomes(rows),
    /** Where the customer's ids belong. */
    group: placement?.group ?? SHARED_GROUP,
  }
}

/** The homes of all ids of an environment that ever moved, with the version that this is of. */
export async function loadHomes(db: Database, environmentId: string) {
  const [[environment], rows] = await db.batch([
    db.select().from(environments).where(eq(environments.id, environmentId)),
    db
      .select()
      .from(ingestHomes)
      .where(eq(ingestHomes.environmentId, environmentId))
      .orderBy(asc(ingestHomes.ingestId), asc(ingestHomes.epoch)),
  ])
  if (environment === undefined) return null
  return { environment: fromEnvironmentRow(environment), homes: toHomes(rows) }
}

function toHomes(rows: HomeRow[]): IdHomes[] {
  return [...Map.groupBy(rows, ({ ingestId }) => ingestId)].map(([ingestId, moves]) => {
    const last = moves.at(-1)!
    const isMoving = last.state === 'moving'
    const before = moves.at(-2)?.group ?? SHARED_GROUP
    const groups = new Set(moves.map(({ group }) => group))
    groups.delete(SHARED_GROUP)
    return {
      ingestId,
      epoch: last.epoch,
      isMoving,
      groups: [...groups],
      group: isMoving ? before : last.group,
      nextGroup: last.group,
    }
  })
}

/** Every group of meters, but the shared one, that may hold events of an environment. */
export async function listGroups(db: Database, environmentId: string): Promise<string[]> {
  const rows = await db
    .selectDistinct({ group: ingestHomes.group })
    .from(ingestHomes)
    .where(eq(ingestHomes.environmentId, environmentId))
    .orderBy(asc(ingestHomes.group))
  return rows.map(({ group }) => group).filter((group) => group !== SHARED_GROUP)
}

/** Publishes that these ids are at home where they were moving to. */
export async function finishMoves(
  db: Database,
  environmentId: string,
  ids: { ingestId: string; epoch: number }[],
): Promise<void> {
  const isMoved = sql`EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(ids)})
    WHERE value ->> 'ingestId' = ${ingestHomes.ingestId} AND value ->> 'epoch' = ${ingestHomes.epoch})`
  await db.batch([
    db
      .update(ingestHomes)
      .set({ state: 'active' })
      .where(
        and(
          eq(ingestHomes.environmentId, environmentId),
          inJson(
            ingestHomes.ingestId,
            ids.map(({ ingestId }) => ingestId),
          ),
          isMoved,
        ),
      ),
    db
      .update(environments)
      .set({ placementVersion: sql`${environments.placementVersion} + 1` })
      .where(eq(environments.id, environmentId)),
  ])
}

/** Environments where ids are moving, for whoever completes what others began. */
export async function listMovingEnvironments(db: Database, limit: number): Promise<string[]> {
  const rows = await db
    .selectDistinct({ id: ingestHomes.environmentId })
    .from(ingestHomes)
    .innerJoin(environments, eq(environments.id, ingestHomes.environmentId))
    .where(and(eq(ingestHomes.state, 'moving'), isNull(environments.deletedAt)))
    .limit(limit)
  return rows.map(({ id }) => id)
}
