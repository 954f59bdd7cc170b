import { balanceFields } from '../core/custom-fields/contract-fields.ts'
import { archiveBalance } from '../core/ledger/archive-balance.ts'
import { findOfKind, type BalanceKind } from '../core/ledger/balance-kind.ts'
import type { Balance } from '../core/ledger/balance.ts'
import {
  BALANCE_KEY_USED,
  createBalances,
  type BalanceInput,
} from '../core/ledger/create-balance.ts'
import { disableTrueup } from '../core/ledger/disable-trueup.ts'
import { editBalance, type BalanceUpdate } from '../core/ledger/edit-balance.ts'
import { endBalance, type BalanceEnds } from '../core/ledger/end-balance.ts'
import { namedInBalances } from '../core/ledger/named-in-balances.ts'
import { assert, ok, refuse, unreachable, type Result } from '../core/result.ts'
import { loadBalanceSurroundings } from '../db/balance-surroundings.ts'
import { findCommit, insertCommits, isCommitKeyUsed, updateCommit } from '../db/commits.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import { findCustomer } from '../db/customers.ts'
import { isUniqueConflict } from '../db/database.ts'
import { reschedule, type Rescheduled } from './account-edits.ts'
import { finalizePastScheduled, type Account } from './account-invoices.ts'
import { loadAllTerms } from './account-open.ts'
import { finalCharges } from './account-final-charges.ts'
import type { AccountCall } from './account-rpc.ts'

/** A commit or credit of the customer itself that an account is asked to create. */
export interface NewBalance {
  input: BalanceInput
  createdBy: string
}

/** A change of one of the customer's commits or credits, whether a contract has it or not. */
export interface BalanceChange {
  balanceId: string
  kind: BalanceKind
  /** Asked for again with the same id, it is not made again. */
  editId: string
  createdBy: string
  change:
    | { verb: 'edit'; update: BalanceUpdate }
    | { verb: 'end'; ends: BalanceEnds }
    | { verb: 'archive' }
    | { verb: 'disable-trueup'; contractId: string }
}

/** Decides on a commit or credit of the customer itself, and writes it. */
export async function addBalance(
  account: Account,
  call: AccountCall & NewBalance,
): Promise<Result<Balance>> {
  const { db } = account
  const { environmentId, customerId, input, createdBy, now } = call
  const existing = await findCommit(db, environmentId, customerId, input.id)
  if (existing !== null) return ok(existing)
  const customer = await findCustomer(db, environmentId, customerId)
  if (customer === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  if (customer.archivedAt !== null) {
    return refuse('invalid', `customer_id: customer ${customerId} is archived`)
  }
  const { uniquenessKey } = input
  if (uniquenessKey !== undefined && (await isCommitKeyUsed(db, environmentId, uniquenessKey))) {
    return { ok: false, error: BALANCE_KEY_USED }
  }
  const named = namedInBalances([input])
  const surroundings = await loadBalanceSurroundings(db, environmentId, customerId, named)
  const owner = { customerId, contractId: null, createdBy }
  const created = createBalances([input], owner, surroundings, now)
  if (!created.ok) return created
  const [first, ...rest] = insertCommits(db, environmentId, created.value)
  assert(first !== undefined, 'a commit must be written by some statement')
  const fields = created.value.map((one) => balanceFields(one, 'custom_fields'))
  const rescheduled = await rescheduleFor(account, call, created.value)
  try {
    const written = await writeWithFields(db, environmentId, fields, (fieldWrites) =>
      db.batch([first, ...rest, ...fieldWrites, ...rescheduled.writes]),
    )
    if (!written.ok) return written
  } catch (error) {
    // Another customer's account may have taken the key between the check and the write.
    if (isUniqueConflict(error, 'commits.uniqueness_key'))
      return { ok: false, error: BALANCE_KEY_USED }
    throw error
  }
  await finalizePastScheduled(account, call, rescheduled.due)
  const [balance] = created.value
  assert(balance !== undefined, 'one commit must come of one input')
  return ok(balance)
}

/** Decides on a change of one of the customer's commits or credits, and writes it. */
export async function changeBalance(
  account: Account,
  call: AccountCall & BalanceChange,
): Promise<Result<Balance>> {
  const { db } = account
  const { environmentId, customerId, balanceId, kind, editId } = call
  const found = await findCommit(db, environmentId, customerId, balanceId)
  const balance = findOfKind(found === null ? [] : [found], balanceId, kind)
  const field = `${kind.toLowerCase()}_id`
  if (balance === null) {
    return refuse('not_found', `${field}: the customer has no ${kind.toLowerCase()} ${balanceId}`)
  }
  if (balance.lastEditId === editId) return ok(balance)
  const decided = await decide(account, call, balance, field)
  if (!decided.ok || decided.value === balance) return decided
  const changed = { ...decided.value, lastEditId: editId }
  const [first, ...rest] = updateCommit(db, environmentId, changed)
  assert(first !== undefined, 'a commit must be written by some statement')
  const rescheduled = await rescheduleFor(account, call, [balance, changed])
  await db.batch([first, ...rest, ...rescheduled.writes])
  await finalizePastScheduled(account, call, rescheduled.due)
  return ok(changed)
}

/**
 * What falls due of the contracts that invoice some balances.
 * @param changed what they were, and then what they are now
 */
async function rescheduleFor(
  account: Account,
  call: AccountCall,
  changed: readonly Balance[],
): Promise<Rescheduled> {
  const terms = await loadAllTerms(account, call)
  assert(terms !== null, `customer ${call.customerId} of a balance must exist`)
  const latest = new Map(changed.map((balance) => [balance.id, balance]))
  const others = terms.balances.filter(({ id }) => !latest.has(id))
  const after = { ...terms, balances: [...others, ...latest.values()] }
  const payers = new Set(changed.flatMap(({ payments }) => payments?.contractId ?? []))
  const contracts = terms.contracts.filter(({ id }) => payers.has(id))
  const each = await Promise.all(
    contracts.map((contract) => reschedule(account, call, after, contract)),
  )
  return {
    due: each.flatMap(({ due }) => due),
    writes: each.flatMap(({ writes }) => writes),
  }
}

async function decide(
  account: Account,
  call: AccountCall & BalanceChange,
  balance: Balance,
  field: string,
): Promise<Result<Balance>> {
  const { environmentId, customerId, editId, change, now } = call
  const invoices = finalCharges(account)
  switch (change.verb) {
    case 'edit':
    case 'end': {
      const asked =
        change.verb === 'edit' ? ok(change.update) : endBalance(balance, change.ends, invoices)
      if (!asked.ok) return asked
      const { id: _, ...members } = asked.value
      if (change.verb === 'end' && Object.keys(members).length === 0) return ok(balance)
      const named = namedInBalances([], [asked.value])
      const loaded = await loadBalanceSurroundings(account.db, environmentId, customerId, named)
      return editBalance(balance, asked.value, { ...loaded, ...invoices }, editId, '')
    }
    case 'archive':
      return archiveBalance(balance, invoices, now, field)
    case 'disable-trueup':
      return disableTrueup(balance, change.contractId, invoices.invoiced, now)
    default:
      return unreachable(change)
  }
}
