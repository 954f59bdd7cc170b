import type { EventVolume } from '../../api/answers.ts'
import { Chart, type Series } from '../../components/chart.tsx'
import { formatClock, formatDay } from '../../format/time-text.ts'
import { isUnmatched } from './event-question.ts'
import type { useEventFilters } from './event-filters.tsx'
import { toInput, type WindowSize } from './ranges.ts'

/** As the stylesheet has it for what stands there before. */
const HEIGHT = 170

interface VolumeProps {
  /** Undefined until it is known. */
  volume: EventVolume | undefined
  error: Error | null
  windowSize: WindowSize
  filters: ReturnType<typeof useEventFilters>
}

/** How many events there were over time; a bar leads to its events. */
export function EventVolumeChart({ volume, error, windowSize, filters }: VolumeProps) {
  const { values, change } = filters
  const windows = volume?.windows ?? []
  const zoom = (index: number) => {
    const window = windows[index]
    if (window === undefined || windowSize === 'minute') return
    const [from, to] = [window.starting_on, window.ending_before].map((at) => Date.parse(at))
    change({ range: 'custom', from: toInput(from!), to: toInput(to!) })
  }
  return (
    <section className="card volume" aria-label="Volume">
      <Counts volume={volume} error={error} filters={filters} />
      {volume === undefined ? (
        <div className="volume-wait">{error === null && <span className="skeleton" />}</div>
      ) : (
        <Chart
          kind="bar"
          label="Events over time"
          labels={windows.map(({ starting_on }) => windowLabel(new Date(starting_on), windowSize))}
          series={seriesOf(windows, values.state)}
          isStacked
          format={(value) => value.toLocaleString('en', { maximumFractionDigits: 0 })}
          height={HEIGHT}
          onSelect={zoom}
        />
      )}
    </section>
  )
}

function Counts({ volume, error, filters: { values, set } }: Omit<VolumeProps, 'windowSize'>) {
  const { accepted = 0, duplicates = 0, unmatched = 0 } = volume ?? {}
  const states = [
    { state: '', count: accepted + duplicates, label: 'events' },
    { state: 'any', count: unmatched, label: 'unmatched' },
    { state: 'duplicate', count: duplicates, label: 'duplicates' },
  ]
  return (
    <div className="volume-counts">
      {states.map(({ state, count, label }) => (
        <button
          key={state}
          type="button"
          className="volume-count"
          aria-pressed={values.state === state}
          onClick={() => set('state', state)}
        >
          <strong className="number">{volume ? count.toLocaleString('en') : '–'}</strong> {label}
        </button>
      ))}
      <span className="muted" role="status">
        {error === null ? noteOf(volume) : error.message}
      </span>
    </div>
  )
}

function noteOf(volume: EventVolume | undefined): string {
  if (volume === undefined) return 'Counting…'
  if (volume.complete_from !== null) return 'Counting on; older bars are not complete yet.'
  const { forgotten_duplicates: forgotten } = volume
  if (forgotten === 0) return ''
  return `${forgotten.toLocaleString('en')} older duplicates are not kept.`
}

function seriesOf(windows: EventVolume['windows'], state: string): Series[] {
  const unmatched = { name: 'Unmatched', values: windows.map((each) => each.unmatched) }
  const duplicates = { name: 'Duplicates', values: windows.map((each) => each.duplicates) }
  if (isUnmatched(state)) return [unmatched]
  if (state === 'duplicate') return [duplicates]
  const counted = windows.map((each) => each.accepted - each.unmatched)
  const others = [unmatched, duplicates].filter(({ values }) => values.some((each) => each > 0))
  return [{ name: 'Matched', values: counted }, ...others]
}

function windowLabel(at: Date, windowSize: WindowSize): string {
  const day = formatDay(at).split(' ').slice(0, 2).join(' ')
  if (windowSize === 'day') return day
  return windowSize === 'hour' ? `${day}, ${formatClock(at)}` : formatClock(at)
}
