import { unreachable } from '../../../src/core/result.ts'
import { AGGREGATES, PEER_WINDOWS, PLACE_WINDOWS, takesFilter, TIED_WINDOWS } from './aggregates.ts'
import { CONSTRUCTS } from './constructs.ts'
import {
  type Construct,
  type Expression,
  LEVEL,
  leaf,
  type Over,
  type Place,
  type SortKey,
  type ValueType,
} from './query-tree.ts'
import { type Random, pickSome } from './random.ts'
import { literalOf, NULL_LITERAL } from './literals.ts'
import type { Scope } from './scope.ts'

type Families = Map<string, Construct[]>

const BY_TYPE = familiesByType(CONSTRUCTS)
const AGGREGATES_BY_TYPE = familiesByType(AGGREGATES)

/** What a value of the type is often computed by where no column is of it. */
const SIMPLE_BY_TYPE = familiesByType(
  CONSTRUCTS.filter(({ family, type, places }) => {
    if (type === 'boolean') return /^(comparison|IS|LIKE|IN|BETWEEN)/.test(family)
    return /CAST|::/.test(family) && places.some((place) => /parsed|property|string/.test(place))
  }),
)

function familiesByType(constructs: Construct[]): Map<ValueType, Families> {
  const types = new Map<ValueType, Families>()
  for (const construct of constructs) {
    const families = types.get(construct.type) ?? new Map<string, Construct[]>()
    types.set(construct.type, families)
    families.set(construct.family, [...(families.get(construct.family) ?? []), construct])
  }
  return types
}

/** An expression that may stand at the place, with so many constructs in one another at most. */
export function randomExpression(
  random: Random,
  scope: Scope,
  place: Place,
  depth: number,
): Expression {
  if (place !== 'parsed' && takesNull(place) && random.chance(0.03)) return leaf(NULL_LITERAL)
  const type = typeAt(random, scope, place)
  const isNumber = place === 'number' || place === 'parsed'
  const expression = ofType(random, scope, type, depth, isNumber)
  return random.chance(0.08) ? { ...expression, hasParentheses: true } : expression
}

function takesNull(place: Place): boolean {
  return place === 'number' || place === 'string' || place === 'truth' || place === 'instant'
}

function typeAt(random: Random, scope: Scope, place: Place): ValueType {
  switch (place) {
    case 'number':
      return hasProperties(scope) && random.chance(0.5) ? 'property' : 'numeric'
    case 'string':
      return hasProperties(scope) && random.chance(0.65) ? 'property' : 'text'
    case 'parsed':
      return 'property'
    case 'truth':
      return 'boolean'
    case 'instant':
      return 'timestamp'
    case 'numeric':
    case 'text':
    case 'property':
    case 'boolean':
    case 'timestamp':
      return place
    default:
      return unreachable(place)
  }
}

export function hasProperties(scope: Scope): boolean {
  return scope.columns.some(({ type }) => type === 'property')
}

/** @param isNumber whether a property is to be a number */
function ofType(
  random: Random,
  scope: Scope,
  type: ValueType,
  depth: number,
  isNumber: boolean,
): Expression {
  if (depth < 0) return simplest(random, scope, type, isNumber)
  if (depth === 0 || random.chance(type === 'property' ? 0.85 : 0.2)) {
    return leafOf(random, scope, type, isNumber)
  }
  const aggregate = scope.aggregates !== null && random.chance(0.5)
  if (aggregate) {
    const made = randomAggregate(random, scope, type, depth - 1)
    if (made !== null) return made
  }
  if (scope.windows !== null && random.chance(0.3)) {
    const made = randomWindow(random, scope.windows, type, depth - 1)
    if (made !== null) return made
  }
  const construct = pickConstruct(random, BY_TYPE.get(type), scope)
  if (construct === null) return leafOf(random, scope, type, isNumber)
  return withArguments(random, scope, construct, depth - 1)
}

/** One of a random family, so that constructs of many spellings are not more frequent. */
function pickConstruct(
  random: Random,
  families: Families | undefined,
  scope: Scope,
): Construct | null {
  const isPossible = ({ places }: Construct) =>
    hasProperties(scope) || !places.some((place) => place === 'property' || place === 'parsed')
  const possible = [...(families?.values() ?? [])]
    .map((constructs) => constructs.filter(isPossible))
    .filter((constructs) => constructs.length > 0)
  return possible.length === 0 ? null : random.pick(random.pick(possible))
}

