import { refuseSql, type MetricRefusal } from '../core/catalog/define-metric.ts'
import type { Environment } from '../core/environment.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { compileSql } from '../core/sql/compile-sql.ts'
import type { SqlPlan } from '../core/sql/plan.ts'
import { previewRows, type SqlPreview } from '../core/sql/preview-rows.ts'
import { executionOf } from '../core/sql/run/split-plan.ts'
import { nameLimit } from '../core/sql/sql-error.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import { findEnvironment } from '../db/environments.ts'
import type { Env } from '../env.ts'
import type { SqlPreviewReading } from '../objects/meter-sql-preview.ts'
import { checkReading } from './check-reading.ts'
import { listMeters } from './list-meters.ts'

/** A SQL metric before it is saved, and the events to try it out on. */
export interface MetricTrial {
  sql: string
  /** Null: all events of the environment. */
  customerId: string | null
  startMs: number
  endMs: number
}

export interface MetricPreview extends SqlPreview {
  plan: SqlPlan
  execution: 'incremental' | 'scan'
  eventsRead: number
  elapsedMs: number
}

/** Runs an unsaved query on stored events. Nothing is kept. */
export async function previewMetric(
  env: Env,
  environment: Environment,
  { sql, customerId, startMs, endMs }: MetricTrial,
): Promise<Result<MetricPreview, MetricRefusal>> {
  const db = openDatabase(env.DB)
  const { id: environmentId } = environment
  if (customerId !== null && (await findCustomer(db, environmentId, customerId)) === null) {
    return refuse('not_found', `customer_id: no customer ${customerId}`)
  }
  const compiled = compileSql(sql)
  if (!compiled.ok) return refuseSql(compiled.error)
  const { tree, plan } = compiled.value
  const otherwise = await checkReading(sql, tree)
  if (otherwise !== null) return refuseSql(otherwise)
  const begunAt = Date.now()
  // The customer may be newer than the configuration that this request began with.
  const { configVersion } = (await findEnvironment(db, environmentId)) ?? environment
  const names = await listMeters(env, environment)
  const isAlone = names.length === 1
  const call = { environmentId, configVersion, customerId, plan, startMs, endMs, isAlone }
  const readings = await Promise.all(
    names.map((name) => env.METER.getByName(name).previewSql(call)),
  )
  return ok({
    ...(readings[0]?.preview ?? mergePreviews(plan, readings)),
    plan,
    execution: executionOf(plan),
    eventsRead: readings.reduce((sum, reading) => sum + reading.eventsRead, 0),
    elapsedMs: Date.now() - begunAt,
  })
}

function mergePreviews(plan: SqlPlan, readings: SqlPreviewReading[]): SqlPreview {
  return nameLimit('preview', () =>
    previewRows(plan, {
      usage: readings.flatMap(({ usage }) => usage),
      diagnostics: readings.map(({ diagnostics }) => diagnostics),
      properties: new Set(readings.flatMap(({ properties }) => properties)),
    }),
  )
}
