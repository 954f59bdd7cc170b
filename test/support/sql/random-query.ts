import {
  columnsOf,
  type Construct,
  type Expression,
  type Group,
  type Item,
  LEVEL,
  leaf,
  type OutputKey,
  type Place,
  type Query,
  type Select,
  type Source,
  type Union,
  type ValueType,
} from './query-tree.ts'
import { createRandom, type Random } from './random.ts'
import {
  hasProperties,
  namesColumn,
  randomCondition,
  randomAggregate,
  randomExpression,
  randomWindow,
} from './random-expression.ts'
import {
  type Context,
  eventSource,
  type Key,
  randomKeys,
  randomSource,
  scopeOf,
  type Wish,
} from './random-source.ts'
import { literalOf } from './literals.ts'
import { DATES } from './value-constructs.ts'
import { implicitName, type Scope, scopeReadings } from './scope.ts'
import { postgresExpression } from './write-postgres.ts'
import { quoted, writeExpression } from './write-query.ts'

const NESTING_MAX = 2

const DAYS = DATES.find(({ family }) => family === 'DATE_TRUNC day')!

/** A random query of our dialect: the same for the same seed. */
export function randomQuery(seed: number): Query {
  const random = createRandom(seed)
  let names = 0
  const nextName = (prefix: string) => `${prefix}${++names}`
  const context = { random, nextName, ctes: [], depth: NESTING_MAX, makeQuery }
  return makeQuery(context, { isMetric: true })
}

function makeQuery(context: Context, wish: Wish): Query {
  const { random } = context
  const ctes: Query['ctes'] = []
  const known = [...context.ctes]
  const isOutermost = wish.isMetric === true
  if (context.depth > 0 && random.chance(isOutermost ? 0.25 : 0.08)) {
    for (let count = 1 + random.below(2); count > 0; count--) {
      const keys = random.chance(0.5) ? randomKeys(random, 1) : undefined
      const query = makeQuery({ ...context, ctes: known, depth: context.depth - 1 }, { keys })
      const name = context.nextName('q')
      ctes.push({ name, query })
      known.push({ name, columns: columnsOf(query), isKeyed: keys !== undefined })
    }
  }
  const within = { ...context, ctes: known }
  const isUnion = wish.keys === undefined && random.chance(0.1)
  const body = isUnion ? makeUnion(within, wish) : makeSelect(within, wish)
  return ordered(random, { ctes, body, orderBy: [], limit: null })
}

/** Sometimes by some columns: rows that are equal in all of them are interchangeable. */
function ordered(random: Random, query: Query): Query {
  if (!random.chance(0.15)) return query
  const columns = columnsOf(query)
  const places = columns.map((_, place) => place)
  if (random.chance(0.5)) places.reverse()
  const orderBy = places.slice(0, 1 + random.below(places.length)).map((column): OutputKey => ({
    column,
    // Elsewhere an input column may have the name too.
    isOrdinal: !/^(c|Col )\d+$|^value$/.test(columns[column]!.name) || random.chance(0.3),
    isDescending: random.chance(0.4),
    nulls: random.pick(['', '', 'FIRST', 'LAST'] as const),
  }))
  return { ...query, orderBy, limit: random.chance(0.7) ? random.below(12) : null }
}

function makeUnion(context: Context, wish: Wish): Union {
  const { random } = context
  const first = makeSelect(context, wish)
  const types = first.items.map(({ expression }): ValueType => {
    const { type } = expression.construct
    return type === 'property' && random.chance(0.5) ? 'text' : type
  })
  const others = Array.from({ length: 1 + random.below(2) }, () =>
    makeSelect({ ...context, ctes: [], depth: 0 }, { types }),
  )
  return {
    kind: 'union',
    arms: [first, ...others].map((body) => {
      const arm = { ctes: [], body, orderBy: [], limit: null }
      return random.chance(0.2) ? ordered(random, arm) : arm
    }),
  }
}

function makeSelect(context: Context, wish: Wish): Select {
  const { random } = context
  const from = wish.keys === undefined ? randomSource(context) : eventSource(context)
  const scope = scopeOf(from)
  const where = random.chance(0.4) ? randomCondition(random, scope, random.below(3)) : null
  const base = { kind: 'select' as const, isDistinct: random.chance(0.08), from, where }
  return wish.keys !== undefined || random.chance(0.65)
    ? { ...base, ...makeGroups(context, scope, from, wish) }
    : { ...base, ...makeRows(context, scope, wish) }
}

type Rest = Pick<Select, 'items' | 'groupBy' | 'having' | 'qualify'>

