import { setSegment, type ScheduleSegment } from '../core/catalog/named-schedule.ts'
import { ok, refuse, unreachable, type Result } from '../core/result.ts'
import { findContract } from '../db/contracts.ts'
import { findCustomer } from '../db/customers.ts'
import type { Database } from '../db/database.ts'
import { findSchedule, replaceSchedule, type ScheduleKey } from '../db/named-schedules.ts'
import { findRateCard } from '../db/rate-cards.ts'

/** Who has schedules. */
export type ScheduleOwner =
  | { kind: 'RATE_CARD'; rateCardId: string }
  | { kind: 'CONTRACT'; customerId: string; contractId: string }
  | { kind: 'CUSTOMER'; customerId: string }

/** One schedule of an owner. */
export interface ScheduleName {
  owner: ScheduleOwner
  name: string
  /** Canonical JSON: `{}` for none. */
  properties: string
}

/** The segments of a schedule: none where nothing was ever set. */
export async function readSchedule(
  db: Database,
  environmentId: string,
  schedule: ScheduleName,
): Promise<Result<ScheduleSegment[]>> {
  const key = await findKey(db, environmentId, schedule)
  if (!key.ok) return key
  return ok((await findSchedule(db, environmentId, key.value)) ?? [])
}

/** How often a change is decided anew because others changed the schedule meanwhile. */
const ATTEMPTS_MAX = 5

/** Sets the value of a schedule for a span of time (pricing 3.5). */
export async function changeSchedule(
  db: Database,
  environmentId: string,
  schedule: ScheduleName,
  segment: ScheduleSegment,
): Promise<Result<null>> {
  const key = await findKey(db, environmentId, schedule)
  if (!key.ok) return key
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const known = await findSchedule(db, environmentId, key.value)
    const segments = setSegment(known ?? [], segment)
    if (!segments.ok) return segments
    if (await replaceSchedule(db, environmentId, key.value, known, segments.value)) return ok(null)
  }
  return refuse('overloaded', 'The schedule is being changed by others; try again shortly.')
}

async function findKey(
  db: Database,
  environmentId: string,
  { owner, name, properties }: ScheduleName,
): Promise<Result<ScheduleKey>> {
  const key = { ownerKind: owner.kind, name, properties }
  switch (owner.kind) {
    case 'RATE_CARD': {
      const card = await findRateCard(db, environmentId, owner.rateCardId)
      if (card !== null) return ok({ ...key, ownerId: card.id })
      return refuse('not_found', `rate_card_id: no rate card ${owner.rateCardId}`)
    }
    case 'CONTRACT': {
      const { customerId, contractId } = owner
      const contract = await findContract(db, environmentId, customerId, contractId)
      if (contract !== null) return ok({ ...key, ownerId: contract.id })
      return refuse(
        'not_found',
        `contract_id: the customer ${customerId} has no contract ${contractId}`,
      )
    }
    case 'CUSTOMER': {
      const customer = await findCustomer(db, environmentId, owner.customerId)
      if (customer !== null) return ok({ ...key, ownerId: customer.id })
      return refuse('not_found', `customer_id: no customer ${owner.customerId}`)
    }
    default:
      return unreachable(owner)
  }
}
