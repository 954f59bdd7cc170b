import type { BatchItem } from 'drizzle-orm/batch'
import type { EditFields } from '../core/contracts/edit-contract.ts'
import { balanceFields } from '../core/custom-fields/contract-fields.ts'
import { archiveBalance } from '../core/ledger/archive-balance.ts'
import { findOfKind, type BalanceKind } from '../core/ledger/balance-kind.ts'
import type { BalanceEdits } from '../core/ledger/change-balances.ts'
import { payingContractId } from '../core/contracts/paying-contract.ts'
import type { Balance } from '../core/ledger/balance.ts'
import {
  BALANCE_KEY_USED,
  createBalances,
  type BalanceInput,
} from '../core/ledger/create-balance.ts'
import { disableTrueup } from '../core/ledger/disable-trueup.ts'
import {
  editBalance,
  type BalanceInvoices,
  type BalanceUpdate,
} from '../core/ledger/edit-balance.ts'
import { endBalance, type BalanceEnds } from '../core/ledger/end-balance.ts'
import { namedInBalances } from '../core/ledger/named-in-balances.ts'
import { assert, ok, refuse, unreachable, type Result } from '../core/result.ts'
import { loadBalanceSurroundings } from '../db/balance-surroundings.ts'
import { findCommit, insertCommits, isCommitKeyUsed, updateCommit } from '../db/commits.ts'
import { writeWithFields } from '../db/custom-fields.ts'
import { findCustomer } from '../db/customers.ts'
import { isUniqueConflict, type Database } from '../db/database.ts'
import {
  editCustomerContract,
  reschedule,
  withBalances,
  type Rescheduled,
} from './account-edits.ts'
import { finalizePastScheduled } from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
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
  const [balance] = created.value
  assert(balance !== undefined, 'one commit must come of one input')
  const fields = [balanceFields(balance, 'custom_fields')]
  const scheduled = await rescheduled(account, call, balance)
  const writes = [...insertCommits(db, environmentId, [balance]), ...scheduled.writes]
  try {
    const written = await writeWithFields(db, environmentId, fields, (fieldWrites) =>
      runBatch(db, [...writes, ...fieldWrites]),
    )
    if (!written.ok) return written
  } catch (error) {
    // Another customer's account may have taken the key between the check and the write.
    if (!isUniqueConflict(error, 'commits.uniqueness_key')) throw error
    return { ok: false, error: BALANCE_KEY_USED }
  }
  await scheduled.finish()
  return ok(balance)
}

/** Decides on a change of one of the customer's commits or credits, and writes it. */
export async function changeBalance(
  account: Account,
  call: AccountCall & BalanceChange,
): Promise<Result<Balance>> {
  const { db } = account
  const { environmentId, customerId, balanceId, kind, editId, change } = call
  const found = await findCommit(db, environmentId, customerId, balanceId)
  const terms = found === null ? await loadAllTerms(account, call) : null
  const candidates = found === null ? (terms?.balances ?? []) : [found]
  const balance = findOfKind(candidates, balanceId, kind)
  const field = `${kind.toLowerCase()}_id`
  if (balance === null) {
    return refuse('not_found', `${field}: the customer has no ${kind.toLowerCase()} ${balanceId}`)
  }
  if (balance.lastEditId === editId) return ok(balance)
  if (balance.contractId !== null && change.verb !== 'disable-trueup') {
    return changeOfContract(account, call, { ...balance, contractId: balance.contractId })
  }
  const decided = await decide(account, call, balance, field)
  if (!decided.ok || decided.value === balance) return decided
  const changed = { ...decided.value, lastEditId: editId }
  const scheduled = await rescheduled(account, call, changed, balance)
  await runBatch(db, [...updateCommit(db, environmentId, changed), ...scheduled.writes])
  await scheduled.finish()
  return ok(changed)
}

/**
 * What the payments of a commit make due: the statements for its batch, and what is to be done
 * after it, the invoices of past dates.
 * @param former what it was before
 */
async function rescheduled(
  account: Account,
  call: AccountCall,
  balance: Balance,
  former: Balance | null = null,
) {
  const paid = [former, balance].filter((one) => one?.payments?.contractId != null)
  const terms = paid.length === 0 ? null : await loadAllTerms(account, call)
  const payers = new Set(
    paid.flatMap((one) => {
      const items = one?.payments?.schedule.items ?? []
      const each = items.map((item) => payingContractId(one!, item, terms?.contracts ?? []))
      return [one?.payments?.contractId, ...each]
    }),
  )
  const all: Rescheduled[] = []
  for (const contract of terms?.contracts ?? []) {
    if (terms === null || !payers.has(contract.id)) continue
    all.push(await reschedule(account, call, withBalances(terms, [balance]), contract))
  }
  return {
    writes: all.flatMap(({ writes }) => writes),
    finish: async () => {
      for (const { due } of all) await finalizePastScheduled(account, call, due)
    },
  }
}

/** A batch that has at least one statement. */
async function runBatch(db: Database, statements: BatchItem<'sqlite'>[]): Promise<void> {
  const [first, ...rest] = statements
  assert(first !== undefined, 'a batch must have statements')
  await db.batch([first, ...rest])
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
      const update = updateOf(change, balance, invoices)
      if (!update.ok) return update
      if (update.value === null) return ok(balance)
      const named = namedInBalances([], [update.value])
      const loaded = await loadBalanceSurroundings(account.db, environmentId, customerId, named)
      return editBalance(balance, update.value, { ...loaded, ...invoices }, editId, '')
    }
    case 'archive':
      return archiveBalance(balance, invoices, now, field)
    case 'disable-trueup':
      return disableTrueup(balance, change.contractId, invoices.invoiced, now)
    default:
      return unreachable(change)
  }
}

/** Null for a commit or credit that ends there already. */
function updateOf(
  change: Extract<BalanceChange['change'], { verb: 'edit' | 'end' }>,
  balance: Balance,
  invoices: BalanceInvoices,
): Result<BalanceUpdate | null> {
  if (change.verb === 'edit') return ok(change.update)
  const update = endBalance(balance, change.ends, invoices)
  if (!update.ok) return update
  const { id: _, ...members } = update.value
  return Object.keys(members).length === 0 ? ok(null) : update
}

/** What a contract has changes by an edit of the contract, which its history shows. */
async function changeOfContract(
  account: Account,
  call: AccountCall & BalanceChange,
  balance: Balance & { contractId: string },
): Promise<Result<Balance>> {
  const { environmentId, customerId, kind, editId, createdBy, change, now } = call
  const { id, contractId } = balance
  const edits: BalanceEdits = {}
  if (change.verb === 'archive') {
    if (balance.archivedAt !== null) return ok(balance)
    edits.archiveBalances = [{ kind, path: `${kind.toLowerCase()}_`, id }]
  } else if (change.verb !== 'disable-trueup') {
    const update = updateOf(change, balance, finalCharges(account))
    if (!update.ok) return update
    if (update.value === null) return ok(balance)
    edits.updateBalances = [{ kind, path: '', update: update.value }]
  }
  const fields: EditFields = { overrides: '', endingBefore: '', prefix: '' }
  const input = { id: editId, customerId, contractId, createdBy, fields, ...edits }
  const edited = await editCustomerContract(account, { environmentId, customerId, input, now })
  if (!edited.ok) return edited
  return ok((await findCommit(account.db, environmentId, customerId, id)) ?? balance)
}
