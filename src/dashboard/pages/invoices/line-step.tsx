import type { ReactNode } from 'react'

/** One thought of why a line has its amount. */
export function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li className="why-step">
      <span className="why-title">{title}</span>
      <div className="why-body">{children}</div>
    </li>
  )
}