/** Items computed of each row. */
function makeRows(context: Context, rows: Scope, wish: Wish): Rest {
  const { random } = context
  const scope = { ...rows, windows: random.chance(0.4) ? rows : null }
  const isTimed = wish.types === undefined && wish.isMetric !== true && random.chance(0.25)
  const made = itemTypes(random, wish, rows).map((type) => randomExpression(random, scope, type, 2))
  const items = [...(isTimed ? timedColumns(random, rows) : []), ...made].map((expression) =>
    named(context, rows, expression),
  )
  const qualify = scope.windows === null ? null : randomQualify(random, scope)
  return { items: finished(random, items, wish), groupBy: [], having: null, qualify }
}

/** Items computed of each group, which are keys and aggregates and what is computed of these. */
function makeGroups(context: Context, rows: Scope, from: Source, wish: Wish): Rest {
  const { random } = context
  const wished = (wish.keys ?? []).map((key) => keyColumn(rows, key))
  const more =
    wished.length > 0
      ? randomKeys(random, random.below(2)).map((key) => keyColumn(rows, key))
      : Array.from({ length: random.pick([0, 0, 1, 1, 2, 3]) }, () => randomKey(random, rows))
  const keys = [...wished, ...more]
  const references = keys.map(reference)
  const within: Scope = {
    columns: references,
    unique: references,
    inOrder: null,
    aggregates: { within: rows, readings: scopeReadings(rows, from.kind === 'events') },
    windows: null,
  }
  const scope = { ...within, windows: random.chance(0.15) ? within : null }
  const types = itemTypes(random, wish, within)
  const computed = types.map((type) => itemOfGroup(random, scope, type))
  if (wish.types === undefined && random.chance(0.15))
    computed.push(...plainReading(random, within))
  const made = [
    ...(wish.types === undefined ? references.map((key) => leaf(key)) : []),
    ...computed,
  ].map((expression) => named(context, rows, expression))
  if (wish.isMetric === true) made.push(...made.splice(0, references.length))
  const items = finished(random, made, wish)
  const groupBy = keys.map((key, place): Group => {
    const item = items.find(({ expression }) => expression.construct === references[place])
    const spelling = random.pick(['expression', 'ordinal', 'alias'] as const)
    const isHidden = item?.name === 'timestamp' && spelling === 'alias'
    return {
      expression: key,
      item: item?.name ?? null,
      spelling: isHidden ? 'ordinal' : spelling,
    }
  })
  const having = random.chance(0.15) ? randomHaving(random, within, items) : null
  const qualify = scope.windows === null ? null : randomQualify(random, scope)
  return { items, groupBy, having, qualify }
}

function itemOfGroup(random: Random, scope: Scope, type: Place): Expression {
  const isPlain = random.chance(0.5) || (type === 'property' && !hasProperties(scope))
  const plain = isPlain ? randomAggregate(random, scope, type as ValueType, 2) : null
  return plain ?? randomExpression(random, scope, type, 2)
}

/** Days and plain columns: many rows have the same of the former and others of the latter. */
function timedColumns(random: Random, { columns }: Scope): Expression[] {
  const time = columns.find(({ type }) => type === 'timestamp')
  if (time === undefined) return []
  const others = Array.from({ length: 2 }, () => leaf(random.pick(columns)))
  return [{ ...leaf(DAYS), args: [leaf(time)] }, ...others]
}

/** What a column is at last or at first: where its times tie, it shows what settles that. */
function plainReading(random: Random, { aggregates }: Scope): Expression[] {
  const { within, readings } = aggregates!
  if (readings.length === 0) return []
  const column = random.pick(within.columns)
  const fitting = readings.filter(({ places }) => places[0] === column.type)
  return [{ ...leaf(random.pick(fitting)), args: [leaf(column)] }]
}

function keyColumn(rows: Scope, key: Key): Expression {
  return leaf(
    rows.columns.find(({ postgres }) => postgres.endsWith(`"p:${key}"`)) ?? rows.columns[0]!,
  )
}

/** A column, or something computed of columns: a literal would be an ordinal. */
function randomKey(random: Random, rows: Scope): Expression {
  const columns = rows.columns.filter(({ isNumberLike }) => isNumberLike !== true)
  const time = rows.columns.find(({ type }) => type === 'timestamp')
  // Days, which often tie where something is the latest of them.
  if (time !== undefined && random.chance(0.15)) return { ...leaf(DAYS), args: [leaf(time)] }
  if (random.chance(0.5)) return leaf(random.pick(columns.length > 0 ? columns : rows.columns))
  for (;;) {
    const type = random.pick(['text', 'numeric', 'timestamp', 'timestamp', 'boolean'] as const)
    const key = randomExpression(random, rows, type, 1)
    // A chain of these is one operator: a longer one does not have the shorter one in it.
    const isChain = /^(AND|OR|\|\|)$/.test(key.construct.family)
    if (namesColumn(key) && !isChain) return key
  }
}

