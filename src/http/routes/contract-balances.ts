import { readBalances } from '../../actions/balances.ts'
import type { Contract } from '../../core/contracts/contract.ts'
import { allBalances } from '../../core/ledger/all-balances.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import { endWithContracts, keepExpired } from '../../core/ledger/end-with-contracts.ts'
import { ok, type Result } from '../../core/result.ts'
import { loadCommitsOfContracts } from '../../db/commits.ts'
import type { AppContext } from '../context.ts'
import type { CommitReading } from './commit-answers.ts'
import { type BalanceInclusions, toCommitReadings } from './ledger-answers.ts'

/** The commits and credits that contracts are shown with. */
export interface ContractBalances {
  balances: Balance[]
  /** What has become of them, by their ids, where it is asked for. */
  readings?: ReadonlyMap<string, CommitReading>
}

/** What has become of a customer's commits and credits, if it is asked for; otherwise undefined. */
export async function readIncluded(
  c: AppContext,
  customerId: string,
  asked: BalanceInclusions,
): Promise<Result<ContractBalances | undefined>> {
  if (!asked.include_balance && !asked.include_ledgers) return ok(undefined)
  const { environment, now } = c.var
  const read = await readBalances(c.env, environment, { customerId, isWithDrafts: true }, now)
  if (!read.ok) return read
  const { balances } = read.value
  return ok({ balances, readings: toCommitReadings(read.value, balances, asked, now) })
}

/** Those of some contracts, with those that recurring ones have made by now. */
export async function loadContractBalances(
  c: AppContext,
  contracts: Contract[],
): Promise<ContractBalances> {
  const { db, environment, now } = c.var
  const stored = await loadCommitsOfContracts(db, environment.id, contracts)
  // A contract may be there more than once, as it is and as it was at first.
  const present = new Map(contracts.toReversed().map((contract) => [contract.id, contract]))
  const current = [...present.values()]
  const all = keepExpired(allBalances({ contracts: current, balances: stored }, now), current)
  return { balances: endWithContracts(all, current, now) }
}
