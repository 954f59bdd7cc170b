import { printExpression, printTree } from './print-tree.ts'
import type { ExpressionTree, QueryTree, Span } from '../tree.ts'

/** Where two readings of one text differ, and both as `printTree` prints them. */
export interface ReadingDifference extends Span {
  ours: string
  theirs: string
}

type Node = { [key: string]: unknown }
/** What of a node does not count: the second reader tells neither places nor quotes. */
const UNCOMPARED = new Set(['start', 'end', 'isQuoted'])
/** Kinds of nodes that are no expression and cannot be printed by themselves. */
const STRUCTURES = new Set(['select', 'union', 'table', 'subquery', 'join'])

/**
 * The smallest part in which two trees differ, so that a message can show it; null if they are the
 * same. Only `ours` has places in the text.
 */
export function findDifference(ours: QueryTree, theirs: QueryTree): ReadingDifference | null {
  const difference = differenceOf(ours, theirs)
  if (difference.ours === difference.theirs) return null
  let [left, right]: [unknown, unknown] = [ours, theirs]
  let smallest = difference
  for (;;) {
    const next = onlyDifference(left, right)
    if (next === null) return smallest
    ;[left, right] = next
    if (isPrintable(left) && isPrintable(right)) smallest = differenceOf(left, right)
  }
}

/** The one pair of parts that differ; null where there are several, or none to compare. */
function onlyDifference(ours: unknown, theirs: unknown): [unknown, unknown] | null {
  if (typeof ours !== 'object' || ours === null) return null
  if (typeof theirs !== 'object' || theirs === null) return null
  if (Object.keys(ours).length !== Object.keys(theirs).length) return null
  const differing = Object.entries(ours)
    .filter(([key]) => !UNCOMPARED.has(key))
    .map(([key, part]): [unknown, unknown] => [part, (theirs as Node)[key]])
    .filter(([part, other]) => bare(part) !== bare(other))
  const [first, ...rest] = differing
  return first !== undefined && rest.length === 0 && typeof first[0] === 'object' ? first : null
}

/** What of a part counts: neither places nor quotes. */
function bare(part: unknown): string {
  return JSON.stringify(part, (key, value: unknown) => (UNCOMPARED.has(key) ? undefined : value))
}

type Printable = QueryTree | ExpressionTree

function isPrintable(part: unknown): part is Printable {
  if (typeof part !== 'object' || part === null || !('kind' in part)) return false
  return !STRUCTURES.has(String(part.kind))
}

function differenceOf(ours: Printable, theirs: Printable): ReadingDifference {
  return { ours: print(ours), theirs: print(theirs), start: ours.start, end: ours.end }
}

function print(tree: Printable): string {
  return tree.kind === 'query' ? printTree(tree) : printExpression(tree)
}
