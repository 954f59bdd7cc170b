import type { Customer } from '../customer.ts'
import type { Environment } from '../environment.ts'
import type { Balance } from '../ledger/balance.ts'
import type { Contract } from './contract.ts'

/** What was agreed with a customer, and the settings under which it is billed. */
export interface CustomerTerms {
  environment: Environment
  customer: Pick<Customer, 'customFields'>
  contracts: Contract[]
  /** Those of the contracts, by their ids, that have others below them; absent for none. */
  parentIds?: ReadonlySet<string>
  /** The commits and credits that were made by request, archived ones among them. */
  balances: Balance[]
  /** The currency of each rate card that the contracts name, by the card's id. */
  currencies: Map<string, string>
}
