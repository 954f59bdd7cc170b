import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import { openDatabase } from '../db/database.ts'
import { areEventsQueued } from '../db/queued-batches.ts'
import { recordDueFailure, type DueUnit } from '../db/due-work.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/**
 * Does one unit of due work; doing it again is harmless. A failure is recorded on its row, which
 * stays, and thrown on.
 * @param now the environment's clock
 * @returns what falls due next for the same contract
 */
export async function finalizeDue(
  env: Env,
  unit: Omit<DueUnit, 'attempts' | 'lastError'>,
  now: number,
): Promise<DueInvoice[]> {
  const { id, kind, environmentId, customerId, contractId, periodStart } = unit
  const account = accountOf(env, environmentId, customerId)
  try {
    if (kind === 'finalize-consolidated-invoices') {
      // What they are made of is final: no usage is read.
      return await account.consolidate({ environmentId, customerId, contractId, unitId: id, now })
    }
    if (await areEventsQueued(openDatabase(env.DB), environmentId, unit.periodEnd, Date.now())) {
      throw new Error(
        'events of this period still wait in the ingest queue, or among its dead letters (GET /v1/ingest/dead-letters)',
      )
    }
    return await account.finalize({
      environmentId,
      customerId,
      kind,
      contractId,
      periodStart,
      now,
    })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    await recordDueFailure(openDatabase(env.DB), id, message.slice(0, 1_000))
    throw error
  }
}
