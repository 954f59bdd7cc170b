import { toInstant } from '../../components/inputs.tsx'
import { buildFields, buildTerms } from './build-term.ts'
import { CONTRACT_FIELDS } from './contract-fields.ts'
import { readFrom, type Term, type TermContext, type Values } from './term.ts'

/** A contract that is being put together. Days are `2026-11-01`, empty for none. */
export interface ContractDraft {
  source: 'rate_card' | 'package'
  rateCardId: string
  packageId: string
  start: string
  end: string
  name: string
  frequency: string
  /** When usage statements are cut: on the first, as the contract starts, or from another date. */
  day: string
  anchor: string
  netTerms: string
  prioritization: string
  terms: Term[]
  /** What becomes of true-ups of the former contract; empty: they stay. */
  trueup: string
  /** What few contracts say, by the paths of `CONTRACT_FIELDS`. */
  more: Values
}

/** The contract that this one takes over from. */
export interface Former {
  id: string
  type: 'RENEWAL' | 'SUPERSEDE'
}

/** The parts of the wizard, in their order. */
export const STEPS = ['pricing', 'billing', 'terms', 'review'] as const
export type Step = (typeof STEPS)[number]

/** The request that creates it. A package says all but when it starts. */
export function buildContract(
  draft: ContractDraft,
  {
    customerId,
    former,
    context,
  }: { customerId: string; former: Former | null; context: TermContext },
): Record<string, unknown> {
  const body: Record<string, unknown> = { customer_id: customerId }
  const add = (name: string, value: unknown) => {
    if (value !== undefined && value !== '') body[name] = value
  }
  const isPackage = draft.source === 'package'
  if (isPackage) body['package_id'] = draft.packageId
  else body['rate_card_id'] = draft.rateCardId
  add('starting_at', toInstant(draft.start))
  if (former !== null) {
    add('transition', {
      type: former.type,
      from_contract_id: former.id,
      ...(draft.trueup !== '' && { future_invoice_behavior: { trueup: draft.trueup } }),
    })
  }
  if (isPackage) return body
  add('ending_before', toInstant(draft.end))
  add('name', draft.name.trim())
  const anchor = toInstant(draft.anchor)
  add('usage_statement_schedule', {
    frequency: draft.frequency,
    day: draft.day,
    ...(draft.day === 'CUSTOM_DATE' && anchor !== undefined && { billing_anchor_date: anchor }),
  })
  const days = draft.netTerms.trim()
  add('net_payment_terms_days', /^\d+$/.test(days) ? Number(days) : days)
  add('multiplier_override_prioritization', draft.prioritization)
  const read = readFrom(CONTRACT_FIELDS, draft.more, context)
  const more = buildFields(CONTRACT_FIELDS, { read, context })
  return { ...body, ...more, ...buildTerms(draft.terms, context) }
}

const PRICING = /^(rate_card|package|transition)/
const BILLING =
  /^(starting_at|ending_before|name|usage_|net_payment|multiplier|hierarchy|scheduled_charges_on|total_contract)/

/** Where the first field is that a refusal names; null where it names none. */
export function stepOfRefusal(message: string): Step | null {
  const [, path] = /^([A-Za-z_][\w.[\]]*): /.exec(message) ?? []
  if (path === undefined) return null
  if (PRICING.test(path)) return 'pricing'
  return BILLING.test(path) ? 'billing' : 'terms'
}
