import { assert } from '../../result.ts'
import { bindExpression, bindingOfRows } from './bind-expression.ts'
import { bindSelect, placeOf } from './bind-select.ts'
import { commonType, convert } from './coerce.ts'
import { placed, type Surroundings, type Table } from './bind-source.ts'
import { countOperators } from './draft.ts'
import { nameColumns } from './name-columns.ts'
import { SqlError } from '../sql-error.ts'
import type { BoundQuery, Expression, Relation, SortKey, SqlType } from '../plan.ts'
import type { BodyTree, OrderTree, QueryTree, UnionTree } from '../tree.ts'

/**
 * Gives a query its meaning: every name is resolved, every value has a type, and only what is known
 * to be exact and deterministic remains (section 4 of the SQL spec; SQ-10 … SQ-14).
 * @throws SqlError for the first thing that means nothing or is not allowed
 */
export function bindQuery(tree: QueryTree): BoundQuery {
  const usage = { operators: 0, nodes: 0, properties: new Set<string>() }
  const table = bindTable(tree, { usage, ctes: new Map(), bindQuery: bindTable })
  return nameColumns(table, tree)
}

function bindTable(query: QueryTree, outer: Surroundings): Table {
  const around = query.ctes.length === 0 ? outer : withCtes(query, outer)
  const { body, orderBy, limit } = query
  assert(limit === null || orderBy.length > 0, 'the parser refuses LIMIT without ORDER BY')
  if (body.kind === 'select') return bindSelect(body, { orderBy, limit }, around)
  const table = bindBody(body, around)
  return orderBy.length === 0 ? table : sortTable(table, query, around)
}

/** Each CTE sees those before it. What it adds to the plan counts where it is used. */
function withCtes(query: QueryTree, outer: Surroundings): Surroundings {
  const around = { ...outer, ctes: new Map(outer.ctes) }
  const { usage } = outer
  const own = new Set<string>()
  for (const { name, query: cteQuery } of query.ctes) {
    const key = name.text.toLowerCase()
    if (key === 'events') throw new SqlError('bad_name', "a CTE may not be named 'events'", name)
    if (own.has(key)) {
      throw new SqlError('bad_name', `there are two CTEs named '${name.text}'`, name)
    }
    own.add(key)
    const { operators, nodes } = usage
    const table = bindTable(cteQuery, around)
    const added = { operators: usage.operators - operators, nodes: usage.nodes - nodes }
    Object.assign(usage, { operators, nodes })
    around.ctes.set(key, { ...table, ...added })
  }
  return around
}

function bindBody(body: BodyTree, around: Surroundings): Table {
  if (body.kind === 'query') return bindTable(body, around)
  if (body.kind === 'union') return bindUnion(body, around)
  return bindSelect(body, { orderBy: [], limit: null }, around)
}

/** Unions lean to the left; their columns have the names of the first SELECT. */
function bindUnion(body: UnionTree, around: Surroundings): Table {
  const unions: UnionTree[] = []
  let first: BodyTree = body
  for (; first.kind === 'union'; first = first.left) unions.push(first)
  const start = bindBody(first, around)
  return unions.reduceRight((left, union) => {
    const right = bindBody(union.right, around)
    const count = left.columns.length
    if (right.columns.length !== count) {
      const message = `UNION ALL sides have ${count} and ${right.columns.length} columns`
      throw new SqlError('bad_union', message, union)
    }
    const types = left.columns.map(({ type }, i) => commonType(type, right.columns[i]!.type, union))
    countOperators(around.usage, 1, union)
    const sides = {
      left: convertRelation(left.relation, types, union, around),
      right: convertRelation(right.relation, types, union, around),
    }
    const columns = left.columns.map(({ name }, i) => ({ name, type: types[i]! }))
    return { relation: { op: 'union', ...sides, types }, columns }
  }, start)
}

/** Properties become numbers where the other side has numbers; all other types need no change. */
function convertRelation(
  input: Relation,
  types: SqlType[],
  union: UnionTree,
  { usage }: Surroundings,
): Relation {
  const isSame = input.types.every((type, i) => type !== 'property' || types[i] !== 'numeric')
  if (isSame) return input
  countOperators(usage, 1, union)
  const expressions = input.types.map((type, index) =>
    convert({ op: 'column', type, index }, types[index]!),
  )
  return { op: 'project', input, expressions, types: expressions.map(({ type }) => type) }
}

/** ORDER BY behind a union or a query in parentheses sees its columns only. */
function sortTable(table: Table, { orderBy, limit }: QueryTree, around: Surroundings): Table {
  const { relation, columns } = table
  const scope = {
    kind: 'derived' as const,
    columns: columns.map((column) => ({ ...column, table: null })),
  }
  const binding = bindingOfRows(scope, around.usage, 'are not allowed in ORDER BY here')
  const keyOf = ({ expression }: OrderTree): Expression => {
    if (expression.kind !== 'number') return placed(bindExpression(expression, binding), 0)
    const index = placeOf(expression, columns.length, 'ORDER BY position')
    return { op: 'column', type: columns[index]!.type, index }
  }
  const by = orderBy.map((order): SortKey => {
    const { isDescending, nullsFirst } = order
    return { by: keyOf(order), isDescending, nullsFirst }
  })
  countOperators(around.usage, 1, orderBy[0]!)
  return { relation: { op: 'sort', input: relation, by, limit, types: relation.types }, columns }
}
