import { Chart } from '../../components/chart.tsx'
import { formatClock, formatDay } from '../../format/time-text.ts'
import { bucketsOf, type EventRange } from './ranges.ts'

const DAY_MS = 86_400_000

interface VolumeProps {
  buckets: Record<string, number>
  range: EventRange
  now: Date
  count: number
  isBehind: boolean
}

/** How many events there were over time, of those that fit the filters. */
export function EventVolume({ buckets, range, now, count, isBehind }: VolumeProps) {
  const starts = bucketsOf(range, now)
  return (
    <section className="card volume" aria-label="Volume">
      <p className="volume-count" aria-live="polite">
        <strong className="number">{count.toLocaleString('en')}</strong>{' '}
        <span className="muted">{isBehind ? 'events so far, reading on…' : 'events'}</span>
      </p>
      <Chart
        kind="bar"
        label="Events over time"
        labels={starts.map((ms) => bucketLabel(ms, range.bucketMs))}
        series={[{ name: 'Events', values: starts.map((ms) => buckets[ms] ?? 0) }]}
        format={(value) => value.toLocaleString('en', { maximumFractionDigits: 0 })}
        height={140}
      />
    </section>
  )
}

function bucketLabel(ms: number, bucketMs: number): string {
  const at = new Date(ms)
  const day = formatDay(at).split(' ').slice(0, 2).join(' ')
  if (bucketMs >= DAY_MS) return day
  return bucketMs >= 6 * 3_600_000 ? `${day}, ${formatClock(at)}` : formatClock(at)
}
