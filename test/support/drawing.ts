import type { Invoice } from '../../src/core/invoices/invoice.ts'
import type { Balance } from '../../src/core/ledger/balance.ts'
import { balance } from './balances.ts'
import { showLines } from './drafts.ts'
import { at, metric } from './terms.ts'
import type { TestEvent } from './usage.ts'

/** Builders for tests of drawing on balances in March. */

type Options = Partial<Balance> & { from?: string; to?: string }

/** For March unless said otherwise, and called by its id. */
export function credit(id: string, amount: string, options: Options = {}): Balance {
  const { from = '2026-03-01', to = '2026-04-01', ...changes } = options
  const segments = [{ id: `${id}-1`, amount, startingAt: at(from), endingBefore: at(to) }]
  return balance({ id, name: id, priority: '100', segments, ...changes })
}

/** A prepaid commit that costs something. */
export function commit(id: string, amount: string, options: Options = {}): Balance {
  return credit(id, amount, { type: 'PREPAID', payments: paid('1'), ...options })
}

export function postpaid(id: string, amount: string, options: Options = {}): Balance {
  return credit(id, amount, { type: 'POSTPAID', payments: paid(amount), ...options })
}

export function paid(amount: string): Balance['payments'] {
  const item = { id: 'payment', at: at('2026-03-01'), unitPrice: amount, quantity: '1', amount }
  const schedule = { creditTypeId: balance().creditTypeId, items: [item] }
  return { schedule, isInvoiced: true, contractId: 'contract' }
}

/** A metric that adds up what `use` says. */
export const QUANTITY = metric({ aggregationType: 'SUM', aggregationKey: 'n' })

export function use(
  value: string,
  { day = '2026-03-05', ...properties }: Record<string, string> = {},
): TestEvent {
  return { at: day, value, properties }
}

/** An invoice as texts: its lines, its total, and `balance amount` for what it draws. */
export function summary({ lines, total, derivation }: Invoice) {
  const draws = derivation.draws?.map(({ balanceId, amount }) => `${balanceId} ${amount}`) ?? []
  return { lines: showLines(lines), total, draws }
}
