import type { Group } from '../metering/group.ts'

export const DIFFERENCE_KINDS = ['usage', 'unbilled', 'line', 'total', 'draw', 'document'] as const
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number]

/** Something that an invoice has otherwise than a second computation of it. */
export interface InvoiceDifference {
  kind: DifferenceKind
  /** The place of the line on the invoice, from 0, and its name. */
  line?: number
  name?: string
  metricId?: string
  groupKey?: string[] | null
  group?: Group
  startingAt?: number
  endingBefore?: number
  /** What the second computation says; null for nothing. Amounts and quantities are decimal texts. */
  expected: string | null
  /** What the invoice has, or what it was computed from; null for nothing. */
  found: string | null
  /** In words, for people: what was compared, and what may have caused the difference. */
  cause: string
}

/** So many differences are told of an invoice. */
export const DIFFERENCES_MAX = 50
