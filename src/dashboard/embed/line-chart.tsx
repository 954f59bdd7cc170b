import {
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js'
import { useEffect, useRef } from 'react'

Chart.register(
  CategoryScale,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

export interface LineSeries {
  name: string
  /** One for each label; floats, for drawing only. */
  values: number[]
}

interface LineChartProps {
  label: string
  labels: string[]
  series: LineSeries[]
}

/** Lines over time in the colours of the page. It keeps nothing in the browser, unlike the operator's. */
export function LineChart(props: LineChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const key = JSON.stringify(props)
  useEffect(() => {
    if (canvas.current === null) return undefined
    const chart = draw(canvas.current, props)
    return () => chart.destroy()
    // What is drawn is told by its text.
  }, [key])
  return (
    <div className="chart">
      <canvas ref={canvas} role="img" aria-label={`${props.label}, day by day`} />
    </div>
  )
}

function draw(canvas: HTMLCanvasElement, { labels, series }: LineChartProps): Chart<'line'> {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const [text, grid] = [color('text-muted'), color('line')]
  return new Chart<'line'>(canvas, {
    type: 'line',
    data: {
      labels,
      datasets: series.map(({ name, values }, i) => ({
        label: name,
        data: values,
        borderColor: color(`series-${i + 1}`),
        backgroundColor: color(`series-${i + 1}`),
        borderWidth: 2,
        pointRadius: 0,
        pointHitRadius: 12,
      })),
    },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      scales: {
        x: {
          grid: { display: false },
          ticks: { color: text, maxRotation: 0, autoSkipPadding: 16 },
        },
        y: { beginAtZero: true, grid: { color: grid }, ticks: { color: text, maxTicksLimit: 6 } },
      },
      plugins: {
        legend: {
          display: series.length > 1,
          position: 'bottom',
          labels: { color: text, boxWidth: 10 },
        },
      },
    },
  })
}