/** A group's key where the group is what rows are: as one expression, never computed again. */
function reference(key: Expression): Construct {
  const { construct, hasParentheses } = key
  return {
    ...construct,
    family: 'key',
    places: [],
    operandLevels: undefined,
    sql: writeExpression(key),
    postgres: postgresExpression(key),
    level: hasParentheses ? LEVEL.primary : construct.level,
    // The column with its number is no key.
    postgresNumber: undefined,
  }
}

function itemTypes(random: Random, wish: Wish, scope: Scope): Exclude<Place, 'parsed'>[] {
  if (wish.types !== undefined) return wish.types as 'numeric'[]
  const others = Array.from({ length: random.below(3) }, () => {
    const type = random.pick(['numeric', 'text', 'property', 'timestamp', 'boolean'] as const)
    return type === 'property' && !hasProperties(scope) ? 'text' : type
  })
  return ['numeric', ...others]
}

/** An item with a name: its own, if it is a column, or an alias. */
function named(context: Context, rows: Scope, expression: Expression): Item {
  const { random, nextName } = context
  const own = implicitName(expression.construct)
  const meant = rows.columns.filter((column) => implicitName(column) === own)
  const isOwn =
    own !== null &&
    !expression.hasParentheses &&
    meant.some(({ sql }) => sql === expression.construct.sql) &&
    new Set(meant.map(({ postgres }) => postgres)).size === 1
  if (isOwn && random.chance(0.4)) return { expression, name: own, alias: 'none' }
  const isTimestamp = expression.construct.type === 'timestamp' && random.chance(0.6)
  const name = isTimestamp ? 'timestamp' : nextName(random.chance(0.05) ? 'Col ' : 'c')
  // Without AS, the independent parser takes `timestamp "x"` for a literal.
  const isPlain = quoted(name) === name
  return { expression, name, alias: isTimestamp || !isPlain || random.chance(0.7) ? 'as' : 'bare' }
}

/** With no name twice, and for a metric with a quantity. */
function finished(random: Random, items: Item[], wish: Wish): Item[] {
  const names = new Set<string>()
  const unique = items.map((item, place): Item => {
    const isTaken = names.has(item.name)
    const name = isTaken ? `${item.name.replace(/\d+$/, '')}_${place}` : item.name
    names.add(name)
    return isTaken ? { ...item, name, alias: 'as' } : item
  })
  if (wish.isMetric !== true) return unique
  const [first, ...others] = unique
  // The first column is the quantity, or the one with that name.
  const value: Item = random.chance(0.2) ? first! : { ...first!, name: 'value', alias: 'as' }
  if (value.name !== 'value' || others.length === 0 || random.chance(0.6)) return [value, ...others]
  return [...others, value]
}

function randomHaving(random: Random, scope: Scope, items: Item[]): Expression {
  const referable = items.filter(({ name, alias }) => alias !== 'none' && name !== 'timestamp')
  const aliases = referable
    .filter(({ expression }) => expression.over === null && !hasWindow(expression))
    .map(({ expression, name }): Construct => ({
      ...reference(expression),
      family: 'alias in HAVING',
      sql: quoted(name),
      level: LEVEL.primary,
    }))
  const columns = random.chance(0.4) ? [...scope.columns, ...aliases] : scope.columns
  return randomCondition(random, { ...scope, columns }, random.below(3))
}

function hasWindow({ over, args }: Expression): boolean {
  return over !== null || args.some(hasWindow)
}

/** A condition on a window function. */
function randomQualify(random: Random, scope: Scope): Expression | null {
  if (!random.chance(0.4)) return null
  const number = randomWindow(random, scope.windows!, 'numeric', 1)
  if (number === null) return null
  const isPlain = random.chance(0.6)
  const limit = isPlain
    ? literalOf(random, 'numeric')
    : randomExpression(random, { ...scope, windows: null }, 'numeric', 0)
  const operator = random.pick(['<=', '<', '>', '!=', '='])
  const construct: Construct = {
    family: 'QUALIFY',
    type: 'boolean',
    places: ['numeric', 'numeric'],
    sql: `$1 ${operator} $2`,
    postgres: `($1 ${operator} $2)`,
    level: LEVEL.comparison,
    operandLevels: [LEVEL.concat, LEVEL.concat],
  }
  return { ...leaf(construct), args: [number, limit] }
}
