import type { Contract, Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'

/** All contracts of a customer, archived ones at the end. */
export function useContracts({ id }: Pick<Customer, 'id'>) {
  return useAnswer<Contract[]>({
    path: '/v2/contracts/list',
    body: { customer_id: id, include_archived: true },
  })
}

export type ContractState = 'active' | 'upcoming' | 'ended' | 'archived'

export function contractState(
  { starting_at, ending_before, archived_at }: Contract,
  now: Date,
): ContractState {
  if (archived_at !== undefined) return 'archived'
  if (new Date(starting_at) > now) return 'upcoming'
  return ending_before !== undefined && new Date(ending_before) <= now ? 'ended' : 'active'
}
