import type { Customer } from '../model/books.ts'
import { sumOf } from '../model/exact.ts'
import { readBalances } from '../actors/contracts.ts'
import { count, type Simulation } from '../simulation.ts'
import { equal, fail } from './invoices.ts'

/** Ledgers add up, and say what invoices have drawn. */
export async function checkBalances(simulation: Simulation, customer: Customer): Promise<void> {
  const found = await readBalances(simulation, customer)
  if (found.length !== customer.balances.length) {
    fail(`${customer.id} has ${found.length} balances, not ${customer.balances.length}`)
  }
  for (const balance of found) {
    const sum = sumOf(balance.ledger.map(({ amount }) => amount))
    equal(`the balance of ${balance.id} and its ledger`, balance.balance, sum)
    if (sum.isNegative() && !sum.isZero()) fail(`${balance.id} has given more than it had`)
    count(simulation, 'ledgers checked')
  }
}
