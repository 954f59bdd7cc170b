import { Decimal } from '../../decimal.ts'

/** An instant with all its digits. */
export interface NaiveTime {
  /** Epoch milliseconds, rounded down. */
  ms: number
  /** What is beyond them, in milliseconds: from 0 to less than 1. */
  rest: Decimal
}

const FORM =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)[Tt ](?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.(?<fraction>\d+))?(?<zone>[Zz]|[+-]\d\d:\d\d)$/

/** Reads an RFC 3339 timestamp by counting days (EV-8, EV-9); null where it is none. */
export function readTime(text: string): NaiveTime | null {
  const parts = FORM.exec(text)?.groups
  if (parts === undefined) return null
  const [year, month, day] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])]
  const [hour, minute] = [Number(parts['hour']), Number(parts['minute'])]
  // A leap second is the first one of the next minute.
  const second = Number(parts['second'])
  const zone = readZone(parts['zone'] ?? '')
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return null
  if (hour > 23 || minute > 59 || second > 60 || zone === null) return null
  let days = day - 1
  for (let m = 1; m < month; m++) days += daysOfMonth(year, m)
  for (let y = 1970; y < year; y++) days += daysOfYear(y)
  for (let y = year; y < 1970; y++) days -= daysOfYear(y)
  const seconds = ((days * 24 + hour) * 60 + minute - zone) * 60 + second
  const fraction = parts['fraction'] ?? ''
  const ms = seconds * 1_000 + Number(`${fraction}000`.slice(0, 3))
  return { ms, rest: new Decimal(`0.${fraction.slice(3)}0`) }
}

/** Negative, zero or positive, as sort functions want it. */
export function compareTimes(a: NaiveTime, b: NaiveTime): number {
  return a.ms - b.ms || a.rest.comparedTo(b.rest)
}

/** Minutes east of UTC. */
function readZone(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4))]
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

function daysOfYear(year: number): number {
  return isLeap(year) ? 366 : 365
}

function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
}
