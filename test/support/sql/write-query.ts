import { unreachable } from '../../../src/core/result.ts'
import {
  type Body,
  type Expression,
  LEVEL,
  type Over,
  type Place,
  type Query,
  type Select,
  type SortKey,
  type Source,
} from './query-tree.ts'

const FRAMES = {
  '': '',
  ROWS: ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
  RANGE: ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
  'ROWS-ALL': ' ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
  'RANGE-ALL': ' RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING',
}

/** The query in our dialect. */
export function writeQuery(query: Query): string {
  const ctes = query.ctes.map((cte) => `${cte.name} AS (${writeQuery(cte.query)})`)
  const order = query.orderBy.map((key) => {
    const by = key.isOrdinal ? String(key.column + 1) : outputName(query.body, key.column)
    return `${by}${direction(key)}`
  })
  return [
    ...(ctes.length > 0 ? [`WITH ${ctes.join(', ')}`] : []),
    writeBody(query.body),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
    ...(query.limit === null ? [] : [`LIMIT ${query.limit}`]),
  ].join(' ')
}

function outputName(body: Body, column: number): string {
  if (body.kind === 'union') return outputName(body.arms[0]!.body, column)
  const name = body.items[column]?.name
  return name === undefined ? String(column + 1) : quoted(name)
}

/** A name, with quotes where it needs them. */
export function quoted(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name}"`
}

function writeBody(body: Body): string {
  if (body.kind === 'select') return writeSelect(body)
  const arms = body.arms.map((arm) => {
    const isPlain = arm.body.kind === 'select' && arm.ctes.length === 0 && arm.orderBy.length === 0
    return isPlain ? writeQuery(arm) : `(${writeQuery(arm)})`
  })
  return arms.join(' UNION ALL ')
}

function writeSelect(select: Select): string {
  const items = select.items.map(({ expression, name, alias }) => {
    const written = writeExpression(expression)
    return alias === 'none' ? written : `${written} ${alias === 'as' ? 'AS ' : ''}${quoted(name)}`
  })
  const keys = select.groupBy.map(({ expression, item, spelling }) => {
    const place = select.items.findIndex(({ name }) => name === item)
    if (place < 0 || spelling === 'expression') return writeExpression(expression)
    return spelling === 'alias' ? quoted(item!) : String(place + 1)
  })
  const clause = (words: string, condition: Expression | null) =>
    condition === null ? [] : [`${words} ${writeExpression(condition)}`]
  return [
    `SELECT ${select.isDistinct ? 'DISTINCT ' : ''}${items.join(', ')}`,
    `FROM ${writeSource(select.from)}`,
    ...clause('WHERE', select.where),
    ...(keys.length > 0 ? [`GROUP BY ${keys.join(', ')}`] : []),
    ...clause('HAVING', select.having),
    ...clause('QUALIFY', select.qualify),
  ].join(' ')
}

function writeSource(source: Source): string {
  switch (source.kind) {
    case 'events':
      return source.alias === null ? 'events' : `events ${source.alias}`
    case 'cte':
      return source.alias === null ? source.name : `${source.name} AS ${source.alias}`
    case 'subquery':
      return `(${writeQuery(source.query)})${source.isAliasWritten ? ` ${source.alias}` : ''}`
    case 'join': {
      const words = source.type === 'inner' ? 'JOIN' : 'LEFT JOIN'
      const on = writeExpression(source.on)
      return `${writeSource(source.left)} ${words} ${writeSource(source.right)} ON ${on}`
    }
    default:
      return unreachable(source)
  }
}

/** An expression in our dialect, with no more parentheses than it needs, or a few more. */
export function writeExpression(expression: Expression, levelMin: number = LEVEL.any): string {
  const { construct, args, filter, over, hasParentheses } = expression
  const operands = args.map((arg, place) =>
    writeExpression(arg, construct.operandLevels?.[place] ?? LEVEL.any),
  )
  const written = fill(construct.sql, operands, {
    F: filter === null ? '' : ` FILTER (WHERE ${writeExpression(filter)})`,
    O: over === null ? '' : ` OVER (${writeOver(over, (part) => writeExpression(part))})`,
  })
  return hasParentheses || construct.level < levelMin ? `(${written})` : written
}

export function fill(
  template: string,
  operands: string[],
  clauses: Record<string, string>,
): string {
  return template.replace(
    /\$([0-9]|[A-Z])/g,
    (marker, name: string) =>
      // A text such as '$&' is no operand.
      operands[Number(name) - 1] ?? clauses[name] ?? marker,
  )
}

export function writeOver(
  { partitionBy, orderBy, frame }: Over,
  write: (expression: Expression, place: Place | null) => string,
): string {
  const parts = partitionBy.map((part) => write(part, null))
  const order = orderBy.map((key) => `${write(key.by, null)}${direction(key)}`)
  const clauses = [
    ...(parts.length > 0 ? [`PARTITION BY ${parts.join(', ')}`] : []),
    ...(order.length > 0 ? [`ORDER BY ${order.join(', ')}`] : []),
  ]
  return `${clauses.join(' ')}${FRAMES[frame]}`
}

export function direction({ isDescending, nulls }: Omit<SortKey, 'by'>): string {
  return `${isDescending ? ' DESC' : ''}${nulls === '' ? '' : ` NULLS ${nulls}`}`
}
