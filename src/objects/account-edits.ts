import type { BatchItem } from 'drizzle-orm/batch'
import type { Product } from '../core/catalog/product.ts'
import type { CardContents } from '../core/contracts/card-contents.ts'
import type { ContractEdit } from '../core/contracts/contract-edit.ts'
import type { ContractInput } from '../core/contracts/create-contract.ts'
import {
  EDIT_KEY_USED,
  editContract,
  type EditInput,
  type EditSurroundings,
} from '../core/contracts/edit-contract.ts'
import { endFormer } from '../core/contracts/end-former.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { payingContractId } from '../core/contracts/paying-contract.ts'
import type { ScheduleItem } from '../core/contracts/schedule.ts'
import type { DueInvoice } from '../core/invoices/due-invoice.ts'
import { productsOfThresholds } from '../core/thresholds/edit-thresholds.ts'
import { namedProducts } from '../core/contracts/named-products.ts'
import { allBalances } from '../core/ledger/all-balances.ts'
import type { Balance } from '../core/ledger/balance.ts'
import { unitsOf } from '../core/ledger/create-recurring-balance.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { insertCommits, updateCommit } from '../db/commits.ts'
import { countEdits, findEdit, writeEdit } from '../db/contract-edits.ts'
import { isFieldConflict } from '../db/custom-fields.ts'
import { isUniqueConflict, type Database } from '../db/database.ts'
import { deleteContractDueUnits, insertDueInvoice } from '../db/due-work.ts'
import { customUnitIds } from '../db/credit-types.ts'
import { listContractWorkflows } from '../db/payment-workflows.ts'
import { loadProducts } from '../db/products.ts'
import { findRateCard } from '../db/rate-cards.ts'
import { loadCardContents, loadTerms, type LoadedTerms } from '../db/terms.ts'
import { unindexedInvoiceRows } from './account-archive.ts'
import { consolidationWrites } from './account-constituents.ts'
import { editedFieldWrites } from './account-fields.ts'
import { finalCharges } from './account-final-charges.ts'
import { finalizePastScheduled } from './account-finalize.ts'
import type { Account } from './account-invoices.ts'
import { editSurroundings } from './account-ledger-terms.ts'
import { readDue } from './account-open.ts'
import { chargeAtGate, issuePayment, type AwaitedPayment } from './account-payment-gate.ts'
import type { AccountCall } from './account-rpc.ts'
import { watchWrites } from './account-watches.ts'
import { listInvoiceSummaries, reopenCharges } from './account-store.ts'

/** An edit that others overtake is decided anew so often; the account's turns make that rare. */
const TRIES_MAX = 5

/**
 * Decides on an edit of a contract and writes it whole or not at all, together with what falls due
 * now that the contract may end elsewhere. Asked again with the same id, answers the same edit.
 */
export async function editCustomerContract(
  account: Account,
  call: AccountCall & { input: EditInput },
): Promise<Result<ContractEdit>> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const edited = await tryEdit(account, call)
    if (edited !== 'overtaken') return edited
  }
  return refuse('overloaded', 'Other edits of the contract came in between; try again.')
}

