import type { WindowUsage } from '../core/metering/usage.ts'

// An answer over 32 MiB is more than a call between objects carries; a character may take two bytes.
const ANSWER_UNITS_MAX = 12 * 1024 * 1024
const ROW_UNITS = 40

/** What one call answers, to all of its queries together. */
export class AnswerSize {
  private units = 0

  /** @throws with status 413 where the answer would be too large */
  add(metricName: string, { group, state }: WindowUsage): void {
    const groupUnits = group.reduce((sum, value) => sum + value.length, 0)
    this.units += ROW_UNITS + groupUnits + state.length
    if (this.units > ANSWER_UNITS_MAX) throw tooLarge(metricName)
  }
}

/** Its status makes it a 413 where it reaches a caller of the API. */
function tooLarge(metricName: string): Error {
  const message = `The usage of "${metricName}" has too many windows and groups for one answer; ask for a shorter range or larger windows.`
  return Object.assign(new Error(message), { status: 413 })
}
