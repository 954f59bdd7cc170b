import type { Period } from '../time.ts'
import { windowOf } from './breakdown.ts'
import type { FixedLine, Invoice, SubscriptionLine } from './invoice.ts'
import { rateInOrder, type DrawnBalances, type ReadyStatement } from './rate-in-order.ts'
import { measureSources, type StatementSources } from './rate-statement.ts'

/**
 * The drafts of some statements, window by window. At each edge of a window all statements are
 * rated with the usage, spend and charges up to it, so tiers, commits and minimums shift as they
 * did in the course of time.
 * @param statements in the order in which they draw, read with windows that meet at all these edges
 * @param windows of each asked-for invoice, in the order of time, by its id
 * @returns one invoice for each window
 */
export function breakDownDrafts(
  statements: readonly ReadyStatement[],
  drawn: DrawnBalances,
  now: number,
  windows: ReadonlyMap<string, readonly Period[]>,
): Map<string, Invoice[]> {
  const measured = statements.map((ready) => {
    const { sources } = ready
    if (sources === null) return ready
    return { ...ready, sources: { ...sources, measured: measureSources(sources) } }
  })
  const edges = new Set(
    [...windows.values()].flat().flatMap(({ startMs, endMs }) => [startMs, endMs]),
  )
  const draftsAt = new Map<number, Map<string, Invoice>>()
  for (const edge of [...edges].sort((a, b) => a - b)) {
    const upTo = measured.map((ready) => statementUntil(ready, edge))
    const { drafts } = rateInOrder(upTo, drawn, now)
    const asked = drafts.filter(({ id }) => windows.has(id))
    draftsAt.set(edge, new Map(asked.map((draft) => [draft.id, draft])))
  }
  return new Map(
    [...windows].map(([id, own]) => [
      id,
      own.map((window) => {
        const after = draftsAt.get(window.endMs)!.get(id)!
        const isFirst = window.startMs <= after.startingAt!
        const before = isFirst ? null : draftsAt.get(window.startMs)!.get(id)!
        return windowOf(before, after, window)
      }),
    ]),
  )
}

/** A statement with all that is known of it up to an instant. */
function statementUntil(ready: ReadyStatement, until: number): ReadyStatement {
  const { statement, sources, customer, charges } = ready
  const isOver = ({ endMs }: Period) => endMs <= until
  return {
    statement,
    customer: {
      ...customer,
      spend: customer.spend.map((spend) => ({ ...spend, amounts: spend.amounts.filter(isOver) })),
    },
    charges: charges.filter((line) => chargedAt(ready, line) < until),
    sources: sources && sourcesUntil(sources, until),
  }
}

/** What of a statement's usage, and of the terms that charge it, there is up to an instant. */
export function sourcesUntil(sources: StatementSources, until: number): StatementSources {
  const { plan, measured } = sources
  const isBefore = ({ startMs }: Period) => startMs < until
  const segments = plan.segments.filter(isBefore)
  const composites = plan.composites.filter(isBefore)
  return {
    ...sources,
    plan: { ...plan, segments, composites },
    measured: measured?.map((increments, i) => {
      const { boundaries } = plan.queries[i]!
      return increments.filter(({ window }) => boundaries[window + 1]! <= until)
    }),
  }
}

/** When a fixed charge is incurred, within the period; what falls due as it ends is of its end. */
function chargedAt(
  { statement: { charges, period } }: ReadyStatement,
  line: FixedLine | SubscriptionLine,
): number {
  const charge = charges.find(({ id }) => id === line.chargeId)
  const at = charge?.at ?? ('startingAt' in line ? line.startingAt : period.startMs)
  return Math.min(Math.max(at, period.startMs), period.endMs - 1)
}
