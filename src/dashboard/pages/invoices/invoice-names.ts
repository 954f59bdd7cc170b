const KINDS: Record<string, string> = {
  USAGE: 'Usage',
  SCHEDULED: 'Scheduled',
  PROFESSIONAL_SERVICES: 'Professional services',
}

/** What people call a type of invoice. */
export function invoiceKind(type: string): string {
  const words = type.toLowerCase().replaceAll('_', ' ')
  return KINDS[type] ?? words.charAt(0).toUpperCase() + words.slice(1)
}

export function invoiceHref({ id, customerId }: { id: string; customerId: string }): string {
  return `/customers/${customerId}/invoices/${id}`
}
