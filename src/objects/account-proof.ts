import {
  draftInvoices,
  type AskedInvoices,
  type DraftedInvoices,
} from '../actions/draft-invoices.ts'
import { evaluateNaively, type NaiveAnswer } from '../actions/evaluate-naively.ts'
import { needsOf, proveDraft, type Proof, type ProvableDraft } from '../actions/prove-draft.ts'
import { recordUsage, type RecordedUsage } from '../actions/record-usage.ts'
import { meteredUsage } from '../actions/usage-source.ts'
import type { Environment } from '../core/environment.ts'
import type { HoldCode, HoldReason } from '../core/invoices/hold-reason.ts'
import type { Refusal } from '../core/result.ts'
import { loadHeldIds } from '../db/held-ids.ts'
import type { Account } from './account-invoices.ts'
import type { OpenReading } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { unsettled } from './unsettled.ts'

/** Drafts with the usage that they were computed from. */
export interface ProvableDrafts extends DraftedInvoices {
  recorded: RecordedUsage[]
  ingestIds: string[]
}

/** The configuration seldom changes; it does not change so often while drafts are computed. */
const DRAFTS_MAX = 3

/**
 * Computes drafts and remembers all usage that they are computed from, those of the statements that
 * draw before them included; all of it was read while the customer held the same ingest ids.
 * @throws with status 503 while the configuration keeps changing
 */
export async function draftProvably(
  { env, db }: Account,
  { environmentId, customerId }: AccountCall,
  read: OpenReading,
  asked: AskedInvoices,
): Promise<ProvableDrafts> {
  const { terms } = read
  for (let tries = 0; tries < DRAFTS_MAX; tries += 1) {
    const held = await loadHeldIds(db, environmentId, [customerId])
    // Meters answer by what is held now, or by what is held later: then it is tried again.
    const configVersion = Math.max(held.configVersion, terms.environment.configVersion)
    const environment = { ...terms.environment, configVersion }
    const { source, recorded } = recordUsage(meteredUsage(env))
    const reading = { ...read, terms: { ...terms, environment } }
    const drafted = await draftInvoices(env, reading, asked, source, source)
    const isSettled = recorded.every(
      (each) => each.reading.cut.configVersion === held.configVersion,
    )
    if (!isSettled) continue
    const ingestIds = [...(held.ingestIds.get(customerId) ?? [])].sort()
    return { ...drafted, recorded, ingestIds }
  }
  throw unsettled()
}

const HOLD_CODES_BY_REFUSAL: Partial<Record<Refusal['code'], HoldCode>> = {
  overloaded: 'unsettled',
  too_large: 'too_many_events',
}

/** Proves a draft by a reading of the log of its own. */
export async function proveAlone(
  { env }: Account,
  { now }: AccountCall,
  environment: Pick<Environment, 'id' | 'settings' | 'placementVersion'>,
  draft: ProvableDraft,
): Promise<Proof> {
  const needs = needsOf(draft)
  if (needs.length === 0) return proveDraft(draft, [], now)
  const answers = await evaluateNaively(env, environment, needs)
  if (answers.ok) return proveDraft(draft, answers.value, now)
  const { code, message } = answers.error
  const reason: HoldReason = {
    code: HOLD_CODES_BY_REFUSAL[code] ?? 'failed',
    message,
    differences: [],
  }
  return { isProven: false, reason }
}

/** Proves a draft by what a reading of the log for many customers has found. */
export function proveByAnswers(
  draft: ProvableDraft,
  answers: readonly NaiveAnswer[],
  { now }: AccountCall,
): Proof {
  return proveDraft(draft, answers, now)
}
