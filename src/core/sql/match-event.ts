import type { UsageEvent } from '../metering/event.ts'
import { FragmentReader } from './run/fragment-reader.ts'
import type { SqlPlan } from './plan.ts'
import { SqlLimitError } from './sql-error.ts'

/**
 * Tells which events feed a SQL metric: those that pass the WHERE of at least one of its readings of
 * `events` (SL-3).
 */
export class SqlMatcher {
  private readonly readers: FragmentReader[]

  constructor({ fragments }: SqlPlan) {
    this.readers = fragments.map((fragment) => new FragmentReader(fragment))
  }

  /** Null when the event feeds the metric. */
  unmet(event: UsageEvent): string | null {
    try {
      const isFed = this.readers.some((reader) => reader.read(event) !== null)
      return isFed ? null : 'the WHERE of its SQL is true'
    } catch (error) {
      if (!(error instanceof SqlLimitError)) throw error
      return `its SQL can be computed of the event: ${error.message}`
    }
  }
}
