import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Metronome from '@metronome/sdk'

/** Beside what else is built here; nothing of it is kept in the repository. */
const PRINTED_IN = join('dist', 'quickstart')

interface InvoiceCheck {
  status: string
  events_read: number
  differences: unknown[]
  findings: unknown[]
}

/**
 * Has the server compute a final invoice a second time from the stored events, and writes its PDF.
 * @returns every way in which the two are not as they should be
 */
export async function proveInvoice(
  client: Metronome,
  invoice: { customerId: string; customerName: string; id: string },
  print: (text: string) => void,
): Promise<string[]> {
  const path = `/v1/customers/${invoice.customerId}/invoices/${invoice.id}/verify`
  const { data: check } = await client.post<{ data: InvoiceCheck }>(path)
  print(`   Computed again from ${check.events_read} stored events: ${check.status}`)

  const pdf = await client.v1.customers.invoices.retrievePdf({
    customer_id: invoice.customerId,
    invoice_id: invoice.id,
  })
  const bytes = Buffer.from(await pdf.arrayBuffer())
  const file = join(PRINTED_IN, `${invoice.customerName.toLowerCase().replaceAll(' ', '-')}.pdf`)
  mkdirSync(PRINTED_IN, { recursive: true })
  writeFileSync(file, bytes)
  print(`   Printed: ${file}`)

  const isPdf = bytes.subarray(0, 5).toString('latin1') === '%PDF-'
  return [
    ...[...check.differences, ...check.findings].map((each) => JSON.stringify(each)),
    ...(check.status === 'VERIFIED' ? [] : [`the invoice is ${check.status}`]),
    ...(isPdf ? [] : [`${file} is no PDF`]),
  ]
}
