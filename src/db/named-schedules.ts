import { and, asc, eq, sql } from 'drizzle-orm'
import type { ScheduleSegment } from '../core/catalog/named-schedule.ts'
import type { Database } from './database.ts'
import { contracts, namedSchedules } from './schema.ts'

/** Whose a schedule is, and which of its schedules. */
export interface ScheduleKey {
  ownerKind: 'RATE_CARD' | 'CONTRACT' | 'CUSTOMER'
  ownerId: string
  name: string
  /** Canonical JSON of what tells schedules of one name apart: an object of texts. */
  properties: string
}

/** The segments of a schedule; null when there is no such schedule. */
export async function findSchedule(
  db: Database,
  environmentId: string,
  key: ScheduleKey,
): Promise<ScheduleSegment[] | null> {
  const row = await db
    .select({ segments: namedSchedules.segments })
    .from(namedSchedules)
    .where(isSchedule(environmentId, key))
    .get()
  return row?.segments ?? null
}

/** Writes a schedule, unless it has changed since it was read; then false. */
export async function replaceSchedule(
  db: Database,
  environmentId: string,
  key: ScheduleKey,
  known: ScheduleSegment[] | null,
  segments: ScheduleSegment[],
): Promise<boolean> {
  const written =
    known === null
      ? await db
          .insert(namedSchedules)
          .values({ ...key, environmentId, segments })
          .onConflictDoNothing()
      : await db
          .update(namedSchedules)
          .set({ segments })
          .where(and(isSchedule(environmentId, key), eq(namedSchedules.segments, known)))
  return written.meta.changes > 0
}

/** The place of a contract's schedule in the list of them. */
export interface SchedulePlace {
  contractId: string
  name: string
  properties: string
}

export interface ContractScheduleFilter {
  contractId?: string
  name?: string
  /** Some of the properties that a schedule has. */
  properties: Record<string, string>
}

export interface ContractSchedule extends SchedulePlace {
  segments: ScheduleSegment[]
}

/** The schedules of a customer's contracts, by contract, name and properties. */
export async function listContractSchedules(
  db: Database,
  environmentId: string,
  customerId: string,
  { contractId, name, properties }: ContractScheduleFilter,
  after: SchedulePlace | null,
  limit: number,
): Promise<ContractSchedule[]> {
  const { ownerId, name: ownName, properties: own } = namedSchedules
  const rows = await db
    .select({
      contractId: ownerId,
      name: ownName,
      properties: own,
      segments: namedSchedules.segments,
    })
    .from(namedSchedules)
    .innerJoin(contracts, eq(contracts.id, ownerId))
    .where(
      and(
        eq(namedSchedules.environmentId, environmentId),
        eq(namedSchedules.ownerKind, 'CONTRACT'),
        eq(contracts.environmentId, environmentId),
        eq(contracts.customerId, customerId),
        contractId === undefined ? undefined : eq(ownerId, contractId),
        name === undefined ? undefined : eq(ownName, name),
        hasProperties(properties),
        after === null
          ? undefined
          : sql`(${ownerId}, ${ownName}, ${own}) > (${after.contractId}, ${after.name}, ${after.properties})`,
      ),
    )
    .orderBy(asc(ownerId), asc(ownName), asc(own))
    .limit(limit)
  return rows
}

function hasProperties(properties: Record<string, string>) {
  return sql`NOT EXISTS (
    SELECT 1 FROM json_each(${JSON.stringify(properties)}) AS wanted
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(${namedSchedules.properties}) AS own
      WHERE own.key = wanted.key AND own.value = wanted.value))`
}

function isSchedule(environmentId: string, { ownerKind, ownerId, name, properties }: ScheduleKey) {
  return and(
    eq(namedSchedules.environmentId, environmentId),
    eq(namedSchedules.ownerKind, ownerKind),
    eq(namedSchedules.ownerId, ownerId),
    eq(namedSchedules.name, name),
    eq(namedSchedules.properties, properties),
  )
}