async function tryEdit(
  account: Account,
  call: AccountCall & { input: EditInput },
): Promise<Result<ContractEdit> | 'overtaken'> {
  const { db } = account
  const { environmentId, customerId, input, now } = call
  const existing = await findEdit(db, environmentId, input.id)
  if (existing !== null) {
    // A call may have died before it had issued them.
    const workflows = await listContractWorkflows(db, environmentId, input.contractId)
    for (const workflow of workflows) await issuePayment(account, call, workflow)
    return ok(existing)
  }
  const terms = await loadTerms(db, environmentId, customerId)
  if (terms === null) return refuse('not_found', `customer_id: no customer ${customerId}`)
  const before = terms.contracts.find(({ id }) => id === input.contractId)
  if (before === undefined) {
    return refuse('not_found', `contract_id: the customer has no contract ${input.contractId}`)
  }
  const counted = await countEdits(db, environmentId, before.id, input.uniquenessKey)
  const card = await loadCard(db, environmentId, before, input)
  const invoices = finalInvoices(account, before.id)
  const products = await loadNamed(db, environmentId, before, input)
  const ledger = await editSurroundings(account, call, allBalances(terms, now))
  const invoicedChargeIds = finalCharges(account).invoiced
  const units = await customUnitIds(db, environmentId, unitsOf(input.addRecurring))
  const about = { contract: before, card, products, ledger, invoices, invoicedChargeIds }
  const payments = paymentsBy(before, terms)
  const surroundings = { ...about, customUnitIds: units, payments, ...counted }
  const decided = editContract(input, surroundings, now)
  if (!decided.ok) return decided
  const { contract, edit, balances } = decided.value
  const writes = writeEdit(db, environmentId, { before, contract, edit })
  const awaited = await chargeForEdit(account, call, balances.added)
  const waiting = new Set(awaited.map(({ workflow }) => workflow.commit.id))
  const made = balances.added.filter(({ id }) => !waiting.has(id))
  // What a recurring one has made is kept from its first change on.
  const storedIds = new Set(terms.balances.map((own) => own.id))
  const stored = balances.changed.filter((changed) => storedIds.has(changed.id))
  const kept = balances.changed.flatMap((changed) =>
    storedIds.has(changed.id) ? [] : { ...changed, lastEditId: input.id },
  )
  const balanceWrites = [
    ...insertCommits(db, environmentId, [...made, ...kept]),
    ...stored.flatMap((changed) => updateCommit(db, environmentId, changed)),
    ...awaited.flatMap((payment) => payment.writes),
  ]
  const written = [...made, ...stored, ...kept]
  const rescheduled = await reschedule(account, call, withBalances(terms, written), contract)
  const fields = await editedFieldWrites(db, environmentId, input, before, contract)
  if (!fields.ok) return fields
  try {
    const watches = watchWrites(db, environmentId, contract, now)
    const due = [...rescheduled.writes, ...watches]
    await db.batch([...writes, ...balanceWrites, ...due, ...fields.value])
  } catch (error) {
    if (isFieldConflict(error)) return 'overtaken'
    if (isUniqueConflict(error, 'uniqueness_key')) return { ok: false, error: EDIT_KEY_USED }
    if (isUniqueConflict(error, 'contract_edits.ordinal')) return 'overtaken'
    throw error
  }
  await finalizePastScheduled(account, call, rescheduled.due)
  for (const { workflow } of awaited) await issuePayment(account, call, workflow)
  return ok(edit)
}

/** The payments of those commits that an edit adds and that cannot be used before. */
async function chargeForEdit(
  account: Account,
  call: AccountCall,
  added: Balance[],
): Promise<AwaitedPayment[]> {
  const awaited: AwaitedPayment[] = []
  for (const commit of added) {
    const { paymentGate: gate } = commit
    if (gate === undefined) continue
    const payment = await chargeAtGate(account, call, { kind: 'COMMIT', commit, gate })
    if (payment !== null) awaited.push(payment)
  }
  return awaited
}

/** What a new contract takes over from. */
export interface Former {
  /** The statements that end the former contract, for a batch. */
  writes: BatchItem<'sqlite'>[]
  /** All of the customer's, after that, and with the new contract; null where it takes nothing over. */
  terms: LoadedTerms | null
}

/**
 * The end of the contract that a new one takes over from. It charges for its own commits no longer;
 * what is to be paid for those of the customer goes on with the new one.
 */
export async function formerWrites(
  account: Account,
  call: AccountCall & { input: ContractInput },
  heir: Contract,
): Promise<Result<Former>> {
  const { db } = account
  const { environmentId, customerId, input, now } = call
  const { transition } = input
  if (transition === undefined) return ok({ writes: [], terms: null })
  const { fromContractId } = transition
  const loaded = await loadTerms(db, environmentId, customerId)
  const before = loaded?.contracts.find(({ id }) => id === fromContractId)
  if (loaded === null || before === undefined) {
    return refuse(
      'not_found',
      `transition.from_contract_id: the customer has no contract ${fromContractId}`,
    )
  }
  const counted = await countEdits(db, environmentId, before.id, undefined)
  const invoices = finalInvoices(account, before.id)
  const own = loaded.balances.filter(({ contractId }) => contractId !== null)
  const payments = paymentsBy(before, { ...loaded, balances: own })
  const nothing = { card: null, products: [], invoicedChargeIds: new Map() }
  const surroundings = { contract: before, invoices, payments, ...nothing, ...counted }
  const ended = endFormer({ ...input, transition }, surroundings, now)
  if (!ended.ok) return ended
  const { contract, edit } = ended.value
  const others = loaded.contracts.filter(({ id }) => id !== contract.id)
  const terms = { ...loaded, contracts: [...others, contract, heir] }
  const { writes } = await reschedule(account, call, terms, contract)
  const fields = await editedFieldWrites(db, environmentId, {}, before, contract)
  if (!fields.ok) return fields
  const written = writeEdit(db, environmentId, { before, contract, edit })
  return ok({ writes: [...written, ...writes, ...fields.value], terms })
}

