import { convert, typeName } from './coerce.ts'
import { SqlError } from '../sql-error.ts'
import type { Table } from './bind-source.ts'
import type { BoundQuery, Expression, Relation } from '../plan.ts'
import type { BodyTree, QueryTree, Span } from '../tree.ts'

const KEYS_MAX = 20

/**
 * Which column is the quantity, and which are the keys, whatever they are called (SQ-10, SQ-11).
 * @throws SqlError `bad_value`, `bad_column`, `too_complex`
 */
export function nameColumns(table: Table, tree: QueryTree): BoundQuery {
  const { columns } = table
  const named = columns.findIndex(({ name }) => name?.toLowerCase() === 'value')
  const value = Math.max(named, 0)
  const { name, type } = columns[value]!
  if (type !== 'numeric' && type !== 'property') {
    const message = `the quantity column '${name ?? 'column 1'}' is ${typeName(type)}; it must be a number`
    const hint = named < 0 ? "the quantity is the column named 'value', else the first" : undefined
    throw new SqlError('bad_value', message, itemSpan(tree, value), hint)
  }
  const keys = keysOf(table, { tree, value, isNamed: named >= 0 })
  return { relation: withNumber(table.relation, value), value, keys }
}

function keysOf(
  { columns }: Table,
  { tree, value, isNamed }: { tree: QueryTree; value: number; isNamed: boolean },
): { name: string; column: number }[] {
  const seen = new Set(isNamed ? ['value'] : [])
  const keys: { name: string; column: number }[] = []
  columns.forEach(({ name }, column) => {
    if (column === value) return
    const span = itemSpan(tree, column)
    if (name === null) {
      const message = `column ${column + 1} needs an alias to be used as a group key`
      throw new SqlError('bad_column', message, span, 'write AS and a name behind it')
    }
    if (seen.has(name.toLowerCase())) {
      throw new SqlError('bad_column', `duplicate output column '${name}'`, span)
    }
    seen.add(name.toLowerCase())
    keys.push({ name, column })
    if (keys.length > KEYS_MAX) {
      const message = `query gives more than ${KEYS_MAX} columns beside the quantity`
      throw new SqlError('too_complex', message, span)
    }
  })
  return keys
}

/** Where an output column is written: in the first SELECT. */
function itemSpan({ body }: QueryTree, column: number): Span {
  let select: BodyTree = body
  while (select.kind !== 'select') select = select.kind === 'query' ? select.body : select.left
  return select.items[column] ?? select
}

/** A property as quantity is read as a number at last. */
function withNumber(relation: Relation, value: number): Relation {
  if (relation.types[value] !== 'property') return relation
  const input = relation.op === 'project' ? relation.input : relation
  const columns =
    relation.op === 'project'
      ? relation.expressions
      : relation.types.map((type, index): Expression => ({ op: 'column', type, index }))
  const expressions = columns.map((column, i) =>
    i === value ? convert(column, 'numeric') : column,
  )
  return { op: 'project', input, expressions, types: expressions.map(({ type }) => type) }
}
