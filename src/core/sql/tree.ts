/**
 * What a billable metric's SQL says, as it is written: the parser makes it, the binder gives it
 * meaning. Nothing is resolved here, neither names nor types.
 */
export interface Span {
  /** Offsets into the query's text, half-open. */
  start: number
  end: number
}

/** A name, with where it stands. Unquoted ones are as written: names are compared without case. */
export interface Name extends Span {
  text: string
  isQuoted: boolean
}

export interface QueryTree extends Span {
  kind: 'query'
  ctes: { name: Name; query: QueryTree }[]
  body: BodyTree
  orderBy: OrderTree[]
  limit: number | null
}

export type BodyTree = SelectTree | UnionTree | QueryTree

/** Always UNION ALL. */
export interface UnionTree extends Span {
  kind: 'union'
  left: BodyTree
  right: BodyTree
}

export interface SelectTree extends Span {
  kind: 'select'
  isDistinct: boolean
  items: ItemTree[]
  from: SourceTree
  where: ExpressionTree | null
  /** A number is the place of an item, from 1. */
  groupBy: ExpressionTree[]
  having: ExpressionTree | null
  qualify: ExpressionTree | null
}

export interface ItemTree extends Span {
  expression: ExpressionTree
  alias: Name | null
}

export type SourceTree =
  | (Span & { kind: 'table'; name: Name; alias: Name | null })
  | (Span & { kind: 'subquery'; query: QueryTree; alias: Name | null })
  /** Its span begins at JOIN or what stands before it, behind the left side. */
  | (Span & {
      kind: 'join'
      type: 'inner' | 'left'
      left: SourceTree
      right: SourceTree
      on: ExpressionTree
    })

export interface OrderTree extends Span {
  expression: ExpressionTree
  isDescending: boolean
  /** As written, or by default: first where descending, else last. */
  nullsFirst: boolean
}

export type ComparisonOperator = '=' | '!=' | '<' | '<=' | '>' | '>='
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

export type ExpressionTree = Span &
  (
    | { kind: 'number'; text: string }
    | { kind: 'string'; value: string }
    | { kind: 'boolean'; value: boolean }
    | { kind: 'null' }
    /** TIMESTAMP '…' or DATE '…'. */
    | { kind: 'timestamp'; text: string; isDate: boolean }
    /** A column by its dotted path; `properties['x']` is the path of two names too. */
    | { kind: 'column'; path: Name[] }
    | { kind: 'and' | 'or' | 'concat'; left: ExpressionTree; right: ExpressionTree }
    | { kind: 'not' | 'negate'; operand: ExpressionTree }
    | {
        kind: 'arithmetic'
        operator: ArithmeticOperator
        left: ExpressionTree
        right: ExpressionTree
      }
    | {
        kind: 'comparison'
        operator: ComparisonOperator
        left: ExpressionTree
        right: ExpressionTree
      }
    | { kind: 'distinct-from'; left: ExpressionTree; right: ExpressionTree; isNegated: boolean }
    | { kind: 'is-null'; operand: ExpressionTree; isNegated: boolean }
    | { kind: 'is-boolean'; operand: ExpressionTree; value: boolean; isNegated: boolean }
    | { kind: 'in'; operand: ExpressionTree; values: ExpressionTree[]; isNegated: boolean }
    | {
        kind: 'between'
        operand: ExpressionTree
        low: ExpressionTree
        high: ExpressionTree
        isNegated: boolean
      }
    | { kind: 'like'; operand: ExpressionTree; pattern: string; isNegated: boolean }
    | {
        kind: 'case'
        /** The value that is compared with each `when`; null where each is a condition. */
        subject: ExpressionTree | null
        branches: { when: ExpressionTree; then: ExpressionTree }[]
        otherwise: ExpressionTree | null
      }
    | { kind: 'cast'; operand: ExpressionTree; type: TypeTree; isTry: boolean }
    | { kind: 'extract'; field: Name; operand: ExpressionTree }
    | CallTree
  )

export interface TypeTree extends Span {
  /** In capitals; DOUBLE PRECISION is DOUBLE. */
  name: string
  parameters: number[]
}

export interface CallTree extends Span {
  kind: 'call'
  /** In capitals. */
  name: string
  /** F(*). */
  isStar: boolean
  isDistinct: boolean
  arguments: ExpressionTree[]
  /** WITHIN GROUP (ORDER BY …). */
  within: OrderTree | null
  /** FILTER (WHERE …). */
  filter: ExpressionTree | null
  over: OverTree | null
}

export interface OverTree extends Span {
  partitionBy: ExpressionTree[]
  orderBy: OrderTree[]
  /**
   * Up to which row the function looks, from the partition's first: `range` up to the last peer of
   * the current row, `rows` up to the current row, `all` to the partition's end. Without a frame it
   * is `range` where there is an order, else `all`.
   */
  frame: 'range' | 'rows' | 'all'
}
