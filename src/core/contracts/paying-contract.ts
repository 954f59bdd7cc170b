import type { Balance } from '../ledger/balance.ts'
import type { Contract, ContractTerms } from './contract.ts'
import { isCut } from './cut-charges.ts'
import type { ScheduleItem } from './schedule.ts'

/** A contract as far as it says which charges are its own. */
export interface Payer extends Pick<Contract, 'id' | 'startingAt'> {
  terms: Pick<ContractTerms, 'cutCharges' | 'chargedBefore' | 'transitions'>
}

/**
 * The contract that a payment for a commit is charged by; null for none. A commit of a contract is
 * that one's alone, and ends with it. One of the customer's goes on when a contract is renewed, and
 * so does its schedule: what is due from the start of a new contract on is charged by that one.
 * What an early end before the renewal has cut off stays cut off.
 */
export function payingContractId(
  { contractId, payments }: Pick<Balance, 'contractId' | 'payments'>,
  item: Pick<ScheduleItem, 'id' | 'at'>,
  contracts: readonly Payer[],
): string | null {
  const named = payments?.contractId ?? null
  if (contractId !== null || named === null) return named
  let payer = contracts.find(({ id }) => id === named)
  while (payer !== undefined && !isCut(payer.terms, item)) {
    const next = takingOver(payer, item.at, contracts)
    if (next === undefined) break
    payer = next
  }
  return payer?.id ?? named
}

/** Contracts take over only from those that were there before them, so this comes to an end. */
function takingOver(
  { id, terms: { transitions = [] } }: Payer,
  instant: number,
  contracts: readonly Payer[],
): Payer | undefined {
  const heirs = transitions
    .filter(({ fromContractId }) => fromContractId === id)
    .map(({ toContractId }) => toContractId)
  return contracts.find((each) => heirs.includes(each.id) && each.startingAt <= instant)
}
