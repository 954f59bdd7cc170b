import { finalizeTogether } from '../actions/finalize-together.ts'
import { MINUTE_MS } from '../core/time.ts'
import { openDatabase } from '../db/database.ts'
import { listDueUnits, type DuePlace, type DueUnit } from '../db/due-work.ts'
import type { Env } from '../env.ts'

/** One run does at most this much; what is left over is done by the next run, a minute later. */
export const UNITS_PER_RUN_MAX = 2_000
export const RUN_MS_MAX = 50_000
/** Units that wait for their retry are read and passed over: at most so many pages in one run. */
const PAGES_PER_RUN_MAX = 50
/** One reading of an environment's log proves the invoices of so many customers at most. */
const PAGE_SIZE = 500

export interface DueWorkSummary {
  done: number
  failed: number
}

/**
 * Does what is due in the environments that run in real time, in due order for each customer. A
 * unit that is held back stays and holds back the later ones of its customer, of nobody else; it is
 * tried again after a while.
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
  /** Customers with a unit that is held back, or that waits for its retry. */
  heldBack: Set<string>
}

function hasRoom({ done, failed, startedAt }: Run): boolean {
  return done + failed < UNITS_PER_RUN_MAX && Date.now() - startedAt < RUN_MS_MAX
}

/**
 * Does the units of a page in rounds: in each, the next one of every customer, those of one
 * environment together. So a customer's units are done in due order, among them what falls due next
 * for the same contracts. Not beyond the horizon: there the following page may have units that come
 * first.
 */
async function serveCustomers(run: Run, page: DueUnit[], horizon: DuePlace): Promise<void> {
  let waiting = [...Map.groupBy(page, (unit) => unit.customerId).values()]
  while (waiting.length > 0 && hasRoom(run)) {
    const next = waiting.flatMap((units) => takeNext(run, units) ?? [])
    for (const units of Map.groupBy(next, ({ unit }) => unit.environmentId).values()) {
      await serveTogether(run, units, horizon)
    }
    waiting = next.map(({ left }) => left).filter((units) => units.length > 0)
  }
}

interface NextUnit {
  unit: DueUnit
  /** The customer's units that come after it. */
  left: DueUnit[]
}

/** The next unit of a customer; null where it waits, and the others with it. */
function takeNext(run: Run, [unit, ...left]: DueUnit[]): NextUnit | null {
  if (unit === undefined || run.heldBack.has(unit.customerId)) return null
  if (isRetryDue(unit.attempts, run.nowReal)) return { unit, left }
  run.heldBack.add(unit.customerId)
  return null
}

async function serveTogether(run: Run, units: NextUnit[], horizon: DuePlace): Promise<void> {
  const own = units.map(({ unit }) => unit)
  const done = await finalizeTogether(run.env, own, run.nowReal)
  for (const [i, { due, held }] of done.entries()) {
    const { unit, left } = units[i]!
    if (held === null) {
      run.done += 1
      const known = new Set(left.map(({ id }) => id))
      const next = due.filter((each) => compareDue(each, horizon) <= 0 && !known.has(each.id))
      left.push(...next.map((each) => ({ ...unit, ...each, attempts: 0, lastError: null })))
      left.sort(compareDue)
    } else {
      run.failed += 1
      // What a true-up waits for may be a later unit of its customer.
      if (held.code !== 'waits_for_invoice') run.heldBack.add(unit.customerId)
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
