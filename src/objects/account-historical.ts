import { contradictionOf } from '../actions/prove-draft.ts'
import type { BatchItem } from 'drizzle-orm/batch'
import { prepareDrafts } from '../actions/draft-invoices.ts'
import { catalogOf } from '../actions/statement-sources.ts'
import type { UsageSource } from '../actions/usage-source.ts'
import { narrowCatalog } from '../core/catalog/catalog.ts'
import type { Contract } from '../core/contracts/contract.ts'
import { consolidatorOf, isChild } from '../core/contracts/hierarchy.ts'
import { USD } from '../core/currency.ts'
import { missedStatement } from '../core/invoices/consolidated-invoice.ts'
import { checkHistorical, type HistoricalInput } from '../core/invoices/historical-invoice.ts'
import { planHistorical } from '../core/invoices/historical-plan.ts'
import type { Invoice, InvoiceSummary } from '../core/invoices/invoice.ts'
import type { ChargedStatement } from '../core/invoices/open-invoices.ts'
import { rateInOrder, type ReadyStatement } from '../core/invoices/rate-in-order.ts'
import { finalizeInvoice, usageInvoiceHeader } from '../core/invoices/usage-invoice.ts'
import { assert, ok, refuse, type Result } from '../core/result.ts'
import { formatTimestamp } from '../core/time.ts'
import { findContract } from '../db/contracts.ts'
import { customFieldWrites } from '../db/custom-fields.ts'
import { insertDueInvoice } from '../db/due-work.ts'
import { setInvoiceFields, upsertInvoiceRow } from '../db/invoices.ts'
import { accountOf } from './account.ts'
import { unindexedInvoiceRows } from './account-archive.ts'
import { isConsolidating } from './account-consolidated.ts'
import { consolidationWrites } from './account-constituents.ts'
import type { Account } from './account-invoices.ts'
import { readDue, readOpen, type OpenReading } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { DRAFTS_MAX, OVERTAKEN, postShared, readShared, releaseShared } from './account-shared.ts'
import { findInvoice, insertInvoice, listInvoiceSummaries } from './account-store.ts'

export interface HistoricalCall extends AccountCall {
  invoices: HistoricalInput[]
  /** Nothing is kept. */
  isPreview: boolean
}

const NO_USAGE: UsageSource = async ({ environment, queries }) => ({
  cut: { configVersion: environment.configVersion, positions: {} },
  usage: queries.map(() => []),
})

/**
 * Makes historical invoices of the customer, all of them or none: final at once, with what they
 * draw. Those that are there already stay as they are, so a call that died is completed when asked
 * again.
 */
export async function createHistoricalInvoices(
  account: Account,
  call: HistoricalCall,
): Promise<Result<Invoice[]>> {
  for (let tries = 0; tries < DRAFTS_MAX; tries += 1) {
    const made = await tryInvoices(account, call)
    if (!made.ok) return made
    if (made.value === null) continue
    if (!call.isPreview) {
      const indexed = await writeIndex(account, call, made.value)
      if (!indexed.ok) return indexed
    }
    return ok(made.value)
  }
  return refuse('overloaded', OVERTAKEN)
}

/** Null where others have drawn what they were to draw. */
async function tryInvoices(
  account: Account,
  call: HistoricalCall,
): Promise<Result<Invoice[] | null>> {
  const { storage } = account
  const { invoices, isPreview, now } = call
  const known = invoices.flatMap(({ id }) => findInvoice(storage.sql, id) ?? [])
  if (!isPreview && known.length === invoices.length) return ok(known)
  const fields = await fieldWrites(account, call)
  if (!fields.ok) return fields
  const found = await readOpen(account, call)
  if (found === null) return refuse('not_found', `customer_id: no customer ${call.customerId}`)
  // Where void invoices are all that a contract has, none of its statements is open.
  const asked = new Set(invoices.map(({ contractId }) => contractId))
  const contracts = found.terms.contracts.filter(({ id }) => asked.has(id))
  const read = { ...found, shared: await readShared(account, call, contracts) }
  const drafted = await draftHistorical(account, read, invoices)
  if (!drafted.ok && drafted.error.code === 'conflict') await indexStored(account, call)
  if (!drafted.ok || isPreview) return drafted
  for (const [i, draft] of drafted.value.entries()) {
    const contradiction = contradictionOf(draft)
    if (contradiction === null) continue
    return refuse('conflict', `${invoices[i]!.field}: ${contradiction.message}`)
  }
  const final = drafted.value.map((draft) => finalizeInvoice(draft, now))
  const posted: string[] = []
  for (const draft of drafted.value) {
    const contract = read.terms.contracts.find(({ id }) => id === draft.contractId)!
    if (!(await postShared(account, call, contract, draft, read.shared, posted))) {
      // Nothing may come of those before it.
      for (const each of read.terms.contracts) await releaseShared(account, call, each)
      return ok(null)
    }
    posted.push(draft.id)
  }
  storage.transactionSync(() => {
    for (const invoice of final) insertInvoice(storage, invoice, [])
  })
  return ok(final)
}

