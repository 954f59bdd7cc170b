import { PROPERTIES_MAX, draftColumn, type ColumnDraft, type Usage } from './draft.ts'
import { SqlError } from '../sql-error.ts'
import { suggest } from './suggest.ts'
import type { ScanColumn, SqlType } from '../plan.ts'
import type { Name, Span } from '../tree.ts'

export interface DerivedColumn {
  name: string | null
  type: SqlType
  /** By which its table is named, if it has a name. */
  table: string | null
}

/** The columns that a SELECT may name: those of `events`, found as they are named, or of subqueries. */
export type Scope =
  | { kind: 'events'; alias: string; columns: ScanColumn[]; usage: Usage }
  | { kind: 'derived'; columns: DerivedColumn[] }

export type ColumnPath = Span & { path: Name[] }

const EVENT_COLUMNS = ['event_type', 'timestamp', 'transaction_id', 'customer_id'] as const

/** The column that a path names. @throws SqlError `unknown_column`, `bad_column`, `ambiguous` … */
export function resolveColumn(scope: Scope, column: ColumnPath): ColumnDraft {
  return findColumn(scope, column) ?? refuseColumn(scope, column)
}

/** The same, or null where there is none of the name. */
export function findColumn(scope: Scope, column: ColumnPath): ColumnDraft | null {
  return scope.kind === 'derived'
    ? findDerived(scope.columns, column)
    : findEventColumn(scope, column)
}

function findDerived(columns: DerivedColumn[], column: ColumnPath): ColumnDraft | null {
  const name = column.path.at(-1)!
  const table = column.path.length === 2 ? column.path[0]! : null
  if (column.path.length > 2) return null
  const found = columns
    .map(({ name: own, type, table: ownTable }, index) => ({ own, type, ownTable, index }))
    .filter(({ own, ownTable }) => isNamed(own, name) && (!table || isNamed(ownTable, table)))
  const exact = found.filter(({ own }) => name.isQuoted && own === name.text)
  const [first, ...others] = exact.length > 0 ? exact : found
  if (others.length > 0) {
    const hint = table ? undefined : 'put the name of its table before it'
    throw new SqlError('ambiguous', `column '${pathText(column)}' is ambiguous`, column, hint)
  }
  return first === undefined ? null : draftColumn(first.type, first.index, column)
}

function findEventColumn(
  scope: Scope & { kind: 'events' },
  column: ColumnPath,
): ColumnDraft | null {
  const [first, ...rest] = column.path
  if (rest.length > 0 && isNamed(scope.alias, first!)) {
    const found = findOwn(scope, { ...column, path: rest })
    if (found !== null) return found
  }
  return findOwn(scope, column)
}

function findOwn(scope: Scope & { kind: 'events' }, column: ColumnPath): ColumnDraft | null {
  const [first, property, ...rest] = column.path
  if (property === undefined) {
    const kind = EVENT_COLUMNS.find((name) => isNamed(name, first!))
    return kind === undefined ? null : mention(scope, { kind }, column)
  }
  if (!isNamed('properties', first!)) return null
  if (rest.length > 0) {
    const name = [property, ...rest].map(({ text }) => text).join('.')
    const hint = `quote it if the name contains a dot: properties."${name}"`
    throw new SqlError('unsupported', 'nested properties are not supported', column, hint)
  }
  return mention(scope, { kind: 'property', name: property.text }, column)
}

/** The base scan's order of readings, beside which no other column is named so. */
export function mentionReading(scope: Scope & { kind: 'events' }, at: Span): ColumnDraft {
  return mention(scope, { kind: 'reading' }, at)
}

function mention(
  { columns, usage }: Scope & { kind: 'events' },
  column: ScanColumn,
  at: Span,
): ColumnDraft {
  const found = columns.findIndex(
    (own) => nameOf(own) === nameOf(column) && own.kind === column.kind,
  )
  const index = found < 0 ? columns.push(column) - 1 : found
  if (column.kind === 'property') {
    usage.properties.add(column.name)
    if (usage.properties.size > PROPERTIES_MAX) {
      const message = `query names more than ${PROPERTIES_MAX} properties`
      throw new SqlError('too_complex', message, at)
    }
  }
  return draftColumn(typeOfScan(column), index, at)
}

export function typeOfScan(column: ScanColumn): SqlType {
  if (column.kind === 'property') return 'property'
  return column.kind === 'timestamp' ? 'timestamp' : 'text'
}

function nameOf(column: ScanColumn): string {
  return column.kind === 'property' ? column.name : ''
}

/** Names are compared without case. */
export function isNamed(own: string | null, { text }: Name): boolean {
  return own !== null && own.toLowerCase() === text.toLowerCase()
}

function pathText({ path }: ColumnPath): string {
  return path.map(({ text }) => text).join('.')
}

function refuseColumn(scope: Scope, column: ColumnPath): never {
  const name = pathText(column)
  const last = column.path.at(-1)!
  if (scope.kind === 'events' && isNamed('properties', last)) {
    const hint = 'name one property, as in properties.user_id'
    throw new SqlError('bad_column', 'properties cannot be used as a whole', column, hint)
  }
  const hint = scope.kind === 'events' ? eventHint(scope, column) : derivedHint(scope, column)
  throw new SqlError('unknown_column', `unknown column '${name}'`, column, hint)
}

function eventHint({ alias }: Scope & { kind: 'events' }, { path }: ColumnPath): string {
  const [first, second] = path
  if (second === undefined) return singleHint(first!)
  if (isNamed(alias, first!)) return `did you mean ${alias}.properties.${written(path.slice(1))}?`
  if (suggest(first!.text, ['properties']) !== null) {
    return `did you mean properties.${written(path.slice(1))}?`
  }
  return `the table is named '${alias}' here; its columns are ${EVENT_COLUMNS.join(', ')} and properties.<name>`
}

function singleHint(name: Name): string {
  if (name.isQuoted) {
    const quoted = name.text.replaceAll("'", "''")
    return `use single quotes for text: '${quoted}'; or did you mean properties.${written([name])}?`
  }
  const close = suggest(name.text, EVENT_COLUMNS)
  return `did you mean ${close ?? `properties.${name.text}`}?`
}

function written(names: Name[]): string {
  const text = names.map((name) => name.text).join('.')
  return /^[A-Za-z_]\w*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`
}

const HINT_COLUMNS_MAX = 10

function derivedHint({ columns }: Scope & { kind: 'derived' }, { path }: ColumnPath): string {
  const names = [...new Set(columns.flatMap(({ name }) => name ?? []))]
  const last = path.at(-1)!
  const same = names.find((name) => isNamed(name, last))
  const close = same ?? suggest(last.text, names)
  if (close !== null) return `did you mean ${close}?`
  if (names.length === 0) return 'give the columns of the subquery names with AS'
  return `the columns here are ${names.slice(0, HINT_COLUMNS_MAX).join(', ')}`
}

/** How a column of the scope is written. */
export function describeColumn(scope: Scope, index: number): string {
  if (scope.kind === 'derived') return scope.columns[index]!.name ?? `column ${index + 1}`
  const column = scope.columns[index]!
  return column.kind === 'property' ? `properties.${column.name}` : column.kind
}
