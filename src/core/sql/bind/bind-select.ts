import { bindAggregate } from './bind-aggregate.ts'
import { bindCondition, bindExpression, bindingOfRows, type Binding } from './bind-expression.ts'
import { bindSource, type Source, type Surroundings, type Table } from './bind-source.ts'
import { bindWindow } from './bind-window.ts'
import {
  AGGREGATES,
  ExpressionNumbers,
  WINDOWS,
  draftColumn,
  countOperators,
  type Usage,
} from './draft.ts'
import { mapAggregate, mapWindow } from './draft-parts.ts'
import { placeDrafts } from './place-drafts.ts'
import { findColumn, isNamed, type Scope } from './scope.ts'
import { SqlError } from '../sql-error.ts'
import type { Aggregate, Expression, SqlType, WindowFunction } from '../plan.ts'
import type {
  CallTree,
  ExpressionTree,
  ItemTree,
  Name,
  OrderTree,
  OverTree,
  SelectTree,
  Span,
} from '../tree.ts'

/** The ORDER BY and LIMIT behind a SELECT: they may name what it computes from, too. */
export interface Ordering {
  orderBy: OrderTree[]
  limit: number | null
}

/** An expression whose columns have no places, with what it was written as. */
export interface Draft {
  expression: Expression
  tree: ExpressionTree
}

export interface SortDraft extends Draft {
  isDescending: boolean
  nullsFirst: boolean
}

/** A SELECT of which all has a meaning, but columns have no places. */
export interface SelectDraft {
  source: Source
  where: Draft | null
  /** Null where the rows are not grouped. */
  groupBy: Expression[] | null
  aggregates: Aggregate[]
  having: Draft | null
  windows: WindowFunction[]
  qualify: Draft | null
  items: (Draft & { name: string | null })[]
  isDistinct: boolean
  orderBy: SortDraft[]
  limit: number | null
  /** Tells which expressions mean the same. */
  numbers: ExpressionNumbers
}

/** A SELECT with the ordering behind it. @throws SqlError where it means nothing */
export function bindSelect(select: SelectTree, ordering: Ordering, around: Surroundings): Table {
  const draft = draftSelect(select, ordering, around)
  const { relation, operators } = placeDrafts(draft)
  countOperators(around.usage, operators, select)
  const columns = draft.items.map(({ name }, i) => ({ name, type: relation.types[i]! }))
  return { relation, columns }
}

function draftSelect(select: SelectTree, ordering: Ordering, around: Surroundings): SelectDraft {
  const { usage } = around
  const source = bindSource(select.from, around)
  const { scope } = source
  const inWhere = bindingOfRows(scope, usage, 'are not allowed in WHERE; use HAVING')
  const where = draftCondition(select.where, inWhere)
  const inKeys = bindingOfRows(scope, usage, 'are not allowed in GROUP BY')
  const keys = select.groupBy.map((tree) => bindExpression(keyTree(tree, select, scope), inKeys))
  const numbers = new ExpressionNumbers()
  const calls = collectCalls(scope, { numbers, usage })
  const items = select.items.map((item) => ({
    expression: bindExpression(item.expression, calls.binding),
    tree: item.expression,
    name: nameOf(item),
  }))
  const alias = (name: Name) => aliasOf(name, items, numbers)
  const window = (call: CallTree): Expression => {
    throw new SqlError('bad_window', 'window functions are not allowed in HAVING', call)
  }
  const having = draftCondition(select.having, { ...calls.binding, alias, window })
  const afterWindows = { ...calls.binding, alias }
  const qualify = draftCondition(select.qualify, afterWindows)
  const orderBy = ordering.orderBy.map((order) => draftSort(order, items, afterWindows))
  const { aggregates, windows } = calls
  const isGrouped = keys.length > 0 || aggregates.length > 0 || having !== null
  const groupBy = isGrouped ? keys : null
  const { isDistinct } = select
  const { limit } = ordering
  return {
    source,
    where,
    groupBy,
    aggregates,
    having,
    windows,
    qualify,
    items,
    isDistinct,
    orderBy,
    limit,
    numbers,
  }
}

function draftCondition(tree: ExpressionTree | null, binding: Binding): Draft | null {
  return tree && { expression: bindCondition(tree, binding), tree }
}

