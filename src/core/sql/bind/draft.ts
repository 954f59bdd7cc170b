import { nodeWeight } from '../node-weight.ts'
import { SqlError } from '../sql-error.ts'
import type { Expression, SqlType } from '../plan.ts'
import type { Span } from '../tree.ts'

/**
 * While a SELECT is bound its columns have no places yet: those of `events` are found as they are
 * mentioned, and aggregates and windows follow them. In a draft, columns from `AGGREGATES` on are
 * the select's aggregates, from `WINDOWS` on its window functions, and those below its input's.
 */
export const AGGREGATES = 1_000_000
export const WINDOWS = 2_000_000

/** What a whole query may grow to once its CTEs and repeated operands are written out. */
export const OPERATORS_MAX = 200
export const PLAN_NODES_MAX = 20_000
export const PROPERTIES_MAX = 64

/** How much of the limits a query has used. */
export interface Usage {
  operators: number
  nodes: number
  properties: Set<string>
}

export type ColumnExpression = Extract<Expression, { op: 'column' }>

/** A mention of a column: it remembers where it stands until it has its place. */
export type ColumnDraft = ColumnExpression & Span

export function draftColumn(type: SqlType, index: number, { start, end }: Span): ColumnDraft {
  return { op: 'column', type, index, start, end }
}

export function argumentsOf(expression: Expression): Expression[] {
  return 'args' in expression ? expression.args : []
}

/**
 * The expression with each part for which `replace` gives another replaced by it, from the top.
 * Goes without recursion, since chains of operators lean thousands deep.
 */
export function replaceParts(
  root: Expression,
  replace: (part: Expression) => Expression | null,
): Expression {
  const done = new Map<Expression, Expression>()
  const stack = [root]
  for (let part = stack.at(-1); part !== undefined; part = stack.at(-1)) {
    const pending = done.has(part) ? [] : startPart(part, done, replace)
    if (pending.length > 0) {
      // The leftmost is done first, so that of several errors the first is told.
      for (let i = pending.length - 1; i >= 0; i--) stack.push(pending[i]!)
      continue
    }
    if (!done.has(part)) {
      done.set(
        part,
        withArguments(
          part,
          argumentsOf(part).map((argument) => done.get(argument)!),
        ),
      )
    }
    stack.pop()
  }
  return done.get(root)!
}

function startPart(
  part: Expression,
  done: Map<Expression, Expression>,
  replace: (part: Expression) => Expression | null,
): Expression[] {
  const replacement = replace(part)
  if (replacement !== null) {
    done.set(part, replacement)
    return []
  }
  return argumentsOf(part).filter((argument) => !done.has(argument))
}

function withArguments(part: Expression, args: Expression[]): Expression {
  return 'args' in part ? { ...part, args } : part
}

/**
 * Numbers expressions so that those of equal meaning have equal numbers: types do not count, since
 * a property and its text are one value.
 */
export class ExpressionNumbers {
  readonly #numbers = new Map<string, number>()
  readonly #known = new WeakMap<Expression, number>()

  of(expression: Expression): number {
    replaceParts(expression, (part) => {
      if (this.#known.has(part)) return part
      const args = argumentsOf(part).map((argument) => this.#known.get(argument))
      if (args.includes(undefined)) return null
      this.#known.set(part, this.#numberOf(keyOf(part, args)))
      return part
    })
    return this.#known.get(expression)!
  }

  #numberOf(key: string): number {
    const number = this.#numbers.get(key) ?? this.#numbers.size
    this.#numbers.set(key, number)
    return number
  }
}

function keyOf(part: Expression, args: unknown[]): string {
  if (part.op === 'column') return `column ${part.index}`
  return JSON.stringify({ ...part, type: undefined, args })
}

const weights = new WeakMap<Expression, number>()

/**
 * How many nodes an expression has when it is written out, counted as it grows; functions of texts
 * count for as many as they cost.
 */
export function weigh(expression: Expression, at: Span): number {
  const known = weights.get(expression)
  if (known !== undefined) return known
  const weight = argumentsOf(expression).reduce(
    (sum, part) => sum + weigh(part, at),
    nodeWeight(expression),
  )
  if (weight > PLAN_NODES_MAX) refuseSize(at)
  weights.set(expression, weight)
  return weight
}

/** Counts so many nodes of expressions towards the whole query. */
export function countNodes(usage: Usage, nodes: number, at: Span): void {
  usage.nodes += nodes
  if (usage.nodes > PLAN_NODES_MAX) refuseSize(at)
}

/** Counts so many operators towards the whole query. */
export function countOperators(usage: Usage, operators: number, at: Span): void {
  usage.operators += operators
  if (usage.operators > OPERATORS_MAX) {
    throw new SqlError('too_complex', `query expands to more than ${OPERATORS_MAX} operators`, at)
  }
}

function refuseSize(at: Span): never {
  const message = `query expands to more than ${PLAN_NODES_MAX} parts of expressions`
  throw new SqlError('too_complex', message, at)
}
