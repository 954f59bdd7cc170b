import type { HeldScheduled, HoldReason } from '../core/invoices/hold-reason.ts'
import { holdOfError } from '../core/invoices/hold-reason.ts'
import type { DatedDueKind } from '../core/invoices/due-invoice.ts'
import { usageInvoiceId } from '../core/invoices/usage-invoice.ts'
import { openDatabase } from '../db/database.ts'
import {
  ATTEMPT_BEGAN,
  recordDueAttempts,
  recordDueFailure,
  recordDueProgress,
  type DueUnit,
} from '../db/due-work.ts'
import { recordHeldInvoice } from '../db/held-invoices.ts'
import { areEventsQueued } from '../db/queued-batches.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import type { Finalization, FinalizeCall } from '../objects/account-finalize.ts'
import type { NaiveAnswer } from './evaluate-naively.ts'

/** What a reading of the log for many customers has found for a draft that its account keeps. */
export interface PreparedAnswers {
  token: string
  answers: NaiveAnswer[]
}

/** Whether events from before an instant still wait in an environment. */
export type QueueLook = (environmentId: string, before: number) => Promise<boolean>

/** Looks each time. */
export function lookAtQueue(env: Env): QueueLook {
  const db = openDatabase(env.DB)
  return (environmentId, before) => areEventsQueued(db, environmentId, before, Date.now())
}

/**
 * Does one unit of due work, of which the attempt is noted; doing it again is harmless. What cannot
 * be finalized is held back, whatever the cause: its row stays, and says why, and so does the list
 * of held invoices.
 * @param unit as it was before the attempt
 * @param now the environment's clock
 * @param prepared saves reading the log for this unit alone
 * @param areQueued asked whether its period's events are all there
 */
export async function finalizeDue(
  env: Env,
  unit: DueUnit,
  now: number,
  prepared: PreparedAnswers | null = null,
  areQueued: QueueLook = lookAtQueue(env),
): Promise<Finalization> {
  const { id, kind, environmentId, customerId, contractId } = unit
  const account = accountOf(env, environmentId, customerId)
  try {
    if (kind === 'finalize-consolidated-invoices') {
      // What they are made of is final, and was proven: no usage is read.
      const asked = { environmentId, customerId, contractId, unitId: id, now }
      const due = await account.consolidate(asked)
      await recordDueProgress(openDatabase(env.DB), id)
      return { due, held: null }
    }
    if (await areQueued(environmentId, unit.periodEnd)) {
      return await hold(env, unit, EVENTS_WAITING, now)
    }
    const done = await account.finalize({ ...callOf(unit, kind, now), prepared })
    const { due, held, heldEach } = done
    return held === null ? { due, held } : await hold(env, unit, held, now, heldEach)
  } catch (error) {
    console.error(`Due work ${unit.id} of customer ${customerId} failed`, error)
    return hold(env, unit, holdOfError(error), now)
  }
}

/** One attempt that did not end may be going on still, in another run. */
const INTERRUPTIONS_MIN = 2

/** Whether attempts at a unit began that did not end: the platform ended them, or they go on. */
export function isInterrupted({ attempts, lastError }: DueUnit): boolean {
  return attempts >= INTERRUPTIONS_MIN && lastError === ATTEMPT_BEGAN
}

/** Does a unit by itself: where attempts at it did not end, that is listed before it is tried again. */
export async function finalizeAlone(env: Env, unit: DueUnit, now: number): Promise<Finalization> {
  const db = openDatabase(env.DB)
  if (isInterrupted(unit)) {
    const held = { unit, invoiceId: await invoiceIdOf(env, unit, now), reason: INTERRUPTED }
    await recordHeldInvoice(db, unit.environmentId, held, now)
  }
  await recordDueAttempts(db, [unit.id])
  return finalizeDue(env, unit, now)
}

const INTERRUPTED: HoldReason = {
  code: 'interrupted',
  message:
    'attempts at this invoice began and did not end, as when they take more time or memory than they may; it is tried again, by itself',
  differences: [],
}

export function callOf(unit: DueUnit, kind: DatedDueKind, now: number): FinalizeCall {
  const { environmentId, customerId, contractId, periodStart } = unit
  return { environmentId, customerId, kind, contractId, periodStart, now }
}

const EVENTS_WAITING: HoldReason = {
  code: 'events_waiting',
  message:
    'events of this period still wait in the ingest queue, or among its dead letters (GET /v1/ingest/dead-letters)',
  differences: [],
}

/** Lists what is due as held back, and notes why its attempt has failed. */
export async function hold(
  env: Env,
  unit: DueUnit,
  reason: HoldReason,
  now: number,
  heldEach: HeldScheduled[] = [],
): Promise<Finalization> {
  const db = openDatabase(env.DB)
  const [first, ...others] = heldEach
  const invoiceId = first?.invoiceId ?? (await invoiceIdOf(env, unit, now))
  await recordHeldInvoice(db, unit.environmentId, { unit, invoiceId, reason, others }, now)
  await recordDueFailure(db, unit.id, reason.message)
  return { due: [], held: reason, heldEach }
}

/** Scheduled invoices are known by the account; where it fails, what is due stands for them. */
async function invoiceIdOf(env: Env, unit: DueUnit, now: number): Promise<string> {
  const { environmentId, customerId, contractId, periodStart, kind } = unit
  if (kind === 'finalize-usage-invoice') return usageInvoiceId(contractId, periodStart)
  if (kind === 'finalize-consolidated-invoices') return unit.id
  try {
    const account = accountOf(env, environmentId, customerId)
    const [first] = await account.dueInvoiceIds(callOf(unit, kind, now))
    return first ?? unit.id
  } catch {
    return unit.id
  }
}
