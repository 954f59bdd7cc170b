/**
 * A generated query: a tree that is written both in our dialect and in Postgres', and that can be
 * made smaller. Each construct of the language is one entry of a table with its two spellings.
 */
export type ValueType = 'numeric' | 'text' | 'boolean' | 'timestamp' | 'property' | 'null'

/**
 * What may stand at an operand's place. `number` takes a number, a property, which becomes one, or
 * NULL; `parsed` takes a property, which becomes a number; `string` takes text, a property or NULL;
 * `truth` and `instant` take NULL too. The others take a value that is of their type by itself.
 */
export type Place =
  | 'numeric'
  | 'number'
  | 'parsed'
  | 'text'
  | 'string'
  | 'property'
  | 'boolean'
  | 'truth'
  | 'timestamp'
  | 'instant'

export interface Construct {
  /** What is counted as covered. */
  family: string
  type: ValueType
  places: Place[]
  /** `$1` … are the operands; `$F` and `$O` the FILTER and OVER clauses. */
  sql: string
  /** `$A` is the filter's condition after AND. Operands come with parentheses. */
  postgres: string
  /** How tightly it binds in our dialect, see `LEVEL`. */
  level: number
  /** The least level of each operand that no parenthesis, comma or keyword delimits. */
  operandLevels?: number[]
  /** Of a property's column: where Postgres has it as a number. */
  postgresNumber?: string
  /** Of a property's column: that its texts are meant as numbers. */
  isNumberLike?: boolean
  /** Of a column: some values that it has, or nearly has. */
  samples?: readonly string[]
}

export const LEVEL = {
  any: 1,
  or: 1,
  and: 2,
  not: 3,
  comparison: 4,
  concat: 5,
  sum: 6,
  product: 7,
  sign: 8,
  cast: 9,
  primary: 10,
}

export interface Expression {
  construct: Construct
  args: Expression[]
  filter: Expression | null
  over: Over | null
  /** Whether our dialect's spelling has parentheses that are not needed. */
  hasParentheses: boolean
}

export interface Over {
  partitionBy: Expression[]
  orderBy: SortKey[]
  /** What settles ties of the order, which is no part of it: our dialect does not write it. */
  ties: Construct[]
  frame: '' | 'ROWS' | 'RANGE' | 'ROWS-ALL' | 'RANGE-ALL'
}

export interface SortKey {
  by: Expression
  isDescending: boolean
  nulls: '' | 'FIRST' | 'LAST'
}

export interface Query {
  ctes: { name: string; query: Query }[]
  body: Body
  orderBy: OutputKey[]
  limit: number | null
}

/** An output column, by its name or its ordinal; the columns that are not named settle ties. */
export interface OutputKey {
  column: number
  isOrdinal: boolean
  isDescending: boolean
  nulls: '' | 'FIRST' | 'LAST'
}

export type Body = Select | Union

export interface Union {
  kind: 'union'
  arms: Query[]
}

export interface Select {
  kind: 'select'
  isDistinct: boolean
  items: Item[]
  from: Source
  where: Expression | null
  groupBy: Group[]
  having: Expression | null
  qualify: Expression | null
}

export interface Item {
  expression: Expression
  name: string
  /** How the name is written; `none` where the column's own name is it. */
  alias: 'as' | 'bare' | 'none'
}

export interface Group {
  expression: Expression
  /** The item with this name is meant; null where the key is no item. */
  item: string | null
  spelling: 'expression' | 'ordinal' | 'alias'
}

export type Source =
  | { kind: 'events'; alias: string | null }
  | { kind: 'cte'; name: string; columns: Column[]; alias: string | null }
  | { kind: 'subquery'; query: Query; alias: string; isAliasWritten: boolean }
  | { kind: 'join'; type: 'inner' | 'left'; left: Source; right: Source; on: Expression }

export interface Column {
  name: string
  type: ValueType
  samples?: readonly string[]
}

/** The columns that a query gives: a property united with a text is a text. */
export function columnsOf({ body }: Query): Column[] {
  if (body.kind === 'select') {
    return body.items.map(({ name, expression: { construct } }) => {
      const { type, samples } = construct
      return { name, type, samples: construct.places.length === 0 ? samples : undefined }
    })
  }
  const [first, ...others] = body.arms.map(columnsOf)
  return first!.map((column, place) => {
    const isText = others.some((columns) => columns[place]?.type === 'text')
    return isText ? { ...column, type: 'text' } : column
  })
}

/** A leaf of a tree. */
export function leaf(construct: Construct): Expression {
  return { construct, args: [], filter: null, over: null, hasParentheses: false }
}