function withArguments(
  random: Random,
  scope: Scope,
  construct: Construct,
  depth: number,
): Expression {
  const meant = fittingColumn(random, scope, construct)
  if (meant !== null) return { ...leaf(construct), args: [leaf(meant)] }
  const args = construct.places.map((place) => randomExpression(random, scope, place, depth))
  return { ...leaf(construct), args }
}

/** For casts to what most texts are not: a property with such texts, mostly. */
function fittingColumn(
  random: Random,
  scope: Scope,
  { family, places }: Construct,
): Construct | null {
  if (!/CAST (timestamp|date|boolean)/.test(family) || places[0] !== 'string') return null
  if (random.chance(0.2)) return null
  const name = family.endsWith('boolean') ? 'flag' : 'day'
  const columns = scope.columns.filter(({ postgres }) => postgres.endsWith(`"p:${name}"`))
  return columns.length === 0 ? null : random.pick(columns)
}

/** A condition that is not the same for all rows, as far as that is likely. */
export function randomCondition(random: Random, scope: Scope, depth: number): Expression {
  for (let attempt = 0; ; attempt++) {
    const condition = randomExpression(random, scope, 'boolean', depth)
    if (namesColumn(condition) || attempt === 9) return condition
  }
}

/** Whether an expression is of anything but literals. */
export function namesColumn({ construct, args }: Expression): boolean {
  const isColumn = construct.places.length === 0 && !/literal|NULL/.test(construct.family)
  return isColumn || args.some(namesColumn)
}

/** A column or a literal. */
function simplest(random: Random, scope: Scope, type: ValueType, isNumber: boolean): Expression {
  const columns = scope.columns.filter((column) => column.type === type)
  if (type === 'property') {
    const meant = columns.filter(({ isNumberLike }) => (isNumberLike ?? isNumber) === isNumber)
    return leaf(random.pick(meant.length > 0 && random.chance(0.9) ? meant : columns))
  }
  if (columns.length > 0 && random.chance(0.85)) return leaf(random.pick(columns))
  return literalOf(random, type as 'text')
}

function leafOf(random: Random, scope: Scope, type: ValueType, isNumber: boolean): Expression {
  const isColumn = scope.columns.some((column) => column.type === type)
  if (type === 'property' || (isColumn && random.chance(type === 'boolean' ? 0.3 : 0.8))) {
    return simplest(random, scope, type, isNumber)
  }
  if (scope.aggregates !== null && random.chance(type === 'boolean' ? 0.1 : 0.6)) {
    const made = randomAggregate(random, scope, type, 0)
    if (made !== null) return made
  }
  if (type === 'boolean' && random.chance(0.6)) {
    const comparison = sampleComparison(random, scope)
    if (comparison !== null) return comparison
  }
  const simple = SIMPLE_BY_TYPE.get(type)
  if (
    simple !== undefined &&
    scope.columns.length > 0 &&
    random.chance(type === 'boolean' ? 0.95 : 0.8)
  ) {
    const construct = pickConstruct(random, simple, scope)
    if (construct !== null) return withArguments(random, scope, construct, -1)
  }
  return literalOf(random, type as 'text')
}

/** A column compared with a value that it may have; null where no such column is known. */
function sampleComparison(random: Random, scope: Scope): Expression | null {
  const known = scope.columns.filter(({ samples }) => samples !== undefined)
  if (known.length === 0) return null
  const column = random.pick(known)
  const isNumber = column.isNumberLike === true
  const [place, type] = isNumber
    ? (['parsed', 'numeric'] as const)
    : ([column.type, 'text'] as const)
  const possible = CONSTRUCTS.filter(
    ({ family, places }) =>
      /^(comparison|IS DISTINCT|IS NOT DISTINCT)/.test(family) &&
      places[0] === place &&
      (places[1] === type || places[1] === 'string'),
  )
  if (possible.length === 0) return null
  const sample = random.pick(column.samples!)
  const quoted = `'${sample.replaceAll("'", "''")}'`
  const literal: Construct = {
    family: `${type} literal`,
    type,
    places: [],
    sql: isNumber ? sample : quoted,
    postgres: `${quoted}::${type}`,
    level: LEVEL.primary,
  }
  return { ...leaf(random.pick(possible)), args: [leaf(column), leaf(literal)] }
}

