import { lazy, Suspense } from 'react'

export interface Series {
  name: string
  /** One for each label; null where there is nothing. Rounded to floats, for drawing only. */
  values: readonly (number | null)[]
  /** Drawn as a line that keeps its value until the next one. */
  isStepped?: boolean
  /** Of what is expected, not measured. */
  isDashed?: boolean
}

export interface ChartProps {
  kind: 'bar' | 'line'
  /** What the chart shows, for those who do not see it. */
  label: string
  labels: readonly string[]
  series: readonly Series[]
  isStacked?: boolean
  /** How values are written, along the axis and in the tooltip. */
  format?: (value: number) => string
  height?: number
  onSelect?: (index: number) => void
}

const HEIGHT = 240
const ChartCanvas = lazy(() => import('./chart-canvas.tsx'))

/** The one chart: bars or lines over time. Its numbers are also there as a table. */
export function Chart(props: ChartProps) {
  const { label, labels, series, format = String, height = HEIGHT } = props
  return (
    <figure className="chart" style={{ height }} aria-label={label}>
      <Suspense fallback={<span className="skeleton chart-skeleton" />}>
        <ChartCanvas {...props} />
      </Suspense>
      <div className="hidden">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              <th scope="col">Time</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {labels.map((each, i) => (
              <tr key={each}>
                <th scope="row">{each}</th>
                {series.map(({ name, values }) => (
                  <td key={name}>{values[i] === null ? '' : format(values[i] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  )
}
