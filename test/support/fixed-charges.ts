import type { Contract, ContractTerms } from '../../src/core/contracts/contract.ts'
import type { ScheduledCharge } from '../../src/core/contracts/scheduled-charge.ts'
import type { CustomerTerms } from '../../src/core/contracts/terms.ts'
import { USD } from '../../src/core/currency.ts'
import type { FixedCharge } from '../../src/core/invoices/fixed-charge.ts'
import { invoicedBy, type Invoiced } from '../../src/core/invoices/open-scheduled.ts'
import type { Balance } from '../../src/core/ledger/balance.ts'
import { balance, segment } from './balances.ts'
import { at, contract } from './terms.ts'

/** A charge of some amounts, by their days. */
export function scheduledCharge(
  id: string,
  amounts: Record<string, string>,
  creditTypeId: string = USD.id,
): ScheduledCharge {
  const items = Object.entries(amounts).map(([day, amount]) => ({
    id: `${id}/${day}`,
    at: at(day),
    unitPrice: amount,
    quantity: '1',
    amount,
  }))
  const schedule = { creditTypeId, items }
  return { id, productId: 'fixed', schedule, customFields: {}, createdAt: 0 }
}

export function charged(terms: Partial<ContractTerms>, options: Partial<Contract> = {}): Contract {
  const base = contract()
  return { ...base, ...options, terms: { ...base.terms, ...terms } }
}

/** A commit that its contract's invoices pay for. */
export function paidCommit(
  id: string,
  amounts: Record<string, string>,
  options: Partial<Balance> = {},
): Balance {
  const { schedule } = scheduledCharge(id, amounts)
  return balance({
    id,
    type: 'PREPAID',
    contractId: 'contract',
    segments: [segment('100', { startingAt: at('2026-01-01'), endingBefore: at('2026-04-01') })],
    payments: { schedule, isInvoiced: true, contractId: 'contract' },
    ...options,
  })
}

export function customerTerms(contracts: Contract[], balances: Balance[] = []): CustomerTerms {
  return {
    environment: {
      id: 'environment',
      kind: 'PRODUCTION',
      name: 'test',
      clockMs: null,
      configVersion: 0,
      placementVersion: 0,
      settings: {},
    },
    customer: { customFields: {} },
    contracts,
    balances,
    currencies: new Map([['card', USD.id]]),
  }
}

export const NOTHING_INVOICED: Invoiced = invoicedBy([], new Set())

/** `kind day placement`. */
export function showCharge({ item, at: due, placement }: FixedCharge): string {
  return `${item.kind} ${new Date(due).toISOString().slice(0, 10)} ${placement}`
}
