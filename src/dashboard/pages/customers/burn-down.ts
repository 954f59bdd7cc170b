import type { Balance, LedgerEntry } from '../../api/answers.ts'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'

export interface BurnPoint {
  at: Date
  /** Decimal text: what was left after all entries of this instant. */
  left: string
}

/**
 * What was left of a balance over time, by its ledger.
 * @param now drafts draw at the end of their period: what they have drawn is drawn by now
 */
export function burnDown(ledger: readonly LedgerEntry[], now?: Date): BurnPoint[] {
  const points: BurnPoint[] = []
  let left = '0'
  const entries = ledger.map((entry) => ({ entry, at: timeOf(entry, now) }))
  for (const { entry, at } of entries.sort((a, b) => a.at - b.at)) {
    if (now !== undefined && at > now.getTime()) break
    left = addDecimals([left, decimalText(entry.amount)])
    const last = points.at(-1)
    if (last !== undefined && last.at.getTime() === at) last.left = left
    else points.push({ at: new Date(at), left })
  }
  return points
}

/** When an entry counts: a draft is about usage until now. */
export function timeOf({ type, timestamp }: LedgerEntry, now: Date | undefined): number {
  const at = Date.parse(timestamp)
  if (now === undefined || !isDeduction(type)) return at
  return Math.min(at, now.getTime())
}

export function isDeduction(type: string): boolean {
  return type.endsWith('_AUTOMATED_INVOICE_DEDUCTION')
}

const DAY_MS = 86_400_000
const POINTS_MAX = 120

/** The same at even distances, so that a chart shows time as it passes. */
export function sampleBurnDown(points: readonly BurnPoint[], until: Date): BurnPoint[] {
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return []
  const start = Math.floor(first.at.getTime() / DAY_MS) * DAY_MS
  const end = Math.max(last.at.getTime(), until.getTime())
  const days = Math.ceil((end - start) / DAY_MS) + 1
  const step = Math.ceil(days / POINTS_MAX) * DAY_MS
  const samples: BurnPoint[] = []
  let next = 0
  let left = '0'
  for (let at = start; at < end + step; at += step) {
    for (let point = points[next]; point !== undefined; point = points[next]) {
      if (point.at.getTime() > at) break
      left = point.left
      next += 1
    }
    samples.push({ at: new Date(at), left })
  }
  return samples
}

/** All that its access schedule grants. */
export function grantedOf({ access_schedule }: Balance): string {
  return addDecimals(access_schedule.schedule_items.map(({ amount }) => decimalText(amount)))
}

const WORDS: [RegExp, string][] = [
  [/_SEGMENT_START$/, 'Granted'],
  [/_INITIAL_BALANCE$/, 'Agreed on'],
  [/_AUTOMATED_INVOICE_DEDUCTION$/, 'Paid for usage'],
  [/_ROLLOVER$/, 'Rolled over'],
  [/_EXPIRATION$/, 'Expired'],
  [/_TRUEUP$/, 'Trued up'],
  [/_CANCELED$/, 'Canceled'],
  [/_CREDITED$/, 'Given back'],
  [/_SEAT_BASED_ADJUSTMENT$/, 'Adjusted to seats'],
  [/_MANUAL$/, 'Entered by hand'],
]

/** What an entry is in words. */
export function entryName(type: string): string {
  const [, name] = WORDS.find(([pattern]) => pattern.test(type)) ?? []
  return name ?? type.toLowerCase().replaceAll('_', ' ')
}
