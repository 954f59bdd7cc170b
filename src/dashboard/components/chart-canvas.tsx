import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartConfiguration,
} from 'chart.js'
import { useEffect, useRef } from 'react'
import { useTheme } from '../layout/theme.ts'
import type { ChartProps } from './chart.tsx'

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
)

const COLOURS = 8

/** Draws with Chart.js, in the colours of the theme. */
export default function ChartCanvas(props: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { isDark } = useTheme()
  const { onSelect, ...drawn } = props
  const select = useRef(onSelect)
  select.current = onSelect
  const key = JSON.stringify(drawn)
  useEffect(() => {
    if (canvas.current === null) return undefined
    const chart = new Chart(
      canvas.current,
      configure(props, (index) => select.current?.(index)),
    )
    return () => chart.destroy()
    // What is drawn is told by its text: parents make new objects for the same values.
  }, [key, isDark])
  return <canvas ref={canvas} aria-hidden="true" />
}

type Config = ChartConfiguration<'bar' | 'line'>

function configure(props: ChartProps, onSelect: (index: number) => void): Config {
  const { kind, labels, series, isStacked = false, format = String } = props
  // Counts have no ticks between them: written without decimals, these would repeat themselves.
  const isWhole = series.every(({ values }) => values.every((each) => Number.isInteger(each ?? 0)))
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const [text, grid] = [colour('text-muted'), colour('line')]
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 }
  return {
    type: kind,
    data: { labels: [...labels], datasets: datasetsOf(props, colour) },
    options: {
      responsive: true,
      maintainAspectRatio: false,
      animation: false,
      interaction: { mode: 'index', intersect: false },
      onClick: (_event, [first]) => first && onSelect(first.index),
      scales: {
        x: {
          stacked: isStacked,
          grid: { display: false },
          border: { color: grid },
          ticks: { color: text, font, maxRotation: 0, autoSkipPadding: 16 },
        },
        y: {
          stacked: isStacked,
          beginAtZero: true,
          border: { display: false },
          grid: { color: grid },
          ticks: {
            color: text,
            font,
            maxTicksLimit: 6,
            ...(isWhole && { precision: 0 }),
            callback: (at) => format(Number(at)),
          },
        },
      },
      plugins: {
        legend: {
          display: series.length > 1,
          position: 'bottom',
          labels: { color: text, font, boxWidth: 10, boxHeight: 10, padding: 16 },
        },
        tooltip: {
          backgroundColor: colour('tooltip'),
          padding: 10,
          cornerRadius: 6,
          boxPadding: 4,
          titleFont: { ...font, weight: 600 },
          bodyFont: font,
          callbacks: {
            label: ({ dataset, parsed }) => ` ${dataset.label}: ${format(parsed.y ?? 0)}`,
          },
        },
      },
    },
  }
}

type Datasets = Config['data']['datasets']

function datasetsOf({ kind, series, isStacked }: ChartProps, colour: (name: string) => string) {
  const isFilled = isStacked === true || series.length === 1
  return series.map(
    ({ name, values, isStepped = false, isDashed = false }, i): Datasets[number] => {
      const hue = colour(`series-${(i % COLOURS) + 1}`)
      const data = [...values]
      if (kind === 'bar') {
        return { label: name, data, backgroundColor: hue, borderRadius: 2, maxBarThickness: 36 }
      }
      return {
        label: name,
        data,
        backgroundColor: `${hue}22`,
        borderColor: hue,
        borderWidth: 2,
        pointRadius: 0,
        pointHitRadius: 12,
        stepped: isStepped,
        borderDash: isDashed ? [6, 4] : [],
        fill: isFilled,
      }
    },
  )
}
