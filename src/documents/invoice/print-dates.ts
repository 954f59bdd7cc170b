import { DAY_MS } from '../../core/time.ts'

const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** `1 March 2026`, with the time where it is not midnight. All times are UTC. */
export function printDate(at: number): string {
  const date = new Date(at)
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`
  return at % DAY_MS === 0 ? day : `${day}, ${date.toISOString().slice(11, 16)} UTC`
}

/** The days of a half-open period, the last one included: `1 – 31 March 2026`. */
export function printPeriod(startingAt: number, endingBefore: number): string {
  if (startingAt % DAY_MS !== 0 || endingBefore % DAY_MS !== 0) {
    return `${printDate(startingAt)} – ${printDate(endingBefore)}`
  }
  const [from, to] = [new Date(startingAt), new Date(endingBefore - DAY_MS)]
  if (endingBefore - startingAt <= DAY_MS) return printDate(startingAt)
  const isYear = from.getUTCFullYear() === to.getUTCFullYear()
  if (isYear && from.getUTCMonth() === to.getUTCMonth()) {
    return `${from.getUTCDate()} – ${printDate(to.getTime())}`
  }
  const start = printDate(from.getTime())
  return `${isYear ? start.slice(0, -5) : start} – ${printDate(to.getTime())}`
}