/** What a column is called: its alias, or the last name of its path (SQ-14). */
function nameOf({ alias, expression }: ItemTree): string | null {
  if (alias !== null) return alias.text
  return expression.kind === 'column' ? expression.path.at(-1)!.text : null
}

/**
 * What a GROUP BY entry stands for: the item of a place or, where there is no such column, of a
 * name (SQ-43, SQ-44).
 */
function keyTree(tree: ExpressionTree, { items }: SelectTree, scope: Scope): ExpressionTree {
  if (tree.kind === 'number') {
    return items[placeOf(tree, items.length, 'GROUP BY position')]!.expression
  }
  const [name, ...rest] = tree.kind === 'column' ? tree.path : []
  if (tree.kind !== 'column' || name === undefined || rest.length > 0) return tree
  if (findColumn(scope, tree) !== null) return tree
  const named = items.filter((item) => isNamed(nameOf(item), name))
  if (named.length > 1) refuseAmbiguous(name)
  return named[0]?.expression ?? tree
}

/** @throws SqlError `bad_ordinal` */
export function placeOf(
  { text, ...span }: ExpressionTree & { kind: 'number' },
  count: number,
  what: string,
): number {
  const place = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (place >= 1 && place <= count) return place - 1
  throw new SqlError('bad_ordinal', `${what} ${text} is not in the select list`, span)
}

/** The expression that an output column of a name has, if there is one. */
function aliasOf(
  name: Name,
  items: SelectDraft['items'],
  numbers: ExpressionNumbers,
): Expression | null {
  const named = items.filter((item) => isNamed(item.name, name))
  const meanings = new Set(named.map(({ expression }) => numbers.of(expression)))
  if (meanings.size > 1) refuseAmbiguous(name)
  return named[0]?.expression ?? null
}

function refuseAmbiguous(name: Name): never {
  throw new SqlError('ambiguous', `column '${name.text}' is ambiguous`, name)
}

/** In ORDER BY a number is a place, and a name is first of all an output column's. */
function draftSort(order: OrderTree, items: SelectDraft['items'], binding: Binding): SortDraft {
  const { expression: tree, isDescending, nullsFirst } = order
  const [name, ...rest] = tree.kind === 'column' ? tree.path : []
  const alias = name !== undefined && rest.length === 0 ? binding.alias(name) : null
  const item =
    tree.kind === 'number' ? items[placeOf(tree, items.length, 'ORDER BY position')]! : null
  const expression = item?.expression ?? alias ?? bindExpression(tree, binding)
  return { expression, tree, isDescending, nullsFirst }
}

/**
 * What binds expressions over groups, and what it found in them: equal calls are computed once.
 */
function collectCalls(
  scope: Scope,
  { numbers, usage }: { numbers: ExpressionNumbers; usage: Usage },
): { aggregates: Aggregate[]; windows: WindowFunction[]; binding: Binding } {
  const aggregates: Aggregate[] = []
  const windows: WindowFunction[] = []
  const known = new Map<string, Expression>()
  const numbered = (expression: Expression): Expression => ({
    op: 'column',
    type: 'null',
    index: numbers.of(expression),
  })
  const once = (key: string, add: () => [SqlType, number], at: Span): Expression => {
    const column = known.get(key) ?? draftColumn(...add(), at)
    known.set(key, column)
    return column
  }
  const inAggregate = bindingOfRows(
    scope,
    usage,
    'cannot be nested in an aggregate: use a subquery',
  )
  const binding: Binding = {
    scope,
    usage,
    aggregate: (call) => {
      const aggregate = bindAggregate(call, inAggregate)
      const key = JSON.stringify(mapAggregate(aggregate, numbered))
      return once(key, () => [aggregate.type, AGGREGATES + aggregates.push(aggregate) - 1], call)
    },
    window: (call) => {
      const fn = bindWindow(call as CallTree & { over: OverTree }, inWindow)
      const key = JSON.stringify(mapWindow(fn, numbered))
      return once(key, () => [fn.type, WINDOWS + windows.push(fn) - 1], call)
    },
    alias: () => null,
  }
  const inWindow: Binding = {
    ...binding,
    window: (call) => {
      throw new SqlError('bad_window', 'window functions cannot be nested; use a subquery', call)
    },
  }
  return { aggregates, windows, binding }
}
