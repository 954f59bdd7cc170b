import { readings } from './aggregates.ts'
import { type Column, type Construct, LEVEL, type ValueType } from './query-tree.ts'
import { quoted } from './write-query.ts'
import { EVENT_TYPES, PROPERTIES, type Property } from './random-events.ts'

/** What an expression may refer to at its place in a query. */
export interface Scope {
  columns: Construct[]
  /** Which of the columns differ in every two rows, taken together; null where none are known to. */
  unique: Construct[] | null
  /** All columns, each once, where their order is what settles ties; null where that is hidden. */
  inOrder: Construct[] | null
  /** Where aggregates may stand: what is in scope within them, and LATEST if it can be there. */
  aggregates: { within: Scope; readings: Construct[] } | null
  /** Where window functions may stand: what is in scope within them. */
  windows: Scope | null
}

function column(
  family: string,
  type: ValueType,
  sql: string,
  postgres: string,
  more: Partial<Construct> = {},
): Construct {
  return { family, type, places: [], sql, postgres, level: LEVEL.primary, ...more }
}

/** The columns of `events`, in all their spellings. */
export function eventScope(alias: string | null): Scope {
  const table = alias ?? 'events'
  const own = (name: string, type: ValueType, samples?: string[]) => [
    column(name, type, name, `"${table}"."${name}"`, { samples }),
    column(`table.${name}`, type, `${table}.${name}`, `"${table}"."${name}"`, { samples }),
  ]
  const ids = own('transaction_id', 'text')
  return {
    columns: [
      ...own('event_type', 'text', EVENT_TYPES),
      ...own('timestamp', 'timestamp'),
      ...own('customer_id', 'text', ['c1', 'alias-1']),
      ...ids,
      ...PROPERTIES.flatMap((property) => propertyColumns(property, table)),
    ],
    unique: ids.slice(0, 1),
    inOrder: null,
    aggregates: null,
    windows: null,
  }
}

function propertyColumns({ name, isNumber, samples }: Property, table: string): Construct[] {
  const spellings: [family: string, sql: string][] = [
    ['properties."x"', `properties."${name}"`],
    ["properties['x']", `properties['${name}']`],
    ['table.properties."x"', `${table}.properties."${name}"`],
  ]
  if (!name.includes(' ')) {
    spellings.push(
      ['properties.x', `properties.${name}`],
      ['properties.x', `properties.${name}`],
      ['table.properties.x', `${table}.properties.${name}`],
    )
  }
  return spellings.map(([family, sql]) =>
    column(family, 'property', sql, `"${table}"."p:${name}"`, {
      samples,
      isNumberLike: isNumber,
      postgresNumber: `"${table}"."n:${name}"`,
    }),
  )
}

/** The columns of a derived table or a CTE. */
export function tableScope(columns: Column[], alias: string | null, mustQualify: boolean): Scope {
  return {
    columns: columns.flatMap(({ name, type, samples }) => {
      const postgres = alias === null ? `"${name}"` : `"${alias}"."${name}"`
      return [
        ...(mustQualify
          ? []
          : [column('derived column', type, quoted(name), postgres, { samples })]),
        ...(alias === null || alias.startsWith('unnamed')
          ? []
          : [
              column('table.derived column', type, `${alias}.${quoted(name)}`, postgres, {
                samples,
              }),
            ]),
      ]
    }),
    unique: null,
    inOrder: columns.map(({ name, type }) => {
      return column('derived column', type, quoted(name), `"${alias}"."${name}"`)
    }),
    aggregates: null,
    windows: null,
  }
}

/** LATEST and EARLIEST over what is in scope, where it has a timestamp. */
export function scopeReadings(scope: Scope, isEvents: boolean): Construct[] {
  const at = scope.columns.find(({ sql }) => sql === 'timestamp')
  if (at === undefined || at.type !== 'timestamp') return []
  const table = at.postgres.replace('"timestamp"', '')
  // As AG-5 orders readings of one microsecond.
  const ties = isEvents ? ['sub_ms', 'transaction_id', 'customer_id'] : []
  return readings(
    at.postgres,
    ties.map((tie) => `${table}"${tie}"`),
  )
}

/** The names by which columns may be called without a table, as far as they are plain. */
export function implicitName(construct: Construct): string | null {
  if (construct.places.length > 0) return null
  const match = /^(?:\w+\.)?(?:properties\.)?([a-z_][a-z0-9_]*)$/.exec(construct.sql)
  const name = match?.[1] ?? null
  return name === 'order' || name === 'true' || name === 'false' ? null : name
}
