import { Decimal } from '../../decimal.ts'
import { unreachable } from '../../result.ts'
import type { AggregationType } from '../metric.ts'
import type { NaiveEvent } from './naive-event.ts'
import { EXACT_ZERO, readNumber } from './naive-number.ts'
import { compareTimes } from './naive-time.ts'

/** What some events of one group add up to; only the member of the metric's type is kept. */
export interface Tally {
  count: number
  sum: Decimal
  max: Decimal | null
  latest: { event: NaiveEvent; value: Decimal } | null
  values: Set<string>
}

export function emptyTally(): Tally {
  return { count: 0, sum: EXACT_ZERO, max: null, latest: null, values: new Set() }
}

/** What one event of a metric gives (section 4, AG-2 … AG-4); null when it gives nothing. */
export function tallyOf(
  type: AggregationType,
  event: NaiveEvent,
  text: string | null,
): Tally | null {
  if (type === 'COUNT') return { ...emptyTally(), count: 1 }
  if (text === null) return null
  if (type === 'UNIQUE') return { ...emptyTally(), values: new Set([text]) }
  const value = readNumber(text)
  if (value === null) return null
  return { ...emptyTally(), sum: value, max: value, latest: { event, value } }
}

/** Adds what `more` has to `tally`. */
export function addTally(type: AggregationType, tally: Tally, more: Tally): void {
  if (type === 'COUNT') tally.count += more.count
  else if (type === 'SUM') tally.sum = tally.sum.plus(more.sum)
  else if (type === 'MAX') {
    if (tally.max === null || more.max?.greaterThan(tally.max)) tally.max = more.max
  } else if (type === 'LATEST') {
    if (tally.latest === null || isLater(more.latest, tally.latest)) tally.latest = more.latest
  } else if (type === 'UNIQUE') more.values.forEach((value) => tally.values.add(value))
  else unreachable(type)
}

/** The metric's value: 0 where nothing was added. */
export function tallyValue(type: AggregationType, tally: Tally): Decimal {
  switch (type) {
    case 'COUNT':
      return new Decimal(tally.count)
    case 'SUM':
      return tally.sum
    case 'MAX':
      return tally.max ?? EXACT_ZERO
    case 'LATEST':
      return tally.latest?.value ?? EXACT_ZERO
    case 'UNIQUE':
      return new Decimal(tally.values.size)
    default:
      return unreachable(type)
  }
}

/** Time decides, then the transaction id and the ingest id by code point (AG-5). */
function isLater(a: Tally['latest'], b: NonNullable<Tally['latest']>): boolean {
  if (a === null) return false
  const order =
    compareTimes(a.event.time, b.event.time) ||
    compareTexts(a.event.transactionId, b.event.transactionId) ||
    compareTexts(a.event.ingestId, b.event.ingestId) ||
    a.value.comparedTo(b.value)
  return order > 0
}

function compareTexts(a: string, b: string): number {
  const [as, bs] = [a, b].map((text) => [...text].map((character) => character.codePointAt(0) ?? 0))
  for (const [i, point] of as!.entries()) {
    const other = bs![i]
    if (other === undefined) return 1
    if (point !== other) return point - other
  }
  return as!.length - bs!.length
}
