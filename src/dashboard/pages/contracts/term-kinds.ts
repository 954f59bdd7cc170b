import { BALANCE_TERMS, PAYMENT_GATE } from './balance-fields.ts'
import { CHARGE_TERMS } from './charge-fields.ts'
import { OVERRIDE_TERMS } from './override-fields.ts'
import { RECURRING_TERMS } from './recurring-fields.ts'
import { TRACKER_TERMS } from './spend-tracker-fields.ts'
import { THRESHOLD_TERMS } from './threshold-fields.ts'
import type { TermKind } from './term.ts'

/** Kinds of terms by the names that drafts have for them. */
export type TermKinds = Readonly<Record<string, TermKind>>

/** Every kind of term that can be added here, in the order in which they are offered. */
export const TERM_KINDS: TermKinds = {
  ...BALANCE_TERMS,
  ...RECURRING_TERMS,
  ...CHARGE_TERMS,
  ...OVERRIDE_TERMS,
  ...THRESHOLD_TERMS,
  ...TRACKER_TERMS,
}

/** What a contract that is there can be given: its commits may wait for their payment. */
export const ADDED_KINDS: TermKinds = {
  ...TERM_KINDS,
  prepaid: {
    label: 'Prepaid commit',
    member: 'commits',
    ...BALANCE_TERMS['prepaid'],
    fields: [...(BALANCE_TERMS['prepaid']?.fields ?? []), PAYMENT_GATE],
  },
}
