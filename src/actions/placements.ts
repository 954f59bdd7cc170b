import { settingsOf, type Environment } from '../core/environment.ts'
import { ownGroup } from '../core/metering/place.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { findCustomer } from '../db/customers.ts'
import { openDatabase } from '../db/database.ts'
import { findPlacement, loadCustomerHomes, replacePlacement } from '../db/placements.ts'
import type { Env } from '../env.ts'
import { completeMoves } from './move-ids.ts'

/** Which meters take a customer's events in. */
export interface CustomerPlacement {
  /** Meters that it shares with other customers, or its own. */
  kind: 'shared' | 'own'
  meters: number
  /** Some of its ids are still on their way there. */
  isMoving: boolean
}

export async function readPlacement(
  env: Env,
  environment: Environment,
  customerId: string,
): Promise<Result<CustomerPlacement>> {
  const db = openDatabase(env.DB)
  const customer = await findCustomer(db, environment.id, customerId)
  if (customer === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  return ok(await describePlacement(env, environment, customerId))
}

async function describePlacement(
  env: Env,
  environment: Environment,
  customerId: string,
): Promise<CustomerPlacement> {
  const db = openDatabase(env.DB)
  const placement = await findPlacement(db, environment.id, customerId)
  const loaded = await loadCustomerHomes(db, environment.id, customerId)
  return {
    kind: placement === null ? 'shared' : 'own',
    meters: placement?.meters ?? settingsOf(environment).sharedMeters,
    isMoving: loaded?.homes.some(({ isMoving }) => isMoving) ?? false,
  }
}

/**
 * Gives a customer so many meters of its own, or more of them than it has. Its events are taken in
 * there from now on; those that it has stay where they are, and count.
 */
export async function placeCustomer(
  env: Env,
  environment: Environment,
  customerId: string,
  meters: number,
): Promise<Result<CustomerPlacement>> {
  const db = openDatabase(env.DB)
  const environmentId = environment.id
  const customer = await findCustomer(db, environmentId, customerId)
  if (customer === null || customer.archivedAt !== null) {
    return refuse('not_found', `customer_id: no customer ${customerId} that is not archived`)
  }
  // A move that is under way ends before another one of the same ids begins.
  await completeMoves(env, environmentId, new Set([customerId, ...customer.ingestAliases]))
  const before = await findPlacement(db, environmentId, customerId)
  if (before !== null && meters < before.meters) {
    return refuse(
      'conflict',
      `meters: the customer has ${before.meters} meters of its own, which cannot become fewer`,
    )
  }
  if (before?.meters !== meters) {
    const epoch = (before?.epoch ?? 0) + 1
    const group = ownGroup(customerId, epoch, meters)
    const placement = { customerId, environmentId, epoch, meters, group }
    if (!(await replacePlacement(db, placement, before).catch(() => false))) {
      return refuse('overloaded', 'The placement is being changed by another request; try again.')
    }
    await completeMoves(env, environmentId)
  }
  return ok(await describePlacement(env, environment, customerId))
}
