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

/** Where a line is on the page of its invoice, by its place among all lines. */
export function lineHash(index: number): string {
  return `#line-${index + 1}`
}

/** A line of an invoice, opened. */
export function lineHref(invoice: { id: string; customerId: string }, index: number): string {
  return invoiceHref(invoice) + lineHash(index)
}

/** Whether the address of the page names a line. */
export function isAddressed(index: number): boolean {
  return window.location.hash === lineHash(index)
}
