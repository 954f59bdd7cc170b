import { BALANCE_TERMS } from './balance-fields.ts'
import { CHARGE_TERMS } from './charge-fields.ts'
import type { TermKind } from './term.ts'

/** Every kind of term that can be added here, in the order in which they are offered. */
export const TERM_KINDS: Record<string, TermKind> = { ...BALANCE_TERMS, ...CHARGE_TERMS }
