import { unreachable } from '../../../src/core/result.ts'
import { call } from './construct.ts'
import {
  type Column,
  columnsOf,
  type Construct,
  type Expression,
  LEVEL,
  leaf,
  type Query,
  type Source,
  type ValueType,
} from './query-tree.ts'
import { pickSome, type Random } from './random.ts'
import { eventScope, type Scope, tableScope } from './scope.ts'

/** What is known where a query is made. */
export interface Context {
  random: Random
  /** Gives each column, table and CTE a name of its own. */
  nextName: (prefix: string) => string
  ctes: KnownCte[]
  /** How many derived tables may still lie in one another. */
  depth: number
  makeQuery: (context: Context, wish: Wish) => Query
}

interface KnownCte {
  name: string
  columns: Column[]
  /** The first columns are keys of its rows: it may be joined without becoming too large. */
  isKeyed: boolean
}

/** What the query's maker needs of it. */
export interface Wish {
  /** The types of its columns, where they are given. */
  types?: ValueType[]
  /** A quantity first, or named `value`, and names for all columns. */
  isMetric?: boolean
  /** Columns of events that it is grouped by, and that are its first items. */
  keys?: Key[]
}

/** What tables are joined by. */
export type Key = (typeof KEYS)[number]

const KEYS = ['user_id', 'region', 'model', 'odd name', 'day'] as const

export function randomKeys(random: Random, count: number): Key[] {
  return pickSome(random, KEYS, count)
}

export function eventSource({ random, nextName }: Context): Source {
  return { kind: 'events', alias: random.chance(0.3) ? nextName('e') : null }
}

/** The events, a CTE, a derived table or a join of these. */
export function randomSource(context: Context): Source {
  const { random, ctes, depth, nextName } = context
  if (ctes.length > 0 && random.chance(0.6)) return cteOrJoin(context)
  const choice = random.below(100)
  if (depth === 0 || choice < 50) return eventSource(context)
  const inner = { ...context, depth: depth - 1 }
  if (choice < 82) {
    const isAliasWritten = random.chance(0.5)
    return {
      kind: 'subquery',
      query: context.makeQuery(inner, {}),
      alias: nextName(isAliasWritten ? 't' : 'unnamed'),
      isAliasWritten,
    }
  }
  const keys = randomKeys(random, 1 + random.below(2))
  const side = (): Source => ({
    kind: 'subquery',
    query: context.makeQuery(inner, { keys }),
    alias: nextName('t'),
    isAliasWritten: true,
  })
  const join = joined(random, side(), side()) ?? side()
  return random.chance(0.2) ? (joined(random, join, side()) ?? join) : join
}

function cteOrJoin({ random, ctes, nextName }: Context): Source {
  const named = ({ name, columns }: KnownCte): Source => {
    return { kind: 'cte', name, columns, alias: nextName('t') }
  }
  const cte = random.pick(ctes)
  if (cte.isKeyed && random.chance(0.5)) {
    const others = ctes.filter(({ isKeyed }) => isKeyed)
    const join = joined(random, named(cte), named(random.pick(others)))
    if (join !== null) return join
  }
  const { name, columns } = cte
  return random.chance(0.3) ? { kind: 'cte', name, columns, alias: null } : named(cte)
}

/** Both joined by their first columns, or null where these do not compare. */
function joined(random: Random, left: Source, right: Source): Source | null {
  const [leftColumns, rightColumns] = [scopeOf(left, true).columns, scopeOf(right, true).columns]
  const equal = (place: number) => {
    const [a, b] = [leftColumns[place], rightColumns[place]]
    if (a === undefined || b === undefined || a.type !== b.type || a.type === 'boolean') return null
    const [one, other] = random.chance(0.5) ? [a, b] : [b, a]
    const isText = a.type === 'text' || a.type === 'property'
    const isLowered = isText && random.chance(0.2)
    const [l, r] = [one, other].map((side) => (isLowered ? lowered(leaf(side)) : leaf(side)))
    return condition('=', LEVEL.comparison, [LEVEL.concat, LEVEL.concat], l!, r!)
  }
  const first = equal(0)
  if (first === null) return null
  const second = random.chance(0.4) ? equal(1) : null
  const type = random.chance(0.5) ? ('inner' as const) : ('left' as const)
  const on =
    second === null ? first : condition('AND', LEVEL.and, [LEVEL.and, LEVEL.not], first, second)
  return { kind: 'join', type, left, right, on }
}

/** Keys may be computed. */
function lowered(operand: Expression): Expression {
  const construct = call('LOWER', 'text', ['string'], 'LOWER($1)', 'lower_text($1)')
  return { ...leaf(construct), args: [operand] }
}

function condition(
  operator: string,
  level: number,
  operandLevels: number[],
  left: Expression,
  right: Expression,
): Expression {
  const sql = `$1 ${operator} $2`
  const places: Construct['places'] = ['string', 'string']
  const family = `ON ${operator}`
  const construct: Construct = {
    family,
    type: 'boolean',
    places,
    sql,
    postgres: `(${sql})`,
    level,
    operandLevels,
  }
  return { ...leaf(construct), args: [left, right] }
}

/** @param mustQualify whether columns need their table's name, as in joins */
export function scopeOf(source: Source, mustQualify = false): Scope {
  switch (source.kind) {
    case 'events':
      return eventScope(source.alias)
    case 'cte':
      return tableScope(source.columns, source.alias ?? source.name, mustQualify)
    case 'subquery':
      return tableScope(columnsOf(source.query), source.alias, mustQualify)
    case 'join': {
      const [left, right] = [scopeOf(source.left, true), scopeOf(source.right, true)]
      return {
        ...left,
        columns: [...left.columns, ...right.columns],
        inOrder: [...left.inOrder!, ...right.inOrder!],
      }
    }
    default:
      return unreachable(source)
  }
}
