import type { SqlValue } from '../plan.ts'

/** An expression's value for a row of the frame. */
export type Compiled<Value extends SqlValue = SqlValue> = (row: number) => Value | null

/**
 * The rows that expressions read: a batch of columns, exchanged for the next while the expressions
 * stay. A value that is not there is NULL.
 */
export interface Frame {
  columns: ArrayLike<SqlValue | undefined>[]
}
