/** Which cells are asked for. Hours since the epoch, half-open. */
export interface CellRange {
  metricIndex: number
  idIndex: number
  family: number
  hourMin: number
  hourEnd: number
}

/** The condition of a statement on cells that they lie in a range, … */
export const IN_RANGE =
  'WHERE metric_index = ? AND id_index = ? AND family = ? AND hour >= ? AND hour < ?'

/** … and the values that are bound to it. */
export function rangeValues(range: CellRange): number[] {
  const { metricIndex, idIndex, family, hourMin, hourEnd } = range
  return [metricIndex, idIndex, family, hourMin, hourEnd]
}
