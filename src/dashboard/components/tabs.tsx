import { Link, useLocation } from 'wouter'

export interface Tab {
  href: string
  label: string
  count?: number | undefined
}

/** Parts of a page that have addresses of their own. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const [location] = useLocation()
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ href, label: text, count }) => (
        <Link
          key={href}
          href={href}
          className="tab"
          {...(location === href && { 'aria-current': 'page' as const })}
        >
          {text}
          {count !== undefined && <span className="tab-count">{count}</span>}
        </Link>
      ))}
    </nav>
  )
}

interface SegmentsProps<Value extends string> {
  label: string
  value: Value
  choices: readonly { value: Value; label: string }[]
  onChange: (value: Value) => void
}

/** A choice among a few views of the same thing. */
export function Segments<Value extends string>(props: SegmentsProps<Value>) {
  return (
    <div className="segments" role="group" aria-label={props.label}>
      {props.choices.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          className="segment"
          aria-pressed={value === props.value}
          onClick={() => props.onChange(value)}
        >
          {label}
        </button>
      ))}
    </div>
  )
}
