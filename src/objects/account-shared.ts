import { isChild } from '../core/contracts/hierarchy.ts'
import type { Contract } from '../core/contracts/contract.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import type { SharedBalances } from '../core/ledger/shared-balances.ts'
import { accountOf } from './account.ts'
import type { Account } from './account-invoices.ts'
import type { AccountCall } from './account-rpc.ts'
import type { DrawingLink } from './account-shareable.ts'
import { listInvoiceSummaries } from './account-store.ts'

/** A draft that others overtake is computed anew so often. */
export const DRAFTS_MAX = 5

export const OVERTAKEN = 'Other invoices drew on the same shared balances in between; try again.'

/**
 * What contracts may draw on balances of the customers above them. A customer that has contracts
 * below its own has none below others, so no two accounts ever wait for each other.
 */
export async function readShared(
  { env, storage }: Account,
  { environmentId, now }: AccountCall,
  contracts: readonly Contract[],
): Promise<SharedBalances[]> {
  const links = [...new Set(contracts)].flatMap(({ id, terms: { hierarchy } }) =>
    isChild(hierarchy) ? [{ childContractId: id, parent: hierarchy.parent }] : [],
  )
  const byOwner = Map.groupBy(links, ({ parent }) => parent.customerId)
  return Promise.all(
    [...byOwner].map(async ([customerId, own]): Promise<SharedBalances> => {
      const asked = own.map(({ childContractId, parent }): DrawingLink => {
        const finalInvoiceIds = finalIds(storage, childContractId)
        return { childContractId, parentContractId: parent.contractId, finalInvoiceIds }
      })
      const owner = accountOf(env, environmentId, customerId)
      return owner.readShareable({ environmentId, customerId, now, links: asked })
    }),
  )
}

/**
 * Posts what a draft draws on balances of the customer above, to be called right before the draft
 * becomes final. A finalization that dies in between posts anew when it is asked for again.
 * @param together ids of invoices that were posted before, and become final with this one
 * @returns false when that is no longer left: then the draft is to be computed anew
 */
export async function postShared(
  { env, storage }: Account,
  { environmentId, now }: AccountCall,
  { id: contractId, terms: { hierarchy } }: Contract,
  draft: Invoice,
  shared: readonly SharedBalances[] = [],
  together: readonly string[] = [],
): Promise<boolean> {
  if (!isChild(hierarchy)) return true
  const { customerId, contractId: parentContractId } = hierarchy.parent
  const ids = new Set(shared.flatMap(({ balances }) => balances.map(({ id }) => id)))
  const draws = (draft.derivation.draws ?? []).filter(({ balanceId }) => ids.has(balanceId))
  return accountOf(env, environmentId, customerId).postSharedDraws({
    environmentId,
    customerId,
    now,
    link: { parentContractId, childContractId: contractId },
    contractId,
    finalInvoiceIds: [...finalIds(storage, contractId), ...together],
    invoiceId: draft.id,
    draws,
  })
}

/** Gives back what void invoices of a contract drew on balances of the customer above. */
export async function releaseShared(
  { env, storage }: Account,
  { environmentId, now }: AccountCall,
  { id: contractId, terms: { hierarchy } }: Contract,
): Promise<void> {
  if (!isChild(hierarchy)) return
  const owner = hierarchy.parent.customerId
  const finalInvoiceIds = finalIds(storage, contractId)
  const call = { environmentId, customerId: owner, now, contractId, finalInvoiceIds }
  await accountOf(env, environmentId, owner).voidSharedDraws(call)
}

function finalIds({ sql }: DurableObjectStorage, contractId: string): string[] {
  return listInvoiceSummaries(sql)
    .filter((own) => own.contractId === contractId && own.status === 'FINALIZED')
    .map(({ id }) => id)
}
