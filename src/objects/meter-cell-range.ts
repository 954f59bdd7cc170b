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

/** The window whose hours contain this one; `hours` are the boundaries, ascending. */
export function findWindow(hours: number[], hour: number): number {
  let [low, high] = [0, hours.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (hours[middle]! <= hour) low = middle
    else high = middle
  }
  return low
}
