import { draftInvoices } from '../actions/draft-invoices.ts'
import { toText } from '../core/decimal.ts'
import type { LiveBalance, LiveInvoice, LiveState } from '../core/invoices/live-draft.ts'
import { selectInvoices } from '../core/invoices/invoice-query.ts'
import { jsonNumber } from '../core/json-number.ts'
import { balanceNow } from '../core/ledger/balance-now.ts'
import { endWithContracts } from '../core/ledger/end-with-contracts.ts'
import { movementsOf } from '../core/ledger/movements.ts'
import { selectBalances } from '../core/ledger/select-balances.ts'
import { readCreditTypeNames } from '../http/credit-type-names.ts'
import { toApiInvoice } from '../http/routes/invoice-answers.ts'
import { showBillableStatus } from './account-billable.ts'
import { draftConsolidation, readConsolidations } from './account-consolidated.ts'
import type { Account } from './account-invoices.ts'
import { readDraws } from './account-draws.ts'
import { readOpen } from './account-open.ts'
import type { AccountCall } from './account-rpc.ts'
import { noteShownDrafts } from './account-shown-drafts.ts'

/**
 * All drafts of the customer, as listing them answers, and what its commits and credits have left
 * with them; null when there is no such customer.
 */
export async function readLiveState(
  account: Account,
  call: AccountCall,
): Promise<Omit<LiveState, 'version'> | null> {
  const read = await readOpen(account, call, null, readDraws)
  if (read === null) return null
  const { statements, scheduled } = read.open
  const drafted = await draftInvoices(account.env, read, { statements, scheduled })
  const all = [...drafted.drafts.values()]
  for (const consolidation of await readConsolidations(account, call, read.terms)) {
    all.push(await draftConsolidation(account, call, consolidation))
  }
  const drafts = selectInvoices(all, { sort: 'date_asc', limit: all.length, after: null })
  const ids = drafts.map(({ id }) => id)
  await noteShownDrafts(account, call, ids)
  const usable = endWithContracts(drafted.balances, read.terms.contracts, call.now)
  const balances = selectBalances(usable, {
    includesContracts: true,
    includesArchived: false,
    isByPriority: false,
  })
  const movements = movementsOf(balances, drafted)
  const unitIds = [...drafts.flatMap(({ lines }) => lines), ...balances].map(
    ({ creditTypeId }) => creditTypeId,
  )
  const names = await readCreditTypeNames(account.db, call.environmentId, unitIds)
  return {
    invoices: showBillableStatus(account, drafts).map((draft) =>
      withoutUndefined(toApiInvoice(draft, names)),
    ),
    balances: balances.map((balance): LiveBalance => {
      const left = balanceNow(balance, movements.get(balance.id) ?? [], call.now)
      return { id: balance.id, type: balance.type, balance: jsonNumber(toText(left)) }
    }),
  }
}

/** Members that JSON leaves out would look as if they changed. */
function withoutUndefined(invoice: ReturnType<typeof toApiInvoice>): LiveInvoice {
  const members = Object.entries(invoice).filter(([, value]) => value !== undefined)
  return Object.fromEntries(members) as unknown as LiveInvoice
}
