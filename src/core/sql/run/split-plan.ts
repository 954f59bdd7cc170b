import { assert, unreachable } from '../../result.ts'
import { eventWeight } from '../node-weight.ts'
import { columnsOf, partsOf } from './expression-columns.ts'
import { FragmentList } from './fragment-list.ts'
import {
  PLAN_VERSION,
  type BoundQuery,
  type Expression,
  type Relation,
  type SqlPlan,
  type SqlType,
} from '../plan.ts'
import { chainOf } from './scan-chain.ts'
import { substitute, substituteAggregate } from './substitute.ts'

/**
 * Splits what is read of the events from what is then computed. An aggregation whose input only
 * filters and projects events becomes a fragment of its own; all other events are read as rows, of
 * the columns that are needed. Equal fragments are read once.
 */
export function splitPlan({ relation, value, keys }: BoundQuery): SqlPlan {
  const fragments = new FragmentList()
  const needed = new Set([value, ...keys.map(({ column }) => column)])
  const result = split(relation, needed, fragments)
  return {
    version: PLAN_VERSION,
    fragments: fragments.all,
    relation: result.relation,
    value: placeOf(result, value),
    keys: keys.map(({ name, column }) => ({ name, column: placeOf(result, column) })),
  }
}

/** What costs more for each event than this must not be done while events come in. */
const EVENT_WEIGHT_MAX = 4_000

/**
 * Whether a plan's fragments can run along with ingest as states that only grow, or events must be
 * scanned for each evaluation: rows and percentiles hold too much to be written for each event.
 */
export function executionOf(plan: Pick<SqlPlan, 'fragments'>): 'incremental' | 'scan' {
  const canGrow = plan.fragments.every(
    ({ aggregates }) => aggregates?.every((aggregate) => !('fraction' in aggregate)) ?? false,
  )
  return canGrow && eventWeight(plan) <= EVENT_WEIGHT_MAX ? 'incremental' : 'scan'
}

/** A relation that has what is needed of another: `places` says where, by the other's columns. */
interface Split {
  relation: Relation
  places: ReadonlyMap<number, number>
}

type Columns = ReadonlySet<number>
type Of<Op extends Relation['op']> = Extract<Relation, { op: Op }>

function split(relation: Relation, needed: Columns, fragments: FragmentList): Split {
  switch (relation.op) {
    case 'scan':
    case 'filter':
    case 'project':
      return splitRows(relation, needed, fragments)
    case 'aggregate':
      return splitAggregate(relation, needed, fragments)
    case 'distinct':
      return splitDistinct(relation, fragments)
    case 'window':
      return splitWindow(relation, needed, fragments)
    case 'sort': {
      const input = splitWhole(relation.input, fragments)
      return whole({ ...relation, input })
    }
    case 'union': {
      const places = [...needed].sort((a, b) => a - b)
      const left = compact(split(relation.left, needed, fragments), places)
      const right = compact(split(relation.right, needed, fragments), places)
      // A side may have NULL only where the other has values.
      const types = places.map((column) => relation.types[column]!)
      const union: Relation = { op: 'union', types, left, right }
      return { relation: union, places: new Map(places.map((column, i) => [column, i])) }
    }
    case 'join':
      return splitJoin(relation, needed, fragments)
    case 'fragment':
      throw new Error('Assertion failed: a plan is split once')
    default:
      return unreachable(relation)
  }
}

function splitRows(
  relation: Of<'scan' | 'filter' | 'project'>,
  needed: Columns,
  fragments: FragmentList,
): Split {
  const chain = chainOf(relation)
  if (chain !== null) {
    const columns = [...needed].sort((a, b) => a - b)
    const keys = columns.map((column) => chain.expressions[column]!)
    const rows = fragments.add(chain, { keys, aggregates: null })
    return { relation: rows, places: new Map(columns.map((column, i) => [column, i])) }
  }
  assert(relation.op !== 'scan', 'a scan is a chain')
  if (relation.op === 'filter') {
    const columns = new Set([...needed, ...columnsOf([relation.condition])])
    const input = split(relation.input, columns, fragments)
    const condition = moved(relation.condition, input, relation.input.types)
    const { types } = input.relation
    const filter: Relation = { op: 'filter', types, input: input.relation, condition }
    return { relation: filter, places: input.places }
  }
  const columns = [...needed].sort((a, b) => a - b)
  const kept = columns.map((column) => relation.expressions[column]!)
  const input = split(relation.input, columnsOf(kept), fragments)
  const expressions = kept.map((expression) => moved(expression, input, relation.input.types))
  const types = expressions.map(({ type }) => type)
  return {
    relation: { op: 'project', types, input: input.relation, expressions },
    places: new Map(columns.map((column, i) => [column, i])),
  }
}

