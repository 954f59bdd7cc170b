import type { Environment } from '../core/environment.ts'
import type { SqlPlan } from '../core/sql/plan.ts'
import { previewRows } from '../core/sql/preview-rows.ts'
import { openDatabase } from '../db/database.ts'
import { findEnvironment } from '../db/environments.ts'
import type { Env } from '../env.ts'
import { listMeters } from './list-meters.ts'

/**
 * Counts a customer's events, over all meters, as they count for it now.
 * @param plan one whose result is a number (`countPlan`)
 * @returns decimal text
 */
export async function countEvents(
  env: Env,
  environment: Environment,
  question: { customerId: string; plan: SqlPlan; startMs: number; endMs: number },
): Promise<string> {
  const { id: environmentId } = environment
  // The customer may be newer than the configuration that this request began with.
  const current = await findEnvironment(openDatabase(env.DB), environmentId)
  const { configVersion } = current ?? environment
  const names = await listMeters(env, environment)
  const call = { environmentId, configVersion, isAlone: false, ...question }
  const readings = await Promise.all(
    names.map((name) => env.METER.getByName(name).previewSql(call)),
  )
  const { rows } = previewRows(question.plan, {
    usage: readings.flatMap(({ usage }) => usage),
    diagnostics: readings.map(({ diagnostics }) => diagnostics),
    properties: new Set(readings.flatMap(({ properties }) => properties)),
  })
  return rows[0]?.value ?? '0'
}
