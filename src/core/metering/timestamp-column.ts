import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../time.ts'

/**
 * How a timestamp was written: the number of digits of its fraction, and its zone, such as `3Z` or
 * `6+02:00`. Together with the instant it gives the text back, character by character.
 */
export type TimestampForm = string

/** In this form the text itself is kept. */
export const VERBATIM: TimestampForm = ''

const FORM = /^.{19}(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/

export interface WrittenTimestamp {
  ms: number
  form: TimestampForm
  /** Digits of the fraction beyond milliseconds, as written. */
  subDigits: string
}

/** Takes a timestamp apart, of which the instant is known; `VERBATIM` where its form is unusual. */
export function splitTimestamp(text: string, ms: number): WrittenTimestamp {
  const isCommon = text.length === 24 && text.endsWith('Z') && text[19] === '.'
  const [, fraction = '', zone = ''] = isCommon ? COMMON : (FORM.exec(text) ?? [])
  const form = isCommon ? '3Z' : `${fraction.length}${zone}`
  const written = { ms, form, subDigits: isCommon ? '' : fraction.slice(3) }
  return zone !== '' && joinTimestamp(written) === text
    ? written
    : { ms, form: VERBATIM, subDigits: '' }
}

const COMMON = ['', '...', 'Z']

export function joinTimestamp({ ms, form, subDigits }: WrittenTimestamp): string {
  const { digits, zone, offsetMs } = partsOf(form)
  const localMs = ms + offsetMs
  const days = Math.floor(localMs / DAY_MS)
  const ofDay = localMs - days * DAY_MS
  const hour = Math.floor(ofDay / HOUR_MS)
  const minute = Math.floor((ofDay % HOUR_MS) / MINUTE_MS)
  const second = Math.floor((ofDay % MINUTE_MS) / SECOND_MS)
  const fraction = String(1_000 + (ofDay % SECOND_MS)).slice(1) + subDigits
  const time = `${dateText(days)}T${two(hour)}:${two(minute)}:${two(second)}`
  return digits === 0 ? time + zone : `${time}.${fraction.slice(0, digits)}${zone}`
}

interface FormParts {
  digits: number
  zone: string
  offsetMs: number
}

// Most events of a log have one form.
let lastForm: { form: TimestampForm; parts: FormParts } = { form: '', parts: readForm('0Z') }

function partsOf(form: TimestampForm): FormParts {
  if (lastForm.form !== form) lastForm = { form, parts: readForm(form) }
  return lastForm.parts
}

function readForm(form: TimestampForm): FormParts {
  const digits = parseInt(form, 10)
  const zone = form.slice(String(digits).length)
  if (zone === 'Z') return { digits, zone, offsetMs: 0 }
  const offset = Number(zone.slice(1, 3)) * HOUR_MS + Number(zone.slice(4, 6)) * MINUTE_MS
  return { digits, zone, offsetMs: zone.startsWith('-') ? -offset : offset }
}

const TWO = Array.from({ length: 100 }, (_, i) => String(i).padStart(2, '0'))

function two(value: number): string {
  return TWO[value]!
}

// Most neighbours in a log are of one day.
let lastDate = { days: NaN, text: '' }

/** `2026-03-20` for a number of days since the epoch: civil from days, in eras of 400 years. */
function dateText(days: number): string {
  if (lastDate.days === days) return lastDate.text
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  const text = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`
  lastDate = { days, text }
  return text
}
