import { unreachable } from '../../result.ts'
import { formatTimestamp, parseTimestamp } from '../../time.ts'
import type { TimeUnit } from '../plan.ts'

/** Timestamps of SQL are whole microseconds since the epoch, UTC. */
export const SECOND_MICROS = 1_000_000
export const MINUTE_MICROS = 60 * SECOND_MICROS
export const HOUR_MICROS = 60 * MINUTE_MICROS
export const DAY_MICROS = 24 * HOUR_MICROS
const WEEK_MICROS = 7 * DAY_MICROS
/** The epoch was a Thursday: the Monday before it. */
const MONDAY_MICROS = -3 * DAY_MICROS

const SQL_TIMESTAMP =
  /^\s*(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(\.\d{1,40})?)? ?(?:[Zz]|([+-]\d{2})(?::?(\d{2}))?)?)?\s*$/
/** Longer texts are no timestamps; this bounds the pattern's work. */
const TEXT_MAX = 100

/** An event's timestamp; what is finer than a microsecond is cut off. */
export function microsOf(timestampMs: number, subMs: string): number {
  return timestampMs * 1_000 + (subMs === '' ? 0 : Number(subMs.slice(0, 3).padEnd(3, '0')))
}

/** `2026-03-20T12:00:00.000Z`, with microseconds only where they are not whole milliseconds. */
export function timestampText(micros: number): string {
  const rest = remainder(micros, 1_000)
  const text = formatTimestamp((micros - rest) / 1_000)
  if (rest === 0) return text
  return text.replace('Z', `${String(rest).padStart(3, '0').replace(/0+$/, '')}Z`)
}

/**
 * The instant that a text says, as TIMESTAMP literals and CAST read it, or null where it says none:
 * a day (`2026-01-31`), a time of it with or without seconds and their fraction, and UTC unless an
 * offset is given. Beyond the year 2255, where microseconds are no safe integers any more, whole
 * seconds are kept.
 */
export function parseSqlTimestamp(text: string): number | null {
  if (text.length > TEXT_MAX) return null
  const match = SQL_TIMESTAMP.exec(text)
  if (match === null) return null
  const [, day, time = '00:00', second = '00', fraction = '', hours, minutes = '00'] = match
  const offset = hours === undefined ? 'Z' : `${hours}:${minutes}`
  const parsed = parseTimestamp(`${day}T${time}:${second}${fraction}${offset}`)
  if (parsed === null) return null
  const micros = microsOf(parsed.ms, parsed.subMs)
  return Number.isSafeInteger(micros) ? micros : Math.floor(parsed.ms / 1_000) * SECOND_MICROS
}

/** The first instant of the unit that contains the instant; weeks begin on Mondays. */
export function truncateMicros(micros: number, unit: TimeUnit): number {
  switch (unit) {
    case 'minute':
      return micros - remainder(micros, MINUTE_MICROS)
    case 'hour':
      return micros - remainder(micros, HOUR_MICROS)
    case 'day':
      return micros - remainder(micros, DAY_MICROS)
    case 'week':
      return micros - remainder(micros - MONDAY_MICROS, WEEK_MICROS)
    case 'month':
      return startOfMonth(monthIndex(micros))
    case 'quarter':
      return startOfMonth(monthIndex(micros) - remainder(monthIndex(micros), 3))
    case 'year':
      return startOfMonth(monthIndex(micros) - remainder(monthIndex(micros), 12))
    default:
      return unreachable(unit)
  }
}

/** The first instant of the next unit, given the first of one. */
export function unitAfter(start: number, unit: TimeUnit): number {
  return truncateMicros(start + LEAPS_MICROS[unit], unit)
}

/** From the start of any unit, so far is within the next. */
const LEAPS_MICROS: Record<TimeUnit, number> = {
  minute: MINUTE_MICROS,
  hour: HOUR_MICROS,
  day: DAY_MICROS,
  week: WEEK_MICROS,
  month: 32 * DAY_MICROS,
  quarter: 93 * DAY_MICROS,
  year: 367 * DAY_MICROS,
}

/** How many boundaries of the unit lie after `from`, up to `to`; negative where `to` is before. */
export function boundariesBetween(
  from: number,
  to: number,
  unit: TimeUnit | 'second' | 'millisecond',
): number {
  return unitIndex(to, unit) - unitIndex(from, unit)
}

function unitIndex(micros: number, unit: TimeUnit | 'second' | 'millisecond'): number {
  switch (unit) {
    case 'millisecond':
      return wholeUnits(micros, 1_000)
    case 'second':
      return wholeUnits(micros, SECOND_MICROS)
    case 'minute':
      return wholeUnits(micros, MINUTE_MICROS)
    case 'hour':
      return wholeUnits(micros, HOUR_MICROS)
    case 'day':
      return wholeUnits(micros, DAY_MICROS)
    case 'week':
      return wholeUnits(micros - MONDAY_MICROS, WEEK_MICROS)
    case 'month':
      return monthIndex(micros)
    case 'quarter':
      return wholeUnits(monthIndex(micros), 3)
    case 'year':
      return wholeUnits(monthIndex(micros), 12)
    default:
      return unreachable(unit)
  }
}

/** The calendar day of an instant; `month` and `day` from 1. */
export function civilDay(micros: number): { year: number; month: number; day: number } {
  // Counts whole 400-year eras from 1 March of year 0, so that leap days end years.
  const days = wholeUnits(micros, DAY_MICROS) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const centuries = Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1_460) + centuries) / 365)
  const yearStart = 365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  const dayOfYear = dayOfEra - yearStart
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/** Months since year 0. */
function monthIndex(micros: number): number {
  const { year, month } = civilDay(micros)
  return year * 12 + month - 1
}

function startOfMonth(index: number): number {
  const monthFromMarch = remainder(index - 2, 12)
  const year = (index - 2 - monthFromMarch) / 12
  const era = Math.floor(year / 400)
  const yearOfEra = year - era * 400
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5)
  const leaps = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100)
  return (era * 146_097 + yearOfEra * 365 + leaps + dayOfYear - 719_468) * DAY_MICROS
}

/** Rounded down, exactly: a float's quotient might not be. */
export function wholeUnits(micros: number, unit: number): number {
  return (micros - remainder(micros, unit)) / unit
}

/** Never negative. */
export function remainder(value: number, unit: number): number {
  const rest = value % unit
  return rest < 0 ? rest + unit : rest + 0
}
