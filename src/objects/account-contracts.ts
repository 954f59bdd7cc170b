import {
  createContract,
  UNIQUENESS_KEY_USED,
  type ContractInput,
} from '../core/contracts/create-contract.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { invoicedBy } from '../core/invoices/open-scheduled.ts'
import type { Customer } from '../core/customer.ts'
import type { FieldHolder } from '../core/custom-fields/check-fields.ts'
import {
  balanceFields,
  contractFields,
  customerFields,
} from '../core/custom-fields/contract-fields.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { insertCommits } from '../db/commits.ts'
import { customerInserts } from '../db/customers.ts'
import { findContract, insertContract } from '../db/contracts.ts'
import { customFieldWrites, refuseLostFields } from '../db/custom-fields.ts'
import { isNullConflict, isUniqueConflict } from '../db/database.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { insertChild, loadHierarchy } from '../db/hierarchy.ts'
import { loadSurroundings, type LoadedTerms } from '../db/terms.ts'
import { formerWrites } from './account-edits.ts'
import { finalizePastScheduled } from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
import { newContractBalances } from './account-ledger-terms.ts'
import { dueInvoices, readDue } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { watchWrites } from './account-watches.ts'

/** What an account is asked to create. */
export interface NewContract {
  input: ContractInput
  /** Whose contract it is, where the customer is to be made together with it. */
  customer?: Customer
}

const NOTHING = invoicedBy([], new Set())

/** A package hands the custom fields of its terms on to those of its contracts (pricing 1.4). */
function isHandedOn({ packageId }: Contract, { entity }: FieldHolder): boolean {
  return packageId !== null && entity !== 'contract' && entity !== 'customer'
}

/** The customer's terms with the commits and credits of a new contract, and the currency of its card. */
function withNew(
  terms: LoadedTerms,
  balances: Balance[],
  currencies: ReadonlyMap<string, string>,
): LoadedTerms {
  return {
    ...terms,
    balances: [...terms.balances, ...balances],
    currencies: new Map([...terms.currencies, ...currencies]),
  }
}

/**
 * Decides on a contract and writes it together with its first due rows, and with the end of the one
 * that it takes over from: all or nothing. Then what it is charged for past dates is finalized.
 */
export async function addContract(
  account: Account,
  call: NewContract & AccountCall,
): Promise<Result<Contract>> {
  const { db } = account
  const { environmentId, input, customer, now } = call
  const existing = await findContract(db, environmentId, input.customerId, input.id)
  if (existing !== null) return ok(existing)
  const loaded = await loadSurroundings(db, environmentId, input)
  assert(loaded !== null, `environment ${environmentId} must exist for a contract to be created`)
  const placed = await loadHierarchy(db, environmentId, input)
  const surroundings = {
    ...loaded.surroundings,
    ...(customer && { customer }),
    ...(placed && { hierarchy: placed.surroundings }),
  }
  const created = createContract(input, surroundings, now)
  if (!created.ok) return created
  const contract = created.value
  const balances = await newContractBalances(account, call)
  if (!balances.ok) return balances
  const { environment } = loaded
  const terms = { environment, customer: { customFields: {} }, contracts: [contract] }
  const currencies = new Map(
    loaded.surroundings.rateCards.map(({ id, fiatCreditTypeId }) => [id, fiatCreditTypeId]),
  )
  const former = await formerWrites(account, call, contract)
  if (!former.ok) return former
  const due =
    former.value.terms === null
      ? dueInvoices({ ...terms, balances: balances.value, currencies }, contract, NOTHING, now)
      : readDue(account, withNew(former.value.terms, balances.value, currencies), contract, now)
  const fields = [
    ...(customer === undefined ? [] : [customerFields(customer, 'customer.custom_fields')]),
    ...contractFields(contract),
    ...(input.balances ?? []).map((one) => balanceFields(one, `${one.path}custom_fields`)),
  ].map((holder) => (isHandedOn(contract, holder) ? { ...holder, bringsKeys: true } : holder))
  const fieldWrites = await customFieldWrites(db, environmentId, fields)
  if (!fieldWrites.ok) return fieldWrites
  try {
    await db.batch([
      insertContract(db, environmentId, contract),
      ...insertChild(db, environmentId, contract, placed?.ordinal),
      ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),
      ...watchWrites(db, environmentId, contract, now),
      ...(customer === undefined ? [] : customerInserts(db, environmentId, customer)),
      ...insertCommits(db, environmentId, balances.value),
      ...former.value.writes,
      ...fieldWrites.value,
    ])
  } catch (error) {
    const lostFields = await refuseLostFields(db, environmentId, fields, error)
    if (lostFields !== null) return lostFields
    // Another customer's account may have taken the key between the check and the write.
    if (isUniqueConflict(error, 'uniqueness_key')) return { ok: false, error: UNIQUENESS_KEY_USED }
    if (isUniqueConflict(error, 'contract_edits.ordinal')) {
      return refuse('overloaded', 'An edit of the former contract came in between; try again.')
    }
    if (
      isUniqueConflict(error, 'contract_children.') ||
      isNullConflict(error, 'contract_children.ordinal')
    ) {
      return refuse('overloaded', 'Another contract of the hierarchy came in between; try again.')
    }
    throw error
  }
  await finalizePastScheduled(account, call, due)
  return created
}
