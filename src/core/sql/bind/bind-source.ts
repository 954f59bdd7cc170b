import { bindExpression, bindingOfRows } from './bind-expression.ts'
import { unify } from './coerce.ts'
import { argumentsOf, replaceParts, countNodes, countOperators, type Usage } from './draft.ts'
import { isNamed, typeOfScan, type Scope } from './scope.ts'
import { SqlError } from '../sql-error.ts'
import { suggest } from './suggest.ts'
import type { Expression, Relation, SqlType } from '../plan.ts'
import type { ExpressionTree, Name, QueryTree, SourceTree } from '../tree.ts'

/** A relation with the names of its columns. */
export interface Table {
  relation: Relation
  columns: { name: string | null; type: SqlType }[]
}

/** What a query is bound among. */
export interface Surroundings {
  usage: Usage
  /** By lower-case name; each with what a use of it adds to the plan. */
  ctes: Map<string, Table & { operators: number; nodes: number }>
  bindQuery(query: QueryTree, surroundings: Surroundings): Table
}

/** What a SELECT reads. A scan's columns are complete once all that names them is bound. */
export interface Source {
  scope: Scope
  relation: () => Relation
}

/** @throws SqlError `unknown_table`, `unsupported` … */
export function bindSource(tree: SourceTree, around: Surroundings): Source {
  if (tree.kind !== 'join') return bindTable(tree, around)
  // Joins lean to the left: the first table is the deepest.
  const joins: (SourceTree & { kind: 'join' })[] = []
  let first: SourceTree = tree
  for (; first.kind === 'join'; first = first.left) joins.push(first)
  const start = bindTable(first, around)
  return joins.reduceRight((left, join) => bindJoin(join, left, around), start)
}

function bindTable(tree: SourceTree, around: Surroundings): Source {
  if (tree.kind === 'table') return bindNamed(tree, around)
  // Joins are no tables but within parentheses.
  if (tree.kind === 'join') return bindSource(tree, around)
  return derived(around.bindQuery(tree.query, around), tree.alias)
}

function bindNamed(tree: SourceTree & { kind: 'table' }, around: Surroundings): Source {
  const { usage, ctes } = around
  const cte = ctes.get(tree.name.text.toLowerCase())
  if (cte !== undefined) {
    countOperators(usage, cte.operators, tree)
    countNodes(usage, cte.nodes, tree)
    return derived(cte, tree.alias ?? tree.name)
  }
  if (!isNamed('events', tree.name)) refuseTable(tree.name, ctes.keys())
  countOperators(usage, 1, tree)
  const alias = tree.alias?.text ?? 'events'
  const scope: Scope = { kind: 'events', alias, columns: [], usage }
  const { columns } = scope
  return { scope, relation: () => ({ op: 'scan', columns, types: columns.map(typeOfScan) }) }
}

function refuseTable(name: Name, ctes: Iterable<string>): never {
  const close = suggest(name.text, ['events', ...ctes])
  const hint =
    close === null || close === 'events' ? "the only table is 'events'" : `did you mean ${close}?`
  throw new SqlError('unknown_table', `unknown table '${name.text}'`, name, hint)
}

function derived({ relation, columns }: Table, alias: Name | null): Source {
  const table = alias?.text ?? null
  const named = columns.map((column) => ({ ...column, table }))
  return { scope: { kind: 'derived', columns: named }, relation: () => relation }
}

function bindJoin(tree: SourceTree & { kind: 'join' }, left: Source, around: Surroundings): Source {
  const right = bindTable(tree.right, around)
  if (left.scope.kind === 'events' || right.scope.kind === 'events') {
    const message = 'events cannot be joined directly; aggregate it in a subquery first'
    throw new SqlError('unsupported', message, tree)
  }
  refuseSameTable(tree, left.scope.columns, right.scope.columns)
  const columns = [...left.scope.columns, ...right.scope.columns]
  const scope: Scope = { kind: 'derived', columns }
  const places = left.scope.columns.length
  const keys = equalitiesOf(tree.on).map((on) => bindEquality(on, { scope, places }, around.usage))
  countOperators(around.usage, 1, tree)
  const relation: Relation = {
    op: 'join',
    kind: tree.type,
    left: left.relation(),
    right: right.relation(),
    leftKeys: keys.map(([key]) => key),
    rightKeys: keys.map(([, key]) => key),
    types: columns.map(({ type }) => type),
  }
  return { scope, relation: () => relation }
}

function refuseSameTable(
  { right }: SourceTree & { kind: 'join' },
  leftColumns: { table: string | null }[],
  [rightColumn]: { table: string | null }[],
): void {
  const name = rightColumn?.table?.toLowerCase()
  if (name === undefined || !leftColumns.some(({ table }) => table?.toLowerCase() === name)) return
  const message = `two tables are named '${rightColumn!.table}'`
  throw new SqlError('bad_name', message, right, 'give one of them another name with AS')
}

/** The equalities of an ON clause, in the order in which they are written. */
function equalitiesOf(on: ExpressionTree): (ExpressionTree & { kind: 'comparison' })[] {
  const terms: ExpressionTree[] = []
  const stack = [on]
  for (let term = stack.pop(); term !== undefined; term = stack.pop()) {
    if (term.kind === 'and') stack.push(term.right, term.left)
    else terms.push(term)
  }
  return terms.map((term) => {
    if (term.kind === 'comparison' && term.operator === '=') return term
    const message = 'JOIN ... ON accepts only equalities joined by AND'
    throw new SqlError('unsupported', message, term, 'put other conditions into WHERE')
  })
}

/** The two keys that an equality compares: one of the left columns, which come first, one of the right. */
function bindEquality(
  tree: ExpressionTree & { kind: 'comparison' },
  { scope, places }: { scope: Scope; places: number },
  usage: Usage,
): [Expression, Expression] {
  const binding = bindingOfRows(scope, usage, 'are not allowed in ON')
  const operands = [tree.left, tree.right].map((side) => ({
    expression: bindExpression(side, binding),
    tree: side,
  }))
  const [a, b] = unify(operands, tree).args as [Expression, Expression]
  const [sideOfA, sideOfB] = [sideOf(a, places), sideOf(b, places)]
  if (sideOfA === 'left' && sideOfB === 'right') return [placed(a, 0), placed(b, places)]
  if (sideOfA === 'right' && sideOfB === 'left') return [placed(b, 0), placed(a, places)]
  const message = 'each equality in ON must compare the two sides'
  throw new SqlError('unsupported', message, tree)
}

/** Of which side all columns of an expression are, or null where that is not one. */
function sideOf(expression: Expression, places: number): 'left' | 'right' | null {
  const sides = new Set<'left' | 'right'>()
  const stack = [expression]
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    if (part.op === 'column') sides.add(part.index < places ? 'left' : 'right')
    else stack.push(...argumentsOf(part))
  }
  const [side = null] = sides
  return sides.size === 1 ? side : null
}

/** A draft over the input's columns, of which the first is at `from`. */
export function placed(draft: Expression, from: number): Expression {
  return replaceParts(draft, (part) =>
    part.op === 'column' ? { op: 'column', type: part.type, index: part.index - from } : null,
  )
}
