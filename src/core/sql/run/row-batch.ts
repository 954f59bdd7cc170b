import type { SqlValue } from '../plan.ts'

/** Rows between two steps of a plan, as columns. */
export interface RowBatch {
  count: number
  columns: ArrayLike<SqlValue>[]
}

/** Takes the rows that a step gives. */
export type RowSink = (batch: RowBatch) => void

/** So many rows go from one step to the next at a time. */
export const BATCH_ROWS = 4_096

/** Makes batches of single rows. */
export class RowBuffer {
  private columns: SqlValue[][]
  private count = 0
  private readonly sink: RowSink

  constructor(width: number, sink: RowSink) {
    this.columns = Array.from({ length: width }, () => [])
    this.sink = sink
  }

  /** Adds a row of these values, then those. */
  add(left: readonly SqlValue[], right: readonly SqlValue[]): void {
    for (let i = 0; i < left.length; i++) this.columns[i]!.push(left[i]!)
    for (let i = 0; i < right.length; i++) this.columns[left.length + i]!.push(right[i]!)
    if (++this.count === BATCH_ROWS) this.flush()
  }

  flush(): void {
    if (this.count === 0) return
    const { count, columns } = this
    this.count = 0
    this.columns = columns.map(() => [])
    this.sink({ count, columns })
  }
}
