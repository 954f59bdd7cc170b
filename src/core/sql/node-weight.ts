import type { Expression, SqlPlan } from './plan.ts'
import { partsOf } from './run/expression-columns.ts'

/** Work that goes over a text once, and work that makes or takes apart texts of 4,096 characters. */
const READ_WEIGHT = 10
const REWRITE_WEIGHT = 200
/** For each character that is compared at every place of a text. */
const WILDCARD_WEIGHT = 40

/** A quotient may have dozens of digits. */
const DIVISION_WEIGHT = 20

const WEIGHTS: Partial<Record<Expression['op'], number>> = {
  divide: DIVISION_WEIGHT,
  modulo: DIVISION_WEIGHT,
  concat: READ_WEIGHT,
  trim: READ_WEIGHT,
  length: READ_WEIGHT,
  'starts-with': READ_WEIGHT,
  lower: REWRITE_WEIGHT,
  upper: REWRITE_WEIGHT,
  substring: REWRITE_WEIGHT,
  replace: REWRITE_WEIGHT,
}

/**
 * What a node of an expression costs at most without its arguments, as a multiple of a cheap one:
 * metrics run along with ingest, where one event must not take the time of thousands.
 */
export function nodeWeight(node: Expression): number {
  return node.op === 'like' ? READ_WEIGHT + likeWeight(node.pattern) : (WEIGHTS[node.op] ?? 1)
}

/** What lies between two `%` is sought at every place, with `_` character by character. */
function likeWeight(pattern: string): number {
  if (!pattern.includes('_')) return 0
  const sought = pattern.split('%').slice(1, -1)
  return REWRITE_WEIGHT + WILDCARD_WEIGHT * sought.reduce((sum, piece) => sum + piece.length, 0)
}

/** So much weight counts as a step; most expressions are lighter. */
const STEP_WEIGHT = 10

/** How many steps more than usual some expressions take for each row. */
export function extraSteps(expressions: readonly Expression[]): number {
  return Math.floor(sumOf(expressions) / STEP_WEIGHT)
}

/** What all that a plan computes of one event costs at most. */
export function eventWeight({ fragments }: Pick<SqlPlan, 'fragments'>): number {
  return fragments.reduce((sum, { filter, keys, aggregates }) => {
    const parts = [...keys, ...(aggregates ?? []).flatMap(partsOf)]
    return sum + 1 + (filter === null ? 0 : treeWeight(filter)) + sumOf(parts)
  }, 0)
}

function treeWeight(expression: Expression): number {
  return nodeWeight(expression) + ('args' in expression ? sumOf(expression.args) : 0)
}

function sumOf(expressions: readonly Expression[]): number {
  return expressions.reduce((sum, expression) => sum + treeWeight(expression), 0)
}
