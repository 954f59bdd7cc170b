import { evaluateThresholds } from '../actions/evaluate-thresholds.ts'
import { openDatabase } from '../db/database.ts'
import { listDueWatches } from '../db/threshold-watches.ts'
import type { Env } from '../env.ts'

/** One run evaluates so much at most; what is left over comes first in the next one. */
export const WATCHES_PER_RUN_MAX = 300
export const THRESHOLDS_MS_MAX = 20_000
const AT_ONCE = 10

/**
 * Evaluates the thresholds that are due in the environments that run in real time, those that have
 * waited longest first.
 * @returns how many were evaluated
 */
export async function runThresholds(env: Env, nowReal: number): Promise<number> {
  const startedAt = Date.now()
  const watches = await listDueWatches(openDatabase(env.DB), nowReal, WATCHES_PER_RUN_MAX)
  let done = 0
  for (let i = 0; i < watches.length; i += AT_ONCE) {
    if (Date.now() - startedAt > THRESHOLDS_MS_MAX) break
    const some = watches.slice(i, i + AT_ONCE)
    const outcomes = await Promise.all(some.map((watch) => evaluateThresholds(env, watch, nowReal)))
    done += outcomes.filter(Boolean).length
  }
  return done
}
