import { Decimal } from '../../decimal.ts'
import { readTime } from '../../metering/naive/naive-time.ts'
import { Temporal } from '../../time.ts'
import type { TimeUnit } from '../plan.ts'

/** The instant of an event, or of a literal, to the microsecond. */
export function instantOf(ms: number, micros = 0): Temporal.Instant {
  return Temporal.Instant.fromEpochNanoseconds(BigInt(ms) * 1_000_000n + BigInt(micros) * 1_000n)
}

/** The start of the unit that holds an instant, in UTC; weeks begin with Monday. */
export function truncateInstant(instant: Temporal.Instant, unit: TimeUnit): Temporal.Instant {
  if (unit === 'minute' || unit === 'hour') {
    return instant.round({ smallestUnit: unit, roundingMode: 'floor' })
  }
  return startOfUnit(inUtc(instant).toPlainDate(), unit).toZonedDateTime('UTC').toInstant()
}

function startOfUnit(
  date: Temporal.PlainDate,
  unit: Exclude<TimeUnit, 'minute' | 'hour'>,
): Temporal.PlainDate {
  if (unit === 'day') return date
  if (unit === 'week') return date.subtract({ days: date.dayOfWeek - 1 })
  if (unit === 'month') return date.with({ day: 1 })
  if (unit === 'year') return date.with({ month: 1, day: 1 })
  return date.with({ month: [1, 1, 1, 4, 4, 4, 7, 7, 7, 10, 10, 10][date.month - 1] ?? 1, day: 1 })
}

type Field = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'dow' | 'epoch'

/** A part of an instant in UTC. Sunday is day 0 of the week; `epoch` is seconds with a fraction. */
export function partOfInstant(instant: Temporal.Instant, field: Field): Decimal {
  if (field === 'epoch') {
    return new Decimal(instant.epochNanoseconds.toString()).times('0.000000001')
  }
  const time = inUtc(instant)
  if (field === 'dow') return new Decimal(time.dayOfWeek === 7 ? 0 : time.dayOfWeek)
  return new Decimal(time[field])
}

/** How many starts of a unit lie after `from` and not after `to`; negative where `to` is earlier. */
export function boundariesBetween(
  from: Temporal.Instant,
  to: Temporal.Instant,
  unit: TimeUnit | 'second' | 'millisecond',
): Decimal {
  const [start, end] = [startIn(from, unit), startIn(to, unit)]
  // Temporal knows no quarters; each is three months.
  const largestUnit = unit === 'quarter' ? 'month' : unit
  const between = start.until(end, { largestUnit })
  if (unit === 'quarter') return new Decimal(between.months / 3)
  return new Decimal(between[`${unit}s`])
}

function startIn(
  instant: Temporal.Instant,
  unit: TimeUnit | 'second' | 'millisecond',
): Temporal.ZonedDateTime {
  if (unit !== 'second' && unit !== 'millisecond') return inUtc(truncateInstant(instant, unit))
  return inUtc(instant.round({ smallestUnit: unit, roundingMode: 'floor' }))
}

const CHARACTERS_MAX = 100
const FORM =
  /^(?<date>\d{4}-\d\d-\d\d)(?:[Tt ](?<time>\d\d:\d\d)(?:(?<second>:\d\d)(?<fraction>\.\d{1,40})?)? ?(?<zone>[Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/**
 * The instant that a text denotes, to the microsecond; in UTC where it names no zone. Where whole
 * microseconds are no safe integers, to the second.
 */
export function readInstant(text: string): Temporal.Instant | null {
  const parts = text.length > CHARACTERS_MAX ? undefined : FORM.exec(text.trim())?.groups
  if (parts === undefined) return null
  const { date, time = '00:00', second = ':00', fraction = '', zone = 'Z' } = parts
  const read = readTime(`${date}T${time}${second}${fraction}${fullZone(zone)}`)
  if (read === null) return null
  const instant = instantOf(read.ms, read.rest.times(1_000).floor().toNumber())
  const isSafe = Number.isSafeInteger(Number(instant.epochNanoseconds / 1_000n))
  return instant.round({ smallestUnit: isSafe ? 'microsecond' : 'second', roundingMode: 'floor' })
}

/** `+02`, `+0200` and `+02:00` are one zone. */
function fullZone(zone: string): string {
  if (zone.toUpperCase() === 'Z') return 'Z'
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
}

function inUtc(instant: Temporal.Instant): Temporal.ZonedDateTime {
  return instant.toZonedDateTimeISO('UTC')
}
