import { sum, type Decimal } from '../decimal.ts'
import type { Group } from '../metering/group.ts'
import type { UsageQuery } from '../metering/usage.ts'
import type { Period } from '../time.ts'
import type { Counted } from './convert-quantity.ts'
import type { ProductSegment } from './plan-usage.ts'

/** What a group's metered value grew by in a window, counted from the period's start (CD-1). */
export interface Increment {
  /** The index of the window in its query. */
  window: number
  group: Group
  quantity: Decimal
}

/** Values by the names of their properties; null where a SQL metric's column is NULL. */
export type GroupValues = Record<string, string | null>

/** Values by which usage of a product is told apart. */
export interface CellValues {
  /** Null for a product without pricing group key. */
  pricingGroupValues: GroupValues | null
  /** Null for a product without presentation group key, and on lines that only say "nothing". */
  presentationGroupValues: GroupValues | null
}

/** What some windows added to a product's usage with some values. */
export interface UsageCell extends CellValues {
  /** In order; only windows with usage. */
  increments: CellIncrement[]
}

export interface CellIncrement extends Period {
  /** What is billed. */
  quantity: Decimal
  /** How it came about; absent where it is what was metered. */
  counted?: { before: Counted; raw: Decimal; converted: Decimal }
}

/** The cells of a product with usage in a segment, from the increments of its queries. */
export function cellsOf(
  segment: ProductSegment,
  queries: readonly UsageQuery[],
  increments: readonly Increment[][],
): UsageCell[] {
  const parts = segment.sources.flatMap((source) =>
    cellsOfSource(segment, source, queries[source.query]!, increments[source.query]!),
  )
  const merged = segment.sources.length === 1 ? parts : mergeCells(parts)
  if (!segment.isAtEnd) return merged
  return merged.map((cell) => ({
    ...cell,
    increments: [moveToEnd(segment, queries, cell.increments)],
  }))
}

function cellsOfSource(
  { state }: ProductSegment,
  span: Period,
  { groupKey, boundaries }: UsageQuery,
  increments: readonly Increment[],
): UsageCell[] {
  const inside = increments.filter(
    ({ window }) => boundaries[window]! >= span.startMs && boundaries[window + 1]! <= span.endMs,
  )
  const byGroup = Map.groupBy(inside, ({ group }) => JSON.stringify(group))
  return [...byGroup.values()].map((own) => {
    const values = new Map(groupKey?.map((name, i) => [name, own[0]!.group[i] ?? null]))
    const inOrder = own.toSorted((a, b) => a.window - b.window)
    return {
      pricingGroupValues: pick(values, state.pricingGroupKey),
      presentationGroupValues: pick(values, state.presentationGroupKey),
      increments: inOrder.map(({ window, quantity }) => ({
        startMs: boundaries[window]!,
        endMs: boundaries[window + 1]!,
        quantity,
      })),
    }
  })
}

/** Several metrics may have usage of the same values, one after the other. */
function mergeCells(cells: UsageCell[]): UsageCell[] {
  return [...Map.groupBy(cells, cellName).values()].map((same) => ({
    ...same[0]!,
    increments: same.flatMap(({ increments }) => increments),
  }))
}

/** Equal for equal values: how a product's cell is found again in a later segment. */
export function cellName({ pricingGroupValues, presentationGroupValues }: CellValues): string {
  return JSON.stringify([pricingGroupValues, presentationGroupValues])
}

/** The whole quantity, incurred in the last window of the period (SG-4). */
function moveToEnd(
  { sources, endMs }: ProductSegment,
  queries: readonly UsageQuery[],
  increments: UsageCell['increments'],
): UsageCell['increments'][number] {
  const last = queries[sources.at(-1)!.query]!
  const startMs = last.boundaries.at(-2)!
  return { startMs, endMs, quantity: sum(increments.map(({ quantity }) => quantity)) }
}

/** `fromEntries` defines own members, so a property may have any name, `__proto__` too. */
function pick(values: Map<string, string | null>, names: string[] = []): GroupValues | null {
  if (names.length === 0) return null
  return Object.fromEntries(names.map((name) => [name, values.get(name) ?? null]))
}
