import { grant } from './grant.ts'
import { useRows } from './read.ts'

/** As `GET /v1/customers/{customer_id}/contract-names` answers it. */
interface ContractName {
  id: string
  name: string | null
}

/** Which contract something belongs to, by its name; says nothing while there is only one. */
export type NameContract = (id: string | undefined) => string | undefined

/** The names of the customer's contracts. What is shown does not wait for them. */
export function useContractNames(): NameContract {
  const reading = useRows<ContractName>({
    path: `/v1/customers/${grant.customer_id}/contract-names?limit=100`,
  })
  if (reading.state !== 'read' || reading.rows.length < 2) return () => undefined
  const names = new Map(reading.rows.map(({ id, name }) => [id, name ?? undefined]))
  return (id) => (id === undefined ? undefined : names.get(id))
}
