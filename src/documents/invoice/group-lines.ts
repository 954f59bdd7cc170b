import type { InvoiceLine } from '../../core/invoices/invoice.ts'

/** Lines of one product in one unit, with what was paid of them, in the order of the invoice. */
export interface LineGroup {
  creditTypeId: string
  name: string
  lines: InvoiceLine[]
}

/** Puts together what is of one product. Groups come in the order of their first lines. */
export function groupLines(lines: readonly InvoiceLine[]): LineGroup[] {
  const groups = new Map<string, LineGroup>()
  let conversion = ''
  for (const line of lines) {
    if (line.type === 'cpu_conversion') conversion = line.derivation.customCreditTypeId
    const key = `${line.creditTypeId} ${subjectOf(line) ?? conversion}`
    const known = groups.get(key)
    if (known === undefined) {
      groups.set(key, { creditTypeId: line.creditTypeId, name: line.name, lines: [line] })
    } else known.lines.push(line)
  }
  return [...groups.values()]
}

/** A product; null for what is of a conversion. A product of another name is another one in print. */
function subjectOf(line: InvoiceLine): string | null {
  if (line.type === 'cpu_conversion') return null
  if (line.type === 'applied_commit_or_credit') return line.product?.productId ?? null
  return line.productId
}
