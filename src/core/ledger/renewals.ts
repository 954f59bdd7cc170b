import type { Contract, Transition } from '../contracts/contract.ts'
import type { Balance } from './balance.ts'
import type { LedgerFacts, Remaining } from './draw.ts'
import { openingRemaining } from './remaining.ts'
import { rollOver } from './roll-over.ts'

/** One contract that takes over from another. */
export interface Renewal {
  transition: Transition
  from: Contract
  to: Contract
}

/** Balances with what happened to them; what renewals take along is among both. */
export interface RenewedBalances {
  balances: Balance[]
  facts: LedgerFacts
}

/** The renewals among a customer's contracts, in the order of time. */
export function renewalsOf(contracts: readonly Contract[]): Renewal[] {
  const byId = new Map(contracts.map((contract) => [contract.id, contract]))
  const renewals = contracts.flatMap((to) =>
    (to.terms.transitions ?? [])
      .filter(({ type, toContractId }) => type === 'RENEWAL' && toContractId === to.id)
      .flatMap((transition) => {
        const from = byId.get(transition.fromContractId)
        return from === undefined ? [] : [{ transition, from, to }]
      }),
  )
  return renewals.toSorted((a, b) => a.to.startingAt - b.to.startingAt)
}

/**
 * Takes along what is left at a renewal.
 * @param remaining what is left after all invoices of the former contract
 */
export function renew(
  { balances, facts }: RenewedBalances,
  remaining: Remaining,
  renewal: Renewal,
  now: number,
): RenewedBalances & { added: Balance[] } {
  const rolled = rollOver({ ...renewal, balances, remaining }, now)
  return {
    balances: [...balances, ...rolled.balances],
    facts: { ...facts, rollovers: [...facts.rollovers, ...rolled.moves] },
    added: rolled.balances,
  }
}

/**
 * What renewals take along at most: whatever usage may leave, these are the balances that invoices
 * after them may draw on.
 */
export function expectedRollovers(
  balances: readonly Balance[],
  renewals: readonly Renewal[],
  now: number,
): Balance[] {
  if (renewals.length === 0) return []
  const untouched: LedgerFacts = { posted: [], manual: [], rollovers: [], trueups: [] }
  const remaining = openingRemaining(balances, untouched)
  return renewals.flatMap((renewal) => rollOver({ ...renewal, balances, remaining }, now).balances)
}