/** What a contract is to invoice for prepaid commits. */
function paymentsBy({ id }: Contract, { balances, contracts }: LoadedTerms): ScheduleItem[] {
  const prepaid = balances.filter(({ type }) => type === 'PREPAID')
  return prepaid.flatMap((balance) =>
    (balance.payments?.schedule.items ?? []).filter(
      (item) => payingContractId(balance, item, contracts) === id,
    ),
  )
}

/** The contract's usage invoices that are final. */
function finalInvoices({ storage }: Account, contractId: string): EditSurroundings['invoices'] {
  const stored = listInvoiceSummaries(storage.sql).filter((own) => own.contractId === contractId)
  return stored.flatMap(({ type, status, endingBefore }) =>
    type === 'USAGE' && status !== 'DRAFT' && endingBefore !== null ? { status, endingBefore } : [],
  )
}

/** What is on the contract's card, where the edit depends on it. */
async function loadCard(
  db: Database,
  environmentId: string,
  { rateCardId }: Contract,
  { addOverrides, setUsageFilter, thresholds, addSubscriptions, updateSubscriptions }: EditInput,
): Promise<CardContents | null> {
  if (rateCardId === null) return null
  const subscriptions = addSubscriptions ?? updateSubscriptions
  if ((addOverrides ?? setUsageFilter ?? thresholds ?? subscriptions) === undefined) return null
  const card = await findRateCard(db, environmentId, rateCardId)
  const [contents] = await loadCardContents(db, environmentId, card === null ? [] : [card])
  return contents ?? null
}

/** The products that the edit names, where it depends on them. */
async function loadNamed(
  db: Database,
  environmentId: string,
  { terms }: Contract,
  { thresholds, addTerms = {}, addRecurring }: EditInput,
): Promise<Product[]> {
  const ids = [
    ...(thresholds === undefined ? [] : productsOfThresholds(thresholds, terms)),
    ...namedProducts({ ...addTerms, recurringBalances: addRecurring }),
  ]
  return ids.length === 0 ? [] : loadProducts(db, environmentId, ids)
}

/** The terms with some commits and credits as they are to be written. */
export function withBalances(terms: LoadedTerms, written: Balance[]): LoadedTerms {
  const ids = new Set(written.map(({ id }) => id))
  const others = terms.balances.filter(({ id }) => !ids.has(id))
  return { ...terms, balances: [...others, ...written] }
}

/** What falls due next of a contract after an edit, and the statements that make it so. */
export interface Rescheduled {
  due: DueInvoice[]
  writes: BatchItem<'sqlite'>[]
}

/** The statements that make the contract's next invoices due where they now are, for a batch. */
export async function reschedule(
  account: Account,
  { environmentId, now }: AccountCall,
  terms: LoadedTerms,
  contract: Contract,
): Promise<Rescheduled> {
  const { db } = account
  const contracts = terms.contracts.map((known) => (known.id === contract.id ? contract : known))
  // A commit that was used up by its true-up may have been raised since.
  const trueups = terms.balances.flatMap(({ type, payments }) =>
    type === 'POSTPAID' && payments?.contractId === contract.id ? payments.schedule.items : [],
  )
  const ids = trueups.map(({ id }) => id)
  if (ids.length > 0) reopenCharges(account.storage.sql, ids)
  const due = readDue(account, { ...terms, contracts }, contract, now)
  const writes = [
    deleteContractDueUnits(db, contract.id),
    // A finalization that died before it wrote the index would do so by its due row, which goes now.
    ...(await unindexedInvoiceRows(account, environmentId, contract.id)),
    ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),
    ...consolidationWrites(db, { environmentId, now }, contract, crypto.randomUUID()),
  ]
  return { due, writes }
}
