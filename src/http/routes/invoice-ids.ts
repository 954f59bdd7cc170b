import { readChargeInvoices } from '../../actions/charge-invoices.ts'
import type { Contract } from '../../core/contracts/contract.ts'
import type { Balance } from '../../core/ledger/balance.ts'
import type { Purchases } from '../../core/thresholds/accumulated-spend.ts'
import type { Database } from '../../db/database.ts'
import { findVoidInvoices } from '../../db/invoices.ts'
import type { AppContext } from '../context.ts'
import type { InvoiceIds } from './schedule-bodies.ts'

/** What may have schedules whose items are shown. */
interface Scheduled {
  contracts?: readonly Contract[]
  balances: readonly Balance[]
}

/**
 * The invoices of the schedule items that are shown of a customer's contracts, commits and credits;
 * undefined, and the account is not asked, when there are no such items.
 */
export async function readInvoiceIds(
  c: AppContext,
  customerId: string | undefined,
  { contracts = [], balances }: Scheduled,
): Promise<InvoiceIds | undefined> {
  const schedules = [
    ...contracts.flatMap(({ terms: { scheduledCharges = [], discounts = [] } }) =>
      [...scheduledCharges, ...discounts].map(({ schedule }) => schedule),
    ),
    ...balances.flatMap(({ payments }) => payments?.schedule ?? []),
  ]
  const isScheduled = schedules.some(({ items }) => items.length > 0)
  if (customerId === undefined || !isScheduled) return undefined
  const { environment, now } = c.var
  return readChargeInvoices(c.env, environment, customerId, now)
}

/** Purchases with the payments of them whose invoices are void. */
export async function withVoided(
  db: Database,
  balances: readonly Balance[],
  invoiceIds: InvoiceIds = new Map(),
): Promise<Purchases> {
  const items = balances.flatMap(({ payments }) => payments?.schedule.items ?? [])
  const voided = await findVoidInvoices(
    db,
    items.flatMap(({ id }) => invoiceIds.get(id) ?? []),
  )
  const charges = items.filter(({ id }) => voided.has(invoiceIds.get(id) ?? ''))
  return { balances, voidedChargeIds: new Set(charges.map(({ id }) => id)) }
}
