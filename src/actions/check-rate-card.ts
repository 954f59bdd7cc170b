import { checkCard, type CardFinding } from '../core/catalog/check-card.ts'
import { productAt } from '../core/catalog/product.ts'
import { findUnpricedUsage } from '../core/invoices/unpriced-usage.ts'
import type { Invoice } from '../core/invoices/invoice.ts'
import { ok, refuse, type Result } from '../core/result.ts'
import { openDatabase } from '../db/database.ts'
import { loadProductsOfCard } from '../db/products.ts'
import { findRateCard, listContractsOfCard } from '../db/rate-cards.ts'
import { listRates } from '../db/rates.ts'
import type { Env } from '../env.ts'
import { accountOf } from '../objects/account.ts'

/** More entries than this are not compared with each other in one request. */
const ENTRIES_MAX = 20_000
/** Of so many contracts usage is read: each costs as much as a draft. */
const CONTRACTS_MAX = 20
/** The present period and the one before it. */
const INVOICES_MAX = 2

export interface CardCheck {
  findings: CardFinding[]
  /** Of how many contracts usage was read, and whether there are others. */
  contractsRead: number
  hasMoreContracts: boolean
}

/** Looks for what on a card cannot have been meant, and for usage that it does not price. */
export async function checkRateCard(
  env: Env,
  environmentId: string,
  rateCardId: string,
  now: number,
): Promise<Result<CardCheck>> {
  const db = openDatabase(env.DB)
  if ((await findRateCard(db, environmentId, rateCardId)) === null) {
    return refuse('not_found', `rate_card_id: no rate card ${rateCardId}`)
  }
  const rates = await listRates(db, environmentId, rateCardId, ENTRIES_MAX + 1)
  if (rates.length > ENTRIES_MAX) {
    return refuse(
      'invalid',
      `rate_card_id: the rate card has more than ${ENTRIES_MAX} entries, too many for a check`,
    )
  }
  const products = await loadProductsOfCard(db, environmentId, rateCardId)
  const contracts = await listContractsOfCard(db, environmentId, rateCardId, now, CONTRACTS_MAX + 1)
  const read = contracts.slice(0, CONTRACTS_MAX)
  const invoices: Invoice[] = []
  // One after the other: a draft takes memory of this isolate.
  for (const { id: contractId, customerId } of read) {
    const account = accountOf(env, environmentId, customerId)
    const page = await account.listInvoices({
      environmentId,
      customerId,
      now,
      query: { contractId, type: 'USAGE', sort: 'date_desc', limit: INVOICES_MAX, after: null },
    })
    if (page.ok) invoices.push(...page.value.invoices)
  }
  const names = new Map(products.map((each) => [each.id, productAt(each, now).name]))
  return ok({
    findings: [
      ...checkCard(products, rates, now),
      ...findUnpricedUsage(invoices, (id) => names.get(id) ?? id),
    ],
    contractsRead: read.length,
    hasMoreContracts: contracts.length > read.length,
  })
}
