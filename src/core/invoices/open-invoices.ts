import { billingPeriodAt } from '../contracts/billing-period.ts'
import type { Contract } from '../contracts/contract.ts'
import type { CustomerTerms } from '../contracts/terms.ts'
import type { FixedCharge } from './fixed-charge.ts'
import { openCharges, type Invoiced, type OpenScheduled } from './open-scheduled.ts'
import { openStatements, type OpenStatement } from './open-statement.ts'

/** A statement that is not final yet, with the fixed charges that are on it. */
export interface ChargedStatement extends OpenStatement {
  charges: FixedCharge[]
}

/** All invoices of a customer that are not final, as far as the terms alone tell them. */
export interface OpenInvoices {
  /** In the order in which they draw on balances. */
  statements: ChargedStatement[]
  scheduled: OpenScheduled[]
}

/** What of a customer has a draft at an instant. */
export function openInvoices(terms: CustomerTerms, invoiced: Invoiced, now: number): OpenInvoices {
  const charges = new Map(
    terms.contracts.map((contract) => {
      const until = chargesUntil(contract, now)
      return [contract.id, openCharges(terms, contract, invoiced, until)]
    }),
  )
  const { isInvoiced, issueDates } = invoiced
  const open = openStatements(terms, isInvoiced, now, issueDates)
  const statements = open.map((statement) => {
    const { contract, period } = statement
    return { ...statement, charges: charges.get(contract.id)?.onUsage.get(period.startMs) ?? [] }
  })
  return {
    statements: statements.toSorted(compareStatements),
    scheduled: [...charges.values()].flatMap(({ scheduled }) => scheduled),
  }
}

/** Drafts show what recurs up to the end of the present statement period. */
function chargesUntil(contract: Contract, now: number): number {
  return billingPeriodAt(contract, now)?.endMs ?? now
}

/**
 * The order in which the customer's invoices draw on balances: by period end, then by the contract
 * that is older (pricing 18.5).
 */
function compareStatements(a: OpenStatement, b: OpenStatement): number {
  return (
    a.period.endMs - b.period.endMs ||
    a.contract.createdAt - b.contract.createdAt ||
    (a.contract.id < b.contract.id ? -1 : Number(a.contract.id > b.contract.id)) ||
    a.period.startMs - b.period.startMs
  )
}
