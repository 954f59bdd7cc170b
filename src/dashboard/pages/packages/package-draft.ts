import { offsetOf, wholeNumber } from '../../format/offset.ts'
import { buildTerms } from '../contracts/build-term.ts'
import type { Step } from '../contracts/contract-draft.ts'
import type { Term, TermContext } from '../contracts/term.ts'
import { PACKAGE_KINDS } from './package-kinds.ts'

/** A package that is being put together; texts are empty where nothing is said. */
export interface PackageDraft {
  name: string
  aliases: string[]
  /** A card is named, or found by its alias when a contract starts. */
  source: 'card' | 'alias'
  rateCardId: string
  rateCardAlias: string
  contractName: string
  /** How long contracts last, such as `1 YEARS`; empty: without end. */
  length: string
  frequency: string
  day: string
  /** What lies before it is not invoiced, counted from the start. */
  wait: string
  netTerms: string
  prioritization: string
  /** Whether scheduled charges are put on usage invoices. */
  isOnUsageInvoices: boolean
  uniquenessKey: string
  terms: Term[]
}

export const EMPTY_PACKAGE: PackageDraft = {
  name: '',
  aliases: [],
  source: 'card',
  rateCardId: '',
  rateCardAlias: '',
  contractName: '',
  length: '1 YEARS',
  frequency: 'MONTHLY',
  day: 'FIRST_OF_MONTH',
  wait: '',
  netTerms: '',
  prioritization: '',
  isOnUsageInvoices: false,
  uniquenessKey: '',
  terms: [],
}

/** The request that creates it. */
export function buildPackage(draft: PackageDraft, context: TermContext): Record<string, unknown> {
  const body: Record<string, unknown> = { name: draft.name.trim() }
  const add = (name: string, value: unknown) => {
    if (value !== undefined && value !== '') body[name] = value
  }
  if (draft.aliases.length > 0)
    add(
      'aliases',
      draft.aliases.map((name) => ({ name })),
    )
  if (draft.source === 'card') add('rate_card_id', draft.rateCardId)
  else add('rate_card_alias', draft.rateCardAlias.trim())
  add('contract_name', draft.contractName.trim())
  add('duration', offsetOf(draft.length))
  const wait = offsetOf(draft.wait)
  add('usage_statement_schedule', {
    frequency: draft.frequency,
    day: draft.day,
    ...(wait && { invoice_generation_starting_at_offset: wait }),
  })
  if (draft.netTerms.trim() !== '') add('net_payment_terms_days', wholeNumber(draft.netTerms))
  add('multiplier_override_prioritization', draft.prioritization)
  if (draft.isOnUsageInvoices) add('scheduled_charges_on_usage_invoices', 'ALL')
  add('uniqueness_key', draft.uniquenessKey.trim())
  return { ...body, ...buildTerms(draft.terms, context, '', PACKAGE_KINDS) }
}

const PRICING = /^(name|aliases|rate_card)/
const BILLING =
  /^(contract_name|duration|usage_statement_schedule|net_payment|multiplier|uniqueness|scheduled_charges_on)/

/** Where the first field is that a refusal names; null where it names none. */
export function stepOfRefusal(message: string): Step | null {
  const [, path] = /^([A-Za-z_][\w.[\]]*): /.exec(message) ?? []
  if (path === undefined) return null
  if (PRICING.test(path)) return 'pricing'
  return BILLING.test(path) ? 'billing' : 'terms'
}
