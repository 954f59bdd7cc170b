/** What custom fields can be of (pricing 1.4), and what older plans had them on. */
export const FIELD_ENTITIES = [
  'alert',
  'billable_metric',
  'charge',
  'commit',
  'contract',
  'contract_credit',
  'contract_product',
  'credit_grant',
  'customer',
  'customer_plan',
  'discount',
  'invoice',
  'package_commit',
  'package_credit',
  'package_scheduled_charge',
  'package_subscription',
  'plan',
  'product',
  'professional_service',
  'rate_card',
  'scheduled_charge',
  'subscription',
] as const
export type FieldEntity = (typeof FIELD_ENTITIES)[number]

/** Objects of an entity take values of such keys only. */
export interface FieldKey {
  entity: FieldEntity
  key: string
  /** Whether one object of the entity holds a value at a time, archived objects included. */
  enforceUniqueness: boolean
}

/** The longest key. */
export const KEY_LENGTH_MAX = 200
