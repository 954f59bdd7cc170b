import { contradictionOf } from '../actions/prove-draft.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { consolidatorOf } from '../core/contracts/hierarchy.ts'
import {
  draftConsolidatedInvoice,
  isComplete,
  planConsolidations,
  type Consolidation,
  type Statement,
} from '../core/invoices/consolidated-invoice.ts'
import type { Constituent, Invoice } from '../core/invoices/invoice.ts'
import { openStatements } from '../core/invoices/open-statement.ts'
import { takenPlace } from '../core/invoices/regenerated-invoice.ts'
import { finalizeInvoice } from '../core/invoices/usage-invoice.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { deleteDueUnit } from '../db/due-work.ts'
import { deleteHeldInvoice } from '../db/held-invoices.ts'
import { listConsolidatedChildren, type ConsolidatedChild } from '../db/hierarchy.ts'
import type { LoadedTerms } from '../db/terms.ts'
import { unindexedInvoiceRows } from './account-archive.ts'
import { accountOf } from './account.ts'
import type { Account } from './account-invoices.ts'
import { loadAllTerms, readInvoiced } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { insertInvoice, listInvoiceSummaries } from './account-store.ts'

/** The usage invoices of some of the customer's contracts, drafts and stored ones; none is computed. */
export async function listStatements(
  account: Account,
  call: AccountCall & { contractIds: string[] },
): Promise<Statement[]> {
  const terms = await loadAllTerms(account, call)
  return terms === null ? [] : statementsOf(account, call, terms, call.contractIds)
}

/** What of the customer's consolidated invoices is not stored: they have drafts. */
export async function readConsolidations(
  account: Account,
  call: AccountCall,
  terms: LoadedTerms,
): Promise<Consolidation[]> {
  const stored = new Set(listInvoiceSummaries(account.storage.sql).map(({ id }) => id))
  const planned = await planAll(account, call, terms, isConsolidating)
  return planned.filter(({ header }) => !stored.has(header.id))
}

/** The draft of a consolidated invoice, of what there still is to join. */
export async function draftConsolidation(
  account: Account,
  call: AccountCall,
  { header, constituents }: Consolidation,
): Promise<Invoice> {
  const invoices = await readConstituents(account, call, constituents)
  return draftConsolidatedInvoice(
    header,
    invoices.filter(({ status }) => status !== 'VOID'),
  )
}

/** The same, to become final: null where something has changed in between. */
async function draftComplete(
  account: Account,
  call: AccountCall,
  { header, constituents }: Consolidation,
): Promise<Invoice | null> {
  const invoices = await readConstituents(account, call, constituents)
  const final = invoices.filter(({ status }) => status === 'FINALIZED')
  return final.length === constituents.length ? draftConsolidatedInvoice(header, final) : null
}

async function readConstituents(
  { env }: Account,
  { environmentId, now }: AccountCall,
  constituents: readonly Constituent[],
): Promise<Invoice[]> {
  const invoices: Invoice[] = []
  for (const { customerId, invoiceId } of constituents) {
    const call = { environmentId, customerId, invoiceId, now }
    const found = await accountOf(env, environmentId, customerId).getInvoice(call)
    if (found.ok) invoices.push(found.value)
  }
  return invoices
}

/** So many consolidated invoices become final in one call; others by the next one. */
const FINAL_AT_ONCE_MAX = 12

/**
 * Makes a contract's consolidated invoices final of which all constituents are: once, however often
 * it is asked. Those that wait for one are looked at again when something happens to it. The unit
 * of due work that asked for it is done with that, unless there is more.
 * @returns true if there was one
 */
export async function finalizeConsolidated(
  account: Account,
  call: AccountCall & { contractId: string; unitId?: string },
): Promise<boolean> {
  const { db, storage } = account
  const { environmentId, contractId, unitId, now } = call
  const terms = await loadAllTerms(account, call)
  const contract = terms?.contracts.find(({ id }) => id === contractId)
  const complete =
    terms === null || contract === undefined
      ? []
      : (await readConsolidations(account, call, { ...terms, contracts: [contract] })).filter(
          isComplete,
        )
  const some = complete.slice(0, FINAL_AT_ONCE_MAX)
  for (const consolidation of some) {
    const draft = await draftComplete(account, call, consolidation)
    if (draft === null) throw new Error(CHANGED)
    const contradiction = contradictionOf(draft)
    if (contradiction !== null) {
      // The status tells those who hold it back why.
      throw Object.assign(new Error(contradiction.message), { status: 409 })
    }
    insertInvoice(storage, finalizeInvoice(draft, now), [])
  }
  const unindexed = await unindexedInvoiceRows(account, environmentId, contractId)
  const isDone = unitId !== undefined && some.length === complete.length
  const done = isDone ? [deleteDueUnit(db, unitId), deleteHeldInvoice(db, unitId)] : []
  const [first, ...rest] = [...unindexed, ...done]
  if (first !== undefined) await db.batch([first, ...rest])
  return some.length > 0
}

