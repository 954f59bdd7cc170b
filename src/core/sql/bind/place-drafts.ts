import { mapAggregate, mapWindow } from './draft-parts.ts'
import { AGGREGATES, WINDOWS, replaceParts, type ColumnDraft } from './draft.ts'
import { placed } from './bind-source.ts'
import { describeColumn } from './scope.ts'
import { SqlError } from '../sql-error.ts'
import type { Draft, SelectDraft, SortDraft } from './bind-select.ts'
import type { Expression, Relation, SortKey, SqlType } from '../plan.ts'

/**
 * The operators of a SELECT, each over the one before: the source, WHERE, groups, HAVING, windows,
 * QUALIFY, the select list, DISTINCT and order.
 * @returns also how many operators are added to those of the source
 * @throws SqlError `not_grouped` where a column of single rows is left after grouping
 */
export function placeDrafts(draft: SelectDraft): { relation: Relation; operators: number } {
  const stack = new OperatorStack(draft.source.relation())
  const { where, groupBy, having, qualify } = draft
  if (where !== null) stack.filter(placed(where.expression, 0))
  if (groupBy !== null) {
    const keys = groupBy.map((key) => placed(key, 0))
    const aggregates = draft.aggregates.map((one) => mapAggregate(one, (part) => placed(part, 0)))
    const types = [...keys, ...aggregates].map(({ type }) => type)
    stack.add({ op: 'aggregate', input: stack.top, keys, aggregates, types })
  }
  const width = stack.top.types.length
  const place = placing(draft, width)
  if (having !== null) stack.filter(place(refuseWindows(having)))
  if (draft.windows.length > 0) {
    const functions = draft.windows.map((one) => mapWindow(one, place))
    const types = [...stack.top.types, ...functions.map(({ type }) => type)]
    stack.add({ op: 'window', input: stack.top, functions, types })
  }
  if (qualify !== null) stack.filter(place(qualify.expression))
  addOutput(stack, draft, place)
  return { relation: stack.top, operators: stack.operators }
}

class OperatorStack {
  top: Relation
  operators = 0

  constructor(source: Relation) {
    this.top = source
  }

  add(relation: Relation): void {
    this.top = relation
    this.operators++
  }

  filter(condition: Expression): void {
    this.add({ op: 'filter', input: this.top, condition, types: this.top.types })
  }

  project(expressions: Expression[]): void {
    const types = expressions.map(({ type }) => type)
    this.add({ op: 'project', input: this.top, expressions, types })
  }

  sort(by: SortKey[], limit: number | null): void {
    this.add({ op: 'sort', input: this.top, by, limit, types: this.top.types })
  }
}

type Place = (expression: Expression) => Expression

/** Gives the columns of a draft their places: behind keys and aggregates, or input columns, windows. */
function placing({ groupBy, numbers, source }: SelectDraft, width: number): Place {
  const keys = new Map<number, number>()
  groupBy?.forEach((key, i) => {
    if (!isLiteral(key) && !keys.has(numbers.of(key))) keys.set(numbers.of(key), i)
  })
  const column = (type: SqlType, index: number): Expression => ({ op: 'column', type, index })
  return (draft) =>
    replaceParts(draft, (part) => {
      const key = keys.size === 0 ? undefined : keys.get(numbers.of(part))
      if (key !== undefined) return column(part.type, key)
      if (part.op !== 'column') return null
      if (part.index >= WINDOWS) return column(part.type, width + part.index - WINDOWS)
      if (groupBy === null) return column(part.type, part.index)
      if (part.index >= AGGREGATES) {
        return column(part.type, groupBy.length + part.index - AGGREGATES)
      }
      const name = describeColumn(source.scope, part.index)
      const message = `column '${name}' must appear in GROUP BY or inside an aggregate`
      throw new SqlError('not_grouped', message, part as ColumnDraft)
    })
}

/** Literals stay what they are: operators such as IN need them. */
function isLiteral({ op }: Expression): boolean {
  return ['numeric', 'text', 'boolean', 'timestamp', 'null'].includes(op)
}

/** HAVING may name an output column, but not one that is computed after it. */
function refuseWindows({ expression, tree }: Draft): Expression {
  replaceParts(expression, (part) => {
    if (part.op !== 'column' || part.index < WINDOWS) return null
    throw new SqlError(
      'bad_window',
      'window functions are not allowed in HAVING',
      tree,
      'use QUALIFY',
    )
  })
  return expression
}

/** The select list, and the order: by its columns where it is by such only. */
function addOutput(stack: OperatorStack, draft: SelectDraft, place: Place): void {
  const { items, orderBy, limit, numbers, isDistinct } = draft
  const outputs = items.map(({ expression }) => place(expression))
  const places = new Map<number, number>()
  items.forEach(({ expression }, i) => {
    if (!places.has(numbers.of(expression))) places.set(numbers.of(expression), i)
  })
  const others: Expression[] = []
  const by = orderBy.map((key): SortKey => {
    const found = places.get(numbers.of(key.expression))
    if (found === undefined && isDistinct) refuseOrder(key)
    const index = found ?? items.length + others.push(place(key.expression)) - 1
    const { isDescending, nullsFirst } = key
    return { by: { op: 'column', type: key.expression.type, index }, isDescending, nullsFirst }
  })
  stack.project([...outputs, ...others])
  if (isDistinct) stack.add({ op: 'distinct', input: stack.top, types: stack.top.types })
  if (by.length > 0) stack.sort(by, limit)
  if (others.length > 0) {
    stack.project(outputs.map(({ type }, index) => ({ op: 'column', type, index })))
  }
}

function refuseOrder({ tree }: SortDraft): never {
  const message = 'with DISTINCT, ORDER BY takes columns of the select list only'
  throw new SqlError('unsupported', message, tree)
}
