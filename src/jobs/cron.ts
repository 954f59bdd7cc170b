import { completeLeftMoves } from '../actions/move-ids.ts'
import { purgeDeletedEnvironments } from '../actions/sandboxes.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { deleteOldKeys } from '../db/idempotency-keys.ts'
import type { Env } from '../env.ts'
import { runDueWork } from './due-work.ts'
import { restoreDueWork } from './restore-due-work.ts'
import { runThresholds } from './thresholds.ts'

/** Answers under an `Idempotency-Key` are kept for at least a day (ID-2), by real time. */
export const IDEMPOTENCY_KEY_AGE_MAX_MS = 48 * HOUR_MS
const KEYS_PER_PAGE = 500
const KEY_PAGES_PER_RUN_MAX = 20

const MINUTES_PER_DAY = DAY_MS / MINUTE_MS
// No common factor with the minutes of a day, so each day's rounds fall on other minutes: a
// machine that sleeps at night still comes to every slice within days.
const SHIFT_PER_DAY = 487

/**
 * What runs every minute. One part's failure does not keep the others from running; the first is
 * thrown at the end.
 * @param nowReal real time: the instant for which the run was scheduled
 */
export async function runCron(env: Env, nowReal: number): Promise<void> {
  const parts = [
    () => runDueWork(env, nowReal),
    () => runThresholds(env, nowReal),
    () => restoreDueWork(env, todaysSlice(nowReal), nowReal),
    () => forgetIdempotencyKeys(env, nowReal),
    () => completeLeftMoves(env),
    () => purgeDeletedEnvironments(env),
  ]
  const errors: unknown[] = []
  for (const part of parts) {
    try {
      await part()
    } catch (error) {
      console.error('A part of the cron run failed', error)
      errors.push(error)
    }
  }
  if (errors.length > 0) throw errors[0]
}

/** The slice of all contracts that this minute looks after: a day's minutes come to all of them. */
export function todaysSlice(nowReal: number): { index: number; count: number } {
  const minute = Math.floor(nowReal / MINUTE_MS)
  const day = Math.floor(nowReal / DAY_MS)
  return { index: (minute + day * SHIFT_PER_DAY) % MINUTES_PER_DAY, count: MINUTES_PER_DAY }
}

async function forgetIdempotencyKeys(env: Env, nowReal: number): Promise<void> {
  const db = openDatabase(env.DB)
  for (let pages = 0; pages < KEY_PAGES_PER_RUN_MAX; pages += 1) {
    if (!(await deleteOldKeys(db, nowReal - IDEMPOTENCY_KEY_AGE_MAX_MS, KEYS_PER_PAGE))) return
  }
}
