import type { Contract } from '../../api/answers.ts'

export type ContractState = 'active' | 'upcoming' | 'ended' | 'archived'

export function contractState(
  { starting_at, ending_before, archived_at }: Contract,
  now: Date,
): ContractState {
  if (archived_at !== undefined) return 'archived'
  if (new Date(starting_at) > now) return 'upcoming'
  return ending_before !== undefined && new Date(ending_before) <= now ? 'ended' : 'active'
}

/** What people call a contract; not all of them have a name. */
export function contractName({ name, id }: Pick<Contract, 'name' | 'id'>): string {
  return name ?? `Contract ${id.slice(0, 8)}`
}

export function contractHref({ id, customer_id }: Pick<Contract, 'id' | 'customer_id'>): string {
  return `/customers/${customer_id}/contracts/${id}`
}