/** Keys stay even where they are not needed: they say which rows there are. */
function splitAggregate(
  relation: Of<'aggregate'>,
  needed: Columns,
  fragments: FragmentList,
): Split {
  const width = relation.keys.length
  const kept = relation.aggregates.flatMap((aggregate, i) =>
    needed.has(width + i) ? [{ aggregate, column: width + i }] : [],
  )
  const aggregates = kept.map(({ aggregate }) => aggregate)
  const places = new Map(relation.keys.map((_, i) => [i, i]))
  for (const [i, { column }] of kept.entries()) places.set(column, width + i)
  const chain = chainOf(relation.input, [...relation.keys, ...aggregates.flatMap(partsOf)])
  if (chain !== null) {
    const groups = fragments.add(chain, {
      keys: relation.keys.map((key) => substitute(key, chain.expressions)),
      aggregates: aggregates.map((each) => substituteAggregate(each, chain.expressions)),
    })
    return { relation: groups, places }
  }
  const columns = columnsOf([...relation.keys, ...aggregates.flatMap(partsOf)])
  const input = split(relation.input, columns, fragments)
  const current = placed(input, relation.input.types)
  const types = [...relation.keys, ...aggregates].map(({ type }) => type)
  const keys = relation.keys.map((key) => substitute(key, current))
  const movedAggregates = aggregates.map((each) => substituteAggregate(each, current))
  return {
    relation: { op: 'aggregate', types, input: input.relation, keys, aggregates: movedAggregates },
    places,
  }
}

function splitDistinct(relation: Of<'distinct'>, fragments: FragmentList): Split {
  const chain = chainOf(relation.input)
  if (chain === null) return whole({ ...relation, input: splitWhole(relation.input, fragments) })
  return whole(fragments.add(chain, { keys: chain.expressions, aggregates: [] }))
}

/** All columns of the input stay: they settle ties. */
function splitWindow(relation: Of<'window'>, needed: Columns, fragments: FragmentList): Split {
  const input = splitWhole(relation.input, fragments)
  const width = input.types.length
  const kept = relation.functions.flatMap((each, i) =>
    needed.has(width + i) ? [{ each, column: width + i }] : [],
  )
  const places = new Map(input.types.map((_, i) => [i, i]))
  for (const [i, { column }] of kept.entries()) places.set(column, width + i)
  const functions = kept.map(({ each }) => each)
  if (functions.length === 0) return { relation: input, places }
  const types = [...input.types, ...functions.map(({ type }) => type)]
  return { relation: { op: 'window', types, input, functions }, places }
}

function splitJoin(relation: Of<'join'>, needed: Columns, fragments: FragmentList): Split {
  const width = relation.left.types.length
  const ofLeft = new Set([...needed].filter((column) => column < width))
  const ofRight = new Set([...needed].flatMap((column) => (column < width ? [] : column - width)))
  for (const column of columnsOf(relation.leftKeys)) ofLeft.add(column)
  for (const column of columnsOf(relation.rightKeys)) ofRight.add(column)
  const left = split(relation.left, ofLeft, fragments)
  const right = split(relation.right, ofRight, fragments)
  const places = new Map(left.places)
  for (const [column, place] of right.places) {
    places.set(width + column, left.relation.types.length + place)
  }
  const join: Relation = {
    op: 'join',
    kind: relation.kind,
    types: [...left.relation.types, ...right.relation.types],
    left: left.relation,
    right: right.relation,
    leftKeys: relation.leftKeys.map((key) => moved(key, left, relation.left.types)),
    rightKeys: relation.rightKeys.map((key) => moved(key, right, relation.right.types)),
  }
  return { relation: join, places }
}

/** With all columns, in their places. */
function splitWhole(relation: Relation, fragments: FragmentList): Relation {
  const columns = relation.types.map((_, i) => i)
  return compact(split(relation, new Set(columns), fragments), columns)
}

function whole(relation: Relation): Split {
  return { relation, places: new Map(relation.types.map((_, i) => [i, i])) }
}

/** The relation with these columns only, in this order. */
function compact({ relation, places }: Split, columns: readonly number[]): Relation {
  const at = columns.map((column) => places.get(column)!)
  if (at.length === relation.types.length && at.every((place, i) => place === i)) return relation
  const types = at.map((place) => relation.types[place]!)
  const expressions = at.map((index, i): Expression => ({ op: 'column', type: types[i]!, index }))
  return { op: 'project', types, input: relation, expressions }
}

function placeOf({ places }: Split, column: number): number {
  const place = places.get(column)
  assert(place !== undefined, 'a needed column stays')
  return place
}

/** An expression over a relation's columns, over those of its split. */
function moved(expression: Expression, input: Split, types: readonly SqlType[]): Expression {
  return substitute(expression, placed(input, types))
}

/** Columns that were dropped are not named by anything that stays. */
function placed({ places }: Split, types: readonly SqlType[]): Expression[] {
  return types.map((type, column) => ({ op: 'column', type, index: places.get(column) ?? -1 }))
}
