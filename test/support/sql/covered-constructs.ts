import { AGGREGATES, PEER_WINDOWS, PLACE_WINDOWS, readings } from './aggregates.ts'
import { CONSTRUCTS } from './constructs.ts'
import type { Query } from './query-tree.ts'

/** Counts which constructs of the language a query has. */
export function countConstructs(query: Query, counts: Map<string, number>): void {
  const count = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1)
  visit(query, 0, count)
}

function visit(value: unknown, depth: number, count: (name: string) => void): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, depth, count)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return
  const node = value as Record<string, unknown>
  for (const name of namesOf(node, depth)) count(name)
  const isQuery = 'ctes' in node
  for (const [name, member] of Object.entries(node)) {
    if (name !== 'construct' && name !== 'columns')
      visit(member, isQuery ? depth + 1 : depth, count)
  }
}

/** What a node of a query's tree shows of the language. */
function namesOf(node: Record<string, unknown>, depth: number): string[] {
  const names: string[] = []
  const has = (name: string) => node[name] !== undefined && node[name] !== null
  if (has('construct')) names.push((node['construct'] as { family: string }).family)
  if (has('hasParentheses') && node['hasParentheses'] === true) names.push('( )')
  for (const clause of ['where', 'having', 'qualify', 'filter', 'limit']) {
    if (has(clause)) names.push(clause.toUpperCase())
  }
  if (node['isDistinct'] === true) names.push('SELECT DISTINCT')
  if (Array.isArray(node['ctes']) && node['ctes'].length > 0) names.push('WITH')
  if (Array.isArray(node['orderBy']) && node['orderBy'].length > 0) names.push('ORDER BY')
  if (Array.isArray(node['partitionBy']) && node['partitionBy'].length > 0)
    names.push('PARTITION BY')
  if (node['nulls'] === 'FIRST' || node['nulls'] === 'LAST') names.push(`NULLS ${node['nulls']}`)
  if (node['isDescending'] === true) names.push('DESC')
  if (node['isOrdinal'] === true) names.push('ORDER BY ordinal')
  if (typeof node['frame'] === 'string' && node['frame'] !== '')
    names.push(`frame ${node['frame']}`)
  if (node['kind'] === 'union') names.push('UNION ALL')
  if (node['kind'] === 'join') names.push(`${String(node['type']).toUpperCase()} JOIN`)
  if (node['kind'] === 'cte') names.push('FROM cte')
  if (node['kind'] === 'subquery') {
    names.push(depth > 1 ? 'subquery in a subquery' : 'subquery')
    if (node['isAliasWritten'] === false) names.push('subquery without alias')
  }
  if (has('spelling') && has('item')) names.push(`GROUP BY ${String(node['spelling'])}`)
  if (node['alias'] === 'bare') names.push('alias without AS')
  if (node['alias'] === 'none') names.push('implicit alias')
  return names
}

/** All that `countConstructs` may find: constructs of expressions, and clauses. */
export function everyConstruct(): string[] {
  const constructs = [...CONSTRUCTS, ...AGGREGATES, ...PEER_WINDOWS, ...PLACE_WINDOWS]
  return [...new Set([...constructs.map(({ family }) => family), ...READINGS, ...CLAUSES])]
}

const READINGS = readings('', []).map(({ family }) => family)
const CLAUSES = [
  ['WHERE', 'HAVING', 'QUALIFY', 'FILTER', 'LIMIT', 'SELECT DISTINCT', 'WITH', 'FROM cte'],
  ['ORDER BY', 'ORDER BY ordinal', 'DESC', 'NULLS FIRST', 'NULLS LAST', 'PARTITION BY'],
  ['frame ROWS', 'frame RANGE', 'frame ROWS-ALL', 'frame RANGE-ALL', 'UNION ALL'],
  ['INNER JOIN', 'LEFT JOIN', 'ON =', 'ON AND', 'alias in HAVING', 'key', '( )', 'NULL'],
  ['subquery', 'subquery in a subquery', 'subquery without alias'],
  ['GROUP BY expression', 'GROUP BY ordinal', 'GROUP BY alias'],
  ['alias without AS', 'implicit alias', 'derived column', 'table.derived column'],
  ['properties.x', 'properties."x"', "properties['x']", 'table.properties.x'],
  ['event_type', 'timestamp', 'transaction_id', 'customer_id', 'table.timestamp'],
  ['numeric literal', 'text literal', 'boolean literal', 'timestamp literal'],
].flat()
