import { ok, refuse, type Result } from '../result.ts'
import { archiveBalance } from './archive-balance.ts'
import { findOfKind, type BalanceKind } from './balance-kind.ts'
import type { Balance } from './balance.ts'
import type { BalanceSurroundings } from './check-balance.ts'
import {
  BALANCES_LENGTH_MAX,
  createBalances,
  type BalanceInput,
  type BalanceOwner,
} from './create-balance.ts'
import { editBalance, type BalanceInvoices, type BalanceUpdate } from './edit-balance.ts'

/** What an edit of a contract changes of its commits and credits, as it is asked for. */
export interface BalanceEdits {
  addBalances?: BalanceInput[]
  /** `path` is how messages name their members, such as `update_commits[0].` */
  updateBalances?: { kind: BalanceKind; path: string; update: BalanceUpdate }[]
  archiveBalances?: { kind: BalanceKind; path: string; id: string }[]
}

/** The same as it is kept with the edit; members that are absent leave everything as it is. */
export interface BalanceChanges {
  addBalances?: Balance[]
  updateBalances?: { kind: BalanceKind; update: BalanceUpdate }[]
  archiveBalances?: { kind: BalanceKind; id: string }[]
}

/** What exists, as far as an edit of a contract's commits and credits depends on it. */
export interface ChangeSurroundings extends BalanceSurroundings, BalanceInvoices {
  /** The customer's that were made by request. */
  balances: Balance[]
}

export interface ChangedBalances {
  changes: BalanceChanges
  added: Balance[]
  /** Those that were there before, as they are now. */
  changed: Balance[]
}

/** Decides on what an edit of a contract does to its commits and credits, all of it or nothing. */
export function changeBalances(
  { addBalances = [], updateBalances = [], archiveBalances = [] }: BalanceEdits,
  owner: BalanceOwner & { editId: string },
  surroundings: ChangeSurroundings,
  now: number,
): Result<ChangedBalances> {
  const { editId, ...own } = owner
  const added = createBalances(addBalances, own, surroundings, now)
  if (!added.ok) return added
  const ofContract = surroundings.balances.filter((one) => one.contractId === owner.contractId)
  const changed = new Map<string, Balance>()
  for (const { kind, path, update } of updateBalances) {
    const field = `${path}${kind.toLowerCase()}_id`
    const balance = findUnchanged(ofContract, update.id, kind, changed, field)
    if (!balance.ok) return balance
    const edited = editBalance(balance.value, update, surroundings, editId, path)
    if (!edited.ok) return edited
    changed.set(update.id, edited.value)
  }
  for (const { kind, path, id } of archiveBalances) {
    const balance = findUnchanged(ofContract, id, kind, changed, `${path}id`)
    if (!balance.ok) return balance
    const archived = archiveBalance(balance.value, surroundings, now, `${path}id`)
    if (!archived.ok) return archived
    changed.set(id, archived.value)
  }
  const changes: BalanceChanges = {
    addBalances: listed(added.value),
    updateBalances: listed(updateBalances.map(({ kind, update }) => ({ kind, update }))),
    archiveBalances: listed(archiveBalances.map(({ kind, id }) => ({ kind, id }))),
  }
  if (JSON.stringify(changes.updateBalances ?? []).length > BALANCES_LENGTH_MAX) {
    const path = updateBalances.at(-1)?.path ?? ''
    return refuse(
      'too_large',
      `${path}access_schedule: the changes of one request have at most ${BALANCES_LENGTH_MAX} characters as JSON`,
    )
  }
  return ok({ changes, added: added.value, changed: [...changed.values()] })
}

function listed<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list
}

/** @param changed those that the request has changed so far */
function findUnchanged(
  balances: Balance[],
  id: string,
  kind: BalanceKind,
  changed: Map<string, Balance>,
  field: string,
): Result<Balance> {
  if (changed.has(id)) return refuse('invalid', `${field}: expected each only once`)
  const balance = findOfKind(balances, id, kind)
  if (balance !== null) return ok(balance)
  return refuse('not_found', `${field}: the contract has no ${kind.toLowerCase()} ${id}`)
}
