import {
  formatDay,
  formatInstant,
  formatLocal,
  formatPeriod,
  formatRelative,
  isMidnight,
} from '../format/time-text.ts'

/** An instant in UTC; where the reader is, it shows on hover. Midnight alone is a day. */
export function Time({ at, isDay }: { at: string | null | undefined; isDay?: boolean }) {
  if (at === null || at === undefined) return <span className="muted">–</span>
  const date = new Date(at)
  const isShort = isDay ?? isMidnight(date)
  return (
    <time className="number" dateTime={at} title={`${at}\n${formatLocal(date)}`}>
      {isShort ? formatDay(date) : formatInstant(date)}
      {!isShort && <span className="time-zone"> UTC</span>}
    </time>
  )
}

/** How long ago, or in how long. */
export function Ago({ at, now }: { at: string; now?: string }) {
  const date = new Date(at)
  return (
    <time dateTime={at} title={`${formatInstant(date)} UTC\n${formatLocal(date)}`}>
      {formatRelative(date, now === undefined ? new Date() : new Date(now))}
    </time>
  )
}

/** A period whose end is exclusive. */
export function Period({ start, end }: { start?: string | undefined; end?: string | undefined }) {
  if (start === undefined && end === undefined) return <span className="muted">–</span>
  if (start === undefined) return <Time at={end} />
  if (end === undefined) {
    return (
      <>
        from <Time at={start} />
      </>
    )
  }
  return (
    <span className="number" title={`${boundary(start)} (inclusive)\n${boundary(end)} (exclusive)`}>
      {formatPeriod(new Date(start), new Date(end))}
    </span>
  )
}

/** In UTC, and where the reader is. */
function boundary(at: string): string {
  return `${at}, ${formatLocal(new Date(at))}`
}