/** An aggregate function of the type, or null where there is none. */
export function randomAggregate(
  random: Random,
  scope: Scope,
  type: ValueType,
  depth: number,
): Expression | null {
  if (scope.aggregates === null) return null
  const { within, readings } = scope.aggregates
  const families = new Map(AGGREGATES_BY_TYPE.get(type))
  for (const construct of readings.filter((reading) => reading.type === type)) {
    families.set(construct.family, [...(families.get(construct.family) ?? []), construct])
  }
  const construct = pickConstruct(random, families, within)
  if (construct === null) return null
  const made = withArguments(random, within, construct, depth)
  return { ...made, filter: randomFilter(random, within, construct) }
}

function randomFilter(random: Random, scope: Scope, construct: Construct): Expression | null {
  // Aggregates have no place in a filter.
  if (!takesFilter(construct) || scope.aggregates !== null || !random.chance(0.2)) return null
  return randomCondition(random, scope, 1)
}

/** A window function of the type, or null where there is none. */
export function randomWindow(
  random: Random,
  scope: Scope,
  type: ValueType,
  depth: number,
): Expression | null {
  const isTotal = scope.unique !== null && random.chance(0.6)
  const isTied = !isTotal && scope.inOrder !== null && random.chance(0.3)
  const constructs = isTied ? TIED_WINDOWS : isTotal ? PLACE_WINDOWS : []
  const families = familiesByType(isTied ? constructs : [...PEER_WINDOWS, ...constructs])
  const construct = pickConstruct(random, families.get(type), scope)
  if (construct === null) return null
  const made = withArguments(random, scope, construct, depth)
  const needsOrder = /RANK|ROW_NUMBER|VALUE|LAG|LEAD/.test(construct.family)
  if (needsOrder && scope.columns.every((column) => column.type === 'boolean')) return null
  const over = {
    ...randomOver(random, scope, { isTotal, needsOrder }),
    ties: isTied ? scope.inOrder! : [],
  }
  const takesFrame = !/RANK|ROW_NUMBER|LAG|LEAD/.test(construct.family)
  return {
    ...made,
    filter: randomFilter(random, scope, construct),
    over: takesFrame ? over : { ...over, frame: '' },
  }
}

function randomOver(
  random: Random,
  scope: Scope,
  { isTotal, needsOrder }: { isTotal: boolean; needsOrder: boolean },
): Omit<Over, 'ties'> {
  const columns = scope.columns.filter(({ isNumberLike }) => isNumberLike !== true)
  const partition = columns.length === 0 ? [] : pickSome(random, columns, random.below(3))
  const orderBy: SortKey[] = []
  if (needsOrder || random.chance(0.6)) {
    const by = orderable(random, scope)
    if (by !== null) orderBy.push(sortKey(random, by))
    // Then no two rows are peers.
    if (isTotal) orderBy.push(...scope.unique!.map((column) => sortKey(random, leaf(column))))
  }
  // The rows up to the current one are those that they are only where no two are peers.
  const isByRows = isTotal && orderBy.length > 0
  const frames: Over['frame'][] = ['', 'ROWS-ALL', 'RANGE-ALL']
  if (orderBy.length > 0) frames.push('RANGE')
  if (isByRows) frames.push('ROWS', 'ROWS')
  return { partitionBy: partition.map(leaf), orderBy, frame: random.pick(frames) }
}

/** An expression with an order of its own; ties are as they may be. */
function orderable(random: Random, scope: Scope): Expression | null {
  const columns = scope.columns.filter(({ type }) => type !== 'boolean')
  if (columns.length === 0) return null
  const column = leaf(random.pick(columns))
  if (scope.aggregates !== null && random.chance(0.5)) {
    return randomAggregate(random, scope, 'numeric', 0) ?? column
  }
  return column
}

function sortKey(random: Random, by: Expression): SortKey {
  return {
    by,
    isDescending: random.chance(0.4),
    nulls: random.pick(['', '', '', 'FIRST', 'LAST'] as const),
  }
}
