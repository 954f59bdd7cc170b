import type { Balance, LedgerEntry } from '../../api/answers.ts'
import { addDecimals, decimalText } from '../../format/decimal-text.ts'

export interface BurnPoint {
  at: Date
  /** Decimal text: what was left after all entries of this instant. */
  left: string
}

/** What was left of a balance over time, by its ledger. */
export function burnDown(ledger: readonly LedgerEntry[]): BurnPoint[] {
  const points: BurnPoint[] = []
  let left = '0'
  for (const entry of [...ledger].sort(byTime)) {
    left = addDecimals([left, decimalText(entry.amount)])
    const last = points.at(-1)
    const at = new Date(entry.timestamp)
    if (last !== undefined && last.at.getTime() === at.getTime()) last.left = left
    else points.push({ at, left })
  }
  return points
}

/** All that its access schedule grants. */
export function grantedOf({ access_schedule }: Balance): string {
  return addDecimals(access_schedule.schedule_items.map(({ amount }) => decimalText(amount)))
}

function byTime(a: LedgerEntry, b: LedgerEntry): number {
  return Date.parse(a.timestamp) - Date.parse(b.timestamp)
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
