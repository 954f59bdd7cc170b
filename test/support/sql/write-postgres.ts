import { unreachable } from '../../../src/core/result.ts'
import type {
  Body,
  Expression,
  Over,
  Place,
  Query,
  Select,
  Source,
  ValueType,
} from './query-tree.ts'
import { columnsOf, leaf } from './query-tree.ts'
import { direction, fill, writeOver } from './write-query.ts'

/** The query for Postgres; it gives each column as the text that we give. */
export function writePostgres(query: Query): string {
  const columns = columnsOf(query).map(({ name, type }) => asText(`"${name}"`, type))
  return `SELECT ${columns.join(', ')} FROM (${postgresQuery(query)}) AS "result"`
}

function asText(column: string, type: ValueType): string {
  if (type === 'numeric') return `number_text(${column})`
  if (type === 'timestamp') return `time_text(${column})`
  return type === 'boolean' ? `(${column})::text` : column
}

function postgresQuery(query: Query): string {
  const ctes = query.ctes.map((cte) => `"${cte.name}" AS (${postgresQuery(cte.query)})`)
  const order = query.orderBy.map((key) => `${key.column + 1}${direction(key)}`)
  if (order.length > 0) order.push(...columnsOf(query).map((_, column) => String(column + 1)))
  return [
    ...(ctes.length > 0 ? [`WITH ${ctes.join(', ')}`] : []),
    postgresBody(query.body),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(query.limit === null ? [] : [`LIMIT ${query.limit}`]),
  ].join(' ')
}

function postgresBody(body: Body): string {
  if (body.kind === 'select') return postgresSelect(body)
  const arms = body.arms.map((arm) => `(${postgresQuery(arm)})`)
  // As a table, so that an ORDER BY may follow whose ordinals are those of the columns.
  return `SELECT * FROM (${arms.join(' UNION ALL ')}) AS "all_arms"`
}

/** Postgres has no QUALIFY: it becomes a column that the query around it filters by. */
function postgresSelect(select: Select): string {
  const { items, from, where, groupBy, having, qualify, isDistinct } = select
  const values = items.map(
    ({ expression, name }) => `${postgresExpression(expression)} AS "${name}"`,
  )
  if (qualify !== null) values.push(`${postgresExpression(qualify, 'truth')} AS "is_kept"`)
  const keys = groupBy.map(({ expression }) => postgresExpression(expression))
  const inner = [
    `SELECT ${isDistinct && qualify === null ? 'DISTINCT ' : ''}${values.join(', ')}`,
    `FROM ${postgresSource(from)}`,
    ...(where === null ? [] : [`WHERE ${postgresExpression(where, 'truth')}`]),
    ...(keys.length > 0 ? [`GROUP BY ${keys.join(', ')}`] : []),
    ...(having === null ? [] : [`HAVING ${postgresExpression(having, 'truth')}`]),
  ].join(' ')
  if (qualify === null) return inner
  const names = items.map(({ name }) => `"${name}"`).join(', ')
  const distinct = isDistinct ? 'DISTINCT ' : ''
  return `SELECT ${distinct}${names} FROM (${inner}) AS "qualified" WHERE "is_kept"`
}

function postgresSource(source: Source): string {
  switch (source.kind) {
    case 'events':
      return `events AS "${source.alias ?? 'events'}"`
    case 'cte':
      return `"${source.name}" AS "${source.alias ?? source.name}"`
    case 'subquery':
      return `(${postgresQuery(source.query)}) AS "${source.alias}"`
    case 'join': {
      const words = source.type === 'inner' ? 'JOIN' : 'LEFT JOIN'
      const on = postgresExpression(source.on)
      return `${postgresSource(source.left)} ${words} ${postgresSource(source.right)} ON ${on}`
    }
    default:
      return unreachable(source)
  }
}

const NULL_TYPES: Record<Place, string> = {
  numeric: 'numeric',
  number: 'numeric',
  parsed: 'numeric',
  text: 'text',
  string: 'text',
  property: 'text',
  boolean: 'boolean',
  truth: 'boolean',
  timestamp: 'timestamp',
  instant: 'timestamp',
}

/** An expression for Postgres, with all parentheses. */
export function postgresExpression(expression: Expression, place: Place | null = null): string {
  const { construct, args, filter, over } = expression
  if (construct.type === 'null') return `NULL::${NULL_TYPES[place ?? 'text']}`
  const isParsed = construct.type === 'property' && (place === 'number' || place === 'parsed')
  if (isParsed && construct.postgresNumber !== undefined) return construct.postgresNumber
  const operands = args.map((arg, index) => postgresExpression(arg, construct.places[index]))
  const condition = filter === null ? null : postgresExpression(filter, 'truth')
  const written = fill(construct.postgres, operands, {
    F: condition === null ? '' : ` FILTER (WHERE ${condition})`,
    A: condition === null ? '' : ` AND ${condition}`,
    O: over === null ? '' : ` OVER (${writeOver(withTies(over), postgresExpression)})`,
  })
  return isParsed ? `parse_number(${written})` : written
}

function withTies(over: Over): Over {
  const ties = over.ties.map((column) => ({
    by: leaf(column),
    isDescending: false,
    nulls: 'LAST' as const,
  }))
  return { ...over, orderBy: [...over.orderBy, ...ties] }
}
