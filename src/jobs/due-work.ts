import { finalizeDue } from '../actions/finalize-due.ts'
import { MINUTE_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { listDueUnits, type DuePlace, type DueUnit } from '../db/due-work.ts'
import type { Env } from '../env.ts'

/** One run does at most this much; what is left over is done by the next run, a minute later. */
export const UNITS_PER_RUN_MAX = 500
export const RUN_MS_MAX = 50_000
/** Units that wait for their retry are read and passed over: at most so many pages in one run. */
const PAGES_PER_RUN_MAX = 50
const PAGE_SIZE = 100
/** So many customers are served at the same time. */
const CUSTOMERS_AT_ONCE = 10

export interface DueWorkSummary {
  done: number
  failed: number
}

/**
 * Does what is due in the environments that run in real time, in due order for each customer. A
 * unit that fails stays and holds back the later ones of its customer, of nobody else; it is tried
 * again after a while.
 */
export async function runDueWork(env: Env, nowReal: number): Promise<DueWorkSummary> {
  const run: Run = { env, nowReal, startedAt: Date.now(), heldBack: new Set(), done: 0, failed: 0 }
  let after: DuePlace | null = null
  for (let pages = 0; pages < PAGES_PER_RUN_MAX && hasRoom(run); pages += 1) {
    const page: DueUnit[] = await listDueUnits(openDatabase(env.DB), nowReal, after, PAGE_SIZE)
    const last = page.at(-1)
    const isLastPage = page.length < PAGE_SIZE || last === undefined
    await serveCustomers(run, page, isLastPage ? { dueAt: nowReal, id: '\u{10ffff}' } : last)
    if (isLastPage) break
    after = last
  }
  return { done: run.done, failed: run.failed }
}

interface Run extends DueWorkSummary {
  env: Env
  nowReal: number
  startedAt: number
  /** Customers with a unit that failed, or that waits for its retry. */
  heldBack: Set<string>
}

function hasRoom({ done, failed, startedAt }: Run): boolean {
  return done + failed < UNITS_PER_RUN_MAX && Date.now() - startedAt < RUN_MS_MAX
}

async function serveCustomers(run: Run, page: DueUnit[], horizon: DuePlace): Promise<void> {
  const byCustomer = [...Map.groupBy(page, (unit) => unit.customerId).values()]
  for (let i = 0; i < byCustomer.length; i += CUSTOMERS_AT_ONCE) {
    const some = byCustomer.slice(i, i + CUSTOMERS_AT_ONCE)
    await Promise.all(some.map((units) => serveCustomer(run, units, horizon)))
  }
}

/**
 * Does a customer's units in due order, among them what falls due next for the same contracts. Not
 * beyond the horizon: there the following page may have units that come first.
 */
async function serveCustomer(run: Run, units: DueUnit[], horizon: DuePlace): Promise<void> {
  const waiting = [...units]
  for (let unit = waiting.shift(); unit !== undefined && hasRoom(run); unit = waiting.shift()) {
    if (run.heldBack.has(unit.customerId)) return
    if (!isRetryDue(unit.attempts, run.nowReal)) {
      run.heldBack.add(unit.customerId)
      return
    }
    try {
      const next = await finalizeDue(run.env, unit, run.nowReal)
      run.done += 1
      const known = new Set(waiting.map(({ id }) => id))
      const due = next.filter((each) => compareDue(each, horizon) <= 0 && !known.has(each.id))
      waiting.push(...due.map((each) => ({ ...unit, ...each, attempts: 0, lastError: null })))
      waiting.sort(compareDue)
    } catch (error) {
      run.failed += 1
      run.heldBack.add(unit.customerId)
      console.error(`Due work ${unit.id} of customer ${unit.customerId} failed`, error)
    }
  }
}

function compareDue(a: DuePlace, b: DuePlace): number {
  if (a.dueAt !== b.dueAt) return a.dueAt - b.dueAt
  return a.id < b.id ? -1 : Number(a.id > b.id)
}

/**
 * After n failures a unit is tried in every 2^(n−1)-th minute, at last in every 64th: the minute
 * itself decides, so nothing need be remembered beyond the number of failures.
 */
export function isRetryDue(attempts: number, nowReal: number): boolean {
  if (attempts === 0) return true
  return Math.floor(nowReal / MINUTE_MS) % 2 ** Math.min(attempts - 1, 6) === 0
}
