import type { FieldEntity } from './field-key.ts'

/** A list within the JSON of terms whose elements have an `id` and may have `customFields`. */
export interface TermList {
  entity: FieldEntity
  /** The member of the terms; the triggers that keep `term_owners` name the same ones. */
  list: string
  /** Only those elements of the list, where it mixes entities. */
  type?: 'PREPAID' | 'CREDIT'
  /** As the API calls the list where a contract or package is created. */
  field: string
}

/** Where the terms of a contract have custom fields. */
export const CONTRACT_TERM_LISTS: readonly TermList[] = [
  { entity: 'scheduled_charge', list: 'scheduledCharges', field: 'scheduled_charges' },
  { entity: 'subscription', list: 'subscriptions', field: 'subscriptions' },
  { entity: 'discount', list: 'discounts', field: 'discounts' },
  { entity: 'professional_service', list: 'professionalServices', field: 'professional_services' },
  { entity: 'commit', list: 'recurringBalances', type: 'PREPAID', field: 'recurring_commits' },
  {
    entity: 'contract_credit',
    list: 'recurringBalances',
    type: 'CREDIT',
    field: 'recurring_credits',
  },
]

/** Where the terms of a package have custom fields. */
export const PACKAGE_TERM_LISTS: readonly TermList[] = [
  { entity: 'package_scheduled_charge', list: 'scheduledCharges', field: 'scheduled_charges' },
  { entity: 'package_subscription', list: 'subscriptions', field: 'subscriptions' },
  { entity: 'package_commit', list: 'commits', field: 'commits' },
  { entity: 'package_credit', list: 'credits', field: 'credits' },
  {
    entity: 'package_commit',
    list: 'recurringBalances',
    type: 'PREPAID',
    field: 'recurring_commits',
  },
  {
    entity: 'package_credit',
    list: 'recurringBalances',
    type: 'CREDIT',
    field: 'recurring_credits',
  },
]
