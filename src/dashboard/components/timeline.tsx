import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'

export interface TimelineEntry {
  key: string
  title: ReactNode
  time?: ReactNode
  detail?: ReactNode
  tone?: Tone
}

/** What happened one after the other. */
export function Timeline({ label, entries }: { label: string; entries: readonly TimelineEntry[] }) {
  return (
    <ol className="timeline" aria-label={label}>
      {entries.map(({ key, title, time, detail, tone = 'neutral' }) => (
        <li key={key} className={`timeline-entry timeline-${tone}`}>
          <div className="timeline-head">
            <span className="timeline-title">{title}</span>
            {time !== undefined && <span className="muted">{time}</span>}
          </div>
          {detail !== undefined && <div className="timeline-detail">{detail}</div>}
        </li>
      ))}
    </ol>
  )
}
