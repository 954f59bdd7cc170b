import { SqlLimitError } from '../sql-error.ts'

/**
 * What one evaluation of a query may take. None is a time: Workers' clocks stand still while code
 * runs, and the same query over the same events must always end the same way.
 */
export interface SqlLimits {
  /** One for each row and step of the plan. */
  fuel: number
  /** Events that are looked at, over all fragments. */
  rowsScanned: number
  /** Values of groups, of distinct and percentile aggregates, and of rows that are sorted or joined. */
  heldValues: number
  /** Of one aggregation. */
  groups: number
  /** Rows that all joins together give. */
  joinRows: number
  resultRows: number
}

export const SQL_LIMITS: Readonly<SqlLimits> = {
  fuel: 60_000_000,
  rowsScanned: 5_000_000,
  heldValues: 1_500_000,
  groups: 200_000,
  joinRows: 2_000_000,
  resultRows: 10_000,
}

const VALUE_CHARACTERS = 32

/** A long text takes the room of several values: how many it counts for beyond one. */
export function extraValues(value: unknown): number {
  return typeof value === 'string' ? Math.floor(value.length / VALUE_CHARACTERS) : 0
}

/**
 * Counts what an evaluation takes. Each method throws a `SqlLimitError` at the first unit beyond
 * its limit: a query gives its whole result or none.
 */
export class Budget {
  readonly limits: Readonly<SqlLimits>
  private fuel = 0
  private rowsScanned = 0
  private heldValues = 0
  private joinRows = 0

  constructor(limits: Partial<SqlLimits> = {}) {
    this.limits = { ...SQL_LIMITS, ...limits }
  }

  burn(steps: number): void {
    this.fuel += steps
    if (this.fuel > this.limits.fuel) {
      throw new SqlLimitError('fuel', `the query takes more than ${this.limits.fuel} steps`)
    }
  }

  scan(rows: number): void {
    this.rowsScanned += rows
    if (this.rowsScanned > this.limits.rowsScanned) {
      throw new SqlLimitError('rows', `the query reads more than ${this.limits.rowsScanned} events`)
    }
    this.burn(rows)
  }

  hold(values: number): void {
    this.heldValues += values
    if (this.heldValues > this.limits.heldValues) {
      throw new SqlLimitError(
        'memory',
        `the query holds more than ${this.limits.heldValues} values at a time`,
      )
    }
  }

  /** How many values are held now. */
  get held(): number {
    return this.heldValues
  }

  /** Gives back what `hold` took, once it is no longer needed. */
  release(values: number): void {
    this.heldValues -= values
  }

  join(rows: number): void {
    this.joinRows += rows
    if (this.joinRows > this.limits.joinRows) {
      throw new SqlLimitError('rows', `the query joins to more than ${this.limits.joinRows} rows`)
    }
  }

  /** @param count of the groups that one aggregation has by now */
  limitGroups(count: number): void {
    if (count > this.limits.groups) {
      throw new SqlLimitError('groups', `the query has more than ${this.limits.groups} groups`)
    }
  }

  /** @param count of the rows that the query gives by now */
  limitResults(count: number): void {
    if (count > this.limits.resultRows) {
      throw new SqlLimitError('results', `the query gives more than ${this.limits.resultRows} rows`)
    }
  }
}
