import type { Balance, BalanceType } from './balance.ts'

/** What the API calls it: each kind has calls of its own. */
export const BALANCE_KINDS = ['COMMIT', 'CREDIT'] as const
export type BalanceKind = (typeof BALANCE_KINDS)[number]

export function kindOf(type: BalanceType): BalanceKind {
  return type === 'CREDIT' ? 'CREDIT' : 'COMMIT'
}

/** The commit or credit with an id among others, if it is of the kind that a call is for. */
export function findOfKind(balances: Balance[], id: string, kind: BalanceKind): Balance | null {
  return balances.find((own) => own.id === id && kindOf(own.type) === kind) ?? null
}
