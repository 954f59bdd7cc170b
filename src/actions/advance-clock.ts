import { ok, refuse, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import { moveClock } from '../db/clock.ts'
import { openDatabase, type Database } from '../db/database.ts'
import {
  findNextDueUnit,
  listFailedCustomers,
  listNextDueUnits,
  type DueFilter,
  type DueUnit,
} from '../db/due-work.ts'
import { findEnvironment } from '../db/environments.ts'
import { findNextWatch, type ThresholdWatch } from '../db/threshold-watches.ts'
import type { Env } from '../env.ts'
import { evaluateThresholds } from './evaluate-thresholds.ts'
import { finalizeTogether } from './finalize-together.ts'
import type { HoldReason } from '../core/invoices/hold-reason.ts'

/** A call takes so many steps at most; a long advance is repeated by its caller. */
export const UNITS_PER_ADVANCE_MAX = 250
export const ADVANCE_MS_MAX = 20_000
/** So many thresholds are evaluated at their own time, so that a call gets on. */
const FIRST_EVALUATIONS_MAX = 50
/** So many customers with an invoice that failed before are tried again in a call: they take turns. */
export const RETRIED_PER_ADVANCE_MAX = 50
/** So many invoices that are due at the same instant are proven together, in one reading of the log. */
const TOGETHER_MAX = 500

/** What the clock has passed without finalizing it. */
export interface HeldBack extends Pick<HoldReason, 'code' | 'message'> {
  /** Of the row of due work. */
  id: string
  customerId: string
  contractId: string
  /** When it was due. */
  dueAt: number
}

export interface Advance {
  /** Where the clock stands. */
  now: number
  /** False when there was too much to do for one call. */
  done: boolean
  /** What was tried in this call and is held back; it stays due. */
  held: HeldBack[]
}

/**
 * Moves a sandbox's clock forward and does everything that falls due on the way, in due order and
 * each at its own instant. A sandbox in real time is frozen by it. The clock never moves back, not
 * even under concurrent calls. Invoices that are held back do not stop it: they and what comes
 * after them of their customers are passed over, and tried again by the next call; where they are
 * many, by one of the next.
 */
export async function advanceClock(
  env: Env,
  environmentId: string,
  toMs: number,
): Promise<Result<Advance>> {
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
): Promise<Advance> {
  const db = openDatabase(env.DB)
  const held: HeldBack[] = []
  if (!(await catchUp(env, environmentId, toMs, held))) {
    return { now: await moveClock(db, environmentId, clock), done: false, held }
  }
  const now = await moveClock(db, environmentId, toMs)
  // A contract that was made meanwhile, with periods that are past, is caught up with as well.
  return { now, done: await catchUp(env, environmentId, toMs, held), held }
}

/**
 * Does what is due in a frozen sandbox up to an instant, moving its clock along, and evaluates
 * thresholds on the way.
 * @param held what was held back already in this call; what is from now on is added
 * @returns false when the bounds of one call were reached first
 */
export async function catchUp(
  env: Env,
  environmentId: string,
  toMs: number,
  held: HeldBack[] = [],
): Promise<boolean> {
  const db = openDatabase(env.DB)
  const startedAt = Date.now()
  const evaluated: string[] = []
  // What is not watched by now will not be in the course of the call.
  const isWatching = (await findNextWatch(db, environmentId, toMs)) !== null
  const turns = Math.max(0, RETRIED_PER_ADVANCE_MAX - held.length)
  const retried = await listFailedCustomers(db, environmentId, toMs, turns)
  for (let units = 0; units < UNITS_PER_ADVANCE_MAX;) {
    const unit = await findNextDueUnit(db, environmentId, passOver(held, retried, toMs))
    const before = { at: unit?.dueAt ?? toMs, customerId: unit?.customerId }
    const next = isWatching ? await nextEvaluation(db, environmentId, before, evaluated) : null
    if (unit === null && next === null) return true
    if (Date.now() - startedAt > ADVANCE_MS_MAX) return false
    const now = await moveClock(db, environmentId, next?.at ?? before.at)
    if (next !== null) {
      evaluated.push(next.watch.contractId)
      await evaluateThresholds(env, next.watch, now)
      units += 1
    } else if (unit !== null) {
      const filter = passOver(held, retried, unit.dueAt)
      // Thresholds are evaluated before whatever falls due of their customer: one unit at a time.
      const some = isWatching
        ? [unit]
        : await listNextDueUnits(db, environmentId, filter, TOGETHER_MAX)
      const firsts = firstOfEach(some, unit.dueAt)
      const done = await finalizeTogether(env, firsts, now)
      for (const [i, { held: reason }] of done.entries()) noteHeld(held, firsts[i]!, reason)
      units += 1
    }
  }
  return false
}

/** The first unit of each customer, of those that are due at an instant. */
function firstOfEach(units: readonly DueUnit[], dueAt: number): DueUnit[] {
  const first = new Map<string, DueUnit>()
  for (const unit of units) {
    if (unit.dueAt === dueAt && !first.has(unit.customerId)) first.set(unit.customerId, unit)
  }
  return [...first.values()]
}

/**
 * What is not looked for after some were held back: all of their customers, so that invoices draw in
 * order; only the unit itself where it waits for another invoice of its customer.
 */
function passOver(held: readonly HeldBack[], retried: readonly string[], until: number): DueFilter {
  const [waiting, others] = [held.filter(isWaiting), held.filter((each) => !isWaiting(each))]
  return {
    until,
    except: others.map(({ customerId }) => customerId),
    exceptIds: waiting.map(({ id }) => id),
    retried,
  }
}

function isWaiting({ code }: Pick<HeldBack, 'code'>): boolean {
  return code === 'waits_for_invoice'
}

/** With an invoice of its customer, what waited may go on. */
function noteHeld(held: HeldBack[], unit: DueUnit, reason: HoldReason | null): void {
  const { id, customerId, contractId, dueAt } = unit
  if (reason !== null) {
    const { code, message } = reason
    held.push({ id, customerId, contractId, dueAt, code, message })
    return
  }
  const left = held.filter((each) => each.customerId !== customerId || !isWaiting(each))
  held.splice(0, held.length, ...left)
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
