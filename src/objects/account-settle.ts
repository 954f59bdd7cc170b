import { ingestEvents } from '../actions/ingest-events.ts'
import type { Environment } from '../core/environment.ts'
import { isActive } from '../core/gate/hold.ts'
import { parseJson } from '../core/json-number.ts'
import { BATCH_EVENTS_MAX } from '../core/metering/event.ts'
import { ok, refuse, type Refusal, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { findHold, updateHold, type StoredHold } from './account-holds.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'

/** True usage under a hold, which is ingested. */
export interface SettleCall extends AccountCall {
  id: string
  environment: Environment
  /** JSON text of an array of events. */
  events: string
}

export interface SettleAnswer {
  accepted: number
  duplicates: number
  /** Whether the hold was not kept free any more: then nothing had been kept for this usage. */
  isLate: boolean
}

/** A settling that has begun. */
interface Settling {
  call: SettleCall
  /** As it was before. */
  hold: StoredHold
  isLate: boolean
  /** How many events it has. */
  count: number
}

/**
 * Ingests what was used under some holds, and then lets go of them. While that is under way a hold
 * keeps what it has; a settling that died is completed by its being asked for again, which ingests
 * nothing twice: the events' transaction ids are those of the hold.
 */
export async function settleHolds(
  account: Account,
  calls: SettleCall[],
): Promise<Result<SettleAnswer>[]> {
  const [{ environmentId, customerId }] = calls as [SettleCall]
  const customer = await findCustomer(account.db, environmentId, customerId)
  if (customer === null) return calls.map(() => unknownCustomer(customerId))
  if (customer.archivedAt !== null) return calls.map(() => archivedCustomer(customerId))
  return settleInTurn(account, calls)
}

/** One settling of each hold at a time: of those that are asked for twice, one after the other. */
async function settleInTurn(
  account: Account,
  calls: SettleCall[],
): Promise<Result<SettleAnswer>[]> {
  const answers = new Map<SettleCall, Result<SettleAnswer>>()
  for (let waiting = calls; waiting.length > 0;) {
    const now = new Map(waiting.toReversed().map((call) => [call.id, call]))
    waiting = waiting.filter((call) => now.get(call.id) !== call)
    const begun: Settling[] = []
    for (const call of now.values()) {
      const start = beginSettling(account, call)
      if ('isLate' in start) begun.push(start)
      else answers.set(call, start)
    }
    const settled = await Promise.all(batchesOf(begun).map((batch) => settleBatch(account, batch)))
    for (const [call, answer] of settled.flat()) answers.set(call, answer)
  }
  return calls.map((call) => answers.get(call)!)
}

function beginSettling({ storage }: Account, call: SettleCall): Settling | Result<SettleAnswer> {
  const { id, events, now } = call
  const hold = findHold(storage.sql, id)
  if (hold === null) return unknownHold(id)
  if (hold.state === 'SETTLED' || hold.state === 'SETTLING') {
    if (hold.events !== events) {
      return refuse('conflict', `gate_id: hold ${id} has been settled with other events`)
    }
    if (hold.state === 'SETTLED') return ok(JSON.parse(hold.settlement!) as SettleAnswer)
  }
  const isLate = !isActive(hold, now)
  updateHold(storage.sql, { ...hold, state: isLate ? hold.state : 'SETTLING', events })
  return { call, hold, isLate, count: (parseJson(events) as unknown[]).length }
}

/** As many at once as one request of ingest may have events. */
function batchesOf(begun: Settling[]): Settling[][] {
  const batches: Settling[][] = []
  let free = 0
  for (const settling of begun) {
    if (settling.count > free) {
      batches.push([])
      free = BATCH_EVENTS_MAX
    }
    batches.at(-1)!.push(settling)
    free -= settling.count
  }
  return batches
}

/** Ingests the events of some settlings at once; where that is refused, each by itself. */
async function settleBatch(
  account: Account,
  batch: Settling[],
): Promise<[SettleCall, Result<SettleAnswer>][]> {
  const { sql } = account.storage
  const ingested = await ingestTogether(account, batch)
  if (!ingested.ok && batch.length > 1) {
    const answers = []
    for (const each of batch) answers.push(...(await settleBatch(account, [each])))
    return answers
  }
  return batch.map(({ call, hold, isLate }, i) => {
    if (!ingested.ok) {
      // One whose settling had died, and is now refused for good, is not being settled any more.
      const isLost = hold.state === 'SETTLING' && ingested.error.code === 'invalid'
      updateHold(sql, isLost ? { ...hold, state: 'HELD' } : hold)
      return [call, ingested]
    }
    const settled: SettleAnswer = { ...ingested.value[i]!, isLate }
    const settlement = JSON.stringify(settled)
    updateHold(sql, { ...hold, state: 'SETTLED', events: call.events, settlement })
    return [call, ok(settled)]
  })
}

async function ingestTogether(
  { env }: Account,
  batch: Settling[],
): Promise<Result<Pick<SettleAnswer, 'accepted' | 'duplicates'>[]>> {
  // Each is the text of an array that is not empty.
  const text = `[${batch.map(({ call }) => call.events.slice(1, -1)).join(',')}]`
  const { environment } = batch[0]!.call
  const now = Math.max(...batch.map(({ call }) => call.now))
  // With receipts, nothing waits in a queue: what is settled counts from now on.
  const request = { text, isStrict: true, wantsReceipts: true }
  const ingested = await ingestEvents(env, environment, request, now)
  if (!ingested.ok) return { ok: false, error: ingested.error }
  const receipts = ingested.value.receipts ?? []
  let from = 0
  return ok(
    batch.map(({ count }) => {
      const own = receipts.slice(from, (from += count))
      const accepted = own.filter(({ status }) => status === 'accepted').length
      return { accepted, duplicates: count - accepted }
    }),
  )
}

export function unknownHold(id: string): { ok: false; error: Refusal } {
  return refuse('not_found', `gate_id: the customer has no hold ${id}`)
}

export function unknownCustomer(id: string): { ok: false; error: Refusal } {
  return refuse('not_found', `customer_id: no customer ${id}`)
}

export function archivedCustomer(id: string): { ok: false; error: Refusal } {
  return refuse('invalid', `customer_id: customer ${id} is archived`)
}
