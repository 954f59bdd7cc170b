import type { BillableMetric } from '../core/metering/metric.ts'
import { loadMetrics } from '../db/billable-metrics.ts'
import { openDatabase } from '../db/database.ts'
import { recordDueAttempts, type DueUnit } from '../db/due-work.ts'
import { findEnvironment } from '../db/environments.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import type { Finalization, Preparation } from '../objects/account-finalize.ts'
import {
  evaluateNaively,
  TOGETHER_BOUND,
  type EvaluatedEnvironment,
  type NaiveAnswer,
  type NaiveNeed,
  type ProofBound,
} from './evaluate-naively.ts'
import {
  callOf,
  finalizeAlone,
  finalizeDue,
  isInterrupted,
  lookAtQueue,
  type PreparedAnswers,
  type QueueLook,
} from './finalize-due.ts'

/** So many accounts are asked at the same time. */
const ACCOUNTS_AT_ONCE = 10

/**
 * Does several units of due work of one environment, each of another customer: their accounts
 * prepare drafts, one reading of the log answers for all of them, and each account compares and
 * finalizes its own. A customer of whom something changed meanwhile is proven alone, so a crash, or
 * another run at the same time, costs time only. Each attempt is noted before it begins: what began
 * twice and did not end, is done alone.
 * @param now the environment's clock
 * @returns what came of each unit, in their order
 */
export async function finalizeTogether(
  env: Env,
  units: readonly DueUnit[],
  now: number,
): Promise<Finalization[]> {
  const interrupted = new Set(units.filter(isInterrupted))
  const others = units.filter((unit) => !interrupted.has(unit))
  const done = new Map<DueUnit, Finalization>()
  const together = await finalizeOthers(env, others, now)
  for (const [i, unit] of others.entries()) done.set(unit, together[i]!)
  // One after the other, so that only the one that interrupts is tried in vain.
  for (const unit of interrupted) done.set(unit, await finalizeAlone(env, unit, now))
  return units.map((unit) => done.get(unit)!)
}

async function finalizeOthers(
  env: Env,
  units: readonly DueUnit[],
  now: number,
): Promise<Finalization[]> {
  const ids = units.map(({ id }) => id)
  if (ids.length > 0) await recordDueAttempts(openDatabase(env.DB), ids)
  if (units.length < 2) return mapSome(units, (unit) => finalizeDue(env, unit, now))
  // Before drafts are computed: what comes into the queue from now on is late, and told as such.
  const areQueued = lookOnce(lookAtQueue(env))
  await Promise.all(units.map((unit) => areQueued(unit.environmentId, unit.periodEnd)))
  const answers = await answerTogether(env, units, now)
  return mapSome(units, (unit, i) => finalizeDue(env, unit, now, answers[i] ?? null, areQueued))
}

/** Looks once for each period. */
function lookOnce(look: QueueLook): QueueLook {
  const known = new Map<string, Promise<boolean>>()
  return (environmentId, before) => {
    const key = `${environmentId} ${before}`
    const looked = known.get(key) ?? look(environmentId, before)
    known.set(key, looked)
    return looked
  }
}

async function answerTogether(
  env: Env,
  units: readonly DueUnit[],
  now: number,
): Promise<(PreparedAnswers | null)[]> {
  try {
    const environmentId = units[0]!.environmentId
    const preparations = await mapSome(units, (unit) => prepare(env, unit, now))
    const needs = preparations.flatMap((each) => each?.needs ?? [])
    if (needs.length === 0) return []
    const db = openDatabase(env.DB)
    const environment = await findEnvironment(db, environmentId)
    if (environment === null) return []
    const ids = new Set(needs.flatMap(({ queries }) => queries.map(({ metricId }) => metricId)))
    const metrics = await loadMetrics(db, environmentId, [...ids])
    const byId = new Map(metrics.map((metric) => [metric.id, metric]))
    const asked = preparations.map((each) =>
      (each?.needs ?? []).map((need) => ({ ...need, metrics: metricsOf(byId, need.queries) })),
    )
    const answers = await evaluateInParts(env, environment, asked)
    return preparations.map((each, i) => {
      const own = answers[i] ?? null
      return each === null || own === null ? null : { token: each.token, answers: own }
    })
  } catch (error) {
    console.error('Proving several invoices together failed; each is proven alone', error)
    return []
  }
}

/**
 * Evaluates what several customers need in one pass, or, where that takes more than one may, in one
 * for each half of them. Null for those that are to be proven alone.
 */
export async function evaluateInParts(
  env: Env,
  environment: EvaluatedEnvironment,
  asked: readonly NaiveNeed[][],
  bound: ProofBound = TOGETHER_BOUND,
): Promise<(NaiveAnswer[] | null)[]> {
  const needs = asked.flat()
  if (needs.length === 0) return asked.map(() => null)
  const evaluated = await evaluateNaively(env, environment, needs, bound)
  if (evaluated.ok) {
    const left = evaluated.value.values()
    return asked.map((own) => (own.length === 0 ? null : own.map(() => left.next().value!)))
  }
  if (evaluated.error.code !== 'too_large' || asked.length === 1) return asked.map(() => null)
  const middle = Math.ceil(asked.length / 2)
  return [
    ...(await evaluateInParts(env, environment, asked.slice(0, middle), bound)),
    ...(await evaluateInParts(env, environment, asked.slice(middle), bound)),
  ]
}

function metricsOf(
  byId: ReadonlyMap<string, BillableMetric>,
  queries: readonly { metricId: string }[],
): BillableMetric[] {
  return [...new Set(queries.map(({ metricId }) => metricId))].map((id) => byId.get(id)!)
}

/** What fails here fails again when the unit is done, and is told then. */
async function prepare(env: Env, unit: DueUnit, now: number): Promise<Preparation | null> {
  if (unit.kind !== 'finalize-usage-invoice') return null
  try {
    const account = accountOf(env, unit.environmentId, unit.customerId)
    return await account.prepareFinalization(callOf(unit, unit.kind, now))
  } catch {
    return null
  }
}

/** The results in the order of the items, some of which are worked on at the same time. */
async function mapSome<Item, T>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) results[index] = await work(item, index)
  }
  await Promise.all(Array.from({ length: ACCOUNTS_AT_ONCE }, worker))
  return results
}
