import { billingPeriodAt } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import type { FixedCharge } from './fixed-charge.ts'
import type { InvoicedTest } from './open-statement.ts'

/** On which of a contract's invoices its fixed charges are. */
export interface PlacedCharges {
  /** By the start of the statement period. */
  onUsage: Map<number, FixedCharge[]>
  /** By the name of the group that shares a scheduled invoice, in the order of their dates. */
  scheduled: FixedCharge[][]
}

/**
 * Places charges that no final invoice has (pricing 7; invoices 1.6): on a usage invoice as long as
 * that is not final, or else on a scheduled invoice of their date.
 * @param creditTypeId of the contract's usage invoices: what is in another unit is not on them
 */
export function placeCharges(
  contract: Contract,
  charges: readonly FixedCharge[],
  isInvoiced: InvoicedTest,
  creditTypeId: string,
): PlacedCharges {
  const onUsage = new Map<number, FixedCharge[]>()
  const groups = new Map<string, FixedCharge[]>()
  const add = <Key>(map: Map<Key, FixedCharge[]>, key: Key, charge: FixedCharge) => {
    const known = map.get(key)
    if (known === undefined) map.set(key, [charge])
    else known.push(charge)
  }
  for (const charge of charges) {
    const isOwnUnit = unitOf(charge, creditTypeId) === creditTypeId
    const period = isOwnUnit ? usagePeriodOf(contract, charge) : null
    if (period !== null && !isInvoiced(contract, period)) add(onUsage, period.startMs, charge)
    else add(groups, groupOf(charge, creditTypeId), charge)
  }
  const scheduled = [...groups.values()].sort((a, b) => a[0]!.at - b[0]!.at)
  return { onUsage, scheduled }
}

function usagePeriodOf(contract: Contract, { at, placement }: FixedCharge) {
  if (placement === 'SCHEDULED') return null
  const period = billingPeriodAt(contract, at - 1)
  if (period === null || placement === 'CONTAINING_USAGE') return period
  return period.endMs === at ? period : null
}

/** What is charged on the same date in the same unit is on one invoice. */
function groupOf(charge: FixedCharge, creditTypeId: string): string {
  return JSON.stringify([charge.at, charge.group ?? '', unitOf(charge, creditTypeId)])
}

/** The unit that a charge is in; a subscription's is converted on the contract's own invoices. */
export function unitOf({ item }: FixedCharge, creditTypeId: string): string {
  if (item.kind === 'subscription') return creditTypeId
  if (item.kind === 'professional_service') return creditTypeId
  if ('term' in item) return item.term.schedule.creditTypeId
  return item.balance.payments?.schedule.creditTypeId ?? creditTypeId
}
