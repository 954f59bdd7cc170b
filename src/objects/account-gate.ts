import { ingestEvents } from '../actions/ingest-events.ts'
import { prepareDrafts } from '../actions/draft-invoices.ts'
import type { Environment } from '../core/environment.ts'
import {
  addEvents,
  decideGate,
  openGate,
  type GateDecision,
  type GateState,
  type SpendLimit,
} from '../core/gate/decide-gate.ts'
import type { DrawnBalances } from '../core/invoices/rate-in-order.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent, type UsageEvent } from '../core/metering/event.ts'
import { ok, refuse, type Refusal, type Result } from '../core/result.ts'
import {
  findHold,
  forgetHolds,
  insertHold,
  listActiveHolds,
  listSettlingHolds,
  updateHold,
  type StoredHold,
} from './account-holds.ts'
import type { Account } from './account-invoices.ts'
import { readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'

/** A question whether some usage may happen. */
export interface GateCall extends AccountCall {
  /** Of the hold: asked again with the same one, the same is answered. */
  id: string
  /** JSON text of an array of events as they would be ingested. */
  events: string
  /** For how long it is kept free; 0: it is only asked. */
  holdMs: number
  limit: SpendLimit | null
}

export interface GateAnswer extends GateDecision {
  /** Null where nothing is held. */
  hold: { id: string; expiresAt: number } | null
}

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

/** As many holds are kept free for one customer. */
export const HOLDS_MAX = 20_000

/**
 * The gate of an account: what waits to be decided, and to be settled. A snapshot of the usage is
 * never taken while something is settled: what is held and what is ingested of it would both count.
 */
export class Gate {
  private readonly gates: Waiting<GateCall, GateAnswer>[] = []
  private readonly settles: Waiting<SettleCall, SettleAnswer>[] = []
  private running: Promise<void> | null = null

  private readonly account: Account

  constructor(account: Account) {
    this.account = account
  }

  ask(call: GateCall): Promise<Result<GateAnswer>> {
    return this.wait(this.gates, call)
  }

  settle(call: SettleCall): Promise<Result<SettleAnswer>> {
    return this.wait(this.settles, call)
  }

  /** Gives free what a hold keeps; one that is settled or released stays so. */
  release({ id, now }: AccountCall & { id: string }): Result<{ isActive: boolean }> {
    const { sql } = this.account.storage
    const hold = findHold(sql, id)
    if (hold === null) return unknownHold(id)
    if (hold.state === 'SETTLED' || hold.state === 'SETTLING') {
      return refuse('conflict', `gate_id: hold ${id} has been settled`)
    }
    const isActive = hold.state === 'HELD' && now < hold.expiresAt
    if (hold.state === 'HELD') updateHold(sql, { ...hold, state: 'RELEASED' })
    return ok({ isActive })
  }

  private wait<Call, Answer>(queue: Waiting<Call, Answer>[], call: Call): Promise<Result<Answer>> {
    const answered = new Promise<Result<Answer>>((resolve, reject) => {
      queue.push({ call, resolve, reject })
    })
    this.running ??= this.run().finally(() => {
      this.running = null
    })
    return answered
  }

  private async run(): Promise<void> {
    while (this.gates.length + this.settles.length > 0) {
      await Promise.all(
        this.settles.splice(0).map((each) => answerWith(each, settleHold(this.account, each.call))),
      )
      const asked = this.gates.splice(0)
      if (asked.length > 0) await this.decide(asked)
    }
  }

  private async decide(asked: Waiting<GateCall, GateAnswer>[]): Promise<void> {
    try {
      const answers = await decideGates(
        this.account,
        asked.map(({ call }) => call),
      )
      for (const [i, { resolve }] of asked.entries()) resolve(answers[i]!)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}

interface Waiting<Call, Answer> {
  call: Call
  resolve: (answer: Result<Answer>) => void
  reject: (error: unknown) => void
}

async function answerWith<Answer>(
  { resolve, reject }: Waiting<unknown, Answer>,
  work: Promise<Result<Answer>>,
): Promise<void> {
  try {
    resolve(await work)
  } catch (error) {
    reject(error)
  }
}

/** Decides on some gates one after the other, on one snapshot of the usage that is read now. */
async function decideGates(account: Account, calls: GateCall[]): Promise<Result<GateAnswer>[]> {
  const { sql } = account.storage
  const [first] = calls
  const now = Math.max(...calls.map((call) => call.now))
  const read = await readOpen(account, { ...first!, now })
  if (read === null) return calls.map(({ customerId }) => unknownCustomer(customerId))
  await resumeSettling(account, { ...first!, now, environment: read.terms.environment })
  const asked = { statements: read.open.statements, scheduled: [] }
  const { ready, drawn } = await prepareDrafts(account.env, read, asked)
  forgetHolds(sql, now)
  const held = listActiveHolds(sql, now)
  const asIs = openGate(ready, drawn, now)
  let state = held.length === 0 ? asIs : addEvents(asIs, held.flatMap(eventsOf), drawn, now)
  let holds = held.length
  return calls.map((call) => {
    const known = findHold(sql, call.id)
    if (known !== null) return ok(JSON.parse(known.answer) as GateAnswer)
    if (call.holdMs > 0 && holds >= HOLDS_MAX) {
      return refuse('overloaded', `The customer has ${HOLDS_MAX} holds; release or settle some.`)
    }
    const decided = decideOne(call, { state, drawn, now })
    if (!decided.answer.isAllowed || call.holdMs === 0) return ok(decided.answer)
    holds += 1
    state = decided.state
    insertHold(sql, holdOf(call, decided.answer, now))
    return ok(decided.answer)
  })
}

/**
 * Completes settlings that died: no other one is under way while gates are decided. Whatever they
 * ingested before is ingested again, as duplicates.
 */
async function resumeSettling(
  account: Account,
  call: AccountCall & { environment: Environment },
): Promise<void> {
  for (const { id, events } of listSettlingHolds(account.storage.sql)) {
    await settleHold(account, { ...call, id, events })
  }
}

function decideOne(
  { id, events, holdMs, limit }: GateCall,
  { state, drawn, now }: { state: GateState; drawn: DrawnBalances; now: number },
): { answer: GateAnswer; state: GateState } {
  const after = addEvents(state, eventsOf({ events }), drawn, now)
  const decision = decideGate(state, after, limit, now)
  const hold = decision.isAllowed && holdMs > 0 ? { id, expiresAt: now + holdMs } : null
  return { answer: { ...decision, hold }, state: after }
}

function holdOf({ id, events, holdMs }: GateCall, answer: GateAnswer, now: number): StoredHold {
  const stored = JSON.stringify(answer)
  const kept = { id, state: 'HELD' as const, createdAt: now, expiresAt: now + holdMs, events }
  return { ...kept, answer: stored, settlement: null }
}

function eventsOf({ events }: { events: string }): UsageEvent[] {
  return (parseJson(events) as unknown[]).map(storedEvent)
}

/**
 * Ingests what was used under a hold, and then lets go of it. While that is under way the hold
 * keeps what it has; a settling that died is completed by its being asked for again, which ingests
 * nothing twice: the events' transaction ids are those of the hold.
 */
async function settleHold(account: Account, call: SettleCall): Promise<Result<SettleAnswer>> {
  const { sql } = account.storage
  const { id, environment, events, now } = call
  const hold = findHold(sql, id)
  if (hold === null) return unknownHold(id)
  if (hold.state === 'SETTLED' || hold.state === 'SETTLING') {
    if (hold.events !== events) {
      return refuse('conflict', `gate_id: hold ${id} has been settled with other events`)
    }
    if (hold.state === 'SETTLED') return ok(JSON.parse(hold.settlement!) as SettleAnswer)
  }
  const isLate = hold.state === 'RELEASED' || (hold.state === 'HELD' && now >= hold.expiresAt)
  updateHold(sql, { ...hold, state: isLate ? hold.state : 'SETTLING', events })
  const request = { text: events, isStrict: true, wantsReceipts: true }
  const ingested = await ingestEvents(account.env, environment, request, now)
  if (!ingested.ok) {
    updateHold(sql, hold)
    return { ok: false, error: ingested.error }
  }
  const { accepted, duplicates } = ingested.value
  const settled: SettleAnswer = { accepted, duplicates, isLate }
  const settlement = JSON.stringify(settled)
  updateHold(sql, { ...hold, state: 'SETTLED', events, settlement })
  return ok(settled)
}

function unknownHold(id: string): { ok: false; error: Refusal } {
  return refuse('not_found', `gate_id: the customer has no hold ${id}`)
}

function unknownCustomer(id: string): { ok: false; error: Refusal } {
  return refuse('not_found', `customer_id: no customer ${id}`)
}
