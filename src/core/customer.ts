/** Somebody whose usage is billed. */
export interface Customer {
  id: string
  name: string
  /** In the order in which they were given. */
  ingestAliases: string[]
  salesforceAccountId: string | null
  customFields: Record<string, string>
  createdAt: number
  updatedAt: number
  archivedAt: number | null
}

/** Longer names are cut, as the API has it (CU-1, CU-6). */
export const CUSTOMER_NAME_MAX = 160

export function cutCustomerName(name: string): string {
  // By characters rather than UTF-16 units, so that no character is cut in half.
  return [...name].slice(0, CUSTOMER_NAME_MAX).join('')
}

/** The first id under which the customer's events may be sent (CU-3). */
export function externalIdOf(customer: Pick<Customer, 'id' | 'ingestAliases'>): string {
  return customer.ingestAliases[0] ?? customer.id
}
