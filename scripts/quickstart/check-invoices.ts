import type Metronome from '@metronome/sdk'
import { addAmounts, formatAmount } from './amount.ts'
import type { Line } from './expected-lines.ts'
import { proveInvoice } from './prove-invoice.ts'
import { compareInvoice, formatInvoice, readInvoices } from './read-invoice.ts'
import type { ScenarioResult } from './scenario.ts'

/**
 * Prints the final invoice of each customer, compares every line with what it should be, and has
 * the server prove it.
 */
export async function checkInvoices(
  client: Metronome,
  customers: { id: string; name: string; expected: Line[] }[],
  print: (text: string) => void,
): Promise<Pick<ScenarioResult, 'totals' | 'lines' | 'differences'>> {
  const totals: Record<string, string> = {}
  const differences: string[] = []
  let lines = 0
  for (const { id, name, expected } of customers) {
    const [invoice] = await readInvoices(client, id, 'FINALIZED')
    if (invoice === undefined) {
      differences.push(`${name} has no finalized invoice`)
      continue
    }
    print(`\n   ${name}, ${invoice.status}, invoice ${invoice.id}\n`)
    print(`${formatInvoice(invoice)}\n`)
    const found = compareInvoice(invoice, expected)
    for (const difference of found) differences.push(`${name}: ${difference}`)
    totals[name] = formatAmount(addAmounts(invoice.lines.map(({ total }) => total)))
    lines += invoice.lines.length
    print(
      found.length === 0
        ? `   All ${invoice.lines.length} lines are what the script adds up from the events itself.`
        : found.map((difference) => `   DIFFERENT: ${difference}`).join('\n'),
    )
    const named = { customerId: id, customerName: name, id: invoice.id }
    const unproven = await proveInvoice(client, named, print)
    for (const difference of unproven) differences.push(`${name}: ${difference}`)
  }
  return { totals, lines, differences }
}
