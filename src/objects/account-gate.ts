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
import { isActive } from '../core/gate/hold.ts'
import type { DrawnBalances } from '../core/invoices/rate-in-order.ts'
import { parseJson } from '../core/json-number.ts'
import { storedEvent, type UsageEvent } from '../core/metering/event.ts'
import { ok, refuse, type Result } from '../core/result.ts'
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
import {
  archivedCustomer,
  settleHolds,
  unknownCustomer,
  unknownHold,
  type SettleAnswer,
  type SettleCall,
} from './account-settle.ts'

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

/** As many holds are kept free for one customer. */
export const HOLDS_MAX = 20_000

/** An account remembers so many events of holds: some 10 MB. */
const REMEMBERED_EVENTS_MAX = 20_000

/** The events of holds, by their ids. */
type HeldEvents = Map<string, UsageEvent[]>

/**
 * The gate of an account: what waits to be decided, and to be settled. A snapshot of the usage is
 * never taken while something is settled: what is held and what is ingested of it would both count.
 */
export class Gate {
  private readonly gates: Waiting<GateCall, GateAnswer>[] = []
  private readonly settles: Waiting<SettleCall, SettleAnswer>[] = []
  private readonly held: HeldEvents = new Map()
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
    const wasActive = isActive(hold, now)
    if (hold.state === 'HELD') updateHold(sql, { ...hold, state: 'RELEASED' })
    return ok({ isActive: wasActive })
  }

  private wait<Call, Answer>(queue: Waiting<Call, Answer>[], call: Call): Promise<Result<Answer>> {
    const answered = new Promise<Result<Answer>>((resolve, reject) => {
      queue.push({ call, resolve, reject })
    })
    this.running ??= this.run()
    return answered
  }

  private async run(): Promise<void> {
    while (this.gates.length + this.settles.length > 0) {
      await answerAll(this.settles.splice(0), (calls) => settleHolds(this.account, calls))
      await answerAll(this.gates.splice(0), (calls) => decideGates(this.account, calls, this.held))
    }
    // At once after the look at what waits: what came in between would wait for ever.
    this.running = null
  }
}

interface Waiting<Call, Answer> {
  call: Call
  resolve: (answer: Result<Answer>) => void
  reject: (error: unknown) => void
}

async function answerAll<Call, Answer>(
  waiting: Waiting<Call, Answer>[],
  work: (calls: Call[]) => Promise<Result<Answer>[]>,
): Promise<void> {
  if (waiting.length === 0) return
  try {
    const answers = await work(waiting.map(({ call }) => call))
    for (const [i, { resolve }] of waiting.entries()) resolve(answers[i]!)
  } catch (error) {
    for (const { reject } of waiting) reject(error)
  }
}

/** Decides on some gates one after the other, on one snapshot of the usage that is read now. */
async function decideGates(
  account: Account,
  calls: GateCall[],
  memory: HeldEvents,
): Promise<Result<GateAnswer>[]> {
  const [first] = calls
  const now = Math.max(...calls.map((call) => call.now))
  const read = await readOpen(account, { ...first!, now })
  if (read === null) return calls.map(({ customerId }) => unknownCustomer(customerId))
  if (read.terms.customer.archivedAt !== null) {
    return calls.map(({ customerId }) => archivedCustomer(customerId))
  }
  const { sql } = account.storage
  await resumeSettling(account, { ...first!, now, environment: read.terms.environment })
  const asked = { statements: read.open.statements, scheduled: [] }
  const { ready, drawn } = await prepareDrafts(account.env, read, asked)
  forgetHolds(sql, now)
  const held = listActiveHolds(sql, now)
  const events = recallEvents(sql, held, memory)
  let state =
    events.length === 0 ? openGate(ready, drawn, now) : addEvents({ ready }, events, drawn, now)
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
  const settling = listSettlingHolds(account.storage.sql)
  if (settling.length === 0) return
  await settleHolds(
    account,
    settling.map(({ id, events }) => ({ ...call, id, events })),
  )
}

/**
 * The events of active holds, those that were read before from memory: they stay the same until
 * the hold is settled.
 */
function recallEvents(
  sql: SqlStorage,
  held: Pick<StoredHold, 'id' | 'state'>[],
  memory: HeldEvents,
): UsageEvent[] {
  const known = new Map(memory)
  memory.clear()
  let kept = 0
  return held.flatMap(({ id, state }) => {
    const events = (state === 'HELD' ? known.get(id) : undefined) ?? eventsOf(findHold(sql, id)!)
    kept += events.length
    if (state === 'HELD' && kept <= REMEMBERED_EVENTS_MAX) memory.set(id, events)
    return events
  })
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
