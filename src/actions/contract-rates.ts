import { productAt } from '../core/catalog/product.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { contractRateAt, type ContractRate } from '../core/rating/contract-rate.ts'
import { ok, type Result } from '../core/result.ts'
import type { Database } from '../db/database.ts'
import {
  readRateSchedule,
  type ScheduledRate,
  type SchedulePlace,
  type SelectorInput,
} from './rates.ts'

/** A row of a contract's rates: the card's, whose place it has, and the contract's. */
export interface ContractRateRow {
  listed: ScheduledRate
  rate: ContractRate
}

const ROWS_PER_READ = 200

/**
 * The rates that a contract is entitled to at an instant, in the order of its card (pricing 3.4).
 * @param after the row before the first one wanted
 */
export async function readContractRates(
  db: Database,
  environmentId: string,
  contract: Contract,
  question: { at: number; selectors: SelectorInput[] | null },
  after: SchedulePlace | null,
  limit: number,
): Promise<Result<ContractRateRow[]>> {
  const { rateCardId, terms } = contract
  if (rateCardId === null) return ok([])
  const { at, selectors } = question
  const schedule = { rateCardId, startMs: at, endMs: at + 1, selectors }
  const found: ContractRateRow[] = []
  let place = after
  // What the contract is not entitled to is passed over, so that pages are full.
  while (found.length < limit) {
    const rows = await readRateSchedule(db, environmentId, schedule, place, ROWS_PER_READ, at)
    if (!rows.ok) return rows
    for (const listed of rows.value) {
      const rate = contractRateAt(terms, listed, productAt(listed.product, at), at)
      if (rate !== null) found.push({ listed, rate })
    }
    const last = rows.value.at(-1)
    if (last === undefined || rows.value.length < ROWS_PER_READ) break
    place = { ...last.key, startingAt: last.startingAt }
  }
  return ok(found.slice(0, limit))
}
