import type { UsageEvent } from '../metering/event.ts'
import { propertyOf } from '../metering/property.ts'
import { compileSql } from './compile-sql.ts'
import { SqlMatcher } from './match-event.ts'
import type { BodyTree, ExpressionTree, Name, QueryTree, SourceTree, Span } from './tree.ts'

/** One condition of a WHERE that is about events themselves. */
interface WhereCondition {
  text: string
  /** What of an event it looks at. */
  columns: { text: string; read: (event: UsageEvent) => string | undefined }[]
  matcher: SqlMatcher
}

/**
 * Tells which condition of a SQL metric's WHERE an event fails. Each condition of a SELECT that reads
 * `events` is run by itself, as a query that has no other.
 */
export class UnmetConditions {
  /** For each SELECT that reads events, its conditions in their order. */
  private readonly readings: WhereCondition[][]

  /** @param sql a query that is a metric's */
  constructor(sql: string) {
    const compiled = compileSql(sql)
    const selects = compiled.ok ? selectsOf(compiled.value.tree) : []
    this.readings = selects.map(({ from, where }) =>
      conjunctsOf(where).flatMap((condition) => readCondition(sql, from, condition)),
    )
  }

  /**
   * Says of each reading of events the first condition that is not true of the event, and what the
   * event has there; null where no such condition can be told.
   */
  firstOf(event: UsageEvent): string | null {
    const failed = this.readings.flatMap((conditions) => {
      const first = conditions.find(({ matcher }) => matcher.unmet(event) !== null)
      return first === undefined ? [] : [describe(first, event)]
    })
    // Where one of several readings fails in a way that cannot be told, nothing is said of the others.
    if (failed.length === 0 || failed.length < this.readings.length) return null
    return [...new Set(failed)].join(', or ')
  }
}

function describe({ text, columns }: WhereCondition, event: UsageEvent): string {
  const values = columns.map((column) => {
    const value = column.read(event)
    return `${column.text} ${value === undefined ? 'is absent' : `is ${JSON.stringify(value)}`}`
  })
  const found = values.length === 0 ? '' : ` (here ${[...new Set(values)].join(', ')})`
  return `${text}${found}`
}

interface ReadingSelect {
  from: Span
  where: ExpressionTree | null
}

/** The SELECTs of a query that read events directly. */
function selectsOf({ ctes, body }: QueryTree): ReadingSelect[] {
  // What bears the name of the events is not them.
  if (ctes.some(({ name }) => name.text.toLowerCase() === 'events')) return []
  return [...ctes.flatMap(({ query }) => selectsOf(query)), ...selectsIn(body)]
}

function selectsIn(body: BodyTree): ReadingSelect[] {
  if (body.kind === 'query') return selectsOf(body)
  if (body.kind === 'union') return [...selectsIn(body.left), ...selectsIn(body.right)]
  const { from, where } = body
  if (from.kind === 'table') return isEvents(from.name) ? [{ from, where }] : []
  return selectsFrom(from)
}

function selectsFrom(source: SourceTree): ReadingSelect[] {
  if (source.kind === 'subquery') return selectsOf(source.query)
  if (source.kind === 'join') return [...selectsFrom(source.left), ...selectsFrom(source.right)]
  // What is joined is filtered by what it is joined with, too.
  return isEvents(source.name) ? [{ from: source, where: null }] : []
}

function isEvents({ text, isQuoted }: Name): boolean {
  return isQuoted ? text === 'events' : text.toLowerCase() === 'events'
}

function conjunctsOf(where: ExpressionTree | null): ExpressionTree[] {
  if (where === null) return []
  if (where.kind !== 'and') return [where]
  return [...conjunctsOf(where.left), ...conjunctsOf(where.right)]
}

function readCondition(sql: string, from: Span, condition: ExpressionTree): WhereCondition[] {
  const text = sql.slice(condition.start, condition.end).replace(/\s+/g, ' ')
  const source = sql.slice(from.start, from.end)
  const compiled = compileSql(`SELECT COUNT(*) AS value FROM ${source} WHERE ${text}`)
  if (!compiled.ok) return []
  const columns = columnsOf(condition).flatMap((path) => columnOf(path))
  return [{ text, columns, matcher: new SqlMatcher(compiled.value.plan) }]
}

function columnOf(path: readonly Name[]): WhereCondition['columns'] {
  const names = path.map(({ text }) => text)
  const at = names.findIndex((name) => name.toLowerCase() === 'properties')
  const property = at < 0 ? undefined : names[at + 1]
  if (property !== undefined) {
    return [{ text: `properties.${property}`, read: (event) => propertyOf(event, property) }]
  }
  const last = names.at(-1)?.toLowerCase()
  if (last === 'event_type') return [{ text: last, read: ({ eventType }) => eventType }]
  if (last === 'customer_id') return [{ text: last, read: ({ ingestId }) => ingestId }]
  return []
}

/** All columns that an expression names, at any depth. */
function columnsOf(tree: unknown): Name[][] {
  if (Array.isArray(tree)) return tree.flatMap(columnsOf)
  if (typeof tree !== 'object' || tree === null) return []
  if (isColumn(tree)) return [tree.path]
  return Object.values(tree).flatMap(columnsOf)
}

function isColumn(tree: object): tree is Extract<ExpressionTree, { kind: 'column' }> {
  return 'kind' in tree && tree.kind === 'column'
}
