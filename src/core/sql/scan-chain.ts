import type { Expression, Relation, ScanColumn, SqlType } from './plan.ts'
import { sizeOf, substitute } from './substitute.ts'

/** Filters and projections over a scan, as one: the expressions are over the scan's columns. */
export interface ScanChain {
  columns: ScanColumn[]
  types: SqlType[]
  filter: Expression | null
  /** The chain's output. */
  expressions: Expression[]
}

/** A projection that is used several times multiplies where it is inlined: beyond this it is not. */
export const CHAIN_NODES_MAX = 5_000

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
  let filterSize = 0
  for (const step of steps.toReversed()) {
    if (step.op === 'filter') {
      filterSize += 1 + sizeOf(step.condition, sizes)
      if (filterSize > CHAIN_NODES_MAX) return null
      chain.filter = and(chain.filter, substitute(step.condition, chain.expressions))
    } else {
      const { expressions } = chain
      sizes = step.expressions.map((expression) => sizeOf(expression, sizes))
      if (sum(sizes) + filterSize > CHAIN_NODES_MAX) return null
      chain.expressions = step.expressions.map((each) => substitute(each, expressions))
    }
  }
  const outerSize = sum(outer.map((expression) => sizeOf(expression, sizes)))
  return outerSize + filterSize > CHAIN_NODES_MAX ? null : chain
}

function and(left: Expression | null, right: Expression): Expression {
  return left === null ? right : { op: 'and', type: 'boolean', args: [left, right] }
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0)
}