const CHANGED = 'An invoice that is to be consolidated has changed in between; try again.'

/** What takes the place of a void consolidated invoice, from what there is to join now. */
export async function consolidateAnew(
  account: Account,
  call: AccountCall,
  terms: LoadedTerms,
  voided: Invoice,
): Promise<Result<Invoice>> {
  const { id, contractId, startingAt } = voided
  const planned = await planAll(account, call, terms, (contract) => contract.id === contractId)
  const consolidation = planned.find(({ header }) => header.startingAt === startingAt)
  if (consolidation === undefined) {
    return refuse('invalid', `id: there is nothing to consolidate any more on invoice ${id}`)
  }
  const waiting = consolidation.constituents.find(({ status }) => status === 'DRAFT')
  if (waiting !== undefined) {
    return refuse('invalid', `id: invoice ${waiting.invoiceId}, to be consolidated, is a draft`)
  }
  const header = { ...consolidation.header, ...takenPlace(voided) }
  const anew = await draftComplete(account, call, { ...consolidation, header })
  if (anew === null) return refuse('overloaded', CHANGED)
  const contradiction = contradictionOf(anew)
  return contradiction === null ? ok(anew) : refuse('conflict', `id: ${contradiction.message}`)
}

async function planAll(
  account: Account,
  call: AccountCall,
  terms: LoadedTerms,
  isAsked: (contract: Contract) => boolean,
): Promise<Consolidation[]> {
  const contracts = terms.contracts.filter((contract) => isAsked(contract))
  if (contracts.length === 0) return []
  const ids = contracts.map(({ id }) => id)
  const children = await listConsolidatedChildren(account.db, call.environmentId, ids)
  const others = await readChildren(account, call, children)
  return contracts.flatMap((contract) => {
    const below = children.filter(({ parentId }) => parentId === contract.id)
    return planConsolidations(
      contract,
      terms.customer,
      statementsOf(account, call, terms, [contract.id]),
      below.flatMap(({ contractId }) => others.filter((other) => other.contractId === contractId)),
    )
  })
}

/** What contracts below have; a customer with some above it has none below others. */
async function readChildren(
  { env }: Account,
  { environmentId, now }: AccountCall,
  children: readonly ConsolidatedChild[],
): Promise<Statement[]> {
  const byCustomer = Map.groupBy(children, ({ customerId }) => customerId)
  const read = [...byCustomer].map(([customerId, own]) => {
    const contractIds = own.map(({ contractId }) => contractId)
    const account = accountOf(env, environmentId, customerId)
    return account.listStatements({ environmentId, customerId, now, contractIds })
  })
  return (await Promise.all(read)).flat()
}

function statementsOf(
  account: Account,
  { customerId, now }: AccountCall,
  terms: LoadedTerms,
  contractIds: string[],
): Statement[] {
  const { isInvoiced, issueDates, summaries } = readInvoiced(account)
  const contracts = terms.contracts.filter(({ id }) => contractIds.includes(id))
  const open = openStatements({ ...terms, contracts }, isInvoiced, now, issueDates)
  const stored = summaries.filter(
    ({ type, contractId }) => type === 'USAGE' && contractIds.includes(contractId),
  )
  return [...stored, ...open.map(({ header }) => header)].map((invoice) => ({
    id: invoice.id,
    contractId: invoice.contractId,
    type: invoice.type,
    status: invoice.status,
    startingAt: invoice.startingAt,
    endingBefore: invoice.endingBefore,
    issuedAt: invoice.issuedAt,
    creditTypeId: invoice.creditTypeId,
    customerId,
  }))
}

/** Whether a contract has consolidated invoices, as long as there is something to join. */
export function isConsolidating(contract: Contract): boolean {
  return contract.archivedAt === null && consolidatorOf(contract)?.contractId === contract.id
}
