import { settingsOf, type Environment } from '../core/environment.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { readPreviewEvents, type PreviewEvent } from '../core/metering/preview-events.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { DAY_MS } from '../core/time.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import type { EventSearch } from '../objects/meter-rpc.ts'
import { FOUND_MAX } from '../objects/meter-search.ts'
import { listMetersOf } from './list-meters.ts'
import type { PreviewMode } from './usage-source.ts'

/** Events that were accepted in this time are not counted a second time (PE-6). */
const INGESTED_WINDOW_MS = 34 * DAY_MS

/**
 * The drafts of a customer's active contracts as they would be if some events were ingested
 * (PE-1 … PE-9). Nothing is kept.
 * @param now the environment's clock
 */
export async function previewEvents(
  env: Env,
  environment: Environment,
  preview: { customerId: string; events: PreviewEvent[]; mode: PreviewMode },
  now: number,
): Promise<Result<Invoice[]>> {
  const { customerId, mode } = preview
  const { id: environmentId } = environment
  const customer = await findCustomer(openDatabase(env.DB), environmentId, customerId)
  if (customer === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  const { backdatingMaxMs, futureMaxMs } = settingsOf(environment)
  const window = { nowMs: now, backdatingMaxMs, futureMaxMs }
  const read = readPreviewEvents(preview.events, customerId, window)
  if (!read.ok) return read
  const ingested = await findIngested(
    env,
    environment,
    {
      environmentId,
      transactionIds: read.value.flatMap(({ transactionId }) => transactionId ?? []),
      sinceMs: now - INGESTED_WINDOW_MS,
      isWithoutProperties: true,
    },
    new Set([customerId, ...customer.ingestAliases]),
  )
  const fresh = read.value.filter(({ transactionId }) => !ingested.has(transactionId))
  // A text: the digits of its numbers would not survive the call otherwise.
  const events = JSON.stringify(fresh.map(({ raw }) => raw))
  const account = accountOf(env, environmentId, customerId)
  return ok(await account.previewInvoices({ environmentId, customerId, now, events, mode }))
}

/** Which of the transaction ids an event has that counts for a customer with these ingest ids. */
async function findIngested(
  env: Env,
  environment: Environment,
  search: EventSearch,
  ingestIds: Set<string>,
): Promise<Set<string | null>> {
  const { transactionIds } = search
  if (transactionIds.length === 0) return new Set()
  const names = await listMetersOf(env, environment, transactionIds)
  const answers = await Promise.all(
    names.map((name) => env.METER.getByName(name).searchEvents(search)),
  )
  // An answer that is full may lack events; asking for fewer ids at a time brings them out.
  if (transactionIds.length > 1 && answers.some((found) => found.length >= FOUND_MAX)) {
    const middle = Math.ceil(transactionIds.length / 2)
    const halves = [transactionIds.slice(0, middle), transactionIds.slice(middle)]
    const found = new Set<string | null>()
    for (const half of halves) {
      const part = await findIngested(
        env,
        environment,
        { ...search, transactionIds: half },
        ingestIds,
      )
      for (const id of part) found.add(id)
    }
    return found
  }
  const counted = answers
    .flat()
    .filter(({ ingestId, isDuplicate }) => !isDuplicate && ingestIds.has(ingestId))
  return new Set(counted.map(({ transactionId }) => transactionId))
}
