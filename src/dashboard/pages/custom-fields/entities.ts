import type { FieldEntity, FieldKey as StoredKey } from '../../../core/custom-fields/field-key.ts'

export type { FieldEntity }

/** A key as the API answers it. */
export interface FieldKey extends Pick<StoredKey, 'entity' | 'key'> {
  enforce_uniqueness: boolean
}

/** What can have values today, as people call it, in the order in which it is offered. */
export const ENTITIES: readonly { value: FieldEntity; label: string }[] = [
  { value: 'customer', label: 'Customers' },
  { value: 'contract', label: 'Contracts' },
  { value: 'contract_product', label: 'Products' },
  { value: 'billable_metric', label: 'Billable metrics' },
  { value: 'rate_card', label: 'Rate cards' },
  { value: 'commit', label: 'Commits' },
  { value: 'contract_credit', label: 'Credits' },
  { value: 'subscription', label: 'Subscriptions' },
  { value: 'scheduled_charge', label: 'Scheduled charges' },
  { value: 'discount', label: 'Discounts' },
  { value: 'professional_service', label: 'Professional services' },
  { value: 'invoice', label: 'Invoices' },
  { value: 'alert', label: 'Notifications' },
  { value: 'package_commit', label: 'Commits of packages' },
  { value: 'package_credit', label: 'Credits of packages' },
  { value: 'package_subscription', label: 'Subscriptions of packages' },
  { value: 'package_scheduled_charge', label: 'Charges of packages' },
]

export function entityName(entity: FieldEntity): string {
  return ENTITIES.find(({ value }) => value === entity)?.label ?? entity
}
