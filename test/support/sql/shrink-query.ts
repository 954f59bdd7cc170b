import { columnsOf, type Expression, LEVEL, leaf, type Query } from './query-tree.ts'

/** Lists whose items may go. */
const LISTS = new Set(['ctes', 'orderBy', 'items', 'groupBy', 'partitionBy', 'arms'])
/** Members that may be absent. */
const OPTIONAL = new Set(['limit', 'where', 'having', 'qualify', 'filter'])

const SIMPLEST: Partial<Record<string, [sql: string, postgres: string]>> = {
  numeric: ['1', "'1'::numeric"],
  text: ["'a'", "'a'::text"],
  boolean: ['TRUE', 'TRUE'],
  timestamp: ["DATE '2025-01-01'", "timestamp '2025-01-01'"],
}

/**
 * The smallest query that still fails, as far as single steps lead to it.
 * @param fails whether a query fails as the given one does; one that cannot be run does not
 * @param attempts how many smaller queries are tried at most
 */
export async function shrinkQuery(
  query: Query,
  fails: (query: Query) => Promise<boolean>,
  attempts: number,
): Promise<Query> {
  let left = attempts
  let smallest = query
  for (let isSmaller = true; isSmaller && left > 0;) {
    isSmaller = false
    for (const candidate of smallerQueries(smallest)) {
      if (left-- <= 0) break
      // A property that is the quantity becomes a number, which no generated query has.
      if (!isMetric(candidate)) continue
      if (!(await fails(candidate))) continue
      smallest = candidate
      isSmaller = true
      break
    }
  }
  return smallest
}

function isMetric(query: Query): boolean {
  if (query.body.kind === 'union' && query.body.arms.length === 0) return false
  const columns = columnsOf(query)
  const value = columns.find(({ name }) => name === 'value') ?? columns[0]
  return value?.type === 'numeric'
}

/** Queries that are smaller by one step, the greatest steps first. */
function* smallerQueries(query: Query): Generator<Query> {
  for (const inner of innerQueries(query)) yield inner
  yield* smallerNodes(query as unknown as Node) as unknown as Generator<Query>
}

function* innerQueries(query: Query): Generator<Query> {
  if (query.body.kind === 'union') yield* query.body.arms
  else if (query.body.from.kind === 'subquery') yield query.body.from.query
  for (const cte of query.ctes) yield cte.query
}

type Node = { [name: string]: unknown }

function* smallerNodes(node: Node): Generator<Node> {
  if ('construct' in node) yield* simpler(node as unknown as Expression)
  if (node['kind'] === 'join') yield node['left'] as Node
  if (node['kind'] === 'subquery') yield { kind: 'events', alias: node['alias'] }
  for (const [name, value] of Object.entries(node)) {
    if (name === 'construct' || name === 'columns') continue
    if (OPTIONAL.has(name) && value !== null) yield { ...node, [name]: null }
    if (name === 'isDistinct' && value === true) yield { ...node, [name]: false }
    if (Array.isArray(value)) {
      if (LISTS.has(name)) {
        for (const place of value.keys()) yield { ...node, [name]: value.toSpliced(place, 1) }
      }
      for (const [place, item] of value.entries()) {
        for (const smaller of smallerNodes(item as Node)) {
          yield { ...node, [name]: value.with(place, smaller) }
        }
      }
    } else if (typeof value === 'object' && value !== null) {
      for (const smaller of smallerNodes(value as Node)) yield { ...node, [name]: smaller }
    }
  }
}

/** An operand in an expression's stead, or a literal. */
function* simpler(expression: Expression): Generator<Node> {
  const { construct, args, hasParentheses } = expression
  const node = (smaller: Expression) => smaller as unknown as Node
  for (const arg of args) if (arg.construct.type === construct.type) yield node(arg)
  const literal = SIMPLEST[construct.type]
  if (literal !== undefined && (args.length > 0 || construct.family === 'key')) {
    const [sql, postgres] = literal
    const { type } = construct
    yield node(leaf({ family: 'literal', type, places: [], sql, postgres, level: LEVEL.primary }))
  }
  if (hasParentheses) yield node({ ...expression, hasParentheses: false })
}
