import { ok, refuse, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import { moveClock } from '../db/clock.ts'
import { openDatabase, type Database } from '../db/database.ts'
import { findNextDueUnit } from '../db/due-work.ts'
import { findEnvironment } from '../db/environments.ts'
import { findNextWatch, type ThresholdWatch } from '../db/threshold-watches.ts'
import type { Env } from '../env.ts'
import { evaluateThresholds } from './evaluate-thresholds.ts'
import { finalizeDue } from './finalize-due.ts'

/** A call does at most this much; a long advance is repeated by its caller. */
export const UNITS_PER_ADVANCE_MAX = 250
export const ADVANCE_MS_MAX = 20_000
/** So many thresholds are evaluated at their own time, so that a call gets on. */
const FIRST_EVALUATIONS_MAX = 50

/**
 * Moves a sandbox's clock forward and does everything that falls due on the way, in due order and
 * each at its own instant. A sandbox in real time is frozen by it. The clock never moves back, not
 * even under concurrent calls.
 * @returns where the clock stands; `done` false when there was too much to do for one call
 */
export async function advanceClock(
  env: Env,
  environmentId: string,
  toMs: number,
): Promise<Result<{ now: number; done: boolean }>> {
  const db = openDatabase(env.DB)
  const environment = await findEnvironment(db, environmentId)
  if (environment === null || environment.kind !== 'SANDBOX') {
    return refuse('forbidden', 'Only the clock of a sandbox can be moved.')
  }
  // While a sandbox runs in real time, real time is its clock.
  const clock = environment.clockMs ?? Date.now()
  if (toMs < clock) {
    const stands = formatTimestamp(clock)
    return refuse('invalid', `now: the clock stands at ${stands} and only moves forward`)
  }
  await moveClock(db, environmentId, clock)
  try {
    return ok(await advance(env, environmentId, clock, toMs))
  } catch (error) {
    // Nothing is skipped: the clock waits for the unit that failed, and the next call tries again.
    console.error(`Advancing the clock of ${environmentId} failed`, error)
    const reason = error instanceof Error ? error.message : String(error)
    return refuse(
      'overloaded',
      `Work that fell due has failed, and the clock waits for it: ${reason}`,
    )
  }
}

async function advance(
  env: Env,
  environmentId: string,
  clock: number,
  toMs: number,
): Promise<{ now: number; done: boolean }> {
  const db = openDatabase(env.DB)
  if (!(await catchUp(env, environmentId, toMs))) {
    return { now: await moveClock(db, environmentId, clock), done: false }
  }
  const now = await moveClock(db, environmentId, toMs)
  // A contract that was made meanwhile, with periods that are past, is caught up with as well.
  return { now, done: await catchUp(env, environmentId, toMs) }
}

/**
 * Does what is due in a frozen sandbox up to an instant, moving its clock along, and evaluates
 * thresholds on the way.
 * @returns false when the bounds of one call were reached first
 */
export async function catchUp(env: Env, environmentId: string, toMs: number): Promise<boolean> {
  const db = openDatabase(env.DB)
  const startedAt = Date.now()
  const evaluated: string[] = []
  // What is not watched by now will not be in the course of the call.
  const isWatching = (await findNextWatch(db, environmentId, toMs)) !== null
  for (let units = 0; units < UNITS_PER_ADVANCE_MAX; units += 1) {
    const unit = await findNextDueUnit(db, environmentId, toMs)
    const before = { at: unit?.dueAt ?? toMs, customerId: unit?.customerId }
    const next = isWatching ? await nextEvaluation(db, environmentId, before, evaluated) : null
    if (unit === null && next === null) return true
    if (Date.now() - startedAt > ADVANCE_MS_MAX) return false
    const now = await moveClock(db, environmentId, next?.at ?? before.at)
    if (next !== null) {
      evaluated.push(next.watch.contractId)
      await evaluateThresholds(env, next.watch, now)
    } else if (unit !== null) {
      await finalizeDue(env, unit, now)
    }
  }
  return false
}

/**
 * The thresholds that are evaluated next. The first time they are at their own time, for what was
 * used since the last one. While the clock is moved nothing is used, so after that it does to
 * evaluate them before whatever falls due of their customer, and at the end.
 */
async function nextEvaluation(
  db: Database,
  environmentId: string,
  { at, customerId }: { at: number; customerId?: string },
  evaluated: string[],
): Promise<{ watch: ThresholdWatch; at: number } | null> {
  if (evaluated.length < FIRST_EVALUATIONS_MAX) {
    const fresh = await findNextWatch(db, environmentId, at, { except: evaluated })
    if (fresh !== null) return { watch: fresh, at: fresh.dueAt }
  }
  const watch = await findNextWatch(db, environmentId, at, { customerId })
  return watch && { watch, at }
}
