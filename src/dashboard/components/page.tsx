import { useEffect, useId, type ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon } from './icon.tsx'

export interface Crumb {
  label: string
  href: string
}

interface PageProps {
  title: string
  /** Shown in place of the title, when it is more than text. */
  heading?: ReactNode
  /** The pages above this one. */
  crumbs?: readonly Crumb[]
  /** What the page is for, in a sentence. */
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A page: where it is, what it is about, what can be done, and then its content. */
export function Page({ title, heading, crumbs = [], lead, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Tactus`
  }, [title])
  return (
    <div className="page">
      {crumbs.length > 0 && (
        <nav className="crumbs" aria-label="Breadcrumbs">
          {crumbs.map(({ label, href }) => (
            <span key={href} className="crumb">
              <Link href={href}>{label}</Link>
              <Icon name="chevron" />
            </span>
          ))}
        </nav>
      )}
      <header className="page-head">
        <div className="page-title">
          <h1 tabIndex={-1}>{heading ?? title}</h1>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

interface SectionProps {
  title: string
  lead?: ReactNode
  actions?: ReactNode
  children: ReactNode
}

/** A titled part of a page. */
export function Section({ title, lead, actions, children }: SectionProps) {
  const id = useId()
  return (
    <section className="section" aria-labelledby={id}>
      <header className="section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p className="lead">{lead}</p>}
        </div>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </header>
      {children}
    </section>
  )
}

export function Card({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <div className={`card ${className}`}>{children}</div>
}

export interface Fact {
  label: string
  value: ReactNode
}

/** Names and values, one below the other or side by side. */
export function Facts({
  facts,
  layout = 'row',
}: {
  facts: readonly Fact[]
  layout?: 'row' | 'list'
}) {
  return (
    <dl className={`facts facts-${layout}`}>
      {facts.map(({ label, value }) => (
        <div key={label} className="fact">
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
