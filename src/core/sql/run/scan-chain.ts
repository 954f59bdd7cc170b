import type { Expression, Relation, ScanColumn, SqlType } from '../plan.ts'
import { sizeOf, substitute } from './substitute.ts'

/** Filters and projections over a scan, as one: the expressions are over the scan's columns. */
export interface ScanChain {
  columns: ScanColumn[]
  types: SqlType[]
  filter: Expression | null
  /** The chain's output. */
  expressions: Expression[]
}

/**
 * A projection that is used several times multiplies where it is inlined. A chain may become this
 * many times as large as it is written, and always this large.
 */
const GROWTH_MAX = 4
const NODES_FREE = 200

/**
 * The chain that a relation is; null where it is none, or one that would grow too large.
 * @param outer expressions over the relation that are to be inlined too
 */
export function chainOf(relation: Relation, outer: readonly Expression[] = []): ScanChain | null {
  const steps: Extract<Relation, { op: 'filter' | 'project' }>[] = []
  let source = relation
  while (source.op === 'filter' || source.op === 'project') {
    steps.push(source)
    source = source.input
  }
  if (source.op !== 'scan') return null
  const columns = source.types.map((type, index): Expression => ({ op: 'column', type, index }))
  const { types } = source
  const chain: ScanChain = { columns: source.columns, types, filter: null, expressions: columns }
  let sizes = columns.map(() => 1)
  let [filterSize, written] = [0, 0]
  const isTooLarge = (size: number) => size + filterSize > NODES_FREE + GROWTH_MAX * written
  for (const step of steps.toReversed()) {
    const added = step.op === 'filter' ? [step.condition] : step.expressions
    written += sumOf(added, null)
    const size = sumOf(added, sizes)
    if (isTooLarge(size)) return null
    const inlined = added.map((expression) => substitute(expression, chain.expressions))
    if (step.op === 'filter') {
      filterSize += size
      chain.filter = and(chain.filter, inlined[0]!)
    } else {
      sizes = step.expressions.map((expression) => sizeOf(expression, sizes))
      chain.expressions = inlined
    }
  }
  written += sumOf(outer, null)
  return isTooLarge(sumOf(outer, sizes)) ? null : chain
}

function and(left: Expression | null, right: Expression): Expression {
  return left === null ? right : { op: 'and', type: 'boolean', args: [left, right] }
}

function sumOf(expressions: readonly Expression[], columnSizes: readonly number[] | null): number {
  return expressions.reduce((total, expression) => total + sizeOf(expression, columnSizes), 0)
}
