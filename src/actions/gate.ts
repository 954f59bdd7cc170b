import { settingsOf, type Environment } from '../core/environment.ts'
import type { SpendLimit } from '../core/gate/decide-gate.ts'
import { readPreviewEvents, type PreviewEvent } from '../core/metering/preview-events.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'
import type { GateAnswer } from '../objects/account-gate.ts'
import type { SettleAnswer } from '../objects/account-settle.ts'

/** Usage that is about to happen, or has happened, under a hold. */
export interface GatedUsage {
  customerId: string
  /** Of the hold. */
  id: string
  events: Omit<PreviewEvent, 'transaction_id'>[]
}

/**
 * Says what some usage would cost now, and whether it may happen; if it may, that is kept free.
 * @param now the environment's clock
 */
export async function askGate(
  env: Env,
  environment: Environment,
  usage: GatedUsage & { holdMs: number; limit: SpendLimit | null },
  now: number,
): Promise<Result<GateAnswer>> {
  const read = readUsageEvents(environment, usage, now)
  if (!read.ok) return read
  const { customerId, id, holdMs, limit } = usage
  const call = { environmentId: environment.id, customerId, now, id, events: read.value }
  return accountOf(env, environment.id, customerId).askGate({ ...call, holdMs, limit })
}

/** Ingests what was used under a hold, and lets go of it. */
export async function settleGate(
  env: Env,
  environment: Environment,
  usage: GatedUsage,
  now: number,
): Promise<Result<SettleAnswer>> {
  const read = readUsageEvents(environment, usage, now)
  if (!read.ok) return read
  const { customerId, id } = usage
  const call = { environmentId: environment.id, customerId, now, id, events: read.value }
  return accountOf(env, environment.id, customerId).settleGate({ ...call, environment })
}

/** Lets go of what a hold keeps free. */
export async function releaseGate(
  env: Env,
  environment: Pick<Environment, 'id'>,
  { customerId, id }: { customerId: string; id: string },
  now: number,
): Promise<Result<{ isActive: boolean }>> {
  const customer = await findCustomer(openDatabase(env.DB), environment.id, customerId)
  if (customer === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  const account = accountOf(env, environment.id, customerId)
  return account.releaseGate({ environmentId: environment.id, customerId, id, now })
}

/**
 * The events as they are ingested, by the rules of ingest; JSON text, since the digits of their
 * numbers would not survive a call. Their ids are the hold's: however often it is settled, they
 * count once.
 */
function readUsageEvents(
  environment: Environment,
  { customerId, id, events }: GatedUsage,
  now: number,
): Result<string> {
  const { backdatingMaxMs, futureMaxMs } = settingsOf(environment)
  const named = events.map((event, i) => ({
    ...event,
    transaction_id: `${id}/${String(i).padStart(3, '0')}`,
  }))
  const window = { nowMs: now, backdatingMaxMs, futureMaxMs }
  const read = readPreviewEvents(named, customerId, window)
  return read.ok ? ok(JSON.stringify(read.value.map(({ raw }) => raw))) : read
}
