import type { Principal } from './context.ts'

/** Members that are the operator's own: links to its other systems, and who else is concerned. */
const INTERNAL = new Set([
  'created_by',
  'metadata',
  'netsuite_invoice_billing_end',
  'netsuite_invoice_billing_start',
  'netsuite_sales_order_id',
  'payer',
  'release',
  'reseller_royalty',
  'salesforce_opportunity_id',
])

/**
 * What is answered to whom: an embedded page is read by a customer, so it gets no custom fields and
 * none of the members above, at any depth. Numbers stay the objects that they are.
 */
export function shownTo<Data>({ embed }: Principal, data: Data): Data {
  return embed === undefined ? data : (withoutInternals(data) as Data)
}

function withoutInternals(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInternals)
  if (!isPlainObject(value)) return value
  const shown = Object.entries(value).filter(([name]) => !INTERNAL.has(name))
  return Object.fromEntries(
    shown.map(([name, of]) => [name, isOfFields(name) ? {} : withoutInternals(of)]),
  )
}

function isOfFields(name: string): boolean {
  return name === 'custom_fields' || name.endsWith('_custom_fields')
}

/** Exact numbers are objects without a prototype, or of a class. */
function isPlainObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
