import type { Contract, Customer } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'

/** All contracts of a customer, archived ones included. */
export function useContracts({ id }: Pick<Customer, 'id'>) {
  return useAnswer<Contract[]>({
    path: '/v2/contracts/list',
    body: { customer_id: id, include_archived: true },
  })
}
