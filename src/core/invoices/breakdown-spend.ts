import type { Period } from '../time.ts'
import { sourcesUntil } from './breakdown-draft.ts'
import { showGroups, type Regrouped, type SpendGrouping } from './breakdown-groups.ts'
import { windowOf } from './breakdown.ts'
import type { Invoice, UsageInvoiceHeader } from './invoice.ts'
import { measureSources, rateStatement, type StatementSources } from './rate-statement.ts'

/**
 * What usage of a statement period costs, window by window, before commits and credits pay: told
 * apart as asked.
 * @param sources of the regrouped catalog, read with windows that meet at all edges
 * @returns one invoice for each window
 */
export function breakDownSpend(
  header: UsageInvoiceHeader,
  sources: StatementSources,
  windows: readonly Period[],
  { regrouped, grouping, now }: { regrouped: Regrouped; grouping: SpendGrouping; now: number },
): Invoice[] {
  const measured = { ...sources, measured: measureSources(sources) }
  const known = new Map<number, Invoice>()
  const invoiceAt = (edge: number) => {
    let invoice = known.get(edge)
    if (invoice === undefined) {
      const rated = rateStatement(header, sourcesUntil(measured, edge), now)
      invoice = { ...rated, lines: showGroups(rated.lines, regrouped, grouping) }
      known.set(edge, invoice)
    }
    return invoice
  }
  return windows.map((window) => {
    const isFirst = window.startMs <= header.startingAt
    return windowOf(isFirst ? null : invoiceAt(window.startMs), invoiceAt(window.endMs), window)
  })
}