async function draftHistorical(
  account: Account,
  read: OpenReading,
  inputs: readonly HistoricalInput[],
): Promise<Result<Invoice[]>> {
  const { env, storage } = account
  const { terms, now } = read
  const others: InvoiceSummary[] = listInvoiceSummaries(storage.sql)
  const statements: ChargedStatement[] = []
  for (const input of inputs) {
    const contract = terms.contracts.find(({ id }) => id === input.contractId)
    if (contract === undefined) {
      return refuse('not_found', `${input.field}.contract_id: no contract ${input.contractId}`)
    }
    const currencyId = terms.currencies.get(contract.rateCardId ?? '') ?? USD.id
    const checked = checkHistorical(input, contract, { currencyId, others, now })
    if (!checked.ok) return checked
    const joined = await checkJoined(account, read, input, contract)
    if (!joined.ok) return joined
    const statement = statementOf(input, contract, { customer: terms.customer, currencyId })
    statements.push(statement)
    others.push(statement.header)
  }
  const open = { statements, scheduled: [] }
  const { ready, drawn, sources } = await prepareDrafts(env, { ...read, open }, open, NO_USAGE)
  const payers = [...drawn.balances, ...(drawn.shared ?? []).flatMap(({ balances }) => balances)]
  const given: ReadyStatement[] = []
  for (const [i, { statement }] of ready.entries()) {
    const { contract, period } = statement
    const catalog = catalogOf(sources, contract)
    assert(catalog !== null, `contract ${contract.id} has a rate card`)
    const drawing = { contractId: contract.id, balances: payers }
    const narrow = narrowCatalog(catalog, period)
    const planned = planHistorical(inputs[i]!, narrow, contract.terms, drawing)
    if (!planned.ok) return planned
    const customer = { spend: [], leftOut: [] }
    given.push({ statement, sources: planned.value, customer, charges: [] })
  }
  const { drafts } = rateInOrder(given, drawn, now)
  for (const [i, draft] of drafts.entries()) {
    const [unbilled] = draft.derivation.unbilled
    if (unbilled === undefined) continue
    return refuse(
      'invalid',
      `${inputs[i]!.field}: usage of product ${unbilled.productId} is not billed on the contract (${unbilled.reason})`,
    )
  }
  return ok(
    drafts.map((draft) => {
      return { ...draft, derivation: { ...draft.derivation, cut: null, isGiven: true as const } }
    }),
  )
}

/** One that is to be joined with a statement of another customer's contract is issued on its day. */
async function checkJoined(
  { db, env }: Account,
  { environmentId, now }: AccountCall,
  { field, startMs, endMs, ...input }: HistoricalInput,
  contract: Contract,
): Promise<Result<null>> {
  const { hierarchy } = contract.terms
  if (!isChild(hierarchy) || consolidatorOf(contract) === null) return ok(null)
  const { customerId, contractId } = hierarchy.parent
  const parent = await findContract(db, environmentId, customerId, contractId)
  if (parent === null || !isConsolidating(parent)) return ok(null)
  const call = { environmentId, customerId, now, contractIds: [contractId] }
  const own = await accountOf(env, environmentId, customerId).listStatements(call)
  const missed = missedStatement({ ...input, startingAt: startMs, endingBefore: endMs }, own)
  if (missed === null) return ok(null)
  const day = formatTimestamp(missed.issuedAt).slice(0, 10)
  return refuse(
    'invalid',
    `${field}.issue_date: expected ${day}, the day on which invoice ${missed.id} of contract ${contractId} is issued that it is to be consolidated with`,
  )
}

function statementOf(
  { id, startMs, endMs, issuedAt, customFields, billableStatus }: HistoricalInput,
  contract: Contract,
  {
    customer,
    currencyId,
  }: { customer: { customFields: Record<string, string> }; currencyId: string },
): ChargedStatement {
  const period = { startMs, endMs }
  const terms = { contract, customer, fiatCreditTypeId: currencyId, period, graceMs: 0 }
  const header = {
    ...usageInvoiceHeader(terms),
    id,
    issuedAt,
    customFields,
    ...(billableStatus !== undefined && { billableStatus }),
  }
  return { contract, period, header, charges: [] }
}

async function fieldWrites({ db }: Account, { environmentId, invoices }: HistoricalCall) {
  return customFieldWrites(
    db,
    environmentId,
    invoices.map(({ id, customFields, field }) => ({
      entity: 'invoice',
      entityId: id,
      fields: customFields,
      field: `${field}.custom_fields`,
    })),
  )
}

/**
 * Completes the index. A call that died before it had its invoices there, and is not asked again
 * under its key, has left them in the way of others: they can be made void by what is there only.
 */
async function indexStored(
  account: Account,
  { environmentId, invoices }: HistoricalCall,
): Promise<void> {
  for (const contractId of new Set(invoices.map((each) => each.contractId))) {
    const [first, ...rest] = await unindexedInvoiceRows(account, environmentId, contractId)
    if (first !== undefined) await account.db.batch([first, ...rest])
  }
}

/** The index, the custom fields, and what falls due next, now that the periods have their invoices. */
async function writeIndex(
  account: Account,
  call: HistoricalCall,
  invoices: Invoice[],
): Promise<Result<null>> {
  const { db } = account
  const { environmentId, now } = call
  const fields = await fieldWrites(account, call)
  if (!fields.ok) return fields
  const read = await readOpen(account, call)
  const contracts = new Set(invoices.map(({ contractId }) => contractId))
  const billed = (read?.terms.contracts ?? []).filter(({ id }) => contracts.has(id))
  const due = billed.flatMap((contract) => readDue(account, read!.terms, contract, now))
  const joined = billed.flatMap((contract) =>
    invoices
      .filter(({ contractId }) => contractId === contract.id)
      .flatMap(({ id }) => consolidationWrites(db, call, contract, id)),
  )
  const rows = invoices.map((invoice) => upsertInvoiceRow(db, environmentId, invoice))
  const rest: BatchItem<'sqlite'>[] = [
    ...invoices.map(({ id, customFields }) => setInvoiceFields(db, id, customFields)),
    ...fields.value,
    ...due.map((unit) => insertDueInvoice(db, environmentId, unit)),
    ...joined,
  ]
  await db.batch([rows[0]!, ...rows.slice(1), ...rest])
  return ok(null)
}
