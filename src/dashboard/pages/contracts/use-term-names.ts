import type { Contract } from '../../api/answers.ts'
import { useAnswer } from '../../api/use-answer.ts'

/** The names of a contract's terms by their ids; undefined for those that it has no more. */
export function useTermNames({ id, customer_id }: Pick<Contract, 'id' | 'customer_id'>) {
  const contract = useAnswer<Contract>({
    path: '/v2/contracts/get',
    body: { customer_id, contract_id: id, include_balance: true },
  })
  const names = contract.data === undefined ? new Map<string, string>() : termNames(contract.data)
  return (termId: string) => names.get(termId)
}

/** What the terms of a contract are called, by their ids. */
export function termNames(contract: Contract): Map<string, string> {
  const named = [
    ...contract.commits,
    ...contract.credits,
    ...(contract.recurring_commits ?? []),
    ...(contract.recurring_credits ?? []),
    ...(contract.scheduled_charges ?? []),
    ...(contract.discounts ?? []),
  ].map(({ id, name, product }): [string, string] => [id, name ?? product.name])
  const subscribed = contract.subscriptions.map(
    ({ id, name, subscription_rate: rate }): [string, string] => [id, name ?? rate.product.name],
  )
  return new Map([...named, ...subscribed])
}
